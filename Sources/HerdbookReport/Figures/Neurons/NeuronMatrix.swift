package import HerdbookCharts
import HerdbookModel

/// F10: what did each neuron learn?
package struct NeuronMatrix {
  package let contents: BundleContents
  package let data: BundleRun
  /// Of the units that are shown.
  private let drawing: NeuronSheet
  /// All units of the first layer.
  private let units: Int
  /// Whether the units are hidden ones.
  private let isHidden: Bool

  /// Tiles that are also drawn on a scale of their own.
  private static let mostOwn = 24

  /// Units of the first layer in the order in which they are shown.
  package var order: [Int] { drawing.order }
  private var rows: Int { drawing.rows }
  private var columns: Int { drawing.columns }
  private var tiles: [[Double]] { drawing.tiles }
  private var limit: Double { drawing.limit }

  /// nil when there is no champion, or its input is not a plane that can be shown.
  package init?(_ contents: BundleContents, _ data: BundleRun) {
    let (rows, columns) = (contents.dataset.rows, contents.dataset.columns)
    guard let first = data.layers.first, rows >= 4, columns >= 4, first.shape[1] > 0 else {
      return nil
    }
    self.contents = contents
    self.data = data
    let units = first.shape[1]
    let importance = data.neurons.map { neurons in
      var byUnit = [Double](repeating: 0, count: units)
      for (row, unit) in neurons.neuron.enumerated() where unit >= 0 && unit < units {
        byUnit[unit] = neurons.importance[row].isNaN ? 0 : neurons.importance[row]
      }
      return byUnit
    }
    let hidden = data.layers.count > 1
    let ranked = (0..<units).sorted { a, b in
      guard hidden, let importance else { return a < b }
      return (importance[a], -a) > (importance[b], -b)
    }
    let most = max(1, min(100, 90_000 / (rows * columns)))
    guard
      let sheet = NeuronSheet(
        layers: data.layers, rows: rows, columns: columns, lit: data.lit,
        order: Array(ranked.prefix(most)))
    else { return nil }
    drawing = sheet
    self.units = units
    isHidden = hidden
  }

  private func outgoing(_ unit: Int) -> [Double] { drawing.outgoing(unit) }

  package var figure: Figure {
    Figure(
      id: "f10", short: "Neurons",
      question: isHidden ? "What did each neuron learn?" : "What does each class look for?",
      finding: finding, body: body, notes: notes, tables: data.neurons == nil ? [] : [table],
      budget: 260_000)
  }

  private var finding: HTML {
    let shown =
      order.count < units
      ? "The \(order.count) most important of \(units) units" : "All \(units) units"
    guard let neurons = data.neurons, !neurons.moran.isEmpty else {
      return "\(shown) of the champion’s first layer, as pictures of the weights into them."
    }
    let moran = neurons.moran.filter(\.isFinite).sorted()
    let dead = neurons.meanActivation.filter { $0 == 0 }.count
    let middle = moran.isEmpty ? Double.nan : moran[moran.count / 2]
    return """
      \(shown) of the champion’s first layer; \(dead) never \(Words.verb(dead, "fires", "fire")). Neighbouring weights have a median \
      Moran’s I of \(Words.value(middle, 2)); noise has 0.
      """
  }

  private var notes: HTML {
    let all = tiles.joined().filter(\.isFinite)
    let clipped = all.filter { $0.magnitude > limit }.count
    let range = Words.value(limit)
    let order: HTML =
      !isHidden
      ? "One tile a class, in order."
      : data.neurons == nil
        ? "In order of their number."
        : "Most important first: |outgoing weights less their mean| times the deviation of the activation."
    let bars: HTML =
      isHidden && !outgoing(0).isEmpty
      ? """
       Beside each tile, from the top: the weights to the \(outgoing(0).count) outputs, on a scale \
      of their own, ±\(Words.value(drawing.outgoingLimit)).
      """ : ""
    let unlit = data.lit.filter { $0 <= 0 }.count
    let hatched: HTML =
      unlit > 0
      ? " Grey: \(Words.plural(unlit, "pixel")) that no training image lights." : ""
    return """
      \(order) Blue is negative, orange positive, zero is the ground. One scale, ±\(range); \(Words.count(Double(clipped))) of \
      \(Words.count(Double(all.count))) weights lie beyond it and are clipped (true range \
      \(Words.value(all.min() ?? .nan)) to \(Words.value(all.max() ?? .nan))).\(bars)\(hatched)
      """
  }

  private var table: NumberTable {
    guard let neurons = data.neurons else {
      return NumberTable(caption: "", header: [], rows: [], source: "")
    }
    let ranked = neurons.neuron.indices.sorted {
      (neurons.importance[$0], -$0) > (neurons.importance[$1], -$1)
    }
    let rows = ranked.prefix(25)
    return NumberTable(
      caption: "The numbers, \(rows.count) of \(neurons.neuron.count) units",
      header: ["unit", "importance", "Moran’s I", "mean activation"],
      rows: rows.map { row in
        [
          "\(neurons.neuron[row])", Words.value(neurons.importance[row]),
          Words.value(neurons.moran[row], 2), Words.value(neurons.meanActivation[row]),
        ]
      }, source: "runs/\(data.run.id)/figures/neurons.csv")
  }

  private var ownNote: HTML { order.count > Self.mostOwn ? " (\(Self.mostOwn))" : "" }

  private var body: Drawing {
    let perRow = drawing.perRow
    let onOneScale = sheet(perRow: perRow, ownScale: false)
    let common = onOneScale.dataURI
    let own = sheet(perRow: perRow, ownScale: true, count: Self.mostOwn).dataURI
    let alternative =
      "Tiles of the weights into \(order.count) units of the champion’s first layer"
    let tiles: HTML = """
      <div class="switch">
      <input type="radio" name="f10-scale" id="f10-one" checked>
      <label for="f10-one">One scale</label>
      <input type="radio" name="f10-scale" id="f10-each">
      <label for="f10-each">A scale for each\(ownNote)</label>
      <div class="scroll" role="region" tabindex="0" aria-label="Tiles of all units">
      <img class="neurons one" alt="\(alternative), on one scale" src="\(common)">
      <img class="neurons each" alt="\(alternative), the first \(min(order.count, Self.mostOwn)), each on a scale of its own" src="\(own)">
      </div>
      </div>

      """
    let width = Layout.wide.width
    let scale = min(width / Double(onOneScale.width), 8)
    let height = Double(onOneScale.height) * scale
    let picture = Plot(
      id: "f10-tiles", width: width, height: height, title: "Tiles of all units",
      summary: "\(alternative), on one scale.",
      panels: [
        Panel(
          .pixels(width: width, height: height),
          [Picture(onOneScale, x: 0...Double(onOneScale.width) * scale, y: 0...height)])
      ])
    return Layout.overlaid(key) + Drawing(tiles, pictures: [picture])
  }

  /// The first tile enlarged, with its parts named, and the colours with their numbers.
  private func key(_ layout: Layout) -> OverlaidPlot {
    let sheet = sheet(perRow: 1, ownScale: false, count: 1)
    let scale = 180 / Double(sheet.height)
    let tileRight = Double(columns) * scale
    let bars = outgoing(order[0])
    let size = layout.isNarrow ? 11.0 : 13
    let right = Double(sheet.width) * scale
    let canvas = Frame.pixels(width: layout.width, height: 400)
    var marks: [any Mark] = [
      Label(
        !isHidden ? "class \(contents.name(ofClass: order[0]))" : "unit \(order[0])", x: 0, y: 14,
        size: size, bold: true,
        color: Palette.ink)
    ]
    let pitch = Double((rows + max(1, bars.count) - 1) / max(1, bars.count)) * scale
    let strongest = bars.indices.max { bars[$0].magnitude < bars[$1].magnitude }
    for (output, weight) in bars.enumerated() where pitch >= 9 {
      let isStrongest = output == strongest
      let name = contents.name(ofClass: output)
      let sign = weight < 0 ? "−" : "+"
      let value = "\(sign)\(Words.value(weight.magnitude, 2))"
      marks.append(
        Label(
          isStrongest ? "\(name)  \(value), its strongest" : "\(name)", x: right + 8,
          y: 24 + (Double(output) + 0.5) * pitch + 4, size: min(size - 1, pitch),
          bold: isStrongest, color: isStrongest ? Palette.ink : Palette.muted))
    }
    if !bars.isEmpty {
      marks.append(Label("to class", x: tileRight + 4, y: 14, size: size - 1))
    }
    let left = layout.isNarrow ? 0.0 : right + 220
    let top = layout.isNarrow ? 250.0 : 96
    marks += colorKey(left: left, top: top, size: size)
    let plot = Plot(
      id: "f10\(layout.suffix)", width: layout.width, height: layout.isNarrow ? 290 : 228,
      title: "How to read a tile",
      summary: "The weights into unit \(order[0]) as a picture, the weights from it to each class "
        + "beside it, and the scale of colours from minus to plus \(Words.value(limit)).",
      panels: [Panel(canvas, marks)])
    return OverlaidPlot(
      plot: plot,
      sprites: [.init(image: sheet, x: 0, y: 24, width: right, height: 180)])
  }

  private func colorKey(left: Double, top: Double, size: Double) -> [any Mark] {
    let levels = 7
    var marks: [any Mark] = [
      Label("weight of a pixel", x: left, y: top - 10, size: size, color: Palette.ink)
    ]
    for level in -levels...levels where level != 0 {
      let x = left + Double(level + levels) * 18
      marks.append(
        Rectangles(
          [.init(x: x...x + 18, y: top...top + 12)],
          style: Style(
            fill: .fixed(level < 0 ? Palette.negative : Palette.positive),
            fillOpacity: Double(abs(level)) / Double(levels))))
    }
    let width = Double(2 * levels + 1) * 18
    let range = Words.value(limit)
    marks.append(Label("−\(range)", x: left, y: top + 16 + size, size: size))
    marks.append(
      Label("0", x: left + width / 2, y: top + 16 + size, anchor: .middle, size: size))
    marks.append(Label("+\(range)", x: left + width, y: top + 16 + size, anchor: .end, size: size))
    return marks
  }

  /// The weights into one unit, NaN where no training image lights the pixel; nil where it is not shown.
  func field(of unit: Int) -> [Double]? { drawing.field(of: unit) }

  /// The scale that all units share.
  var scale: DivergingScale { DivergingScale(limit: limit) }

  /// The weights into one unit, on a scale of its own; nil where it is not shown.
  func tile(of unit: Int) -> PNG? { drawing.tile(of: unit) }

  /// Tiles in rows, each with its outgoing weights at its right.
  package func sheet(perRow: Int, ownScale: Bool, count: Int? = nil) -> PNG {
    drawing.picture(perRow: perRow, ownScale: ownScale, count: count)
  }
}
