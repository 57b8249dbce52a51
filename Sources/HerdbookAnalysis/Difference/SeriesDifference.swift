/// How a measure of two runs differs, generation by generation; NaN is a value that does not exist.
package struct SeriesDifference: Sendable, Equatable {
  /// The first generation in which the tolerance does not allow it; nil where it allows all that both
  /// have.
  package let parting: Int?
  /// In the last generation of either run.
  package let first: Double
  package let second: Double
  /// Second less first, the mean over the generations in which both exist: the area between the curves
  /// over their length; 0 where only rounding is left of it, NaN where there is none.
  package let mean: Double
  /// Whether it differs in a generation that both have, or at the end of a longer one.
  package let isChanged: Bool

  package init(_ first: [Double], _ second: [Double], tolerance: Tolerance) {
    let common = 0..<min(first.count, second.count)
    parting = common.first { !tolerance.allows(first[$0], second[$0]) }
    self.first = first.last ?? .nan
    self.second = second.last ?? .nan
    let finite = common.filter { first[$0].isFinite && second[$0].isFinite }
    let difference = HerdbookAnalysis.mean(finite.map { second[$0] - first[$0] })
    let magnitude = HerdbookAnalysis.mean(
      finite.map { max(first[$0].magnitude, second[$0].magnitude) })
    mean = difference.magnitude <= magnitude * 1e-15 ? 0 : difference
    isChanged = parting != nil || !tolerance.allows(self.first, self.second)
  }
}
