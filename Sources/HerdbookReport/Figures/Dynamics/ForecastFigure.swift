import HerdbookAnalysis
package import HerdbookCharts
import HerdbookModel

/// F19: can you tell the end from the beginning?
package struct ForecastFigure {
  private struct Layer {
    let number: Int
    /// The last generation that the forecast knows, and the one that it tells of.
    let known: Double
    let end: Double
    let actual: [Double]
    /// By method the 101 percentiles that it tells, and their Wasserstein-1 distance from what came.
    let forecasts: [(method: Forecast, percentiles: [Double], error: Double)]
  }
  /// How the order of runs at a generation agrees with their order at the end.
  private struct Ranking {
    let generation: [Double]
    let correlation: [Double]
    let runs: Int
    /// The only variant of several that has runs enough.
    let variant: String?
    /// Within how many variants runs are ordered; 1 where they are ordered all together.
    let variants: Int
    /// The correlation that orders by chance exceed in 5 % of cases, either way.
    var chance: Double { 1.96 / Double(runs - variants).squareRoot() }
    /// Who is ordered.
    var words: String {
      Words.plural(runs, "run")
        + (variant.map { " of \($0)" } ?? (variants > 1 ? " within \(variants) variants" : ""))
    }
  }
  private let data: BundleRun
  private let layers: [Layer]
  private let ranking: Ranking?

  /// Snapshots that a forecast knows: generation 0 and the five after it.
  private static let known = 6
  /// Of fewer snapshots the end is part of the beginning.
  private static let fewestSnapshots = 12
  /// Of fewer runs an order says nothing.
  private static let fewestRuns = 8
  private static let mostLayers = 3

  package init(_ contents: BundleContents, _ data: BundleRun) throws {
    self.data = data
    layers = data.distributions.filter {
      $0.inputs == "live" && $0.generation.count >= Self.fewestSnapshots
    }.prefix(Self.mostLayers).map(Self.forecast)
    ranking = try Self.ranking(contents)
  }

  private static func forecast(_ layer: LayerDistribution) -> Layer {
    let last = layer.generation.count - 1
    let times = Array(layer.generation.prefix(known))
    let forecasts = Forecast.allCases.map { method in
      // Percentiles of different trends may cross: in order they are a distribution again.
      let told = (0...100).map { percent in
        method(
          times, layer.percentiles.prefix(known).map { $0[percent] }, at: layer.generation[last])
      }.sorted()
      let error = QuantileDistance(layer.percentiles[last], told).wasserstein
      return (method: method, percentiles: told, error: error)
    }
    return Layer(
      number: layer.layer, known: times[known - 1], end: layer.generation[last],
      actual: layer.percentiles[last], forecasts: forecasts)
  }

  /// Of all runs with as many generations; their order at the end is that of test accuracies.
  private static func ranking(_ contents: BundleContents) throws -> Ranking? {
    guard contents.runs.count >= fewestRuns, let summary = try contents.table("summary.csv") else {
      return nil
    }
    let columns = Columns(path: "summary.csv", table: summary)
    let ends = Dictionary(
      zip(try columns.texts("run"), try columns.reals("test_accuracy"))
    ) { first, _ in first }
    var courses: [(variant: String, accuracy: [Double], end: Double)] = []
    for run in contents.runs {
      let path = "runs/\(run.id)/generations.csv"
      guard let table = try contents.table(path), let end = ends[run.id], end.isFinite else {
        continue
      }
      courses.append(
        (run.variant, try Columns(path: path, table: table).reals("validation_accuracy"), end))
    }
    let length = courses.map(\.accuracy.count).max() ?? 0
    courses = courses.filter { course in
      course.accuracy.count == length && course.accuracy.allSatisfy(\.isFinite)
    }
    guard courses.count >= fewestRuns, length > 2 else { return nil }
    // Variants that differ in their level would be told apart at once: the order is that within them, where they have
    // runs enough.
    let sizes = Dictionary(courses.map { ($0.variant, 1) }, uniquingKeysWith: +)
    let ofSeveral = courses.filter { sizes[$0.variant, default: 0] > 1 }
    let isWithin = sizes.count > 1 && ofSeveral.count >= fewestRuns
    if isWithin { courses = ofSeveral }
    let isOfOne =
      Set(courses.map(\.variant)).count == 1 && Set(contents.runs.map(\.variant)).count > 1
    let groups = courses.map { isWithin ? $0.variant : "" }
    let rows = Words.evenly(length, atMost: Generations.mostDrawn(isNarrow: false))
    let correlation = rows.map { row in
      rankCorrelation(courses.map { $0.accuracy[row] }, courses.map(\.end), within: groups)
    }
    guard correlation.contains(where: \.isFinite) else { return nil }
    return Ranking(
      generation: rows.map(Double.init), correlation: correlation, runs: courses.count,
      variant: isOfOne ? courses[0].variant : nil, variants: Set(groups).count)
  }

  package var figure: Figure? {
    guard !layers.isEmpty || ranking != nil else { return nil }
    return Figure(
      id: "f19", short: "Forecast", question: "Can you tell the end from the beginning?",
      finding: finding, body: Layout.drawn(plot), notes: notes, tables: tables,
      budget: 30_000 + 30_000 * layers.count)
  }

  /// Of the order of runs alone; how well a distribution is told is no news for whoever has not read the page.
  package var card: Card? {
    guard let ranking else { return nil }
    let headline =
      isSettled(ranking)
      ? "Generation \(Words.count(ranking.generation[settled(ranking)])) of \(Words.count(ranking.generation.last ?? 0)) tells you the order of the end"
      : isHinted(ranking)
        ? "The beginning tells you part of the order" : "The beginning does not tell you the winner"
    return Card(
      headline: headline, finding: "\(told(ranking)).",
      picture: ForecastFigure(data: data, layers: [], ranking: ranking).plot(Card.layout))
  }

  private init(data: BundleRun, layers: [Layer], ranking: Ranking?) {
    self.data = data
    self.layers = layers
    self.ranking = ranking
  }

  /// A rank correlation that tells the order, and from which row on it is kept.
  private static let telling = 0.9
  private func settled(_ ranking: Ranking) -> Int {
    ranking.correlation.lastIndex { !($0 >= Self.telling) }.map { $0 + 1 } ?? 0
  }
  private func isSettled(_ ranking: Ranking) -> Bool {
    settled(ranking) < ranking.generation.count - 1
  }

  /// Whether a tenth of the run tells more of the order than chance does.
  private func isHinted(_ ranking: Ranking) -> Bool {
    ranking.correlation[(ranking.correlation.count - 1) / 10] > ranking.chance
  }

  /// Whether a trend is less than half as far off as no change at all.
  private func isTold(_ layer: Layer) -> Bool {
    min(error(layer, .logarithmic), error(layer, .linear)) < error(layer, .persistence) * 0.5
  }

  /// How trends miss it, held against no change.
  private func verdict(_ layer: Layer) -> HTML {
    if isStill(layer) { return ": there was no change to tell" }
    if isTold(layer) { return "" }
    return min(error(layer, .logarithmic), error(layer, .linear)) >= error(layer, .persistence)
      ? ": both trends are worse than no change" : ": neither trend halves the error of no change"
  }

  /// Whether the distribution stayed as it was: within a hundredth of the width of its middle half.
  private func isStill(_ layer: Layer) -> Bool {
    error(layer, .persistence) <= 0.01 * (layer.actual[75] - layer.actual[25])
  }

  /// What is far below the width of the distribution is rounding, and 0.
  private func error(_ layer: Layer, _ method: Forecast) -> Double {
    let error = layer.forecasts.first { $0.method == method }?.error ?? .nan
    return error < 1e-9 * (layer.actual[99] - layer.actual[1]) ? 0 : error
  }

  private func told(_ ranking: Ranking) -> HTML {
    if isSettled(ranking) {
      return """
        From generation \(Words.count(ranking.generation[settled(ranking)])) on the order of \
        \(ranking.words) by validation accuracy has a rank correlation of 0.9 and more with their \
        order at the end
        """
    }
    let early = (ranking.correlation.count - 1) / 10
    return """
      In generation \(Words.count(ranking.generation[early])) the order of \(ranking.words) by validation \
      accuracy has a rank correlation of \(Words.value(ranking.correlation[early], 2)) with their order at the end, where chance \
      stays within ±\(Words.value(ranking.chance, 2)); it does not stay at 0.9 or more before the end
      """
  }

  private var finding: HTML {
    var parts: [HTML] = []
    if let ranking { parts.append(told(ranking)) }
    if let layer = layers.first {
      let (still, curve) = (error(layer, .persistence), error(layer, .logarithmic))
      parts.append(
        """
        \(parts.isEmpty ? "From" : "from") generation \(Words.count(layer.known)) the logarithmic trend misses the last \
        distribution of layer \(layer.number) by \(Words.value(curve, 2)), the straight line by \
        \(Words.value(error(layer, .linear), 2)) and no change at all by \(Words.value(still, 2))\
        \(verdict(layer))
        """)
    }
    return HTML(verbatim: parts.map(\.text).joined(separator: "; ") + ".")
  }

  private var notes: HTML {
    var notes: HTML = ""
    if !layers.isEmpty {
      notes += """
        Each percentile of all weights into a layer (inputs that are lit) is extrapolated by itself from generation 0 and the five \
        snapshots after it; nothing was fitted to what came later or to other networks. Persistence, the null: the sixth \
        snapshot stays as it is. Errors are Wasserstein-1 distances. Lines are cut where they leave the frame.
        """
    }
    if let ranking {
      notes += """
         Rank correlation: Spearman’s, between the champions’ validation accuracies of \(Words.plural(ranking.runs, "run")) at \
        a generation and their test accuracies at the end\(within(ranking)). The band holds 95 % of what \
        orders by chance give, ±\(Words.value(ranking.chance, 2)).
        """
    }
    return notes
  }

  private func within(_ ranking: Ranking) -> HTML {
    if ranking.variant != nil { return "" }
    return ranking.variants > 1
      ? ", ranked among the runs of one variant" : ", of all variants together"
  }

  private var tables: [NumberTable] {
    var tables: [NumberTable] = []
    if !layers.isEmpty {
      tables.append(
        NumberTable(
          caption: "The numbers, errors of the forecasts",
          header: ["layer", "from generation", "for generation"]
            + Forecast.allCases.map(\.rawValue),
          rows: layers.map { layer in
            ["\(layer.number)", Words.count(layer.known), Words.count(layer.end)]
              + layer.forecasts.map { Words.value($0.error) }
          }, source: "runs/\(data.run.id)/distributions.csv"))
    }
    if let ranking {
      let rows = Words.evenly(ranking.generation.count, atMost: 16)
      tables.append(
        NumberTable(
          caption: "The numbers, rank correlation with the end",
          header: ["generation", "correlation"],
          rows: rows.map {
            [Words.count(ranking.generation[$0]), Words.value(ranking.correlation[$0], 2)]
          }, source: "summary.csv, runs/*/generations.csv"))
    }
    return tables
  }

  package func plot(_ layout: Layout) -> Plot {
    let size = layout.isNarrow ? 11.0 : 13
    let count = layers.count + (ranking == nil ? 0 : 1)
    let columns = layout.isNarrow || count == 1 ? 1 : 2
    let gap = 80.0
    let width =
      (min(layout.width, columns == 1 ? 620 : layout.width) - 60 - Double(columns - 1) * gap - 16)
      / Double(columns)
    let height = layout.isNarrow ? 180.0 : 230
    let pitch = height + 96
    var panels: [Panel] = []
    func place(_ index: Int) -> (x: ClosedRange<Double>, top: Double) {
      let left = 60 + Double(index % columns) * (width + gap)
      return (left...left + width, 44 + Double(index / columns) * pitch)
    }
    if let ranking { panels += self.panels(ranking, place(0), height, size) }
    for (index, layer) in layers.enumerated() {
      panels += self.panels(layer, place(index + (ranking == nil ? 0 : 1)), height, size)
    }
    let rows = (count + columns - 1) / columns
    return Plot(
      id: "f19\(layout.suffix)", width: layout.width, height: 44 + Double(rows) * pitch - 48,
      title: "Forecasts from the first generations, and what came",
      summary: layers.map { layer in
        "Layer \(layer.number): error of the logarithmic trend \(Words.value(error(layer, .logarithmic), 2)), "
          + "of persistence \(Words.value(error(layer, .persistence), 2))."
      }.joined(separator: " "), panels: panels)
  }

  private func panels(
    _ ranking: Ranking, _ place: (x: ClosedRange<Double>, top: Double), _ height: Double,
    _ size: Double
  ) -> [Panel] {
    let low = min(-ranking.chance, ranking.correlation.filter(\.isFinite).min() ?? 0) - 0.05
    let domain = 0...max(ranking.generation[ranking.generation.count - 1], 1)
    let frame = Frame(
      x: Scale(domain: domain, from: place.x.lowerBound, to: place.x.upperBound),
      y: Scale(domain: low...1.02, from: place.top + height, to: place.top))
    return [
      Panel(
        frame,
        [
          Axis(.left, grid: true, size: size),
          Axis(.bottom, title: "generation", wholeNumbers: true, size: size),
          Ribbon(
            x: [domain.lowerBound, domain.upperBound], low: [-ranking.chance, -ranking.chance],
            high: [ranking.chance, ranking.chance], style: .fill(Palette.null, opacity: 0.22)),
          Line(
            x: ranking.generation, y: ranking.correlation, style: .line(Palette.accent, width: 2)),
          Label(
            "chance", x: domain.upperBound, y: 0, offset: (-4, size * 0.35), anchor: .end,
            size: size - 1, halo: true),
          Label(
            "rank correlation with the order at the end", x: 0, y: 1.02, offset: (0, -12),
            size: size, bold: true, color: Palette.ink),
        ])
    ]
  }

  private func panels(
    _ layer: Layer, _ place: (x: ClosedRange<Double>, top: Double), _ height: Double,
    _ size: Double
  ) -> [Panel] {
    let percents = stride(from: 1.0, through: 99, by: 2).map(\.self)
    func inner(_ values: [Double]) -> [Double] { percents.map { values[Int($0)] } }
    let reach = (layer.actual[1].magnitude, layer.actual[99].magnitude)
    let limit = max(max(reach.0, reach.1), 1e-12) * 1.45
    let frame = Frame(
      x: Scale(domain: 0...100, from: place.x.lowerBound, to: place.x.upperBound),
      y: Scale(domain: -limit...limit, from: place.top + height, to: place.top))
    let styles: [(Forecast, String, Style, ThemeColor)] = [
      (.persistence, "no change", .line(Palette.null, width: 1.75), Palette.muted),
      (.linear, "straight line", .line(Palette.herd, width: 1.5, dash: [2, 3]), Palette.herd),
      (.logarithmic, "logarithmic", .line(Palette.accent, width: 2), Palette.accent),
    ]
    let lines: [any Mark] =
      styles.map { method, _, style, _ in
        Line(
          x: percents, y: inner(layer.forecasts.first { $0.method == method }?.percentiles ?? []),
          style: style)
      } + [Line(x: percents, y: inner(layer.actual), style: .line(Palette.ink, width: 1.25))]
    var legend: [any Mark] = [
      Label(
        "generation \(Words.count(layer.end)), as it came", x: 0, y: limit,
        offset: (8, size + 2), size: size - 1, bold: true, color: Palette.ink, halo: true)
    ]
    for (index, (method, name, _, color)) in styles.enumerated() {
      legend.append(
        Label(
          "\(name), off by \(Words.value(error(layer, method), 2))", x: 0, y: limit,
          offset: (8, (size + 4) * Double(index + 2)), size: size - 1, bold: true, color: color,
          halo: true))
    }
    return [
      Panel(
        frame,
        [
          Axis(.left, grid: true, size: size), Axis(.bottom, title: "percentile", size: size),
          Label(
            "weights of layer \(layer.number), told at generation \(Words.count(layer.known))",
            x: 0, y: limit, offset: (0, -12), size: size, bold: true, color: Palette.ink),
        ]), Panel(frame, clips: true, lines), Panel(frame, legend),
    ]
  }
}
