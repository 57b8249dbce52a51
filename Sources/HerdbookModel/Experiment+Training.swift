extension Experiment {
  /// The section `training`: gradient steps of every individual between selections.
  package struct Training: Sendable, Equatable {
    package enum Optimizer: String, Sendable, CaseIterable {
      case sgd
      case momentum
      case adam
    }
    /// How a learning rate goes on over the steps of a run.
    package enum Schedule: Sendable, Equatable {
      case constant
      /// From the rate to zero along half a cosine.
      case cosine
      /// Times `factor` after every so many steps.
      case step(every: Int, factor: Double)
    }
    /// Minibatches of each individual in one iteration.
    package var steps: Int
    /// Images of one minibatch.
    package var batch: Drawable
    package var optimizer: Optimizer
    /// The decay of the velocity in `momentum`.
    package var momentum: Double
    /// The decays of the means of gradients and of their squares in `adam`.
    package var beta1: Double
    package var beta2: Double
    /// What keeps a quotient of `adam` finite.
    package var epsilon: Double
    package var learningRate: Drawable
    package var schedule: Schedule
    /// The share of each weight that a step of rate 1 takes away; biases keep theirs.
    package var weightDecay: Double

    package init(
      steps: Int = 100, batch: Drawable = .fixed(64), optimizer: Optimizer = .sgd,
      momentum: Double = 0.9, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
      learningRate: Drawable = .logUniform(0.001, 1), schedule: Schedule = .constant,
      weightDecay: Double = 0
    ) {
      self.schedule = schedule
      self.weightDecay = weightDecay
      self.steps = steps
      self.batch = batch
      self.optimizer = optimizer
      self.momentum = momentum
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.learningRate = learningRate
    }
  }

  /// The section `fitness`: what selection sees.
  package struct Fitness: Sendable, Equatable {
    package enum Metric: String, Sendable, CaseIterable {
      case accuracy
      /// The mean cross-entropy in nats, negated.
      case crossEntropy = "cross-entropy"
    }
    package enum Direction: String, Sendable, CaseIterable {
      case higher
      case lower
    }
    package var metric: Metric
    package var direction: Direction
    /// The first of the validation images; nil for all of them.
    package var images: Int?
    /// Whether fresh validation images are drawn each iteration, for the elite too.
    package var resample: Bool
    /// Validation accuracy whose first reach the tables note.
    package var target: Double?

    /// How many of so many validation images fitness is measured on.
    package func images(of validation: Int) -> Int { min(images ?? validation, validation) }

    package init(
      metric: Metric, direction: Direction = .higher, images: Int? = nil, resample: Bool = false,
      target: Double? = nil
    ) {
      self.metric = metric
      self.direction = direction
      self.images = images
      self.resample = resample
      self.target = target
    }
  }
}
