package import HerdbookModel

/// The plan as a bundle holds it: `plan.json`.
///
/// It is what makes a result and no more: name, title and description of the experiment, the path
/// of a dataset's folder, and whether a value was spelled out or a default are not in it but in
/// `provenance.json` and `spec/`, so that changing them changes neither the file nor the result
/// digest.
package struct RecordedPlan: Sendable, Equatable {
  package static let path = "plan.json"
  /// Keys of the language that make no difference to a result; the dataset's digest stands for its
  /// folder.
  static let withoutEffect: Set<String> = [
    "title", "description", "dataset.path", "record.checkpoint",
  ]

  /// One of several variants: what it has for itself.
  package struct Variant: Sendable, Equatable {
    package var name: String
    /// Values of the keys in which variants differ; a key that has no effect on it is left out.
    package var settings: [String: JSONValue]
    package var dataset: DatasetIdentity
  }

  /// Values by key that all variants share, without those of `withoutEffect`.
  package var settings: [String: JSONValue]
  /// Empty where there is only `main`.
  package var variants: [Variant]
  package var runs: [Plan.Run]
  /// That of the first variant.
  package var dataset: DatasetIdentity
  package var counts: Plan.Counts
  /// Digests of what is transferred, by the source's name in the spec.
  package var transfers: [String: String]
  /// Of which runs champions are kept.
  package var keptChampions: Experiment.Record.Champions
  /// How variants are held against each other, which `variants.csv` follows from; nil of a single run.
  package var comparison: Plan.Comparison?

  /// Of the datasets of all variants.
  package var datasetDigests: Set<String> {
    Set([dataset.digest] + variants.map(\.dataset.digest))
  }

  package init(_ plan: Plan) {
    keptChampions = plan.keptChampions
    comparison = plan.comparison
    let values = plan.variants.map { variant in
      var values: [String: JSONValue] = [:]
      for setting in variant.settings where !RecordedPlan.withoutEffect.contains(setting.path) {
        values[setting.path] = setting.value
      }
      return values
    }
    settings = values[0]
    for other in values.dropFirst() {
      settings = settings.filter { other[$0.key] == $0.value }
    }
    let shared = settings
    variants =
      plan.variants.map(\.name) == ["main"]
      ? []
      : zip(plan.variants, values).map { variant, values in
        Variant(
          name: variant.name, settings: values.filter { shared[$0.key] == nil },
          dataset: variant.dataset)
      }
    runs = plan.runs
    dataset = plan.variants[0].dataset
    counts = plan.counts
    transfers = plan.transfers
  }

  /// Values by key of the variant of a run.
  package func settings(of run: Plan.Run) -> [String: JSONValue] {
    settings.merging(variant(of: run)?.settings ?? [:]) { $1 }
  }

  /// The dataset of a run.
  package func dataset(of run: Plan.Run) -> DatasetIdentity {
    variant(of: run)?.dataset ?? dataset
  }

  private func variant(of run: Plan.Run) -> Variant? {
    variants.first { $0.name == run.variant }
  }

  package init(parsing bytes: [UInt8], file: String) throws(BundleError) {
    let members = try JSONMembers(JSONValue(parsing: bytes, file: file), file: file)
    settings = try members.object("settings").members
    dataset = try DatasetIdentity(members.object("dataset"))
    variants = []
    if members.members["variants"] != nil {
      for (position, value) in try members.list("variants").enumerated() {
        let variant = try JSONMembers(value, file: file, place: "variants.\(position)")
        let hasDataset = variant.members["dataset"] != nil
        variants.append(
          Variant(
            name: try variant.text("name"), settings: try variant.object("settings").members,
            dataset: hasDataset ? try DatasetIdentity(variant.object("dataset")) : dataset))
      }
    }
    runs = []
    for (position, value) in try members.list("runs").enumerated() {
      let run = try JSONMembers(value, file: file, place: "runs.\(position)")
      runs.append(
        Plan.Run(
          variant: try run.text("variant"), replicate: try run.integer("replicate"),
          seed: try run.unsigned("seed")))
    }
    transfers =
      members.members["transfers"] == nil ? [:] : try members.object("transfers").texts()
    counts = try Plan.Counts(members.object("counts"))
    keptChampions = .all
    if members.members["champions"] != nil {
      let word = try members.text("champions")
      guard let kept = Experiment.Record.Champions(rawValue: word) else {
        throw .malformed(
          file: file, place: "champions", problem: "is '\(word)', which is no way to keep them")
      }
      keptChampions = kept
    }
    comparison =
      members.members["compare"] == nil ? nil : try Plan.Comparison(members.object("compare"))
  }

  package var json: JSONValue {
    var members: [String: JSONValue] = [
      "settings": .object(settings),
      "runs": .list(
        runs.map {
          .object([
            "variant": .text($0.variant), "replicate": .integer($0.replicate),
            "seed": .unsigned($0.seed),
          ])
        }),
      "dataset": dataset.json,
      "counts": counts.json,
    ]
    if keptChampions != .all { members["champions"] = .text(keptChampions.rawValue) }
    members["compare"] = comparison?.json
    if !variants.isEmpty {
      members["variants"] = .list(
        variants.map { variant in
          var member: [String: JSONValue] = [
            "name": .text(variant.name), "settings": .object(variant.settings),
          ]
          if variant.dataset != dataset { member["dataset"] = variant.dataset.json }
          return .object(member)
        })
    }
    if !transfers.isEmpty { members["transfers"] = .object(transfers.mapValues { .text($0) }) }
    return .object(members)
  }
}

