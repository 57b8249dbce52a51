import HerdbookNumerics

/// Ways to tell later values of a series from its beginning that have nothing to be fitted elsewhere.
package enum Forecast: String, Sendable, CaseIterable {
  /// The last value that is known.
  case persistence
  /// The straight line of least squares.
  case linear
  /// The line of least squares over log(1 + time): fast at first, slower and slower.
  case logarithmic

  /// The value at a later time.
  ///
  /// - Parameters: times in ascending order, at least two; values at these.
  package func callAsFunction(_ times: [Double], _ values: [Double], at end: Double) -> Double {
    precondition(times.count == values.count && times.count > 1, "a trend takes two values")
    func line(_ scale: (Double) -> Double) -> Double {
      let x = times.map(scale)
      let (middle, mean) = (HerdbookAnalysis.mean(x), HerdbookAnalysis.mean(values))
      let spread = x.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
      let cross = zip(x, values).reduce(0) { $0 + ($1.0 - middle) * ($1.1 - mean) }
      return mean + cross / spread * (scale(end) - middle)
    }
    switch self {
    case .persistence: return values[values.count - 1]
    case .linear: return line { $0 }
    case .logarithmic: return line { Elementary.log(1 + $0) }
    }
  }
}

/// Spearman's rank correlation (1904), equal values with the mean of their ranks; NaN where one side is all equal.
package func rankCorrelation(_ first: [Double], _ second: [Double]) -> Double {
  correlation(ranks(first), ranks(second))
}

/// Spearman's rank correlation within groups: of the ranks among the members of each, less their mean, all together.
///
/// What groups differ in plays no part. With all in one group it is `rankCorrelation`.
package func rankCorrelation(
  _ first: [Double], _ second: [Double], within groups: [String]
) -> Double {
  precondition(groups.count == first.count, "each value has a group")
  var members: [String: [Int]] = [:]
  for (place, group) in groups.enumerated() { members[group, default: []].append(place) }
  func centered(_ values: [Double]) -> [Double] {
    var centered = values
    for places in members.values {
      for (place, rank) in zip(places, ranks(places.map { values[$0] })) {
        centered[place] = rank - Double(places.count - 1) / 2
      }
    }
    return centered
  }
  return correlation(centered(first), centered(second))
}

/// Pearson's correlation (1895); NaN where one side is all equal.
package func correlation(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count, "values are paired")
  let (meanA, meanB) = (mean(a), mean(b))
  let cross = zip(a, b).reduce(0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) }
  let (squaresA, squaresB) = (
    a.reduce(0) { $0 + ($1 - meanA) * ($1 - meanA) },
    b.reduce(0) { $0 + ($1 - meanB) * ($1 - meanB) }
  )
  return squaresA > 0 && squaresB > 0 ? cross / (squaresA * squaresB).squareRoot() : .nan
}

private func ranks(_ values: [Double]) -> [Double] {
  let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
  var ranks = [Double](repeating: 0, count: values.count)
  var start = 0
  while start < order.count {
    var end = start
    while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
    for place in start...end { ranks[order[place]] = Double(start + end) / 2 }
    start = end + 1
  }
  return ranks
}
