package import HerdbookModel
import HerdbookNumerics

/// What the runs of one variant came to in one metric, and how far from the baseline that is.
package struct VariantOutcome: Sendable, Equatable {
  /// What is said of a difference.
  package enum Verdict: String, Sendable {
    case better
    case worse
    /// None that is beyond chance and beyond the tolerance.
    case noDifference = "none"
  }

  /// Of the variant less the baseline, replicate by replicate.
  package struct Difference: Sendable, Equatable {
    /// Replicates in which both have a value.
    package let pairs: Int
    package let median: Double
    package let interval: ClosedRange<Double>?
    /// NaN of fewer than five pairs, which are not compared.
    package let p: Double
    /// The test that p is of.
    package let test: PairedTests.Test
    /// After Holm's correction over all comparisons of the plan.
    package fileprivate(set) var corrected = Double.nan
    /// Nil where nothing is compared.
    package fileprivate(set) var verdict: Verdict?
    fileprivate let mean: Double
  }

  package let variant: String
  package let rule: Experiment.Compare.Rule
  /// Runs that have a value.
  package let runs: Int
  package let mean: Double
  package let deviation: Double
  package let median: Double
  package let interval: ClosedRange<Double>?
  /// Nil for the baseline.
  package fileprivate(set) var difference: Difference?
}

/// A difference counts where p is at most this after the correction.
private let level = 0.05

/// Whether a difference is one that chance does not explain, larger than the tolerance, in the median as in
/// the mean; a mean that does not exist is left out.
///
/// - Parameter p: after the correction.
func isBeyondNoise(p: Double, median: Double, mean: Double, tolerance: Double) -> Bool {
  p <= level && median.magnitude > tolerance && (mean.isNaN || (mean < 0) == (median < 0))
}

/// Whether a difference is not found for want of pairs alone: all differ one way, and p, as small as so many pairs can
/// give it, is too large.
func isLeast(p: Double, corrected: Double, pairs: Int) -> Bool {
  corrected > level && p <= PairedTests.least(pairs)
}

/// All variants of a plan of several runs in all metrics of its comparison: variant by variant, in the order
/// of the plan; empty of a single run.
///
/// A target that a run did not reach is reached at infinity, and the fitness of a run whose networks all
/// diverged is −∞: such runs count in medians, differences and tests, and rob the variant of its mean. Where
/// both of a pair are infinite they are tied. What does not exist for another reason is left out, with
/// its pair. Tests are those of `PairedTests`, from five pairs on.
///
/// - Parameter values: of a metric, run by run; NaN where there is none.
package func compareVariants<Failure: Error>(
  of plan: Plan, threads: Int,
  values: (Experiment.Compare.Metric) throws(Failure) -> [Double]
) throws(Failure) -> [VariantOutcome] {
  guard let comparison = plan.comparison else { return [] }
  let replicates = 1 + (plan.runs.map(\.replicate).max() ?? 0)
  // By rule, then by variant and replicate.
  var known: [[String: [Double]]] = []
  for rule in comparison.rules {
    let all = try values(rule.metric)
    precondition(all.count == plan.runs.count, "each run has a place")
    var byVariant: [String: [Double]] = [:]
    for (run, value) in zip(plan.runs, all) {
      byVariant[run.variant, default: Array(repeating: .nan, count: replicates)][run.replicate] =
        rule.metric.outcome(
          value, hasTarget: plan.variant(of: run).experiment.fitness.target != nil)
    }
    known.append(byVariant)
  }
  let seed = plan.experiment.seed
  let cells = plan.variants.flatMap { variant in
    zip(comparison.rules, known).map { rule, values in
      (
        rule: rule, variant: variant.name, own: values[variant.name] ?? [],
        baseline: variant.name == comparison.baseline ? nil : values[comparison.baseline]
      )
    }
  }
  var outcomes = parallelMap(count: cells.count, threads: threads) { index in
    let cell = cells[index]
    return VariantOutcome(
      cell.variant, cell.rule, cell.own, against: cell.baseline, seed: seed)
  }
  let corrected = holm(outcomes.map { $0.difference?.p ?? .nan })
  for place in outcomes.indices { outcomes[place].conclude(corrected[place]) }
  return outcomes
}

extension Experiment.Compare.Metric {
  /// A value as it is compared, from that of the summary.
  ///
  /// - Parameter hasTarget: whether the run had `fitness.target`.
  package func outcome(_ value: Double, hasTarget: Bool) -> Double {
    guard value.isNaN else { return value }
    if isOfTarget { return hasTarget ? .infinity : .nan }
    return self == .fitness ? -.infinity : .nan
  }
}

extension VariantOutcome {
  fileprivate init(
    _ variant: String, _ rule: Experiment.Compare.Rule, _ own: [Double],
    against baseline: [Double]?,
    seed: UInt64
  ) {
    let values = own.filter { !$0.isNaN }
    self.variant = variant
    self.rule = rule
    runs = values.count
    mean = HerdbookAnalysis.mean(values)
    deviation = sampleDeviation(values)
    median = HerdbookAnalysis.median(values)
    interval = Bootstrap.medianInterval(of: values, seed: seed, threads: 1)
    difference = baseline.map { Difference(of: own, from: $0, seed: seed) }
  }

  fileprivate mutating func conclude(_ corrected: Double) {
    difference?.conclude(corrected, better: rule.better, tolerance: rule.tolerance)
  }
}

extension VariantOutcome.Difference {
  /// Of values and those of a baseline, place by place; where one is NaN there is no pair.
  init(of own: [Double], from baseline: [Double], seed: UInt64) {
    let differences = zip(own, baseline).filter { !$0.isNaN && !$1.isNaN }
      .map { $0 == $1 ? 0 : $0 - $1 }
    pairs = differences.count
    median = HerdbookAnalysis.median(differences)
    interval = Bootstrap.medianInterval(of: differences, seed: seed, threads: 1)
    p =
      differences.count < Bootstrap.fewestValues
      ? .nan : PairedTests.p(of: differences, seed: seed)
    test = PairedTests.Test(of: differences)
    mean = HerdbookAnalysis.mean(differences)
  }

  /// What is to be said of it.
  package var finding: OutcomeDifference.Finding {
    switch verdict {
    case .better, .worse: .beyondNoise
    case .noDifference:
      isLeast(p: p, corrected: corrected, pairs: pairs) ? .untold : .withinNoise
    case nil: .untold
    }
  }

  /// The verdict, of a difference that is beyond noise.
  mutating func conclude(
    _ corrected: Double, better: Experiment.Compare.Better, tolerance: Double
  ) {
    guard !p.isNaN else { return }
    self.corrected = corrected
    guard isBeyondNoise(p: corrected, median: median, mean: mean, tolerance: tolerance) else {
      verdict = .noDifference
      return
    }
    verdict = (median > 0) == (better == .higher) ? .better : .worse
  }
}
