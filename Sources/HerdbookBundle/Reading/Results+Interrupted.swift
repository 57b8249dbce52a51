#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Work on a bundle that is not done.
package enum Work: Sendable, Equatable {
  case none
  /// A process is at it.
  case underWay(Holder)
  /// Nobody is; how far runs came, by their ids.
  case interrupted([String: CheckpointHeader])
}

extension Results {
  /// How far runs of a name came that are not in its bundle yet; those with the given keys by id, which are asked for
  /// only where there is something.
  package func work(
    on name: String, _ keys: @autoclosure () -> [String: String]
  ) throws(BundleError) -> Work {
    let workplace = try Workplace(name: name, results: folder, files: files)
    if let holder = try Claim.holder(in: workplace) {
      // Where nothing can be written here, a holder elsewhere is believed.
      let isGone = processes.isGone(holder) ?? ((try? Claim.isSilent(in: workplace)) ?? false)
      if !isGone { return .underWay(holder) }
    }
    let checkpoints = Checkpoints(workplace: workplace)
    guard try checkpoints.isFolder() else { return .none }
    let headers = try checkpoints.headers(keys())
    return headers.isEmpty ? .none : .interrupted(headers)
  }

  /// Bytes of the files that runs of a name have written which are in no bundle yet, checkpoints among them: they are there
  /// to go on with, or go before the next run. What another process takes away meanwhile is not counted.
  package func unfinishedBytes(of name: String) throws(BundleError) -> Int {
    let workplace = try Workplace(name: name, results: folder, files: files)
    var bytes = 0
    for place in [workplace.bundle, workplace.kept, workplace.checkpoints] {
      do {
        guard try files.status(place) != nil else { continue }
        for path in try files.tree(place) {
          // Files of a bundle that are taken over have a name there, too.
          let status = try files.status("\(place)/\(path)")
          if let status, status.links == 1 { bytes += status.size }
        }
      } catch  where error.code == ENOENT {}
    }
    return bytes
  }

  /// What is said of a name that another process works on.
  package func locked(_ name: String, by holder: Holder) throws(BundleError) -> BundleError {
    try Workplace(name: name, results: folder, files: files).locked(by: holder)
  }
}
