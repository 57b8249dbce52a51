/// What a run goes on from.
package struct Continuation<State: Sendable>: Sendable {
  /// The state that was kept, and the generation it is of; nil where none is whole.
  package let state: State?
  package let generation: Int?
  /// What is wrong with those that cannot be used.
  package let faults: [BundleError]
}

/// What a checkpoint holds: the state of a run, and the files that it had written.
private struct Kept<State> {
  let files: [Manifest.Entry]
  let state: State
}

extension Kept: Encodable where State: Encodable {}
extension Kept: Decodable where State: Decodable {}

extension BundleWriter {
  /// Keeps the state of a run, and all files that it has written so far, in case it is cut short.
  package func keep(
    _ state: some Encodable, _ header: CheckpointHeader
  ) throws(BundleError) {
    precondition(isOpen && !isSealed, "a state is kept while its run goes on")
    try claim.check()
    try awaitRecording()
    let folder = "runs/\(header.run)/"
    let written = (digests.filter { $0.key.hasPrefix(folder) })
      .merging(weights.filter { $0.key.hasPrefix(folder) }) { $1 }
    // The names of files are to be on disk before what says that they are.
    for place in [workplace.bundle, "\(workplace.bundle)/runs"]
    where try files.status(place) != nil {
      try files.flush(place)
    }
    let runFolder = "\(workplace.bundle)/\(folder.dropLast())"
    if try files.status(runFolder) != nil { try files.flushTree(runFolder) }
    try Checkpoints(workplace: workplace).write(
      header, Kept(files: Manifest(written).entries, state: state))
  }

  /// Whether what was kept of a run, if its key is the given one, says that it is over.
  package func isFinished(run: String, key: String) throws(BundleError) -> Bool {
    try Checkpoints(workplace: workplace).headers([run: key])[run]?.isFinished == true
  }

  /// What was kept of a run, if its key is the given one, every file that belongs to it is as it was
  /// written, and so is the state; the files are part of the new bundle then. Else whatever is left
  /// of the run is removed. `userInfo` is what the state is given to be decoded with.
  package func goOn<State: Decodable & Sendable>(
    _ type: State.Type, run: String, key: String,
    giving userInfo: [CodingUserInfoKey: any Sendable] = [:]
  ) throws(BundleError) -> Continuation<State> {
    precondition(isOpen && !isSealed, "a run goes on before the result is sealed")
    let checkpoints = Checkpoints(workplace: workplace)
    let bundle = bundle
    let (found, faults) = try checkpoints.read(
      Kept<State>.self, of: run, key: key, giving: userInfo
    ) { kept throws(BundleError) in
      var (changed, missing): ([String], [String]) = ([], [])
      for entry in kept.files { try bundle.compare(entry, changed: &changed, missing: &missing) }
      guard let first = (changed + missing).first else { return }
      throw .malformed(
        file: "\(bundle.folder)/\(first)", place: "", problem: "is not as the run wrote it")
    }
    guard let (header, kept) = found else {
      try checkpoints.remove(run)
      try files.removeTree("\(workplace.bundle)/runs/\(run)")
      return Continuation(state: nil, generation: nil, faults: faults)
    }
    for entry in kept.files {
      if BundlePath.isWeights(entry.path) {
        weights[entry.path] = entry.digest
      } else {
        digests[entry.path] = entry.digest
      }
    }
    return Continuation(state: kept.state, generation: header.generation, faults: faults)
  }
}
