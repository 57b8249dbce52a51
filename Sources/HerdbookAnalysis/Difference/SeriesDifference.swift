/// How a measure of two runs differs, generation by generation; NaN is a value that does not exist.
package struct SeriesDifference: Sendable, Equatable {
  /// The first generation in which the tolerance does not allow it; nil where it allows all that both
  /// have.
  package let parting: Int?
  /// In the last generation of either run.
  package let first: Double
  package let second: Double
  /// Second less first, the mean over the generations in which both exist: the area between the curves
  /// over their length; NaN where there is none.
  package let mean: Double
  /// Whether it differs in a generation that both have, or at the end of a longer one.
  package let isChanged: Bool

  package init(_ first: [Double], _ second: [Double], tolerance: Tolerance) {
    let common = 0..<min(first.count, second.count)
    parting = common.first { !tolerance.allows(first[$0], second[$0]) }
    self.first = first.last ?? .nan
    self.second = second.last ?? .nan
    mean = HerdbookAnalysis.mean(
      common.filter { first[$0].isFinite && second[$0].isFinite }.map { second[$0] - first[$0] })
    isChanged = parting != nil || !tolerance.allows(self.first, self.second)
  }
}
