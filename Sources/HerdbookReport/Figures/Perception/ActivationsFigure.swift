import HerdbookCharts
import HerdbookModel

/// F12: when does a neuron fire?
package struct ActivationsFigure {
  private let contents: BundleContents
  private let data: BundleRun
  private let matrix: NeuronMatrix?

  /// Units that are drawn, and those that there is room for on narrow screens.
  private static let most = 100
  private static let few = 50

  package init(_ contents: BundleContents, _ data: BundleRun, _ matrix: NeuronMatrix?) {
    self.contents = contents
    self.data = data
    self.matrix = matrix
  }

  package var figure: Figure? {
    guard let activations = data.activations, !activations.means.isEmpty,
      activations.means[0].count > 1
    else { return nil }
    let silent = activations.firing.allSatisfy { $0 == 0 }
    return Figure(
      id: "f12", short: "Activations", question: "When does a neuron fire?",
      finding: finding(activations),
      body: silent
        ? "" : Layout.overlaid { heatMap($0, activations) } + images(activations),
      notes: notes(activations), tables: [table(activations)], budget: 90_000)
  }

  /// Rows of the table, most important first.
  private func order(_ activations: BundleRun.Activations) -> [Int] {
    let importance = data.neurons.map { neurons in
      Dictionary(zip(neurons.neuron, neurons.importance)) { first, _ in first }
    }
    func weight(_ row: Int) -> Double {
      let value = importance?[activations.neuron[row]] ?? 0
      return value.isNaN ? -1 : value
    }
    return activations.neuron.indices.sorted { (weight($0), -$0) > (weight($1), -$1) }
  }

  /// The class that a unit fires for most, and the share of its summed means that this class has.
  private func favourite(_ means: [Double]) -> (kind: Int, share: Double)? {
    let known = means.indices.filter { means[$0].isFinite }
    let sum = known.reduce(0) { $0 + means[$1].magnitude }
    guard sum > 0, let kind = known.max(by: { means[$0].magnitude < means[$1].magnitude }) else {
      return nil
    }
    return (kind, means[kind].magnitude / sum)
  }

  private func finding(_ activations: BundleRun.Activations) -> HTML {
    let dead = activations.firing.filter { $0 == 0 }.count
    let always = activations.firing.filter { $0 == 1 }.count
    let shares = activations.means.compactMap { favourite($0)?.share }.sorted()
    let classes = Double(activations.means[0].count)
    guard !shares.isEmpty else {
      return "None: all \(activations.neuron.count) hidden units are silent on every image."
    }
    if contents.text("network.activation") == "tanh" {
      return """
        The median of \(Words.plural(activations.neuron.count, "hidden unit")) gives \
        \(Words.percent(shares[shares.count / 2], decimals: 0)) of its mean activation, whatever the sign, to its favourite class, \
        and one that knows no class would give \(Words.percent(1 / classes, decimals: 0)).
        """
    }
    return """
      Of \(Words.plural(activations.neuron.count, "hidden unit")) \(dead) never \(Words.verb(dead, "fires", "fire")) and \(always) \(Words.verb(always, "fires", "fire")) on all images; the median unit gives \
      \(Words.percent(shares[shares.count / 2], decimals: 0)) of its mean activation to its favourite class, and one that \
      knows no class would give \(Words.percent(1 / classes, decimals: 0)).
      """
  }

  private func notes(_ activations: BundleRun.Activations) -> HTML {
    let shown = min(activations.neuron.count, Self.most)
    let rows: HTML =
      shown < activations.neuron.count
      ? "The \(shown) most important of \(activations.neuron.count) units"
      : "All units, the most important first"
    let narrow: HTML = shown > Self.few ? " (\(Self.few) on narrow screens)" : ""
    return """
      \(rows), of the first hidden layer\(narrow), on \(Words.count(Double(contents.dataset.validation))) validation images. Each column is a unit, \
      each row a class: its mean activation\(contents.text("network.activation") == "tanh" ? ", whatever the sign" : ""), from 0 (the ground) to the unit’s largest mean; a unit that fires for one class \
      has one strong cell.\(below)
      """
  }

  private var below: HTML {
    guard data.activations?.exciting != nil, matrix != nil else { return "" }
    return """
       Below, for the most important units, the weights into them and the nine validation images that excite them most, the \
      strongest first.
      """
  }

  private func table(_ activations: BundleRun.Activations) -> NumberTable {
    let rows = order(activations).prefix(25)
    return NumberTable(
      caption: "The numbers, \(rows.count) of \(activations.neuron.count) units",
      header: ["unit", "fires on", "favourite class", "its share"],
      rows: rows.map { row in
        let favourite = favourite(activations.means[row])
        return [
          "\(activations.neuron[row])", Words.percent(activations.firing[row]),
          favourite.map { "\(contents.name(ofClass: $0.kind))" } ?? "none",
          favourite.map { Words.percent($0.share, decimals: 0) } ?? "n/a",
        ]
      }, source: "runs/\(data.run.id)/figures/activations.csv")
  }

  private func heatMap(_ layout: Layout, _ activations: BundleRun.Activations) -> OverlaidPlot {
    let units = Array(order(activations).prefix(layout.isNarrow ? Self.few : Self.most))
    let classes = activations.means[0].count
    let size = layout.isNarrow ? 11.0 : 13
    let step = min(24.0, max(9, 220 / Double(classes)))
    let (left, top) = (30.0, 34.0)
    let width = min(layout.width - left - 8, Double(units.count) * step * 1.4)
    var pixels: [UInt8] = []
    let palette = DivergingScale(limit: 1, levels: 60)
    for kind in 0..<classes {
      for unit in units {
        let means = activations.means[unit]
        let largest = means.filter(\.isFinite).map(\.magnitude).max() ?? 0
        let value = largest > 0 && means[kind].isFinite ? means[kind].magnitude / largest : 0
        pixels.append(palette.index(-value))
      }
    }
    let picture = PNG(
      indices: pixels, palette: palette.palette, width: units.count, height: classes)
    let frame = Frame(
      x: Scale(domain: 0...Double(units.count), from: left, to: left + width),
      y: Scale(domain: 0...Double(classes), from: top, to: top + step * Double(classes)))
    var marks: [any Mark] = [
      Label("class", x: 0, y: 0, offset: (-left, -12), size: size),
      Label(
        "\(units.count) hidden units, the most important first", x: 0, y: 0, offset: (12, -12),
        size: size, bold: true, color: Palette.ink),
      Rule(
        [
          .horizontal(0), .horizontal(Double(classes)), .vertical(0),
          .vertical(Double(units.count)),
        ],
        style: .line(Palette.faint, width: 1)),
    ]
    let every = max(1, Int((size / step).rounded(.up)))
    for kind in stride(from: 0, to: classes, by: every) {
      marks.append(
        Label(
          "\(contents.name(ofClass: kind))", x: 0, y: Double(kind) + 0.5, offset: (-8, size * 0.35),
          anchor: .end,
          size: min(size, step + 2)))
    }
    let plot = Plot(
      id: "f12\(layout.suffix)", width: layout.width, height: top + step * Double(classes) + 10,
      title: "Mean activation of hidden units by class",
      summary: finding(activations).words, panels: [Panel(frame, marks)])
    return OverlaidPlot(
      plot: plot,
      sprites: [
        .init(
          image: picture, x: left, y: top, width: width, height: step * Double(classes))
      ])
  }

  /// The weights into each unit beside the images that excite it.
  private func images(_ activations: BundleRun.Activations) -> Drawing {
    guard let exciting = activations.exciting, let matrix else { return "" }
    var units: [Int] = []
    for unit in exciting.neuron where units.last != unit { units.append(unit) }
    let uri = "data:image/png;base64," + base64(exciting.picture)
    let rows = units.enumerated().map { place, unit -> HTML in
      let labels = zip(exciting.neuron, exciting.label).filter { $0.0 == unit }
        .map { "\(contents.name(ofClass: $0.1))" }
      let share = units.count > 1 ? Double(place) / Double(units.count - 1) * 100 : 0
      let tile =
        matrix.tile(of: unit).map { picture -> HTML in
          "<img class=\"field\" alt=\"Weights into unit \(unit)\" src=\"\(picture.dataURI)\">"
        } ?? ""
      return """
        <li>\(tile)<span class="excites" role="img" aria-label="Images of the classes \
        \(labels.joined(separator: ", "))" style="background-position:0 \(Decimal.coordinate(share))%"></span>\
        <span class="said">unit \(unit)</span></li>

        """
    }.joined()
    return Drawing(
      """
      <h3>What excites the most important units</h3>
      <ul class="exciting" style="--strip:url('\(uri)');--rows:\(units.count * 100)%">
      \(rows)</ul>

      """, pictures: picture(of: units, exciting).map { [$0] } ?? [])
  }

  /// The same for a file: a row a unit.
  private func picture(of units: [Int], _ exciting: BundleRun.Exciting) -> Plot? {
    guard let image = PNG(file: exciting.picture), let matrix else { return nil }
    let (side, top, left) = (44.0, 30.0, 60.0)
    let (width, height) = (left + 9 * side + 90, top + Double(units.count) * side)
    var marks: [any Mark] = [
      Label(
        "What excites the most important units", x: 0, y: 14, size: 13, bold: true,
        color: Palette.ink),
      Picture(image, x: left...left + 9 * side, y: top...height, isInk: true),
    ]
    for (place, unit) in units.enumerated() {
      let y = top + Double(place) * side
      if let tile = matrix.tile(of: unit) {
        marks.append(Picture(tile, x: 0...side - 4, y: y + 2...y + side - 2))
      }
      marks.append(
        Label("unit \(unit)", x: left + 9 * side + 12, y: y + side / 2 + 5, size: 13))
    }
    return Plot(
      id: "f12-images", width: width, height: height,
      title: "What excites the most important units",
      summary: "The weights into each unit beside the nine images that excite it most.",
      panels: [Panel(.pixels(width: width, height: height), marks)])
  }
}
