#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folder `Results/.partial/NAME/`, where a bundle is made before it takes its place.
///
/// It holds `lock` (see `Claim`), `bundle/` (the bundle in the making), `checkpoints/` (how far its
/// runs are), `kept/` (what `bundle/` was when its runs were interrupted, while something else is
/// made there) and, only where the file system cannot exchange two folders, `journal` (the bundle is
/// complete and on its way) and `old/`.
struct Workplace: Sendable {
  let name: String
  /// The bundle's place: `Results/NAME`.
  let destination: String
  let results: String
  /// `Results/.partial`, which stays.
  let partial: String
  let folder: String
  let files: any FileSystem

  init(name: String, results: String, files: any FileSystem) throws(BundleError) {
    try BundlePath.check(name: name)
    self.name = name
    self.results = results
    self.files = files
    destination = "\(results)/\(name)"
    partial = "\(results)/.partial"
    folder = "\(partial)/\(name)"
  }

  var lock: String { "\(folder)/lock" }
  var bundle: String { "\(folder)/bundle" }
  var journal: String { "\(folder)/journal" }
  var checkpoints: String { "\(folder)/checkpoints" }
  var kept: String { "\(folder)/kept" }
  var old: String { "\(folder)/old" }

  func locked(by holder: Holder) -> BundleError {
    .locked(name: name, holder: holder, lock: lock)
  }

  /// Puts the complete bundle in its place, where there may be an old one.
  ///
  /// At each step, a reader and whoever finds the folders after a crash has the old bundle or the
  /// new one. An error before the new one is in place leaves the old one there.
  func publish() throws(BundleError) {
    try files.flushTree(bundle)
    try files.flush(folder)
    if try files.status(destination) == nil {
      try files.rename(bundle, to: destination)
    } else {
      do {
        try files.exchange(bundle, destination)
      } catch  where error.refusesExchange {
        try files.write(Array("replace\n".utf8), to: journal, how: .replace)
        try files.flush(folder)
        return try finish()
      }
    }
    try files.flush(results)
    // The new bundle is in place; what cannot be removed now is removed before the next run.
    try? files.removeTree(bundle)
  }

  /// Ends a replacement that the journal says was begun: old aside, new in.
  func finish() throws(BundleError) {
    guard try files.status(journal) != nil else { return }
    if try files.status(bundle) != nil {
      if try files.status(destination) != nil {
        do {
          try files.rename(destination, to: old)
        } catch  where error.code == EXDEV {
          // A folder from a lower layer of an overlay cannot be moved, but its files can go: the
          // journal stands for the new bundle until it is in place.
          try files.removeTree(destination)
        }
        try files.flush(results)
        try files.flush(folder)
      }
      try files.rename(bundle, to: destination)
      try files.flush(results)
    }
    try files.removeFile(journal)
    try files.flush(folder)
    try? files.removeTree(old)
  }

  /// Makes room for a bundle: puts what belongs to runs that were interrupted aside, and removes what
  /// else a process that was killed left behind.
  func setAside() throws(BundleError) {
    var kept: Set<String> = ["lock"]
    if try !Checkpoints(workplace: self).isEmpty() {
      kept = ["lock", "checkpoints", "kept"]
      // Where both are there, that in the bundle's place was a revision.
      if try files.status(self.kept) == nil, try files.status(bundle) != nil {
        try files.rename(bundle, to: self.kept)
      }
    }
    for entry in try files.entries(folder) where !kept.contains(entry) {
      // Another process that tries to claim the name may remove its draft of a lock meanwhile.
      do { try files.removeTree("\(folder)/\(entry)") } catch  where error.code == ENOENT {}
    }
  }

  /// Takes up what was put aside of some runs, and removes all else of it.
  func takeUp(_ runs: Set<String>) throws(BundleError) {
    try Checkpoints(workplace: self).remove(but: runs)
    guard !runs.isEmpty, try files.status(kept) != nil else {
      try files.removeTree(checkpoints)
      return try files.removeTree(kept)
    }
    files.lookAgain(at: kept)
    for entry in try files.entries(kept) where entry != "runs" {
      try files.removeTree("\(kept)/\(entry)")
    }
    if try files.status("\(kept)/runs") != nil {
      files.lookAgain(at: "\(kept)/runs")
      for run in try files.entries("\(kept)/runs") where !runs.contains(run) {
        try files.removeTree("\(kept)/runs/\(run)")
      }
    }
    try files.rename(kept, to: bundle)
  }
}

/// What the names of bundles and the paths in them may be.
enum BundlePath {
  static func check(name: String) throws(BundleError) {
    try check(name, isAllowed: !name.contains("/") && !name.hasPrefix("."), "is no bundle's name")
  }

  /// A path inside a bundle: plain parts, nothing that leads out of it.
  static func check(path: String) throws(BundleError) {
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let isAllowed = parts.allSatisfy {
      !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
    }
    try check(path, isAllowed: isAllowed, "is no path of a file in a bundle")
  }

  private static func check(
    _ text: String, isAllowed: Bool, _ problem: String
  ) throws(BundleError) {
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }
    guard isAllowed, isPlain, !text.isEmpty, text.utf8.count <= 1024 else {
      throw .path(text, problem: problem)
    }
  }

  /// Whether a file of a run is kept only where its champion is: all but the tables that hold runs against
  /// each other, and recorded weights.
  static func isOfChampion(_ path: String) -> Bool {
    let parts = path.split(separator: "/", maxSplits: 2)
    guard parts.count == 3, parts[0] == "runs", !isWeights(path) else { return false }
    let comparable = GrowingTable.allCases.flatMap { [$0.rawValue, "\($0.rawValue).gz"] }
    return !(comparable + ["figures/controls.csv"]).contains(String(parts[2]))
  }

  /// The tables of each run that are kept whatever happens to its champion.
  enum GrowingTable: String, CaseIterable {
    case generations = "generations.csv"
    case phylogeny = "phylogeny.csv"
  }

  /// The run of a table that is not compressed, and its name: `phylogeny.csv`, `figures/pixels.csv`.
  static func table(_ path: String) -> (run: String, table: String)? {
    let parts = path.split(separator: "/", maxSplits: 2).map(String.init)
    guard parts.count == 3, parts[0] == "runs", parts[2].hasSuffix(".csv") else { return nil }
    return (parts[1], parts[2])
  }

  static func champion(of run: String) -> String { "runs/\(run)/champion.safetensors" }

  /// Whether a file is among the recorded weights, which git ignores: `runs/RUN/weights/...`.
  static func isWeights(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    return parts.count > 3 && parts[0] == "runs" && parts[2] == "weights"
  }
}
