/// What of a bundle is not as its manifests say; paths sorted by bytes.
package struct BundleCheck: Sendable, Equatable {
  package var missing: [String]
  /// Files with another digest, or that are no plain files.
  package var changed: [String]
  /// Files that no manifest lists. They do no harm to the result.
  package var foreign: [String]
  /// Recorded weights that are not there: git does not carry them.
  package var absentWeights: [String]

  package init(
    missing: [String] = [], changed: [String] = [], foreign: [String] = [],
    absentWeights: [String] = []
  ) {
    self.missing = missing
    self.changed = changed
    self.foreign = foreign
    self.absentWeights = absentWeights
  }

  /// Whether recorded weights have changed, and nothing else that must be there.
  package var hasDamagedWeightsAlone: Bool {
    missing.isEmpty && !changed.isEmpty && changed.allSatisfy(BundlePath.isWeights)
  }

  /// Whether every file that must be there is, as it was written.
  package var isSound: Bool { missing.isEmpty && changed.isEmpty }
}

extension Bundle {
  /// Reads every file and compares digests. A manifest that is missing or unreadable throws.
  package func check() throws(BundleError) -> BundleCheck {
    var check = BundleCheck()
    for entry in try manifest().entries {
      try compare(entry, changed: &check.changed, missing: &check.missing)
    }
    // Digests of weights that were changed prove nothing; that they were is said already.
    if !check.changed.contains(Manifest.weightsPath) {
      for entry in try weights().entries {
        try compare(entry, changed: &check.changed, missing: &check.absentWeights)
      }
    }
    check.changed.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    check.foreign = try foreignFiles()
    return check
  }

  /// The files of the manifest that are missing or changed, with a line on each.
  ///
  /// - Parameter weights: whether recorded weights are looked at, those that are there.
  package func damage(weights: Bool = false) throws(BundleError) -> [(path: String, words: String)]
  {
    let entries: [Manifest.Entry]
    guard try has(Manifest.path) else {
      return [(Manifest.path, "\(Manifest.path) is missing")]
    }
    do {
      entries = try manifest().entries
    } catch {
      guard case .malformed(_, let place, let problem) = error else { throw error }
      let words = "\(Manifest.path)\(place.isEmpty ? "" : ", \(place)"): \(problem)"
      return [(Manifest.path, words)]
    }
    var lines: [(path: String, words: String)] = []
    for entry in entries {
      var changed: [String] = []
      var missing: [String] = []
      try compare(entry, changed: &changed, missing: &missing)
      lines += changed.map { ($0, "\($0) has changed") }
      lines += missing.map { ($0, "\($0) is missing") }
    }
    guard weights, !lines.contains(where: { $0.path == Manifest.weightsPath }) else { return lines }
    for entry in try self.weights().entries {
      var (changed, absent): ([String], [String]) = ([], [])
      try compare(entry, changed: &changed, missing: &absent)
      lines += changed.map { ($0, "\($0) has changed") }
    }
    return lines
  }

  /// Files of recorded weights that are not there: git does not carry them.
  package func absentWeights() throws(BundleError) -> Int {
    var count = 0
    for entry in try weights().entries where try files.status("\(folder)/\(entry.path)") == nil {
      count += 1
    }
    return count
  }

  /// Throws where a file of the manifest is missing or not as it was written; recorded weights are not
  /// looked at.
  package func checkWhole(
    of isLookedAt: (String) -> Bool = { _ in true }
  ) throws(BundleError) {
    let damage = try damage().filter { isLookedAt($0.path) }
    guard let first = damage.first else { return }
    let more = damage.count > 1 ? ", and \(damage.count - 1) more" : ""
    throw .malformed(file: folder, place: "", problem: "is damaged: \(first.words)\(more)")
  }

  /// Files that neither manifest lists, all of them where the manifest is missing or unreadable;
  /// what a desktop scatters everywhere (`.DS_Store`) is not counted.
  func foreignFiles() throws(BundleError) -> [String] {
    var known: Set<String> = []
    if let manifest = try? manifest() {
      known = [Manifest.path]
      for entry in manifest.entries { known.insert(entry.path) }
      for entry in (try? weights())?.entries ?? [] { known.insert(entry.path) }
    }
    return try files.tree(folder).filter { path in
      !known.contains(path) && path != ".DS_Store" && !path.hasSuffix("/.DS_Store")
    }
  }

  /// Adds the path of a file to `changed` or `missing` where it is not as a manifest says.
  func compare(
    _ entry: Manifest.Entry, changed: inout [String], missing: inout [String]
  ) throws(BundleError) {
    let path = "\(folder)/\(entry.path)"
    switch try files.status(path)?.kind {
    case nil: missing.append(entry.path)
    case .file?: if try files.digest(path) != entry.digest { changed.append(entry.path) }
    default: changed.append(entry.path)
    }
  }
}
