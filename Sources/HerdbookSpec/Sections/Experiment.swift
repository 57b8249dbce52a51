import HerdbookModel

extension Experiment {
  /// The version of the language, which every experiment that can be read has in common.
  fileprivate var languageVersion: Int {
    get { Language.version }
    set {}
  }

  /// What composition has dealt with before an experiment is read.
  fileprivate var composed: Composed {
    get { Composed() }
    set {}
  }
}

/// A value of which nothing is left once specs are composed.
private struct Composed: Sendable {}

extension ValueType where Value == Composed {
  fileprivate static func composed(_ expectation: String, schema: JSONValue) -> ValueType {
    ValueType(
      expectation: expectation, schema: schema, read: { _, _, _ in Composed() },
      json: { _ in .null })
  }
}

extension Section {
  /// The keys that stand in no section.
  static let experiment: [Member] = [
    .key(
      Key(
        "herdbook", \.languageVersion, .integer(Language.version...Language.version),
        default: .value(Language.version), "the version of the language")),
    .key(
      Key(
        "extends", \.composed,
        .composed(
          "the name of an experiment", schema: SchemaPart.text(allowsLineFeeds: false)),
        default: .value(Composed()),
        "the experiment that all keys but title and description are inherited from")),
    .key(
      Key(
        "title", \.title, .line, default: .from { $0.name },
        "what the report is headed with; the experiment's name if left out")),
    .key(
      Key(
        "description", \.description, .optional(.text), default: .value(nil),
        "what the experiment is for")),
    .key(
      Key(
        "seed", \.seed, .seed, default: .value(0),
        "the number that all randomness of the run follows from")),
    .key(
      Key(
        "iterations", \.iterations, .integer(0...1_000_000), default: .required,
        "turns of the evolutionary loop")),
  ]

  /// What is about all runs together.
  static let study: [Member] = [
    .key(
      Key(
        "replicates", \.replicates, .integer(1...10_000), unit: "seeds", default: .value(1),
        "the seeds that every variant runs under; raising it keeps the runs that there are")),
    .key(
      Key(
        "variants", \.composed,
        .composed(
          "a list of variants {name, set}, or a map of matrix, zip, include, exclude",
          schema: variantsSchema),
        default: .value(Composed()), "experiments that differ in some keys, run side by side")),
    .section(.compare),
    .section(.report),
  ]

  /// What no machine could hold or finish.
  static let experimentChecks: [Check] = [
    Check(["population.size", "network.layers", "network.biases"]) { context in
      let weights = context.experiment.network.weightCount
      let size = context.experiment.population.size
      let bytes = Double(size) * Double(weights) * 4
      guard bytes > 64e9 else { return }
      context.report(
        .planTooLarge, at: "population.size",
        "\(counted(size, "network", "networks")) of \(weights) weights take "
          + "\(Int((bytes / 1e9).rounded())) GB of memory, more than 64 GB")
    },
    Check([
      "iterations", "population.size", "network.layers", "network.biases", "record.weights",
      "record.individuals",
    ]) { context in
      let bytes = Double(recordedBytes(context.experiment))
      guard bytes > 1e12 else { return }
      context.report(
        .planTooLarge, at: "record.weights",
        "the recorded weights take \(Int((bytes / 1e9).rounded())) GB, more than 1000 GB")
    },
    Check([
      "iterations", "population.size", "network.layers", "dataset.validation", "dataset.test",
      "fitness.images", "training.steps", "training.batch", "selection.fraction",
      "selection.elites", "selection.replace",
    ]) { context in
      let work = Workload(
        context.experiment, training: 0, validation: context.experiment.dataset.validation, test: 0)
      guard Double(work.images) > 1e15 else { return }
      let images = work.images == .max ? "more than 9 x 10^18" : String(work.images)
      context.report(
        .planTooLarge, at: "iterations",
        "the networks would see \(images) images; the most is 10^15, which already takes years")
    },
  ]
}
