/// How a measure of two runs differs, generation by generation; NaN is a value that does not exist.
package struct SeriesDifference: Sendable, Equatable {
  /// The first generation in which the tolerance does not allow it; nil where it allows all that both
  /// have.
  package let parting: Int?
  /// In the last generation of either run.
  package let first: Double
  package let second: Double
  /// The means over the generations in which both are finite; NaN where there is none.
  package let firstMean: Double
  package let secondMean: Double
  /// Second less first, the signed mean over the same generations, in which differences to either side
  /// make up for each other; 0 where only rounding is left of it.
  package let mean: Double
  /// Whether it differs in a generation that both have, or at the end of a longer one.
  package let isChanged: Bool

  package init(_ first: [Double], _ second: [Double], tolerance: Tolerance) {
    let common = 0..<min(first.count, second.count)
    parting = common.first { !tolerance.allows(first[$0], second[$0]) }
    self.first = first.last ?? .nan
    self.second = second.last ?? .nan
    let finite = common.filter { first[$0].isFinite && second[$0].isFinite }
    firstMean = HerdbookAnalysis.mean(finite.map { first[$0] })
    secondMean = HerdbookAnalysis.mean(finite.map { second[$0] })
    mean = SeriesDifference.withoutRounding(
      HerdbookAnalysis.mean(finite.map { second[$0] - first[$0] }),
      of: HerdbookAnalysis.mean(
        finite.map { max(first[$0].magnitude, second[$0].magnitude) }))
    isChanged = parting != nil || !tolerance.allows(self.first, self.second)
  }

  /// A difference of means of some magnitude; 0 where only rounding is left of it.
  package static func withoutRounding(_ difference: Double, of magnitude: Double) -> Double {
    difference.magnitude <= magnitude * 1e-15 ? 0 : difference
  }
}
