/// What will be executed: each variant with every value and its origin, and the seeded runs.
package struct Plan: Sendable, Equatable {
  /// In the order in which they run; at least one.
  package var variants: [Variant]
  /// All variants under the first seed, then all under the next.
  package var runs: [Run]
  /// What was laid over the spec, as it was given: `section.key=value`.
  package var overrides: [String]
  /// Digests of what is transferred, by the source's name in the spec; one that is not there yet is
  /// left out.
  package var transfers: [String: String]
  /// Where each variant stands, by name.
  private let places: [String: Int]

  package init(
    variants: [Variant], runs: [Run], overrides: [String] = [], transfers: [String: String] = [:]
  ) {
    precondition(!variants.isEmpty, "a plan has a variant")
    self.variants = variants
    self.runs = runs
    self.overrides = overrides
    self.transfers = transfers
    places = Dictionary(
      uniqueKeysWithValues: variants.enumerated().map { ($1.name, $0) })
  }

  /// The first variant's experiment, which has name, title, description, seed, replicates, comparison
  /// and report in common with all.
  package var experiment: Experiment { variants[0].experiment }

  /// Of which runs champions are kept, and what a page shows of one run alone.
  package var keptChampions: Experiment.Record.Champions {
    experiment.record.champions ?? (runs.count <= 4 ? .all : .best)
  }

  /// The variant of a run of this plan.
  package func variant(of run: Run) -> Variant {
    guard let place = places[run.variant] else {
      preconditionFailure("a run is of a variant of its plan")
    }
    return variants[place]
  }

  /// The sum over all runs.
  package var counts: Counts {
    var sum = Counts(evaluations: 0, images: 0, steps: 0, operations: 0, recordedBytes: 0)
    var times: [String: Int] = [:]
    for run in runs { times[run.variant, default: 0] += 1 }
    for variant in variants { sum.add(variant.counts, times: times[variant.name] ?? 0) }
    return sum
  }

  /// One way to run an experiment: with every default filled in.
  package struct Variant: Sendable, Equatable {
    /// `main` where the spec has no variants.
    package var name: String
    package var experiment: Experiment
    /// Every key that has an effect with its value, in the order of the reference.
    package var settings: [Setting]
    package var dataset: DatasetIdentity
    /// Of one run.
    package var counts: Counts

    package init(
      name: String = "main", experiment: Experiment, settings: [Setting], dataset: DatasetIdentity,
      counts: Counts
    ) {
      self.name = name
      self.experiment = experiment
      self.settings = settings
      self.dataset = dataset
      self.counts = counts
    }
  }

  /// One key, its resolved value, and where the value came from.
  package struct Setting: Sendable, Equatable {
    package enum Origin: String, Sendable {
      case file
      case inherited
      case override
      case variant
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
  package struct Run: Sendable, Equatable, Codable {
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

  /// What runs cost, counted and not measured.
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

    /// A sum that passes 64 bits stays at the largest number.
    fileprivate mutating func add(_ other: Counts, times: Int) {
      func sum(_ a: Int, _ b: Int) -> Int {
        let (product, isLarge) = b.multipliedReportingOverflow(by: times)
        let (sum, isLarger) = a.addingReportingOverflow(product)
        return isLarge || isLarger ? .max : sum
      }
      evaluations = sum(evaluations, other.evaluations)
      images = sum(images, other.images)
      steps = sum(steps, other.steps)
      operations += other.operations * Double(times)
      recordedBytes = sum(recordedBytes, other.recordedBytes)
    }
  }
}
