extension Experiment {
  /// The section `compare`: how variants are held against each other.
  package struct Compare: Sendable, Equatable {
    /// An outcome of a run: a column of `summary.csv`.
    package enum Metric: String, Sendable, CaseIterable {
      case testAccuracy = "test-accuracy"
      case validationAccuracy = "validation-accuracy"
      case fitness
      case founders
      case relativeDiversity = "relative-diversity"
      case diverged
      case evaluations
      case images
      case steps
      case targetGeneration = "target-generation"
      case targetEvaluations = "target-evaluations"
      case targetSteps = "target-steps"
    }
    package enum Better: String, Sendable, CaseIterable {
      case higher
      case lower
    }
    /// When a difference in a metric counts.
    package struct Rule: Sendable, Equatable {
      package var metric: Metric
      package var better: Better
      /// Differences up to this one are none; in the metric's unit.
      package var tolerance: Double

      package init(metric: Metric, better: Better, tolerance: Double) {
        self.metric = metric
        self.better = better
        self.tolerance = tolerance
      }
    }
    /// The name of the variant that others are held against; nil for the first.
    package var baseline: String?
    package var primary: Metric
    /// In the order of the outcomes, each once.
    package var metrics: [Rule]

    package init(baseline: String? = nil, primary: Metric = .testAccuracy, metrics: [Rule] = []) {
      self.baseline = baseline
      self.primary = primary
      self.metrics = metrics
    }
  }

  /// The section `report`: what its page shows.
  package struct Report: Sendable, Equatable {
    package enum Figure: String, Sendable, CaseIterable {
      case zooAccuracy = "zoo-accuracy"
      case zooHyperparameters = "zoo-hyperparameters"
      case zooPrediction = "zoo-prediction"
      case zooWeights = "zoo-weights"
      case zooForecast = "zoo-forecast"
      case zooMap = "zoo-map"
      case zooNeurons = "zoo-neurons"
      case zooContrasts = "zoo-contrasts"
      case diagnosis
      case variants
      case courses
      case fitness
      case cost
      case convergence
      case weights
      case dynamics
      case forecast
      case path
      case tree
      case clades
      case diversity
      case schedule
      case distances
      case neurons
      case ablation
      case change
      case recurrence
      case activations
      case preferred
      case data
    }
    /// What the same budget gives without evolution.
    package enum Control: String, Sendable, CaseIterable {
      /// Gradient descent of independent networks, under rates at even distances.
      case sgd
      /// Independent networks under what they drew; without training, as many random ones.
      case randomSearch = "random-search"
    }
    /// Nil for all that apply.
    package var figures: [Figure]?
    package var controls: [Control]

    package init(figures: [Figure]? = nil, controls: [Control] = []) {
      self.figures = figures
      self.controls = controls
    }
  }
}
