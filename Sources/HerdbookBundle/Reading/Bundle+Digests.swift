extension Bundle {
  /// A file that a manifest lists, whose bytes are as they were written; throws where they are not.
  package func intactBytes(_ path: String) throws(BundleError) -> [UInt8] {
    try intactBytes(
      path, listedIn: BundlePath.isWeights(path) ? try intactWeights() : try manifest())
  }

  /// The same with a manifest that was read before.
  func intactBytes(_ path: String, listedIn manifest: Manifest) throws(BundleError) -> [UInt8] {
    let digest = try listedDigest(path, in: manifest)
    let bytes = try bytes(path)
    guard sha256(bytes) == digest else { throw damaged(path) }
    return bytes
  }

  /// Reads a file in pieces, and throws where it is not as it was written.
  package func checkIntact(_ path: String) throws(BundleError) {
    let listed = BundlePath.isWeights(path) ? try intactWeights() : try manifest()
    guard try files.digest("\(folder)/\(path)") == listedDigest(path, in: listed) else {
      throw damaged(path)
    }
  }

  /// Copies a file as `intactBytes` reads it, in pieces, to a path outside the bundle.
  package func copyIntact(_ path: String, to target: String) throws(BundleError) {
    try checkIntact(path)
    try files.copy("\(folder)/\(path)", to: target, how: .replace)
  }

  /// The digest of a file as a manifest lists it.
  private func listedDigest(
    _ path: String, in manifest: Manifest
  ) throws(BundleError) -> String {
    guard let digest = manifest.digest(of: path) else {
      throw .malformed(file: folder, place: "", problem: "lists no file \(path) in its manifest")
    }
    return digest
  }

  /// A table that a manifest lists, as it is or compressed, whose bytes are as they were written.
  package func intactTable(_ path: String) throws(BundleError) -> CSVTable {
    let isPlain = try manifest().entries.contains { $0.path == path }
    let bytes = isPlain ? try intactBytes(path) : try inflated(intactBytes("\(path).gz"), of: path)
    return try CSVTable(parsing: bytes, file: "\(folder)/\(path)")
  }

  /// The names of the specs that it keeps: its own, and those that it inherits from.
  package func specNames() throws(BundleError) -> [String] {
    let (prefix, suffix) = ("spec/", ".yaml")
    return try manifest().entries.compactMap { entry in
      guard entry.path.hasPrefix(prefix), entry.path.hasSuffix(suffix) else { return nil }
      return String(entry.path.dropFirst(prefix.count).dropLast(suffix.count))
    }
  }

  /// The recorded weights of a run, by generation in ascending order, whether their files are there
  /// or not.
  package func weightPaths(of run: String) throws(BundleError) -> [(generation: Int, path: String)]
  {
    try recordedPaths(of: run, called: "generation")
  }

  /// The recorded files with snapshots of a run's networks, where it is a zoo, in the order of generations.
  package func snapshotPaths(
    of run: String
  ) throws(BundleError) -> [(generation: Int, path: String)] {
    try recordedPaths(of: run, called: "zoo")
  }

  private func recordedPaths(
    of run: String, called name: String
  ) throws(BundleError) -> [(generation: Int, path: String)] {
    var found: [(generation: Int, path: String)] = []
    for entry in try intactWeights().entries {
      guard let place = entry.recorded(as: name), place.run == run else { continue }
      found.append((place.generation, entry.path))
    }
    return found.sorted { $0.generation < $1.generation }
  }

  /// The digests of recorded weights, themselves checked.
  func intactWeights() throws(BundleError) -> Manifest { try intactWeights(listedIn: manifest()) }

  /// The same with a manifest that was read before.
  func intactWeights(listedIn manifest: Manifest) throws(BundleError) -> Manifest {
    let path = Manifest.weightsPath
    guard manifest.entries.contains(where: { $0.path == path }) else { return Manifest([:]) }
    return try Manifest(
      parsing: intactBytes(path, listedIn: manifest), file: "\(folder)/\(path)")
  }

  private func damaged(_ path: String) -> BundleError {
    .malformed(
      file: folder, place: "", problem: "is damaged: \(path) has changed; run the experiment again")
  }
}

extension Manifest.Entry {
  /// The run and the generation of recorded weights, `runs/RUN/weights/generation-NNNNN.safetensors`; nil of other
  /// files.
  package var recordedGeneration: (run: String, generation: Int)? { recorded(as: "generation") }

  /// The same of another kind of recorded file, `runs/RUN/weights/NAME-NNNNN.safetensors`.
  func recorded(as name: String) -> (run: String, generation: Int)? {
    let parts = path.split(separator: "/").map(String.init)
    guard BundlePath.isWeights(path), parts.count == 4, parts[3].hasPrefix("\(name)-"),
      parts[3].hasSuffix(".safetensors"),
      let generation = Int(parts[3].dropFirst(name.count + 1).dropLast(".safetensors".count))
    else { return nil }
    return (parts[1], generation)
  }
}
