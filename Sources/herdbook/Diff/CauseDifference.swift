import HerdbookBundle
import HerdbookModel

/// How what made two bundles differs: spec, inputs, engine.
struct CauseDifference {
  /// A value that differs; nil where there is none.
  struct Change {
    /// The variant that has it; nil of all.
    var variant: String?
    let name: String
    let first: JSONValue?
    let second: JSONValue?
  }
  /// What one of the bundles has alone.
  struct Member {
    let id: String
    let isAdded: Bool
  }

  /// Keys of the spec, sorted by bytes.
  let settings: [Change]
  let variants: [Member]
  /// Runs of variants that both have, by the ids of the bundle that has them.
  let runs: [Member]
  /// Datasets, and digests of what is transferred.
  let inputs: [Change]
  /// Result versions.
  let engine: (first: Int, second: Int)?

  var isChanged: Bool {
    !settings.isEmpty || !variants.isEmpty || !runs.isEmpty || !inputs.isEmpty || engine != nil
  }

  init(_ first: RecordedBundle, _ second: RecordedBundle, pairs: [RunPair]) {
    let (old, new) = (first.plan, second.plan)
    let (before, after) = (old.variantNames, new.variantNames)
    let common = before.filter(after.contains)
    variants =
      before.filter { !common.contains($0) }.map { Member(id: $0, isAdded: false) }
      + after.filter { !common.contains($0) }.map { Member(id: $0, isAdded: true) }
    // Where no variant is in both, what all share is compared.
    let groups: [(variant: String, first: [String: JSONValue], second: [String: JSONValue])] =
      common.isEmpty
      ? [("", old.settings, new.settings)]
      : common.map { ($0, old.settings(ofVariant: $0), new.settings(ofVariant: $0)) }
    settings =
      Self.merged(
        groups.map { group in (group.variant, Self.changes(group.first, group.second)) })
      + Self.changes(old.arrangement, new.arrangement)
    let (mine, theirs) = (Set(pairs.map(\.first.id)), Set(pairs.map(\.second.id)))
    runs =
      old.runs.filter { common.contains($0.variant) && !mine.contains($0.id) }
      .map { Member(id: $0.id, isAdded: false) }
      + new.runs.filter { common.contains($0.variant) && !theirs.contains($0.id) }
      .map { Member(id: $0.id, isAdded: true) }
    let datasets = (common.isEmpty ? [""] : common).map { variant in
      (
        variant: variant,
        changes: Self.changes(
          old.dataset(ofVariant: variant).members, new.dataset(ofVariant: variant).members)
      )
    }
    inputs =
      Self.merged(datasets)
      + Self.changes(
        old.transfers.named("transferred from "), new.transfers.named("transferred from "))
    let versions = (first.provenance.resultVersion, second.provenance.resultVersion)
    engine = versions.0 == versions.1 ? nil : (first: versions.0, second: versions.1)
  }

  /// The values that differ, sorted by bytes; as JSON, which is all that is kept of a value.
  private static func changes(
    _ first: [String: JSONValue], _ second: [String: JSONValue]
  ) -> [Change] {
    Set(first.keys).union(second.keys)
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .filter { first[$0]?.compact != second[$0]?.compact }
      .map { Change(name: $0, first: first[$0], second: second[$0]) }
  }

  /// Changes of several variants; those that all have in common are told once.
  private static func merged(_ groups: [(variant: String, changes: [Change])]) -> [Change] {
    func words(_ change: Change) -> String {
      let values = [change.first, change.second].map { $0?.compact ?? "" }
      return "\(change.name) \(values)"
    }
    guard groups.count > 1 else { return groups.flatMap(\.changes) }
    var counts: [String: Int] = [:]
    for change in groups.map(\.changes).joined() { counts[words(change), default: 0] += 1 }
    let isShared = { (change: Change) in counts[words(change)] == groups.count }
    return groups[0].changes.filter(isShared)
      + groups.flatMap { variant, changes in
        changes.filter { !isShared($0) }.map { change in
          var change = change
          change.variant = variant
          return change
        }
      }
  }
}

extension RecordedPlan {
  /// In the order of the plan; `main` alone where the spec has none.
  var variantNames: [String] { variants.isEmpty ? ["main"] : variants.map(\.name) }

  fileprivate func settings(ofVariant name: String) -> [String: JSONValue] {
    settings.merging(variants.first { $0.name == name }?.settings ?? [:]) { $1 }
  }

  fileprivate func dataset(ofVariant name: String) -> DatasetIdentity {
    variants.first { $0.name == name }?.dataset ?? dataset
  }

  /// What of the spec the plan has beside the settings of its variants.
  fileprivate var arrangement: [String: JSONValue] {
    var members: [String: JSONValue] = [
      "replicates": .integer(1 + (runs.map(\.replicate).max() ?? 0)),
      "record.champions": .text(keptChampions.rawValue),
    ]
    if let comparison {
      members["compare.baseline"] = .text(comparison.baseline)
      for rule in comparison.rules {
        members["compare.\(rule.metric.rawValue)"] = .text(
          "\(rule.better.rawValue), tolerance \(Decimal.text(rule.tolerance))")
      }
    }
    return members
  }
}

extension DatasetIdentity {
  fileprivate var members: [String: JSONValue] {
    [
      "dataset": .text(name), "dataset's digest": .text(digest),
      "dataset's plane": .list([.integer(rows), .integer(columns)]),
      "dataset's classes": .integer(classes), "training images": .integer(training),
      "validation images": .integer(validation), "test images": .integer(test),
    ]
  }
}

extension [String: String] {
  fileprivate func named(_ prefix: String) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    for (name, digest) in self { members[prefix + name] = .text(digest) }
    return members
  }
}
