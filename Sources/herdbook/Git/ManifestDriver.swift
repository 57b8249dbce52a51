import HerdbookBundle

/// How git shows the manifest of a bundle.
enum ManifestDriver {
  /// A manifest as text: what it comes to, and its lines with the path first.
  static func show(_ manifest: Manifest) -> [String] {
    ["result digest \(manifest.resultDigest)", Words.count(manifest.entries.count, "file")]
      + manifest.entries.map { "\(harmless($0.path)) \($0.digest.prefix(12))" }
  }

  /// What became of a bundle: its headlines, as far as the files beside each version can be found, and how
  /// many files are others now.
  ///
  /// - Parameter path: of the manifest, from the top of the work tree.
  static func change(
    from old: Manifest, _ oldBlob: String, to new: Manifest, _ newBlob: String, path: String,
    git: Git = .ofDriver
  ) -> [String] {
    let before = headline(of: old, blob: oldBlob, path: path, git)
    let after = headline(of: new, blob: newBlob, path: path, git)
    let change = ManifestChange(from: old, to: new)
    var lines = before == after ? [" \(after)"] : ["-\(before)", "+\(after)"]
    lines.append(
      change.isOfResult
        ? " another result"
        : " the same result: the spec, where it comes from or the pages alone changed")
    lines.append(
      " files: \(change.changed) changed, \(change.added) added, \(change.removed) removed,"
        + " \(change.same) the same")
    return lines
  }

  /// A bundle in a line.
  static func headline(of manifest: Manifest, blob: String, path: String, _ git: Git) -> String {
    let beside = FilesBeside(manifest, blob: blob, path: path, git)
    var parts = ["result digest \(manifest.resultDigest.prefix(12))"]
    if let bytes = beside.bytes(Provenance.path),
      let provenance = try? Provenance(parsing: bytes, file: Provenance.path)
    {
      parts =
        [
          "experiment \(harmless(provenance.experiment))",
          "result version \(provenance.resultVersion)",
        ] + parts
    }
    if let bytes = beside.bytes("summary.csv"),
      let summary = try? CSVTable(parsing: bytes, file: "summary.csv"),
      let headline = try? Headline(summary)
    {
      parts.append(headline.text)
    }
    return parts.joined(separator: ", ")
  }
}

/// The files that lay beside a version of a manifest, whose digests prove them.
private struct FilesBeside {
  private let manifest: Manifest
  /// Of the bundle, from the top of the work tree, with a slash at its end.
  private let folder: String
  private let git: Git
  /// Revisions that may hold them, as git writes them before a path.
  private let revisions: [String]

  init(_ manifest: Manifest, blob: String, path: String, _ git: Git) {
    self.manifest = manifest
    self.git = git
    folder = String(path.dropLast(Manifest.path.count))
    let isKnown = blob.contains { $0 != "0" && $0 != "." }
    let commits = isKnown ? git.commits(touching: path, blob: blob) : []
    revisions = [":", "HEAD:"] + commits.flatMap { ["\($0):", "\($0)^:"] }
  }

  /// A file of the bundle; nil where no version at hand has the digest.
  func bytes(_ name: String) -> [UInt8]? {
    guard let digest = manifest.digest(of: name) else { return nil }
    let path = folder + name
    if let bytes = try? Disk().read(path), sha256(bytes) == digest { return bytes }
    for revision in revisions {
      if let bytes = git.blob(revision + path), sha256(bytes) == digest { return bytes }
    }
    return nil
  }
}
