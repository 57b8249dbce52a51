/// The middle value, or the mean of the two in the middle; NaN of nothing.
///
/// Infinities are values: of a run that never got there. Where the two in the middle are −∞ and +∞,
/// as many lie on either side, and the median is 0. No value is NaN.
package func median(_ values: [Double]) -> Double {
  guard !values.isEmpty else { return .nan }
  let ascending = values.sorted()
  let upper = ascending[ascending.count / 2]
  guard ascending.count.isMultiple(of: 2) else { return upper }
  let lower = ascending[ascending.count / 2 - 1]
  if lower == upper { return lower }
  return lower == -.infinity && upper == .infinity ? 0 : (lower + upper) / 2
}

/// The arithmetic mean; NaN of nothing, and where a value is infinite.
package func mean(_ values: [Double]) -> Double {
  guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return .nan }
  return values.reduce(0, +) / Double(values.count)
}

/// The deviation of a sample, over n − 1; NaN of fewer than two values, and where one is infinite.
package func sampleDeviation(_ values: [Double]) -> Double {
  let mean = mean(values)
  guard values.count > 1, !mean.isNaN else { return .nan }
  let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  return (squares / Double(values.count - 1)).squareRoot()
}
