/// What became of the files of a bundle, by its manifests.
package struct ManifestChange: Sendable, Equatable {
  package let added: Int
  package let removed: Int
  package let changed: Int
  package let same: Int
  /// Whether what the run computed is another now, and not the pages, the spec or the provenance alone.
  package let isOfResult: Bool

  package init(from old: Manifest, to new: Manifest) {
    var digests: [String: String] = [:]
    for entry in old.entries { digests[entry.path] = entry.digest }
    let known = new.entries.filter { digests[$0.path] != nil }
    same = known.count { digests[$0.path] == $0.digest }
    changed = known.count - same
    added = new.entries.count - known.count
    removed = old.entries.count - known.count
    isOfResult = old.resultDigest != new.resultDigest
  }
}

extension Manifest {
  /// The digest of a file of the bundle; nil where it has none of that path.
  package func digest(of path: String) -> String? {
    entries.first { $0.path == path }?.digest
  }
}
