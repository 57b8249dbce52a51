import HerdbookNumerics

/// Intervals from resampling (Efron 1979, Annals of Statistics 7).
package enum Bootstrap {
  package static let resamples = 10_000
  /// Of fewer values the interval of a median says little more than the values themselves.
  package static let fewestValues = 5

  /// The 95 % percentile interval of the median (Efron and Tibshirani 1993, chapter 13): of the medians
  /// of 10,000 resamples, those that leave 250 on either side.
  ///
  /// Nil of fewer than five values. Resample i draws from (bootstrap, 0, i), the same places for all
  /// samples of one size, so that no other variant or metric changes an interval. An end may be
  /// infinite where values are.
  package static func medianInterval(
    of values: [Double], seed: UInt64, threads: Int
  ) -> ClosedRange<Double>? {
    guard values.count >= fewestValues else { return nil }
    // A resample is counted by the ranks of its values, which costs no sorting.
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    let sorted = order.map { values[$0] }
    var ranks = [Int](repeating: 0, count: values.count)
    for (rank, place) in order.enumerated() { ranks[place] = rank }
    let rankOf = ranks
    let medians = parallelMap(
      count: resamples, threads: threads,
      workspace: { [Int](repeating: 0, count: sorted.count) },
      body: { resample, counts in
        var stream = RandomStream(seed: seed, purpose: .bootstrap, individual: UInt32(resample))
        for rank in counts.indices { counts[rank] = 0 }
        for _ in rankOf { counts[rankOf[stream.bounded(rankOf.count)]] += 1 }
        return median(of: counts, sorted)
      })
    let ascending = medians.sorted()
    let outside = resamples / 40
    return ascending[outside]...ascending[resamples - 1 - outside]
  }

  /// The median of a resample: how often it has each of some ascending values.
  private static func median(of counts: [Int], _ ascending: [Double]) -> Double {
    let middle = ascending.count / 2
    var (seen, lower) = (0, 0)
    for (rank, count) in counts.enumerated() where count > 0 {
      if seen < middle { lower = rank }
      seen += count
      guard seen > middle else { continue }
      return ascending.count.isMultiple(of: 2)
        ? HerdbookAnalysis.median([ascending[lower], ascending[rank]]) : ascending[rank]
    }
    preconditionFailure("a resample has as many values as there are")
  }
}
