import HerdbookModel

/// The folder `.partial/NAME/checkpoints`: how far runs are that are not in a bundle yet.
///
/// Of each run there is a file `ID` and the one before it, `ID.previous`, for the case that the newer
/// one is damaged.
struct Checkpoints {
  let workplace: Workplace
  private var files: any FileSystem { workplace.files }
  private var folder: String { workplace.checkpoints }

  /// Whether there may be any.
  func isFolder() throws(BundleError) -> Bool { try files.status(folder)?.kind == .folder }

  /// Whether there are any, also such as another machine has just written.
  func isEmpty() throws(BundleError) -> Bool {
    guard try isFolder() else { return true }
    files.lookAgain(at: folder)
    return try files.entries(folder).isEmpty
  }

  /// Those of the runs that are asked for, by id, whose key is the given one; of damaged ones, none.
  func headers(_ keys: [String: String]) throws(BundleError) -> [String: CheckpointHeader] {
    guard try isFolder() else { return [:] }
    var found: [String: CheckpointHeader] = [:]
    for run in keys.keys.sorted() {
      for path in paths(run) where found[run] == nil {
        do {
          if let file = try CheckpointFile(path, files), file.header.key == keys[run] {
            found[run] = file.header
          }
        } catch .malformed {}
      }
    }
    return found
  }

  /// Replaces what was kept of a run, so that at each moment the new one is there or the old one.
  func write(_ header: CheckpointHeader, _ state: some Encodable) throws(BundleError) {
    try files.createFolders(folder)
    let (path, previous) = (path(header.run), previous(header.run))
    let draft = "\(path).new"
    do {
      try CheckpointFile.write(header, state, to: draft, files)
    } catch {
      try? files.removeFile(draft)
      throw error
    }
    if try files.status(path) != nil { try files.rename(path, to: previous) }
    try files.rename(draft, to: path)
    try files.flush(folder)
  }

  /// The newest state of a run that is whole, with its header, and what is wrong with newer ones;
  /// those with another key are passed over. `isUsable` looks at what else a state needs.
  func read<State: Decodable>(
    _ type: State.Type, of run: String, key: String,
    giving userInfo: [CodingUserInfoKey: any Sendable] = [:],
    isUsable: (State) throws(BundleError) -> Void
  ) throws(BundleError) -> (found: (CheckpointHeader, State)?, faults: [BundleError]) {
    var faults: [BundleError] = []
    for path in paths(run) {
      do {
        guard let file = try CheckpointFile(path, files), file.header.key == key else { continue }
        let state = try file.read(type, giving: userInfo)
        try isUsable(state)
        return ((file.header, state), faults)
      } catch .malformed(let file, let place, let problem) {
        faults.append(.malformed(file: file, place: place, problem: problem))
      }
    }
    return (nil, faults)
  }

  /// Forgets a run.
  func remove(_ run: String) throws(BundleError) {
    for path in paths(run) where try files.status(path) != nil { try files.removeFile(path) }
  }

  /// Removes all but those of some runs.
  func remove(but runs: Set<String>) throws(BundleError) {
    guard try files.status(folder) != nil else { return }
    let kept = Set(runs.flatMap { paths($0) })
    for name in try files.entries(folder) where !kept.contains("\(folder)/\(name)") {
      try files.removeTree("\(folder)/\(name)")
    }
  }

  private func path(_ run: String) -> String { "\(folder)/\(run)" }
  private func previous(_ run: String) -> String { "\(folder)/\(run).previous" }
  private func paths(_ run: String) -> [String] { [path(run), previous(run)] }
}