extension Plan.Comparison {
  init(_ members: JSONMembers) throws(BundleError) {
    var rules: [Experiment.Compare.Rule] = []
    for (position, value) in try members.list("metrics").enumerated() {
      let place = "compare.metrics.\(position)"
      let rule = try JSONMembers(value, file: members.file, place: place)
      guard let metric = Experiment.Compare.Metric(rawValue: try rule.text("metric")),
        let better = Experiment.Compare.Better(rawValue: try rule.text("better"))
      else {
        throw .malformed(file: members.file, place: place, problem: "is no metric with its rule")
      }
      rules.append(.init(metric: metric, better: better, tolerance: try rule.real("tolerance")))
    }
    self.init(baseline: try members.text("baseline"), rules: rules)
  }

  /// The primary metric comes first.
  var json: JSONValue {
    .object([
      "baseline": .text(baseline),
      "metrics": .list(
        rules.map {
          .object([
            "metric": .text($0.metric.rawValue), "better": .text($0.better.rawValue),
            "tolerance": .real($0.tolerance),
          ])
        }),
    ])
  }
}

extension DatasetIdentity {
  init(_ members: JSONMembers) throws(BundleError) {
    self.init(
      name: try members.text("name"), digest: try members.text("digest"),
      rows: try members.integer("rows"), columns: try members.integer("columns"),
      classes: try members.integer("classes"), training: try members.integer("training"),
      validation: try members.integer("validation"), test: try members.integer("test"))
  }

  var json: JSONValue {
    .object([
      "name": .text(name), "digest": .text(digest), "rows": .integer(rows),
      "columns": .integer(columns), "classes": .integer(classes), "training": .integer(training),
      "validation": .integer(validation), "test": .integer(test),
    ])
  }
}

extension Plan.Counts {
  init(_ members: JSONMembers) throws(BundleError) {
    self.init(
      evaluations: try members.integer("evaluations"), images: try members.integer("images"),
      steps: try members.integer("steps"), operations: try members.real("operations"),
      recordedBytes: try members.integer("recorded_bytes"))
  }

  var json: JSONValue {
    .object([
      "evaluations": .integer(evaluations), "images": .integer(images), "steps": .integer(steps),
      "operations": .real(operations), "recorded_bytes": .integer(recordedBytes),
    ])
  }
}
