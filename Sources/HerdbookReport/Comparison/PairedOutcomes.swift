import HerdbookAnalysis
import HerdbookModel

/// What came out of two bundles in test accuracy, and whether it matters: run by run under the same seed, of the variants
/// that both have, else of the best of either.
struct PairedOutcomes {
  /// A variant of both, or one of each.
  struct Row {
    /// The variant; both where they are two.
    let name: String
    /// Whether the two were chosen as the best of either, because no variant is in both.
    let isCrossed: Bool
    /// Medians over all runs.
    let a: Double
    let b: Double
    /// B less A, seed by seed.
    let differences: [Double]
    /// Of the pairs, or of the medians where there is none.
    let difference: Double
    let interval: ClosedRange<Double>?
    /// After the correction.
    let p: Double
    /// The largest difference that the spec counts as none.
    let noise: Double
    let finding: OutcomeDifference.Finding
    let way: OutcomeDifference.Way?
  }

  static let metric = Experiment.Compare.Metric.testAccuracy

  let comparison: Comparison
  let comparability: Comparability
  let rows: [Row]
  /// All variants of both, ranked.
  let contest: Contest

  init(_ comparison: Comparison, _ comparability: Comparability, threads: Int) {
    let column = Self.metric.rawValue
    self.comparison = comparison
    self.comparability = comparability
    contest = Contest(
      comparison.contenders.first + comparison.contenders.second, columns: [column],
      ranking: column, threads: threads)
    let common = comparison.outcomes.filter { $0.metric == Self.metric }.map { outcome in
      let contender = comparison.contenders.second.first { $0.variant == outcome.variant }
      return Row(outcome, noise: contender?.rule(of: column).tolerance ?? 0)
    }
    rows = common.isEmpty ? Self.crossed(contest).map { [$0] } ?? [] : common
  }

  /// Whether a row is one of A.
  static func isOfFirst(_ row: Contest.Row) -> Bool {
    row.contender.bundle == ComparedSide.Letter.a.rawValue
  }

  /// The best of either held against each other.
  private static func crossed(_ contest: Contest) -> Row? {
    let ranked = contest.rows.filter { $0.rank != nil }
    guard let a = ranked.first(where: isOfFirst), let b = ranked.first(where: { !isOfFirst($0) })
    else { return nil }
    return Row(a.contender, b.contender)
  }

  /// The row that the page begins with: the largest difference, one beyond noise before others.
  var headline: Row? {
    func size(_ row: Row) -> Double { row.difference.isNaN ? -1 : row.difference.magnitude }
    let found = rows.filter { $0.finding == .beyondNoise }
    return (found.isEmpty ? rows : found).enumerated()
      .max { (size($0.element), -$0.offset) < (size($1.element), -$1.offset) }?.element
  }
}

extension PairedOutcomes.Row {
  fileprivate init(_ outcome: OutcomeDifference, noise: Double) {
    self.init(
      name: outcome.variant, isCrossed: false, a: outcome.first, b: outcome.second,
      differences: outcome.differences, difference: outcome.difference, interval: outcome.interval,
      p: outcome.corrected, noise: noise, finding: outcome.finding(noise: noise), way: outcome.way)
  }

  /// Two variants as `compare` holds them against each other.
  fileprivate init(_ a: Contender, _ b: Contender) {
    let column = PairedOutcomes.metric.rawValue
    let contest = Contest([a, b], columns: [column], ranking: column, baseline: 0, threads: 1)
    let medians = [a, b].map { own in
      contest.rows.first { $0.contender.bundle == own.bundle }?.cells[0].median ?? .nan
    }
    let standing = contest.rows.first { !PairedOutcomes.isOfFirst($0) }?.standing
    let found = standing?.difference
    let mine = Dictionary(zip(a.seeds, a.values(in: column))) { first, _ in first }
    let rule = b.rule(of: column)
    let difference = found?.median ?? medians[1] - medians[0]
    self.init(
      name: "\(a.variant), \(b.variant)", isCrossed: true, a: medians[0], b: medians[1],
      differences: zip(b.seeds, b.values(in: column)).map { $1 - (mine[$0] ?? .nan) }
        .filter { !$0.isNaN }, difference: difference, interval: found?.interval,
      p: found?.corrected ?? .nan, noise: rule.tolerance, finding: found?.finding ?? .untold,
      way: OutcomeDifference.Way(difference, rule.better))
  }
}
