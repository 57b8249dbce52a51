/// How far two distributions lie apart, from their quantiles at the same evenly spaced levels from 0 to 1,
/// between which both run straight.
package struct QuantileDistance: Sendable, Equatable {
  /// The largest difference of two quantiles, with its sign: second less first; the lowest of equal ones.
  package let largest: Double
  /// Its place among the levels.
  package let place: Int
  /// Wasserstein-1: what it costs to move one distribution onto the other, mass times distance.
  package let wasserstein: Double

  package init(_ first: [Double], _ second: [Double]) {
    precondition(
      first.count == second.count && first.count > 1, "levels are the same, 0 and 1 among them")
    let differences = zip(first, second).map { $1 - $0 }
    var place = 0
    for other in differences.indices
    where differences[other].magnitude > differences[place].magnitude {
      place = other
    }
    var area = 0.0
    for (a, b) in zip(differences, differences.dropFirst()) {
      area += meanMagnitude(from: a, to: b)
    }
    largest = differences[place]
    self.place = place
    wasserstein = area / Double(differences.count - 1)
  }
}

/// The mean magnitude along the straight line from one number to another; where it crosses 0, a triangle lies on either
/// side.
func meanMagnitude(from a: Double, to b: Double) -> Double {
  let sum = a.magnitude + b.magnitude
  return a * b >= 0 ? sum / 2 : (a * a + b * b) / (2 * sum)
}
