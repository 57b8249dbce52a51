package import HerdbookModel

/// `variants.csv`, row by row, and the values of single runs behind it.
package struct VariantRows {
  package struct Row {
    package let variant: String
    package let metric: Experiment.Compare.Metric
    package let isHigherBetter: Bool
    package let tolerance: Double
    package let runs: Int
    package let mean: Double
    package let deviation: Double
    package let median: Double
    /// NaN where there are too few runs for an interval.
    package let low: Double
    package let high: Double
    /// What is said against the baseline; nil for the baseline itself.
    package let difference: Difference?
    /// Of the runs that have one; an unreached target, or a fitness that is none, has none.
    package let values: [Double]

    /// Runs that count as infinite: an unreached target, or a fitness of networks that all diverged.
    package var infinite: Int { max(0, runs - values.count) }
  }
  package struct Difference {
    package let pairs: Int
    package let median: Double
    package let low: Double
    package let high: Double
    package let p: Double
    package let corrected: Double
    /// `better`, `worse`, `none`, or empty where nothing is compared.
    package let verdict: String

    /// Whether there is a difference, one way or the other.
    package var isFound: Bool { verdict == "better" || verdict == "worse" }
  }

  /// In the order of the plan, the primary metric of each variant first.
  package let rows: [Row]
  /// The variant that others are held against, where there are others.
  package let baseline: String?
  package let primary: Experiment.Compare.Metric

  /// Nil where the bundle has no such table, or nothing in it.
  package init?(_ contents: BundleContents) throws {
    guard contents.runs.count > 1, let table = try contents.table("variants.csv"),
      let summary = try contents.table("summary.csv")
    else { return nil }
    let path = "variants.csv"
    let columns = Columns(path: path, table: table)
    let runs = Columns(path: "summary.csv", table: summary)
    let ofRuns = runs.has("variant") ? try runs.texts("variant") : []
    let variants = try columns.texts("variant")
    let metrics = try columns.texts("metric")
    let better = try columns.texts("better")
    let baselines = try columns.texts("baseline")
    let verdicts = try columns.texts("verdict")
    let counts = try columns.integers("runs")
    let pairs = try columns.optionalIntegers("pairs")
    func reals(_ name: String) throws(ReportError) -> [Double] { try columns.reals(name) }
    let (tolerance, mean, deviation, median) = (
      try reals("tolerance"), try reals("mean"), try reals("sd"), try reals("median")
    )
    let (low, high) = (try reals("low"), try reals("high"))
    let (difference, lowest, highest) = (
      try reals("difference"), try reals("difference_low"), try reals("difference_high")
    )
    let (p, corrected) = (try reals("p"), try reals("p_holm"))
    var rows: [Row] = []
    for row in variants.indices {
      guard let metric = Experiment.Compare.Metric(rawValue: metrics[row]) else {
        throw ReportError.cell(path: path, row: row + 1, column: "metric", text: metrics[row])
      }
      let all = runs.has(metric.column) ? try runs.reals(metric.column) : []
      rows.append(
        Row(
          variant: variants[row], metric: metric, isHigherBetter: better[row] == "higher",
          tolerance: tolerance[row], runs: counts[row], mean: mean[row], deviation: deviation[row],
          median: median[row], low: low[row], high: high[row],
          difference: pairs[row].map { pairs in
            Difference(
              pairs: pairs, median: difference[row], low: lowest[row], high: highest[row],
              p: p[row],
              corrected: corrected[row], verdict: verdicts[row])
          },
          values: zip(ofRuns, all).filter { $0 == variants[row] && $1.isFinite }.map(\.1)))
    }
    guard let first = rows.first else { return nil }
    self.rows = rows
    primary = first.metric
    baseline = baselines.first { !$0.isEmpty }
  }

  /// The rows of the primary metric, a variant each.
  package var ofPrimary: [Row] { rows.filter { $0.metric == primary } }
  /// At most `count` of them, in the order of the plan: the baseline, and others evenly over the ranks of their
  /// medians.
  package func shown(atMost count: Int) -> [Row] {
    let all = ofPrimary
    let others = all.indices.filter { all[$0].difference != nil }
      .sorted { (all[$0].median, $0) < (all[$1].median, $1) }
    let kept = Set(Words.evenly(others.count, atMost: count - 1).map { others[$0] })
    return all.indices.filter { all[$0].difference == nil || kept.contains($0) }.map { all[$0] }
  }

  /// Comparisons that were made: the family of Holm's correction.
  package var comparisons: Int { rows.count { !($0.difference?.p.isNaN ?? true) } }
}
