/// What will be executed: the experiment with every value and its origin, and the seeded runs.
package struct Plan: Sendable, Equatable {
  package var experiment: Experiment
  /// Every key of the language with its value, in the order of the reference.
  package var settings: [Setting]
  package var runs: [Run]
  package var dataset: DatasetIdentity
  package var counts: Counts

  package init(
    experiment: Experiment, settings: [Setting], runs: [Run], dataset: DatasetIdentity,
    counts: Counts
  ) {
    self.experiment = experiment
    self.settings = settings
    self.runs = runs
    self.dataset = dataset
    self.counts = counts
  }

  /// One key, its resolved value, and where the value came from.
  package struct Setting: Sendable, Equatable {
    package enum Origin: String, Sendable {
      case file
      case inherited
      case override
      case `default`
    }
    /// The path of the key, its parts joined with dots.
    package var path: String
    package var value: JSONValue
    package var origin: Origin

    package init(path: String, value: JSONValue, origin: Origin) {
      self.path = path
      self.value = value
      self.origin = origin
    }
  }

  /// One seeded execution of one variant and replicate.
  package struct Run: Sendable, Equatable {
    package var variant: String
    package var replicate: Int
    package var seed: UInt64
    /// The id of the run and the name of its folder in the bundle.
    package var id: String { "\(variant)-\(replicate)" }

    package init(variant: String = "main", replicate: Int = 0, seed: UInt64) {
      self.variant = variant
      self.replicate = replicate
      self.seed = seed
    }
  }

  /// What a plan costs, over all runs, counted and not measured.
  package struct Counts: Sendable, Equatable {
    /// Fitness evaluations of individuals.
    package var evaluations: Int
    /// Images passed forward for fitness and test, and forward and backward in training.
    package var images: Int
    /// Gradient steps of single individuals.
    package var steps: Int
    /// Floating-point operations on dense inputs, a multiply-add counted as two.
    package var operations: Double
    /// Bytes of recorded weights.
    package var recordedBytes: Int

    package init(
      evaluations: Int, images: Int, steps: Int, operations: Double, recordedBytes: Int
    ) {
      self.evaluations = evaluations
      self.images = images
      self.steps = steps
      self.operations = operations
      self.recordedBytes = recordedBytes
    }
  }
}
