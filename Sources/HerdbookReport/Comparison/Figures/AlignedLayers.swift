import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel

/// How alike the champions see the same images, layer by layer: centered kernel alignment, beside that of networks
/// that were never trained.
struct AlignedLayers {
  private let alignment: Comparison.Alignment
  private let values: [[Double]]

  /// Nil where no champions were held against each other on images, or none of them has a hidden layer.
  init?(_ comparison: Comparison, _ sides: ComparedSides) {
    let drawn = comparison.alignments.first { alignment in
      alignment.runs.first.id == sides.a.data.run.id
        && alignment.runs.second.id == sides.b.data.run.id
    }
    guard let alignment = drawn ?? comparison.alignments.first,
      let width = alignment.layers.values.first?.count, width > 1,
      alignment.layers.values.count > 1
    else { return nil }
    self.alignment = alignment
    values = alignment.layers.values
  }

  /// Hidden layers of one number in both.
  private var hidden: Range<Int> { 0..<min(values.count, values[0].count) - 1 }

  var figure: Figure {
    Figure(
      id: "alignment", short: "Layers", question: "Do the champions see the images alike?",
      finding: finding,
      body: Drawing(
        """
        <div class="pair">
        \(HTML(plot.svg()))<div>
        <h3>Layer by layer</h3>
        <ol class="findings">
        \(list)</ol>
        </div>
        </div>

        """, pictures: [plot]), notes: notes, tables: [table], budget: 20_000)
  }

  private var finding: HTML {
    let parts = hidden.map { layer in
      let name = hidden.count > 1 ? "hidden layers \(layer + 1)" : "hidden layers"
      return
        "\(name) of the champions are alike by \(Words.value(values[layer][layer], 2)), those of two untrained networks by"
        + " \(Words.value(alignment.untrained.values[layer][layer], 2))"
    }
    return
      "On \(Words.plural(alignment.layers.images, "test image")) the \(parts.joined(separator: "; the "))."
  }

  /// Layers of one name.
  private var list: HTML {
    let places =
      hidden.map { ($0, $0) } + [(values.count - 1, values[0].count - 1)]
    return places.map { row, column -> HTML in
      let value = values[row][column]
      let gain = untrained(row, column).map { value - $0 } ?? .nan
      let beyond: HTML =
        gain.isNaN
        ? ""
        : ", \(Words.value(gain.magnitude, 2)) \(gain < 0 ? "less" : "more") than in untrained networks"
      return "<li>\(name(row, of: values.count)): \(Words.value(value, 2))\(beyond)</li>\n"
    }.joined()
  }

  private var notes: HTML {
    """
    The champion of \(alignment.runs.first.id) in A and that of \(alignment.runs.second.id) in B. Linear centered \
    kernel alignment (Kornblith et al. 2019), without bias: 1 where images lie to each other in one layer as in the other, \
    but for rotation and size; 0 on average where the two have nothing in common. Units need not be matched. Outputs are \
    taken before softmax. In small type the same of two networks that were drawn as those of A’s generation 0 and \
    never trained: images that look alike are alike to them, too. Ground proportional to the value, none at or below 0.
    """
  }

  private func name(_ layer: Int, of count: Int) -> String {
    layer == count - 1 ? "outputs" : "hidden \(layer + 1)"
  }

  private var table: NumberTable {
    NumberTable(
      caption: "The numbers, layer by layer",
      header: ["layer of A", "layer of B", "alignment", "untrained"],
      rows: values.enumerated().flatMap { row, cells in
        cells.enumerated().map { column, value in
          [
            name(row, of: values.count), name(column, of: cells.count), Words.value(value, 2),
            untrained(row, column).map { Words.value($0, 2) } ?? "",
          ]
        }
      }, source: "champion.safetensors of both, and the test images")
  }

  /// Nil where untrained networks, which are built as those of A, have no such pair of layers.
  private func untrained(_ row: Int, _ column: Int) -> Double? {
    values.count == values[0].count ? alignment.untrained.values[row][column] : nil
  }

  /// One drawing for all widths: it fits a telephone as it is.
  private var plot: Plot {
    let (rows, columns) = (values.count, values[0].count)
    let (left, top) = (72.0, 44.0)
    let side = min(92, 288 / Double(max(rows, columns)))
    let size = min(16, side * 0.26)
    let frame = Frame(
      x: Scale(domain: 0...Double(columns), from: left, to: left + side * Double(columns)),
      y: Scale(domain: 0...Double(rows), from: top, to: top + side * Double(rows)))
    var marks: [any Mark] = []
    for (row, cells) in values.enumerated() {
      let y = Double(row) + 0.5
      marks.append(
        Label(
          name(row, of: rows), x: 0, y: y, offset: (-8, 4), anchor: .end, size: 12))
      for (column, value) in cells.enumerated() {
        let x = Double(column) + 0.5
        if value > 0 {
          marks.append(
            Rectangles(
              [.init(x: x - 0.5...x + 0.5, y: y - 0.5...y + 0.5)],
              style: Style(
                fill: .fixed(Palette.positive), fillOpacity: 0.46 * min(value, 1)), inset: 1))
        }
        marks.append(
          Label(
            value.isNaN ? "–" : Words.value(value, 2), x: x, y: y, offset: (0, size * 0.1),
            anchor: .middle, size: size, bold: row == column, color: Palette.ink))
        if let untrained = untrained(row, column), !untrained.isNaN {
          marks.append(
            Label(
              Words.value(untrained, 2), x: x, y: y, offset: (0, size * 1.15), anchor: .middle,
              size: size * 0.7, color: Palette.ink))
        }
      }
    }
    for column in 0..<columns {
      marks.append(
        Label(
          name(column, of: columns), x: Double(column) + 0.5, y: 0, offset: (0, -8),
          anchor: .middle, size: min(12, side * 0.24)))
    }
    marks.append(Label("A", x: 0, y: 0, offset: (-8, -8), anchor: .end, size: 13, bold: true))
    marks.append(
      Label(
        "B", x: Double(columns) / 2, y: 0, offset: (0, -28), anchor: .middle, size: 13, bold: true))
    return Plot(
      id: "alignment", width: left + side * Double(columns) + 2,
      height: top + side * Double(rows) + 2,
      title: "How alike the layers of the two champions see the same images",
      summary: "Rows are layers of A, columns layers of B; in small type, untrained networks.",
      panels: [Panel(frame, marks)])
  }
}
