package import HerdbookModel

/// Whether a bundle is what running its experiment now would give.
package enum BundleState: Sendable, Equatable {
  case fresh
  /// The result is, but the pages, the spec's text or the title are not; what differs, in plain
  /// words. `BundleWriter.retell` and new pages mend it without a run.
  case outdatedPages([String])
  /// What differs, in plain words.
  case stale([String])
  case missing
  /// What is not as it was written, in plain words.
  case damaged([String])
}

extension Results {
  /// Compares the bundle of a name with a plan, the texts of its spec and of those that it inherits
  /// from by name, and the engine's version, its files checked first.
  ///
  /// - Parameter weights: whether recorded weights, which may be many gigabytes, are checked as well, those
  ///   that are there.
  package func state(
    of name: String, plan: Plan, specs: [String: [UInt8]], resultVersion: Int, weights: Bool = false
  ) throws(BundleError) -> BundleState {
    guard let bundle = try open(name) else { return .missing }
    let damage = try bundle.damage(weights: weights)
    guard damage.allSatisfy({ Manifest.isRetold($0.path) }) else {
      return .damaged(damage.map(\.words))
    }
    let provenance: Provenance
    let recorded: RecordedPlan
    do {
      provenance = try bundle.provenance()
      recorded = try bundle.plan()
    } catch {
      // Whole, but not in the form that this version writes.
      return .damaged([error.description])
    }
    var reasons = RecordedPlan(plan).reasons(against: recorded)
    if provenance.resultVersion != resultVersion {
      reasons.append("engine: result version \(provenance.resultVersion) -> \(resultVersion)")
    }
    guard reasons.isEmpty else { return .stale(reasons) }
    guard damage.isEmpty else { return .outdatedPages(damage.map(\.words)) }
    let telling = try bundle.differencesInTelling(plan, specs: specs, provenance)
    return telling.isEmpty ? .fresh : .outdatedPages(telling)
  }

  /// Checks a bundle of which pages are to be made again from its tables: throws where one of the
  /// other files is not as it was written.
  package func checkTables(of bundle: Bundle) throws(BundleError) {
    try bundle.checkWhole { !Manifest.isRetold($0) }
  }
}

extension Bundle {
  /// What in a plan differs from the one that the bundle was made of, in plain words.
  package func reasons(against plan: Plan) throws(BundleError) -> [String] {
    RecordedPlan(plan).reasons(against: try self.plan())
  }

  /// What the pages say that is no part of the result: name, title, description and spec.
  fileprivate func differencesInTelling(
    _ plan: Plan, specs: [String: [UInt8]], _ provenance: Provenance
  ) throws(BundleError) -> [String] {
    let now = Provenance(
      plan, resultVersion: provenance.resultVersion, resultDigest: provenance.resultDigest)
    var reasons: [String] = []
    if now.experiment != provenance.experiment {
      reasons.append("name: \(provenance.experiment) -> \(now.experiment)")
    }
    if now.title != provenance.title {
      reasons.append("title: \(provenance.title) -> \(now.title)")
    }
    if now.description != provenance.description { reasons.append("description differs") }
    guard reasons.isEmpty else { return reasons }
    // As JSON, which is all that is kept of a value.
    var isSame = now.json.compact == provenance.json.compact
    for (name, text) in specs {
      let path = SpecFile.path(of: name)
      let kept: [UInt8]? = try has(path) ? bytes(path) : nil
      if kept != text { isSame = false }
    }
    let kept = try manifest().entries.count { $0.path.hasPrefix("spec/") }
    if !isSame || kept != specs.count {
      reasons.append("spec: its text differs, its values do not")
    }
    return reasons
  }
}

/// Where a bundle keeps the text of a spec.
enum SpecFile {
  static func path(of name: String) -> String { "spec/\(name).yaml" }
}

extension RecordedPlan {
  /// What in this plan differs from an older one; where the spec's values do, runs and counts,
  /// which follow from them, are not named too.
  func reasons(against older: RecordedPlan) -> [String] {
    var reasons = changes(from: older.settings, to: settings).map { "spec: \($0)" }
    reasons += variantReasons(against: older)
    let isSpecChanged = !reasons.isEmpty
    let isDatasetChanged = reasons.contains { $0.hasPrefix("spec: dataset.") }
    if !isDatasetChanged {
      if dataset.name != older.dataset.name {
        reasons.append("dataset: \(older.dataset.name) -> \(dataset.name)")
      } else if dataset.digest != older.dataset.digest {
        reasons.append("dataset \(dataset.name): digest differs")
      } else if dataset != older.dataset {
        reasons.append("dataset \(dataset.name): shape or counts differ")
      }
    }
    for source in Set(transfers.keys).union(older.transfers.keys).sorted()
    where !isSpecChanged && transfers[source] != older.transfers[source] {
      reasons.append(
        transfers[source] == nil
          ? "inputs: what is transferred from \(source) is not there"
          : "inputs: what is transferred from \(source) differs")
    }
    if !isSpecChanged && runs != older.runs {
      reasons.append(
        runs.count == older.runs.count
          ? "plan: seeds or names of the runs differ"
          : "plan: runs \(older.runs.count) -> \(runs.count)")
    }
    if reasons.isEmpty && keptChampions != older.keptChampions {
      reasons.append(
        "plan: champions that are kept: \(older.keptChampions.rawValue) -> \(keptChampions.rawValue)"
      )
    }
    if reasons.isEmpty && comparison != older.comparison {
      reasons.append(
        older.comparison == nil
          ? "compare: variants were not held against each other"
          : "compare: baseline, metrics or tolerances differ")
    }
    if reasons.isEmpty && counts.json.compact != older.counts.json.compact {
      reasons.append("plan: counts differ")
    }
    return reasons
  }

  private func variantReasons(against older: RecordedPlan) -> [String] {
    let before = Dictionary(older.variants.map { ($0.name, $0) }) { first, _ in first }
    let names = Set(variants.map(\.name))
    var reasons: [String] = []
    for variant in variants {
      guard let old = before[variant.name] else {
        reasons.append("spec: variant \(variant.name) added")
        continue
      }
      reasons += changes(from: old.settings, to: variant.settings)
        .map { "spec: variant \(variant.name): \($0)" }
      if variant.dataset != old.dataset {
        reasons.append("dataset of variant \(variant.name): digest, shape or counts differ")
      }
    }
    for variant in older.variants where !names.contains(variant.name) {
      reasons.append("spec: variant \(variant.name) removed")
    }
    return reasons
  }

  private func changes(
    from old: [String: JSONValue], to new: [String: JSONValue]
  ) -> [String] {
    Set(new.keys).union(old.keys)
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .compactMap { key in change(from: old[key], to: new[key]).map { "\(key) \($0)" } }
  }

  /// `old -> new`; nil when both are written the same, which is all that JSON keeps of a value.
  private func change(from old: JSONValue?, to new: JSONValue?) -> String? {
    let (before, after) = (old.map(shown), new.map(shown))
    switch (before, after) {
    case (let before?, let after?):
      return old?.compact == new?.compact ? nil : "\(before) -> \(after)"
    case (nil, let after?): return "added: \(after)"
    case (let before?, nil): return "removed: \(before)"
    case (nil, nil): return nil
    }
  }

  private func shown(_ value: JSONValue) -> String {
    switch value {
    case .text(let text): text
    case .null: "none"
    default: value.compact
    }
  }
}
