package import HerdbookModel
import HerdbookNumerics

/// How a metric of the runs of one variant differs between two bundles.
package struct OutcomeDifference: Sendable, Equatable {
  package enum Way: String, Sendable {
    case better
    case worse

    /// Of a difference, second less first; nil without a sign, or where no way is better.
    package init?(_ difference: Double, _ better: Experiment.Compare.Better?) {
      guard let better, difference > 0 || difference < 0 else { return nil }
      self = (difference > 0) == (better == .higher) ? .better : .worse
    }
  }

  package let variant: String
  package let metric: Experiment.Compare.Metric
  /// Nil where the two measure different things.
  package let better: Experiment.Compare.Better?
  /// Runs that have a value, and its median; NaN of none.
  package let firstRuns: Int
  package let secondRuns: Int
  package let first: Double
  package let second: Double
  /// Of the runs under the same seed, second less first, in the order of the runs.
  package let differences: [Double]
  /// Pairs of runs under the same seed.
  package var pairs: Int { differences.count }
  /// Second less first: the median over the pairs, or the difference of the medians where there is no
  /// pair.
  package let difference: Double
  /// Of the median over the pairs, 95 %; nil of fewer than five.
  package let interval: ClosedRange<Double>?
  /// Of the pairs, see `PairedTests`; NaN of fewer than five, and where all differ by one number: what the
  /// spec fixes, as a cost, is no matter of chance.
  package let p: Double
  /// After Holm's correction over all rows that have a p, fitness that is validation accuracy counted once
  /// with it.
  package fileprivate(set) var corrected = Double.nan
  /// Whether a pair, or a median, differs beyond the tolerance.
  package let isChanged: Bool

  /// Nil where neither is better.
  package var way: Way? { Way(difference, better) }

  /// What is to be said of a difference.
  package enum Finding: Sendable, Equatable {
    /// None beyond the tolerance of the comparison.
    case same
    /// Of fewer than five pairs, which are not tested, or of so few that p cannot be smaller than it is.
    case untold
    /// One that chance explains, or that the spec counts as none.
    case withinNoise
    case beyondNoise
  }

  /// - Parameter noise: the largest difference that the spec counts as none.
  package func finding(noise: Double) -> Finding {
    guard isChanged else { return .same }
    guard pairs >= Bootstrap.fewestValues else { return .untold }
    // What differs by one number in all pairs is no matter of chance.
    let corrected = corrected.isNaN ? 0 : corrected
    if isBeyondNoise(
      p: corrected, median: difference, mean: mean(differences), tolerance: noise)
    {
      return .beyondNoise
    }
    return isLeast(p: p, corrected: corrected, pairs: pairs) ? .untold : .withinNoise
  }

  /// A metric of one variant, before it is compared: values of runs, as they are compared (see
  /// `Metric.outcome`), NaN where there is none.
  package struct Cell: Sendable {
    package var variant: String
    package var metric: Experiment.Compare.Metric
    package var better: Experiment.Compare.Better?
    package var first: [Double]
    package var second: [Double]
    /// Places in `first` and `second` of runs under the same seed.
    package var pairs: [(first: Int, second: Int)]

    package init(
      variant: String, metric: Experiment.Compare.Metric, better: Experiment.Compare.Better?,
      first: [Double], second: [Double], pairs: [(first: Int, second: Int)]
    ) {
      self.variant = variant
      self.metric = metric
      self.better = better
      self.first = first
      self.second = second
      self.pairs = pairs
    }
  }

  fileprivate init(_ cell: Cell, tolerance: Tolerance, seed: UInt64) {
    let (mine, theirs) = (cell.first.filter { !$0.isNaN }, cell.second.filter { !$0.isNaN })
    let paired = cell.pairs.map { (cell.first[$0.first], cell.second[$0.second]) }
    // Equal infinities are tied.
    let differences = paired.filter { !$0.0.isNaN && !$0.1.isNaN }
      .map { $0.0 == $0.1 ? 0 : $0.1 - $0.0 }
    variant = cell.variant
    metric = cell.metric
    better = cell.better
    firstRuns = mine.count
    secondRuns = theirs.count
    first = median(mine)
    second = median(theirs)
    self.differences = differences
    difference =
      differences.isEmpty ? (first == second ? 0 : second - first) : median(differences)
    isChanged =
      !tolerance.allows(first, second)
      || paired.contains { !tolerance.allows($0.0, $0.1) }
    let isTested = isChanged && differences.count >= Bootstrap.fewestValues
    interval =
      isTested ? Bootstrap.medianInterval(of: differences, seed: seed, threads: 1) : nil
    let isFixed = differences.allSatisfy { $0.isFinite && $0 == differences[0] }
    p = isTested && !isFixed ? PairedTests.p(of: differences, seed: seed) : .nan
  }
}

/// Metric by metric in the order of the cells, with tests corrected over all of them.
package func compareOutcomes(
  _ cells: [OutcomeDifference.Cell], tolerance: Tolerance, seed: UInt64, threads: Int
) -> [OutcomeDifference] {
  var found = parallelMap(count: cells.count, threads: threads) {
    OutcomeDifference(cells[$0], tolerance: tolerance, seed: seed)
  }
  let twins = cells.map { cell in
    cells.firstIndex { $0.metric == .validationAccuracy && cell.isFitness(of: $0) }
  }
  let corrected = holm(zip(found, twins).map { $1 == nil ? $0.p : .nan })
  for place in found.indices { found[place].corrected = corrected[twins[place] ?? place] }
  return found
}

extension OutcomeDifference.Cell {
  /// Whether this is fitness, and has the numbers of another metric of the variant; tables hold fitness in
  /// binary32.
  fileprivate func isFitness(of other: Self) -> Bool {
    func isSame(_ mine: [Double], _ theirs: [Double]) -> Bool {
      mine.count == theirs.count
        && zip(mine, theirs).allSatisfy { Float($0) == Float($1) || ($0.isNaN && $1.isNaN) }
    }
    return metric == .fitness && variant == other.variant && isSame(first, other.first)
      && isSame(second, other.second)
  }
}
