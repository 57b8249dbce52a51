import HerdbookNumerics

/// How the numbers of two tensors of one shape differ, place by place.
package struct TensorDifference: Sendable, Equatable {
  package let count: Int
  /// Numbers with other bits.
  package let changed: Int
  /// Of them those that the tolerance does not allow.
  package let beyond: Int
  /// L2, in binary64; NaN where a number is.
  package let distance: Double
  /// The largest magnitude of a difference; NaN where a number is.
  package let largest: Double
  /// The most steps between two numbers; nil where one of the two is NaN.
  package let ulps: UInt32?
  /// Whether a number becomes one of the other sign: the steps between them then tell nothing of how far
  /// they lie apart.
  package let changesSign: Bool

  package init(_ first: [Float], _ second: [Float], tolerance: Tolerance) {
    precondition(first.count == second.count, "tensors of one shape are compared")
    var (changed, beyond, squares, largest) = (0, 0, 0.0, 0.0)
    var steps: UInt32? = 0
    var changesSign = false
    for (a, b) in zip(first, second) where a.bitPattern != b.bitPattern {
      changed += 1
      let difference = Double(a) - Double(b)
      if tolerance.isExact || !tolerance.allows(Double(a), Double(b)) { beyond += 1 }
      if a == b || (a.isNaN && b.isNaN) { continue }
      if (a < 0 && b > 0) || (a > 0 && b < 0) { changesSign = true }
      squares += difference * difference
      largest = largest.isNaN || difference.isNaN ? .nan : max(largest, difference.magnitude)
      if let known = steps { steps = HerdbookNumerics.ulps(a, b).map { max(known, $0) } }
    }
    count = first.count
    self.changed = changed
    self.beyond = beyond
    distance = squares.squareRoot()
    self.largest = largest
    ulps = steps
    self.changesSign = changesSign
  }
}
