package import HerdbookModel

/// The runs of one variant of a bundle, as they are held against those of other bundles.
package struct Contender: Sendable {
  /// What outcomes were measured on; numbers of different ones are not comparable.
  package struct TestSet: Sendable, Equatable {
    package let dataset: String
    /// Of the dataset.
    package let digest: String
    package let images: Int
    /// The classes that were chosen; nil where the bundle does not say.
    package let classes: JSONValue?

    package init(dataset: String, digest: String, images: Int, classes: JSONValue?) {
      self.dataset = dataset
      self.digest = digest
      self.images = images
      self.classes = classes
    }
  }

  /// What the bundle is called.
  package let bundle: String
  package let variant: String
  /// Whether its bundle holds others against it.
  package let isBaseline: Bool
  /// Of each run.
  package let seeds: [UInt64]
  /// The seed of the spec, by which intervals are drawn.
  package let seed: UInt64
  package let testSet: TestSet
  /// What fitness is: the metric of the spec.
  package let fitness: String
  /// Which differences count, as far as the spec says so.
  package let rules: [Experiment.Compare.Rule]
  /// Outcomes by column, run by run; NaN where there is none.
  package let values: [String: [Double]]

  package init(
    bundle: String, variant: String, isBaseline: Bool, seeds: [UInt64], seed: UInt64,
    testSet: TestSet, fitness: String, rules: [Experiment.Compare.Rule],
    values: [String: [Double]]
  ) {
    precondition(values.values.allSatisfy { $0.count == seeds.count }, "each run has a value")
    self.bundle = bundle
    self.variant = variant
    self.isBaseline = isBaseline
    self.seeds = seeds
    self.seed = seed
    self.testSet = testSet
    self.fitness = fitness
    self.rules = rules
    self.values = values
  }

  /// `BUNDLE`, with `/VARIANT` where the spec names variants.
  package var name: String { variant == "main" ? bundle : "\(bundle)/\(variant)" }

  package func values(in column: String) -> [Double] {
    values[column] ?? Array(repeating: .nan, count: seeds.count)
  }

  /// When a difference in a column counts, and which way is better.
  package func rule(of column: String) -> (better: Experiment.Compare.Better, tolerance: Double) {
    guard let metric = Experiment.Compare.Metric(rawValue: column) else {
      return (column == "test-correct" || column == "test-images" ? .higher : .lower, 0)
    }
    if let rule = rules.first(where: { $0.metric == metric }) {
      return (rule.better, rule.tolerance)
    }
    return (metric.usuallyBetter, 0)
  }
}
