import HerdbookNumerics

/// When two numbers count as the same: where any of the bounds that are given allows it.
package struct Tolerance: Sendable, Equatable {
  /// The largest difference; nil for no such bound.
  package var absolute: Double?
  /// The largest difference over the larger magnitude.
  package var relative: Double?
  /// The most steps between binary32 numbers; whole numbers, which may be counts, are not rounded.
  package var ulps: UInt32?

  package init(absolute: Double? = nil, relative: Double? = nil, ulps: UInt32? = nil) {
    self.absolute = absolute
    self.relative = relative
    self.ulps = ulps
  }

  /// Whether only equal numbers are the same.
  package var isExact: Bool { absolute == nil && relative == nil && ulps == nil }

  /// NaN is the same as NaN alone, an infinity as itself alone.
  package func allows(_ a: Double, _ b: Double) -> Bool {
    if a == b || (a.isNaN && b.isNaN) { return true }
    guard a.isFinite, b.isFinite else { return false }
    let difference = (a - b).magnitude
    if let absolute, difference <= absolute { return true }
    if let relative, difference <= relative * max(a.magnitude, b.magnitude) { return true }
    guard let ulps, a.rounded() != a || b.rounded() != b,
      let steps = HerdbookNumerics.ulps(Float(a), Float(b))
    else { return false }
    return steps <= ulps
  }
}
