/// What one generation of a run was: the scalars that its tables keep.
package struct GenerationRecord: Sendable, Equatable, Codable {
  /// The population after this many iterations.
  package var generation: Int
  /// The living, in their order in the population.
  package var ids: [Int]
  /// Fitness of each, in the order of `ids`; NaN for a diverged one.
  package var fitness: [Double]
  /// Position in `ids` of the fittest; ties go to the lowest id.
  package var champion: Int
  /// Accuracy of the champion on all validation images.
  package var validationAccuracy: Double
  /// Accuracy of the champion on the test images, where the spec asked for the curve.
  package var testAccuracy: Double?
  /// The L2 distance of the champion's weights from those of the champion before, over the norm of the latter; nil in
  /// generation 0.
  package var championChange: Double?
  /// The share of validation images that the champion reads otherwise than the one before; nil in generation 0.
  package var churn: Double?
  /// Individuals whose weights or loss are not finite.
  package var diverged: Int
  /// Fitness evaluations of individuals since the start of the run.
  package var evaluations: Int
  /// Images passed through networks since the start of the run: for fitness, training, the champion
  /// on all validation images, and its test.
  package var images: Int
  /// Gradient steps of single individuals since the start of the run.
  package var steps: Int
  /// SHA-256 in hex of ids, hyperparameters and weights.
  package var stateDigest: String

  package init(
    generation: Int, ids: [Int], fitness: [Double], champion: Int, validationAccuracy: Double,
    testAccuracy: Double?, championChange: Double?, churn: Double?, diverged: Int, evaluations: Int,
    images: Int, steps: Int,
    stateDigest: String
  ) {
    self.generation = generation
    self.ids = ids
    self.fitness = fitness
    self.champion = champion
    self.validationAccuracy = validationAccuracy
    self.testAccuracy = testAccuracy
    self.championChange = championChange
    self.churn = churn
    self.diverged = diverged
    self.evaluations = evaluations
    self.images = images
    self.steps = steps
    self.stateDigest = stateDigest
  }
}
