import HerdbookCharts
import HerdbookModel

/// F16 within a bundle: how do the variants compare, or how much do seeds differ?
package struct VariantsFigure {
  static let id = "variants"

  package let data: VariantRows
  /// The validation accuracy that is waited for, where all variants have one.
  private let target: Double?
  /// One for each variant, of the primary metric.
  private let rows: [VariantRows.Row]

  /// Nil where the bundle has a single run.
  package init?(_ contents: BundleContents) throws {
    guard let data = try VariantRows(contents) else { return nil }
    self.data = data
    target = contents.number("fitness.target")
    rows = data.ofPrimary
  }

  private var metric: Experiment.Compare.Metric { data.primary }
  /// Those that were compared with the baseline.
  private var compared: [(row: VariantRows.Row, difference: VariantRows.Difference)] {
    rows.compactMap { row in
      row.difference.flatMap { $0.p.isNaN ? nil : (row, $0) }
    }
  }

  package var figure: Figure {
    var tables = [table(rows, caption: "The numbers: \(metric.words)")]
    let others = data.rows.filter { $0.metric != metric }
    if !others.isEmpty { tables.append(table(others, caption: "Other metrics")) }
    return Figure(
      id: Self.id, short: "Variants",
      question: rows.count > 1 ? "How do the variants compare?" : "How much do seeds differ?",
      finding: finding,
      body: rows.contains { !$0.values.isEmpty } ? Layout.drawn(VariantsPlot(data).plot) : "",
      notes: notes, tables: tables, budget: 120_000)
  }

  // MARK: finding

  private var finding: HTML {
    guard rows.contains(where: { !$0.values.isEmpty }) else {
      return "No run has a value of \(metric.words)."
    }
    guard rows.count > 1 else { return spread(of: rows[0]) }
    guard !compared.isEmpty, let baseline = rows.first(where: { $0.difference == nil }) else {
      return uncompared
    }
    let found = compared.filter { $0.difference.isFound }
    let better = found.filter { $0.difference.verdict == "better" }
    // The largest difference, of equals the one with the smaller p.
    let largest = (better.isEmpty ? found : better).max { one, other in
      let (a, b) = (one.difference, other.difference)
      return (a.median.magnitude, -a.corrected) < (b.median.magnitude, -b.corrected)
    }
    guard let (row, difference) = largest else { return noDifference(from: baseline) }
    let interval = "(\(metric.signed(difference.low)) to \(metric.signed(difference.high)))"
    let counted: HTML =
      compared.count == 1
      ? ""
      : """
       Of \(compared.count) variants \(better.count) \(Words.verb(better.count, "is", "are")) better than \(baseline.variant), \
      \(found.count - better.count) \(Words.verb(found.count - better.count, "is", "are")) worse, \(compared.count - found.count) cannot be told from it.
      """
    return """
      The median of \(metric.words) is \(metric.text(row.median)) with \(row.variant), against \
      \(metric.text(baseline.median)) with \(baseline.variant); paired by seed the median difference is \
      \(metric.signed(difference.median)) \(interval), \(Words.p(difference.corrected)) after Holm over \
      \(Words.plural(data.comparisons, "comparison")).\(counted)
      """
  }

  private func spread(of row: VariantRows.Row) -> HTML {
    let values = row.values.sorted()
    let ends = "\(metric.text(values[0])) to \(metric.text(values[values.count - 1]))"
    let interval: HTML =
      row.low.isNaN
      ? "" : ", 95 % interval \(metric.text(row.low)) to \(metric.text(row.high))"
    return """
      The median \(metric.words) of \(Words.plural(row.runs, "run")) is \
      \(metric.text(row.median))\(interval); single runs have \(ends)\(infinite(row)).
      """
  }

  private func infinite(_ row: VariantRows.Row) -> HTML {
    row.infinite == 0 ? "" : ", \(row.infinite) \(metric.infiniteWords)"
  }

  /// Below five seeds nothing is compared, and no word is used that does.
  private var uncompared: HTML {
    let seeds = rows.map(\.runs).max() ?? 0
    let few: HTML =
      seeds == 1 ? "one seed each" : "\(seeds) seeds each, where a test asks for five"
    let medians = rows.filter { $0.median.isFinite }.sorted { $0.median < $1.median }
    guard let first = medians.first, let last = medians.last else {
      return "No comparison: \(few)."
    }
    let what: HTML = seeds == 1 ? "The \(metric.words)" : "The median \(metric.words)"
    return """
      No comparison: \(few). \(what) is \(metric.text(first.median)) of \(first.variant) to \
      \(metric.text(last.median)) of \(last.variant).
      """
  }

  private func noDifference(from baseline: VariantRows.Row) -> HTML {
    let smallest = compared.map(\.difference.corrected).min() ?? .nan
    return """
      No variant differs from \(baseline.variant) in \(metric.words) beyond chance and tolerance: the \
      smallest p after Holm over \(Words.plural(data.comparisons, "comparison")) is \
      \(Decimal.significant(smallest, 2)).
      """
  }

  // MARK: notes

  private var notes: HTML {
    var text: HTML = """
      Each dot is the champion of one run; where dots would touch they are piled up.\(rows.contains { $0.runs > 1 } ? " Upright stroke: median." : "")
      """
    if metric.isOfTarget, let target {
      text +=
        " The target: a validation accuracy of \(Decimal.fixed(target, decimals: 4, trimmed: true))."
    }
    if rows.contains(where: { !$0.low.isNaN }) {
      text += """
         Line: 95 % bootstrap interval of the median, 10,000 resamples.
        """
    }
    if rows.contains(where: { $0.infinite > 0 }) {
      text +=
        metric.isOfTarget
        ? """
         A run that did not reach the target counts as one that reaches it at infinity, in medians and \
        differences. It has no dot; a line to the edge goes on to ∞, and a difference of ∞ stands there.
        """
        : " A run whose networks all diverged counts as −∞, drawn at the edge."
    }
    if !compared.isEmpty { text += comparisonNote }
    let plot = VariantsPlot(data)
    let drawn = plot.rows.count
    if drawn < rows.count {
      text += """
         Drawn are \(drawn) of \(rows.count) variants: the baseline, and others evenly over the ranks of \
        their medians; the table has all.
        """
    }
    if plot.areNamesShortened {
      text +=
        " Long names are shortened in the middle, and where all begin alike, at the beginning."
    }
    return text
  }

  private var comparisonNote: HTML {
    let pairs = compared.map(\.difference.pairs).min() ?? 0
    let tolerance = rows[0].tolerance
    let beyond: HTML = tolerance > 0 ? " of more than \(metric.text(tolerance))" : ""
    var text: HTML = """
       Differences are of runs under the same seed, \(pairs) pairs or more; a filled dot is a median difference\(beyond) \
      with p at most 0.05. p is of the sign-flip test of the mean difference, of the sign test \
      where a difference is infinite, after Holm’s correction over the \
      \(Words.plural(data.comparisons, "comparison")) of this page.
      """
    // The smallest p that an exact test of so few pairs can give.
    let least = pairs <= 16 ? 2 / Double(1 << pairs) : 0
    if least * Double(data.comparisons) > 0.05 {
      text += """
         With \(pairs) pairs p is at least \(Decimal.significant(least, 2)), and \
        \(Decimal.significant(min(1, least * Double(data.comparisons)), 2)) after the correction at its \
        strictest: more seeds are needed to tell variants apart.
        """
    }
    return text
  }

  // MARK: table

  private func table(_ rows: [VariantRows.Row], caption: String) -> NumberTable {
    let kept = Words.evenly(rows.count, atMost: 60).map { rows[$0] }
    let isCompared = rows.contains { $0.difference != nil }
    let several = Set(kept.map(\.metric)).count > 1 || kept.first?.metric != metric
    let cut = kept.count < rows.count ? ", \(kept.count) of \(rows.count) rows" : ""
    return NumberTable(
      caption: caption + cut,
      header: ["variant"] + (several ? ["metric"] : [])
        + ["runs", "mean", "sd", "median", "low", "high"]
        + (isCompared
          ? ["pairs", "difference", "low", "high", "p", "p after Holm", "verdict"] : []),
      rows: kept.map { row in
        [row.variant] + (several ? [row.metric.words] : []) + cells(row)
          + (isCompared ? cells(row.difference, row.metric) : [])
      }, source: "variants.csv")
  }

  private func cells(_ row: VariantRows.Row) -> [String] {
    ["\(row.runs)", row.metric.text(row.mean), Words.value(row.deviation)]
      + [row.median, row.low, row.high].map(row.metric.text)
  }

  private func cells(
    _ difference: VariantRows.Difference?, _ metric: Experiment.Compare.Metric
  ) -> [String] {
    guard let difference else { return ["baseline"] + [String](repeating: "", count: 6) }
    return ["\(difference.pairs)"]
      + [difference.median, difference.low, difference.high].map(metric.signed)
      + [difference.p, difference.corrected].map { Words.value($0, 2) } + [difference.verdict]
  }
}
