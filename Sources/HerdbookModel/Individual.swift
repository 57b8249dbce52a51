/// One network that ever lived: a row of the herd book.
package struct Individual: Sendable, Equatable, Codable {
  /// How an individual came to be.
  package enum Operator: String, Sendable, CaseIterable, Codable {
    /// Drawn at generation 0.
    case initialization
    /// Begun at generation 0 with weights of another experiment.
    case transfer
    /// A copy of one parent, weights unchanged.
    case copy
    /// A copy of one parent with noise on its weights.
    case mutation
    /// A child of two parents.
    case crossover
    /// A child of two parents with noise on its weights.
    case crossoverMutation = "crossover+mutation"
    /// The centre of an evolution strategy, moved by what its samples told.
    case evolutionStrategy = "evolution-strategy"
  }

  /// Counts up from 0 over a run and is never reused.
  package let id: Int
  /// The parents' ids, the main one (the larger share of weights) first; empty at generation 0.
  package let parents: [Int]
  /// The share of weights from the main parent.
  package let mainShare: Double
  /// The generation in which it first appears.
  package let birth: Int
  /// The first generation in which it no longer appears; nil while it lives.
  package var death: Int?
  package let `operator`: Operator
  /// The fitness it had when it was last evaluated; NaN when it diverged.
  package var fitness: Double
  package var hyperparameters: Hyperparameters

  package init(
    id: Int, parents: [Int], mainShare: Double = 1, birth: Int, operator: Operator,
    hyperparameters: Hyperparameters
  ) {
    self.id = id
    self.parents = parents
    self.mainShare = mainShare
    self.birth = birth
    self.death = nil
    self.operator = `operator`
    self.fitness = .nan
    self.hyperparameters = hyperparameters
  }
}

/// The values of an individual that were drawn or given: binary64, nil where they do not apply.
package struct Hyperparameters: Sendable, Equatable, Codable {
  package var learningRate: Double?
  package var batch: Int?
  package var mutationScale: Double?
  package var initializationScale: Double
  /// Of what the function approximator proposes, in units of the layer's scale.
  package var stepLength: Double?

  package init(
    learningRate: Double? = nil, batch: Int? = nil, mutationScale: Double? = nil,
    initializationScale: Double = 1, stepLength: Double? = nil
  ) {
    self.learningRate = learningRate
    self.batch = batch
    self.mutationScale = mutationScale
    self.initializationScale = initializationScale
    self.stepLength = stepLength
  }
}
