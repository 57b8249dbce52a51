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
    let medians = parallelMap(count: resamples, threads: threads) { resample in
      var stream = RandomStream(seed: seed, purpose: .bootstrap, individual: UInt32(resample))
      return median(values.indices.map { _ in values[stream.bounded(values.count)] })
    }
    let ascending = medians.sorted()
    let outside = resamples / 40
    return ascending[outside]...ascending[resamples - 1 - outside]
  }
}
