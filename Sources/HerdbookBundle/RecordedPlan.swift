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
  static let withoutEffect: Set<String> = ["title", "description", "dataset.path"]

  /// Values by key, without those of `withoutEffect`.
  package var settings: [String: JSONValue]
  package var runs: [Plan.Run]
  package var dataset: DatasetIdentity
  package var counts: Plan.Counts

  package init(_ plan: Plan) {
    settings = [:]
    for setting in plan.settings where !RecordedPlan.withoutEffect.contains(setting.path) {
      settings[setting.path] = setting.value
    }
    runs = plan.runs
    dataset = plan.dataset
    counts = plan.counts
  }

  package init(parsing bytes: [UInt8], file: String) throws(BundleError) {
    let members = try JSONMembers(JSONValue(parsing: bytes, file: file), file: file)
    settings = try members.object("settings").members
    runs = []
    for (position, value) in try members.list("runs").enumerated() {
      let run = try JSONMembers(value, file: file, place: "runs.\(position)")
      runs.append(
        Plan.Run(
          variant: try run.text("variant"), replicate: try run.integer("replicate"),
          seed: try run.unsigned("seed")))
    }
    dataset = try DatasetIdentity(members.object("dataset"))
    counts = try Plan.Counts(members.object("counts"))
  }

  package var json: JSONValue {
    .object([
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
