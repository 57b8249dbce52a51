import HerdbookCharts
import HerdbookModel

/// F17 of two champions: which classes one reads better than the other.
struct ConfusionDifference {
  private let sides: ComparedSides
  /// Counts of B less those of A, by truth, then by prediction; empty where they cannot be compared.
  private let matrix: [[Int]]

  init(_ sides: ComparedSides, _ comparability: Comparability) {
    self.sides = sides
    let (a, b) = (sides.a.data.confusion, sides.b.data.confusion)
    guard comparability.isOfOneTestSet, a.count == b.count, !a.isEmpty,
      zip(a, b).allSatisfy({ $0.reduce(0, +) == $1.reduce(0, +) })
    else {
      matrix = []
      return
    }
    matrix = zip(a, b).map { zip($0, $1).map { $1 - $0 } }
  }

  private var limit: Int { matrix.joined().map(abs).max() ?? 0 }

  var figure: Figure? {
    guard limit > 0 else { return nil }
    return Figure(
      id: "confusion", short: "Confusion", question: "Which digits does one read better?",
      finding: finding,
      body: Drawing(
        """
        <div class="pair">
        \(HTML(plot.svg()))<div>
        <h3>Largest differences</h3>
        <ol class="findings">
        \(largest)</ol>
        </div>
        </div>

        """, pictures: [plot]), notes: notes, tables: [table], budget: 50_000)
  }

  private var finding: HTML {
    let right = matrix.indices.map { matrix[$0][$0] }
    let sum = right.reduce(0, +)
    let total = sides.a.data.confusion.joined().reduce(0, +)
    let ordered = right.indices.sorted { (right[$0], $0) < (right[$1], $1) }
    let (low, high) = (ordered[0], ordered[ordered.count - 1])
    return """
      Of \(Decimal.grouped(total)) test images the champion of B reads \(Decimal.grouped(abs(sum))) \
      \(sum < 0 ? "fewer" : "more") correctly than that of A; by class the change goes from \
      \(signed(right[low])) of \(name(low)) to \(signed(right[high])) of \(name(high)).
      """
  }

  private func name(_ index: Int) -> Int { sides.a.contents.name(ofClass: index) }

  private func signed(_ count: Int) -> String {
    (count > 0 ? "+" : count < 0 ? "−" : "") + Decimal.grouped(abs(count))
  }

  private var notes: HTML {
    """
    Counts of the champion of B less those of A on the same test images; rows are true classes, columns what is read. \
    Orange where B reads an image so more often, blue where A does, alpha proportional to the difference, the scale \
    symmetric around zero to ±\(Decimal.grouped(limit)); nothing is clipped. On the diagonal more is better, beside it less. \
    Two networks are compared here, not the methods that made them.
    """
  }

  private var largest: HTML {
    var cells: [(truth: Int, read: Int, count: Int)] = []
    for truth in matrix.indices {
      for read in matrix.indices where truth != read {
        cells.append((truth, read, matrix[truth][read]))
      }
    }
    let ranked = cells.enumerated().sorted {
      (abs($0.element.count), -$0.offset) > (abs($1.element.count), -$1.offset)
    }
    return ranked.prefix(6).map(\.element).filter { $0.count != 0 }.map { cell -> HTML in
      let times = Words.plural(abs(cell.count), "time")
      return """
        <li>B reads \(name(cell.truth)) as \(name(cell.read)) \(times) \(cell.count > 0 ? "more" : "less").</li>

        """
    }.joined()
  }

  private var table: NumberTable {
    let (a, b) = (sides.a.data.confusion, sides.b.data.confusion)
    return NumberTable(
      caption: "The numbers, by class",
      header: ["class", "test images", "A reads correctly", "B reads correctly", "B less A"],
      rows: matrix.indices.map { index in
        [
          "\(name(index))", Decimal.grouped(a[index].reduce(0, +)),
          Decimal.grouped(a[index][index]),
          Decimal.grouped(b[index][index]), signed(matrix[index][index]),
        ]
      }, source: "figures/confusion.csv of both")
  }

  /// One drawing for all widths: it fits a telephone as it is.
  private var plot: Plot {
    let count = matrix.count
    let side = 360.0
    let type = min(12, 150 / Double(count))
    let frame = Frame(
      x: Scale(domain: 0...Double(count), from: 20, to: side),
      y: Scale(domain: 0...Double(count), from: 34, to: side + 14))
    var marks: [any Mark] = []
    for truth in matrix.indices {
      for read in matrix.indices where matrix[truth][read] != 0 {
        let value = matrix[truth][read]
        marks.append(
          Rectangles(
            [.init(x: Double(read)...Double(read + 1), y: Double(truth)...Double(truth + 1))],
            style: Style(
              fill: .fixed(value > 0 ? Palette.positive : Palette.negative),
              fillOpacity: 0.04 + 0.42 * Double(abs(value)) / Double(limit)), inset: 0.75))
      }
    }
    for truth in matrix.indices {
      let center = Double(truth) + 0.5
      marks.append(
        Label("\(name(truth))", x: center, y: 0, offset: (0, -5), anchor: .middle, size: 12))
      marks.append(
        Label("\(name(truth))", x: 0, y: center, offset: (-5, 4), anchor: .end, size: 12))
      for read in matrix.indices where matrix[truth][read] != 0 {
        marks.append(
          Label(
            signed(matrix[truth][read]), x: Double(read) + 0.5, y: center,
            offset: (0, type * 0.35), anchor: .middle, size: type, bold: truth == read,
            color: Palette.ink))
      }
    }
    marks.append(Label("columns: read as; rows: class", x: 0, y: 0, offset: (-5, -20), size: 11))
    return Plot(
      id: "confusion", width: side + 2, height: side + 16,
      title: "The confusion matrix of B less that of A",
      summary: "Rows are true classes, columns what the champion reads.",
      panels: [Panel(frame, marks)])
  }
}
