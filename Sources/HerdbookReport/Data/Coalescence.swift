/// When a population is down to one founder, and how that stands to neutral ones of the same size and replacement.
extension Generations {
  /// The generation from which one founder is left; nil where more are.
  package var oneFounder: Double? {
    founders.firstIndex { $0 <= 1 }.map { generation[$0] }
  }
}

extension BundleRun.Drift {
  /// Against 95 % of neutral populations.
  package enum Pace: Sendable { case faster, slower, alike }

  /// The generation in which 2.5 %, half and 97.5 % of neutral populations are down to one founder; nil where they do
  /// not get there.
  package var oneFounder: (first: Double?, half: Double?, nearlyAll: Double?) {
    func first(_ founders: [Double]?) -> Double? {
      founders?.firstIndex { $0 <= 1 }.map { generation[$0] }
    }
    let band = bands["founders"]
    return (first(band?.low), first(band?.median), first(band?.high))
  }

  /// How fast founders were lost: when one was left, or where more are, how many at the end. Nil where drift does not
  /// tell of founders.
  package func pace(of run: Generations) -> Pace? {
    guard let band = bands["founders"], let fewest = band.low.last, let most = band.high.last else {
      return nil
    }
    if let one = run.oneFounder {
      if one < oneFounder.first ?? .infinity { return .faster }
      return one > oneFounder.nearlyAll ?? .infinity ? .slower : .alike
    }
    let left = run.founders[run.last]
    return left < fewest ? .faster : left > most ? .slower : .alike
  }
}
