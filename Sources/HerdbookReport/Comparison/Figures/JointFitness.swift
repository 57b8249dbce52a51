import HerdbookCharts
import HerdbookModel

/// F1 of two runs in one panel: median and quartiles of both populations, and the difference of the medians below.
struct JointFitness {
  let comparison: Comparison
  let sides: ComparedSides
  let comparability: Comparability

  init(_ comparison: Comparison, _ sides: ComparedSides, _ comparability: Comparability) {
    self.comparison = comparison
    self.sides = sides
    self.comparability = comparability
  }

  /// Whether fitness is one measure in both; else the champions' validation accuracy is drawn, a share in either case.
  private var isOfFitness: Bool { comparability.isOfOneFitness }

  private func middle(_ side: ComparedSide) -> [Double] {
    isOfFitness ? side.generations.median : side.generations.validation
  }

  private var measure: String { isOfFitness ? "median fitness" : "validation accuracy" }

  private var title: String {
    isOfFitness
      ? FitnessFan(contents: sides.a.contents, data: sides.a.data).metric
      : "validation accuracy of the champion"
  }

  /// B less A in the generations that both have.
  private var difference: (x: [Double], y: [Double]) {
    let (a, b) = (middle(sides.a), middle(sides.b))
    let places = Dictionary(sides.b.generations.generation.enumerated().map { ($1, $0) }) {
      first, _ in first
    }
    var (x, y): ([Double], [Double]) = ([], [])
    for (row, generation) in sides.a.generations.generation.enumerated() {
      guard let other = places[generation] else { continue }
      x.append(generation)
      y.append(b[other] - a[row])
    }
    return (x, y)
  }

  var figure: Figure {
    let isDrawn = sides.all.contains { middle($0).contains(where: \.isFinite) }
    return Figure(
      id: "fitness", short: "Fitness", question: "Which population gets further, and when?",
      finding: finding, body: isDrawn ? Layout.drawn(plot) : "", notes: notes,
      tables: [table] + comparison.tables(["convergence"]), budget: 90_000)
  }

  private var finding: HTML {
    let ends = sides.all.map { side -> HTML in
      let values = middle(side)
      guard let last = values.lastIndex(where: \.isFinite) else {
        return "\(side.letter.rawValue) has none, as every network diverged"
      }
      return """
        \(side.letter.rawValue) ends at \(Words.value(values[last], 4)) in generation \
        \(Words.count(side.generations.generation[last]))
        """
    }
    let known = difference.y.filter(\.isFinite)
    let above = known.filter { $0 > 0 }.count
    let course: HTML =
      known.isEmpty
      ? ""
      : """
      ; of the \(Words.plural(known.count, "generation")) that both have, B lies above A in \(above), at the last one by \
      \(Words.signed(known[known.count - 1]))
      """
    return "In \(measure), \(ends.joined(separator: " and "))\(course)."
  }

  private var notes: HTML {
    let bands: HTML =
      isOfFitness
      ? "Lines: the median of all living networks; bands: their quartiles."
      : "Lines: the champion of each generation. Fitness is another measure in either, and is not drawn."
    let other: HTML =
      comparability.validation.isEmpty
      ? "" : " They were measured on other images: what lies between the lines is no outcome."
    return """
      One run of each, one scale; A in full lines, B in broken ones. \(bands) Below: B less A, in the generations that both \
      have.\(other)
      """
  }

  private var table: NumberTable {
    let (x, y) = difference
    let rows = NumberTable.rows(of: x.count)
    let (a, b) = (middle(sides.a), middle(sides.b))
    func value(_ values: [Double], _ side: ComparedSide, at generation: Double) -> String {
      let row = side.generations.generation.firstIndex(of: generation)
      return Words.value(row.map { values[$0] } ?? .nan, 4)
    }
    return NumberTable(
      caption: rows.count < x.count
        ? "The numbers, \(rows.count) of \(x.count) generations" : "The numbers",
      header: ["generation", "A, \(measure)", "B, \(measure)", "B less A"],
      rows: rows.map { row in
        [
          Decimal.fixed(x[row], decimals: 0), value(a, sides.a, at: x[row]),
          value(b, sides.b, at: x[row]), Words.signed(y[row]),
        ]
      }, source: "generations.csv of both")
  }

  private func plot(_ layout: Layout) -> Plot {
    let size = layout.isNarrow ? 11.0 : 13
    let keyHeight = layout.isNarrow ? 44.0 : 26
    let height = layout.isNarrow ? 210.0 : 260
    let scale = Scale(
      domain: sides.generations, from: layout.isNarrow ? 46 : 56, to: layout.width - 26)
    let values = sides.all.flatMap { side in
      isOfFitness
        ? side.generations.lowerQuartile + side.generations.upperQuartile : middle(side)
    }
    let top = keyHeight + 34
    let upper = Frame(
      x: scale, y: Scale(domain: VariantsPlot.padded(values), from: top + height, to: top))
    let (x, y) = difference
    let kept = Words.evenly(x.count, atMost: Generations.mostDrawn(isNarrow: layout.isNarrow))
    let lowerTop = top + height + 70
    let lower = Frame(
      x: scale, y: Scale(domain: VariantsPlot.padded(y + [0]), from: lowerTop + 90, to: lowerTop))
    let ends = sides.all.map { side -> (x: Double, y: Double) in
      let values = middle(side)
      guard let last = values.lastIndex(where: \.isFinite) else { return (.nan, .nan) }
      return (side.generations.generation[last], values[last])
    }
    return Plot(
      id: "fitness\(layout.suffix)", width: layout.width, height: lowerTop + 90 + 48,
      title: "\(title), of both over the generations",
      summary: "A ends at \(Words.value(ends[0].y, 4)), B at \(Words.value(ends[1].y, 4)).",
      panels: [
        sides.key(x: 4, y: 16, size: size, isNarrow: layout.isNarrow),
        Panel(
          upper,
          [
            Axis(.left, title: title, grid: true, size: size),
            Axis(.bottom, wholeNumbers: true, size: size),
          ]),
        Panel(upper, clips: true, sides.all.flatMap { lines($0, layout) }),
        Panel(upper, sides.letters(ends, in: upper, size: size)),
        Panel(
          lower,
          [
            Axis(.left, title: "B less A", grid: true, size: size),
            Axis(.bottom, title: "generation", wholeNumbers: true, size: size),
            Rule([.horizontal(0)], style: .line(Palette.null, width: 1.5)),
            Line(
              x: kept.map { x[$0] }, y: kept.map { y[$0] }, style: .line(Palette.ink, width: 1.5)),
          ]),
      ])
  }

  private func lines(_ side: ComparedSide, _ layout: Layout) -> [any Mark] {
    let generations = side.generations
    let kept = generations.drawn(isNarrow: layout.isNarrow)
    func of(_ values: [Double]) -> [Double] { kept.map { values[$0] } }
    let x = of(generations.generation)
    let band: [any Mark] =
      isOfFitness
      ? [
        Ribbon(
          x: x, low: of(generations.lowerQuartile), high: of(generations.upperQuartile),
          style: side.letter.fill(0.18))
      ] : []
    return band + [Line(x: x, y: of(middle(side)), style: side.letter.line())]
  }
}

extension Words {
  /// A difference with its sign and three significant digits.
  static func signed(_ value: Double) -> String {
    guard !value.isNaN else { return "n/a" }
    let sign = value > 0 ? "+" : value < 0 ? "−" : ""
    return sign + Words.value(value.magnitude)
  }
}
