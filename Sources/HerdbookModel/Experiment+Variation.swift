extension Experiment {
  /// The section `selection`: who has offspring, and who makes room for it.
  package struct Selection: Sendable, Equatable {
    package enum Method: String, Sendable, CaseIterable {
      /// Parents are uniform among the best fraction.
      case truncation
      /// The best of `size` individuals drawn with replacement.
      case tournament
      /// By rank, the best twice as likely as the mean.
      case rank
      /// In proportion to how far fitness is from the worst.
      case roulette
      /// Each is held against one other, and becomes its copy where that one is better.
      case binaryTournament = "binary-tournament"
      /// The same, where Welch's t-test finds the other one better over its last evaluations.
      case tTest = "t-test"
      /// Parents are uniform among all, whatever their fitness: the neutral control.
      case random
      /// Nobody is selected: each individual goes on by itself, or has one child.
      case none
    }
    package enum Replacement: String, Sendable, CaseIterable {
      /// Generational: all but the elites are replaced.
      case all
      /// Population-based training: the worst fraction is replaced, the rest go on.
      case worst
    }
    package var method: Method
    /// The share that `truncation` selects from, and that `replace: worst` replaces.
    package var fraction: Double
    /// Competitors of a `tournament`.
    package var size: Int
    /// Individuals that go on unchanged when all are replaced.
    package var elites: Int
    package var replace: Replacement

    /// Whether parents are chosen among candidates; else the method itself says who takes which place.
    package var choosesParents: Bool {
      switch method {
      case .truncation, .tournament, .rank, .roulette, .random: true
      case .binaryTournament, .tTest, .none: false
      }
    }

    package init(
      method: Method = .truncation, fraction: Double = 0.2, size: Int = 3, elites: Int = 1,
      replace: Replacement
    ) {
      self.method = method
      self.fraction = fraction
      self.size = size
      self.elites = elites
      self.replace = replace
    }
  }

  /// The section `crossover`.
  package struct Crossover: Sendable, Equatable {
    package enum Method: String, Sendable, CaseIterable {
      case none
      /// Each hidden unit, with its incoming and outgoing weights, from one parent or the other.
      case neuron
      /// Each weight from one parent or the other.
      case uniform
      /// Each layer, with its biases, from one parent or the other.
      case layer
      /// The mean of both parents.
      case mean

      /// Whether each hidden unit of a child comes whole from one parent, so that it has a founder of its own.
      package var keepsUnitsWhole: Bool {
        switch self {
        case .neuron, .layer: true
        case .none, .uniform, .mean: false
        }
      }
    }
    package var method: Method
    /// The probability that a child has two parents.
    package var probability: Double

    package init(method: Method = .none, probability: Double = 0.5) {
      self.method = method
      self.probability = probability
    }
  }

  /// The section `mutation`.
  package struct Mutation: Sendable, Equatable {
    /// Deviation of the noise in units of the layer's scale sqrt(2 / (fan in + fan out)).
    package var scale: Drawable
    /// The probability that a weight is mutated.
    package var rate: Double
    /// The factor of `scale` from one iteration to the next.
    package var decay: Double
    /// The log-normal self-adaptation of `scale`: the deviation of its logarithm at each birth.
    package var adapt: Double
    package var kernel: KernelFilter
    package var hyperparameters: HyperparameterMutation
    /// Nil where every birth has the mutation that it drew.
    package var preselect: Preselection?

    package init(
      scale: Drawable, rate: Double = 1, decay: Double = 1, adapt: Double = 0,
      kernel: KernelFilter = .none,
      hyperparameters: HyperparameterMutation = HyperparameterMutation(),
      preselect: Preselection? = nil
    ) {
      self.scale = scale
      self.rate = rate
      self.decay = decay
      self.adapt = adapt
      self.kernel = kernel
      self.hyperparameters = hyperparameters
      self.preselect = preselect
    }
  }

  /// The section `mutation.preselect`: of several mutants of a birth the one with the lowest loss is born.
  package struct Preselection: Sendable, Equatable {
    package var candidates: Int
    /// Training images that the loss is measured on, others in each iteration.
    package var images: Int

    package init(candidates: Int = 8, images: Int = 64) {
      self.candidates = candidates
      self.images = images
    }
  }

  /// The map `mutation.hyperparameters`: what happens to drawn values at each birth.
  package struct HyperparameterMutation: Sendable, Equatable {
    /// Each drawn value is multiplied by one of the two factors, with equal probability.
    package var perturb: [Double]?
    /// The probability that a value is drawn anew instead.
    package var resample: Double?

    package init(perturb: [Double]? = [0.8, 1.2], resample: Double? = nil) {
      self.perturb = perturb
      self.resample = resample
    }
  }
}
