package import HerdbookModel

/// Whether a bundle is what running its experiment now would give.
package enum BundleState: Sendable, Equatable {
  case fresh
  /// What differs, in plain words.
  case stale([String])
  case missing
  /// What is not as it was written, in plain words.
  case damaged([String])
}

extension Results {
  /// Compares the bundle of a name with a plan and the engine's version, its files checked first.
  package func state(
    of name: String, plan: Plan, resultVersion: Int
  ) throws(BundleError) -> BundleState {
    guard let bundle = try open(name) else { return .missing }
    let damage = try bundle.damage()
    guard damage.isEmpty else { return .damaged(damage) }
    let provenance: Provenance
    let recorded: RecordedPlan
    do {
      provenance = try bundle.provenance()
      recorded = try bundle.plan()
    } catch {
      // Whole, but not in the form that this version writes.
      return .damaged([error.description])
    }
    let reasons = RecordedPlan(plan).reasons(against: recorded)
    let version =
      provenance.resultVersion == resultVersion
      ? [] : ["engine: result version \(provenance.resultVersion) -> \(resultVersion)"]
    return reasons.isEmpty && version.isEmpty ? .fresh : .stale(reasons + version)
  }
}

extension RecordedPlan {
  /// What in this plan differs from an older one; where the spec's values do, runs and counts,
  /// which follow from them, are not named too.
  func reasons(against older: RecordedPlan) -> [String] {
    var reasons: [String] = []
    let keys = Set(settings.keys).union(older.settings.keys)
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for key in keys {
      let change = change(from: older.settings[key], to: settings[key])
      if let change { reasons.append("spec: \(key) \(change)") }
    }
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
    if !isSpecChanged && runs != older.runs {
      reasons.append(
        runs.count == older.runs.count
          ? "plan: seeds or names of the runs differ"
          : "plan: runs \(older.runs.count) -> \(runs.count)")
    }
    if reasons.isEmpty && counts.json.compact != older.counts.json.compact {
      reasons.append("plan: counts differ")
    }
    return reasons
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
