package import HerdbookModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folder `Results/` of a project: its bundles, and the ways to read, make and replace one.
package struct Results: Sendable {
  package let folder: String
  let files: any FileSystem
  let processes: Processes

  package init(folder: String, files: any FileSystem = Disk(), processes: Processes) {
    self.folder = folder
    self.files = files
    self.processes = processes
  }

  /// The name of this machine.
  package var host: String { processes.current.host }

  /// Where bundles are made that are only compared with these: beside the work in progress, on the same disk.
  package var scratch: Results {
    Results(folder: "\(folder)/.partial/.verify", files: files, processes: processes)
  }

  /// Removes a bundle, whatever of it was under way and its log, as far as that is possible.
  package func discard(_ name: String) {
    for path in ["\(folder)/\(name)", "\(folder)/.partial/\(name)", "\(folder)/.log/\(name).jsonl"]
    {
      try? files.removeTree(path)
    }
    for path in ["\(folder)/.log", "\(folder)/.partial", folder] {
      try? files.removeFolder(path)
    }
  }

  /// The names of all folders that may hold a bundle, sorted by bytes.
  package func names() throws(BundleError) -> [String] {
    // What the link points to, where it is one; nothing is in a file.
    guard try files.status("\(folder)/.") != nil else { return [] }
    var names: [String] = []
    for name in try files.entries(folder)
    where !name.hasPrefix(".") && (try? BundlePath.check(name: name)) != nil {
      if try files.status("\(folder)/\(name)")?.kind == .folder { names.append(name) }
    }
    return names
  }

  /// The bundle of a name, nil when there is none; ends a replacement that was cut short.
  package func open(_ name: String) throws(BundleError) -> Bundle? {
    let workplace = try Workplace(name: name, results: folder, files: files)
    if try files.status(workplace.journal) != nil {
      // Where it cannot be ended, because its process is at it or the folder is read-only, the new
      // bundle is read where it lies.
      if let claim = try? Claim(workplace, as: processes) {
        try? workplace.finish()
        claim.release()
      }
    }
    // Twice, since the new bundle may move into its place between two looks.
    for _ in 0..<2 {
      if try files.status(workplace.destination)?.kind == .folder {
        return Bundle(folder: workplace.destination, files: files)
      }
      guard try files.status(workplace.journal) != nil else { continue }
      if try files.status(workplace.bundle) != nil {
        return Bundle(folder: workplace.bundle, files: files)
      }
    }
    return nil
  }

  /// Whether a run of this name was cut short and left something, or is under way.
  package func isUnfinished(_ name: String) throws(BundleError) -> Bool {
    let workplace = try Workplace(name: name, results: folder, files: files)
    for place in [workplace.bundle, workplace.kept] where try files.status(place) != nil {
      return true
    }
    return false
  }

  /// Begins a new bundle, claiming its name; what an earlier run left half done is removed, but for
  /// the runs that may go on: those with a state that was kept under the key given for their id.
  ///
  /// Throws `locked` while another process works on it, and `foreign` where the old bundle's folder
  /// holds files that its manifest does not list, unless `discardingForeignFiles`.
  package func begin(
    _ name: String, goingOn keys: [String: String] = [:], discardingForeignFiles: Bool = false
  ) throws(BundleError) -> BundleWriter {
    let (workplace, claim) = try claim(name)
    try workplace.takeUp(Set(Checkpoints(workplace: workplace).headers(keys).keys))
    if let status = try files.status(workplace.destination) {
      guard status.kind == .folder else {
        throw .file(FileFault(.create, workplace.destination, code: ENOTDIR))
      }
      let foreign = try Bundle(folder: workplace.destination, files: files).foreignFiles()
      guard foreign.isEmpty || discardingForeignFiles else {
        throw .foreign(folder: workplace.destination, files: foreign)
      }
    }
    let writer = BundleWriter(workplace, claim: claim)
    try files.createFolders(workplace.bundle)
    return writer
  }

  /// Begins a bundle that is the old one but for its pages, which the caller writes anew.
  ///
  /// Digests of all else are taken from the old manifest as they are, so that damage stays visible.
  /// The files are the same under a second name, copied where the file system has no links.
  package func revise(_ name: String) throws(BundleError) -> BundleWriter {
    let (workplace, claim) = try claim(name)
    let writer = BundleWriter(workplace, claim: claim)
    try writer.adopt(Bundle(folder: workplace.destination, files: files))
    return writer
  }

  /// Appends one line to `.log/NAME.jsonl`: times, host, threads, versions, whatever no bundle may
  /// hold.
  package func log(_ name: String, _ entry: JSONValue) throws(BundleError) {
    try BundlePath.check(name: name)
    try files.createFolders("\(folder)/.log")
    try files.write(
      Array("\(entry.compact)\n".utf8), to: "\(folder)/.log/\(name).jsonl", how: .append)
  }

  private func claim(_ name: String) throws(BundleError) -> (Workplace, Claim) {
    let workplace = try Workplace(name: name, results: folder, files: files)
    let claim = try Claim(workplace, as: processes)
    try workplace.finish()
    try workplace.setAside()
    return (workplace, claim)
  }
}
