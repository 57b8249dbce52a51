extension Experiment {
  /// The section `approximator`: the function approximator, a learned model that proposes changes to weights.
  package struct Approximator: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
      /// Changes are blind noise.
      case none
      /// A mutation operator that learns which features of an individual point to improvement.
      case `operator`
      /// A centre moves along the mean of the noise around it, weighed by ranks (Salimans et al. 2017).
      case evolutionStrategy = "evolution-strategy"
    }
    /// What a learned mutation operator sees of an individual: one number for each weight.
    package enum Feature: String, Sendable, CaseIterable, Codable {
      /// The steps of its line of descent, which selection has let pass.
      case path
      /// Its weights.
      case weight
      /// Its weights, of the first layer filtered over the image plane.
      case filteredWeight = "filtered-weight"
      /// How weights go with what they connect on the mean image of each class.
      case hebbian
      /// Against the gradient of the loss on some training images.
      case probeGradient = "probe-gradient"
    }
    /// Training images of a probe gradient.
    package static let probeImages = 64

    package var kind: Kind
    /// In the order of the features, each once.
    package var features: [Feature]
    /// The length of the proposed step in units of the layer's scale: lambda.
    package var stepLength: Drawable
    /// The share that what an iteration shows has in the coefficients of an operator, eta; the factor of the
    /// velocity that an evolution strategy moves with.
    package var learningRate: Double
    /// The share of its velocity that the centre of an evolution strategy keeps.
    package var momentum: Double
    /// The log-normal self-adaptation of the step length: the deviation of its logarithm at each birth.
    package var adapt: Double
    /// How the learning rate of an evolution strategy goes on over the iterations of a run.
    package var schedule: Training.Schedule

    /// Whether an operator looks at the feature.
    package func sees(_ feature: Feature) -> Bool {
      kind == .operator && features.contains(feature)
    }

    package init(
      kind: Kind = .none, features: [Feature] = [.path, .weight, .filteredWeight, .hebbian],
      stepLength: Drawable = .fixed(0.1), learningRate: Double = 0.1, momentum: Double = 0.9,
      adapt: Double = 0.3, schedule: Training.Schedule = .constant
    ) {
      self.schedule = schedule
      self.kind = kind
      self.features = features
      self.stepLength = stepLength
      self.learningRate = learningRate
      self.momentum = momentum
      self.adapt = adapt
    }
  }
}
