package import HerdbookModel
import HerdbookNumerics

/// The opponent is preferred where the mean of its last evaluations is better and Welch's t-test, two-sided,
/// finds the difference at p < 0.05 (Welch 1947).
///
/// With fewer than two evaluations of either there is no test and no copy. Where neither varies, any difference
/// counts. One that diverged is replaced by one that did not.
package struct WelchTest: Exploit {
  package static let neutralChance = 0.025
  /// Evaluations that an individual is judged by.
  package static let window = 10
  static let level = 0.05

  let histories: [[Double]]
  let direction: Experiment.Fitness.Direction

  /// - Parameter histories: the last evaluations of each position, copied with its weights.
  package init(histories: [[Double]], direction: Experiment.Fitness.Direction) {
    self.histories = histories
    self.direction = direction
  }

  package func prefers(_ opponent: Int, to individual: Int) -> Bool {
    let (theirs, own) = (histories[opponent], histories[individual])
    let hasDiverged = own.last?.isNaN ?? false
    if theirs.last?.isNaN ?? true || hasDiverged {
      return hasDiverged && theirs.last?.isNaN == false
    }
    guard theirs.count > 1, own.count > 1 else { return false }
    let (a, b) = (Moments(theirs), Moments(own))
    let isBetter = direction == .higher ? a.mean > b.mean : a.mean < b.mean
    guard isBetter else { return false }
    let (u, v) = (a.variance / a.count, b.variance / b.count)
    guard u + v > 0 else { return true }
    let t = (a.mean - b.mean) / (u + v).squareRoot()
    let degrees = (u + v) * (u + v) / (u * u / (a.count - 1) + v * v / (b.count - 1))
    return StudentT.twoSided(t, degrees: degrees) < Self.level
  }

  private struct Moments {
    let count: Double
    let mean: Double
    /// With n - 1.
    let variance: Double

    init(_ values: [Double]) {
      count = Double(values.count)
      let mean = values.reduce(0, +) / count
      self.mean = mean
      variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    }
  }
}
