import HerdbookCompression
package import HerdbookModel

/// A bundle in the making: files are written aside, and take their place together.
///
/// In this order: the files of the result and the spec; `seal`; the pages, which may read `bundle`;
/// `publish`. An error, or a writer that goes away, leaves what was published before. Not for use
/// by two threads at once; recorded weights are written by a thread of the writer's own while the
/// caller goes on, one file at a time.
package final class BundleWriter {
  let workplace: Workplace
  let claim: Claim
  var files: any FileSystem { workplace.files }
  /// Digests by path of what the manifest will list.
  var digests: [String: String] = [:]
  var weights: [String: String] = [:]
  /// Files that are those of the old bundle under a second name, to be replaced and not rewritten.
  private var linked: Set<String> = []
  private var folders: Set<String> = []
  private(set) var isSealed = false
  private(set) var isOpen = true
  /// Whether only the pages of a published bundle are made anew.
  private var isRevision = false
  /// Writes recorded weights; its result is what goes into `weights`.
  private let errand = Errand<(path: String, digest: String)>()

  /// Bytes of the largest table of a run that is kept as plain text.
  static let plainTable = 100_000
  /// The same for tables that only figures are drawn from.
  static let plainFigureTable = 10_000

  /// Takes over a claimed and clean workplace.
  init(_ workplace: Workplace, claim: Claim) {
    self.workplace = workplace
    self.claim = claim
  }

  deinit { abandon() }

  /// What was written so far, to be read while the pages are made; it has no manifest yet.
  package var bundle: Bundle { Bundle(folder: workplace.bundle, files: files) }

  /// A folder on the disk of the bundle, for what goes with the process.
  package var scratch: String { workplace.folder }

  /// Whether a file was written, or taken over; what a process that was killed left is not meant.
  package func holds(_ path: String) -> Bool { digests[path] != nil }

  /// Writes one file; after `seal`, only the pages and the spec.
  package func write(_ bytes: [UInt8], to path: String) throws(BundleError) {
    precondition(
      !isSealed || Manifest.isBesideResult(path), "a sealed result is not changed: \(path)")
    try check(path, isWeights: false)
    try put(bytes, at: path)
  }

  package func write(_ table: Table, to path: String) throws(BundleError) {
    try write(table.csv, to: path)
  }

  package func write(_ tensors: Safetensors, to path: String) throws(BundleError) {
    try write(tensors.bytes, to: path)
  }

  /// Begins to write a file of recorded weights, `runs/RUN/weights/...`, and returns while it is
  /// written; what goes wrong is thrown by the next call, or by `seal`.
  package func record(_ tensors: SafetensorsStream, to path: String) throws(BundleError) {
    precondition(!isSealed, "a sealed result is not changed: \(path)")
    try check(path, isWeights: true)
    try claim.check()
    try awaitRecording()
    let whole = "\(workplace.bundle)/\(path)"
    try createFolder(of: whole)
    let files = files
    errand.begin { () throws(BundleError) in
      (path, try files.writeDigesting(tensors, to: whole))
    }
  }

  /// A file of tensors that was recorded in this bundle.
  package func recorded(_ path: String) throws(BundleError) -> SafetensorsFile {
    try awaitRecording()
    return try SafetensorsFile("\(workplace.bundle)/\(path)", files: files)
  }

  /// Ends the result: writes `plan.json`, the digests of recorded weights and `provenance.json`
  /// with the result digest, which is returned.
  @discardableResult
  package func seal(_ plan: Plan, resultVersion: Int) throws(BundleError) -> String {
    precondition(!isSealed, "a result is sealed once")
    try awaitRecording()
    try write(RecordedPlan(plan).json.document, to: RecordedPlan.path)
    if !weights.isEmpty { try put(Manifest(weights).bytes, at: Manifest.weightsPath) }
    let digest = Manifest(digests).resultDigest
    let provenance = Provenance(plan, resultVersion: resultVersion, resultDigest: digest)
    try write(provenance.json.document, to: Provenance.path)
    isSealed = true
    return digest
  }

  /// Writes a spec and those that it inherits from, by name; others that are there are removed.
  package func write(specs: [String: [UInt8]]) throws(BundleError) {
    for path in digests.keys.sorted() where path.hasPrefix("spec/") {
      digests[path] = nil
      try replaceLinked(path)
    }
    for (name, bytes) in specs.sorted(by: { $0.key < $1.key }) {
      try write(bytes, to: SpecFile.path(of: name))
    }
  }

  /// Writes beside an adopted result what a spec now says of it: its text and `provenance.json` with
  /// title, description and origins. The pages are the caller's to write.
  package func retell(_ plan: Plan, specs: [String: [UInt8]]) throws(BundleError) {
    let old = try bundle.provenance()
    try write(specs: specs)
    let provenance = Provenance(
      plan, resultVersion: old.resultVersion, resultDigest: old.resultDigest)
    try write(provenance.json.document, to: Provenance.path)
  }

  /// Writes the manifest and puts the bundle in its place.
  package func publish() throws(BundleError) -> Bundle {
    precondition(isSealed && isOpen, "a bundle is published once, after it was sealed")
    try claim.check()
    let manifest = Manifest(digests).bytes
    try replaceLinked(Manifest.path)
    try files.write(manifest, to: "\(workplace.bundle)/\(Manifest.path)", how: .replace)
    try workplace.publish()
    isOpen = false
    // States that are left are of runs that the bundle holds.
    if !isRevision { try? files.removeTree(workplace.checkpoints) }
    claim.release()
    return Bundle(folder: workplace.destination, files: files)
  }

  /// Gives up: what was written is removed, unless the state of a run was kept, and the name is free
  /// again.
  package func abandon() {
    guard isOpen else { return }
    isOpen = false
    try? awaitRecording()
    // What lies there is of who has taken the name over.
    guard (try? claim.check()) != nil else { return claim.release() }
    // What is left here is removed before the next run; a bundle that a journal says is complete is
    // left to be put in its place.
    do {
      let isKept = try !isRevision && !Checkpoints(workplace: workplace).isEmpty()
      if try !isKept && files.status(workplace.journal) == nil {
        try files.removeTree(workplace.bundle)
        if !isRevision { try files.removeTree(workplace.checkpoints) }
      }
    } catch {}
    claim.release()
  }

  /// Begins with all files of a published bundle, each under a second name or, where there are no
  /// links, copied; digests are taken from its manifest as they are. Only the pages can be written.
  func adopt(_ bundle: Bundle) throws(BundleError) {
    for entry in try bundle.manifest().entries { digests[entry.path] = entry.digest }
    try files.createFolder(workplace.bundle)
    for path in try files.tree(bundle.folder) { try link(path, of: bundle) }
    isSealed = true
    isRevision = true
  }

  /// Takes over the runs that other bundles hold as running them now would give: their files as
  /// they are, under a second name or, where there are no links, copied.
  package func takeOver(_ runs: RecordedRuns) throws(BundleError) {
    precondition(isOpen && !isSealed, "a sealed result is not changed")
    for (source, entries) in runs.fresh {
      guard try source.bundle.bytes(Manifest.path) == source.manifest else {
        throw .malformed(
          file: source.bundle.folder, place: "",
          problem: "was replaced meanwhile by another process; run again")
      }
      for entry in entries {
        try link(entry.path, of: source.bundle)
        if BundlePath.isWeights(entry.path) {
          weights[entry.path] = entry.digest
        } else {
          digests[entry.path] = entry.digest
        }
      }
    }
  }

  /// Removes the champions of all but some runs, and what a page shows of one run alone. Compresses the tables that
  /// grow with replicates and that nobody looks at first, generations and phylogenies of these others, and any table of a
  /// run above `plainTable` bytes.
  package func keepChampions(of runs: Set<String>) throws(BundleError) {
    precondition(isOpen && !isSealed, "a sealed result is not changed")
    var emptied: Set<String> = []
    for path in digests.keys.sorted() where BundlePath.isOfChampion(path) {
      let run = String(path.split(separator: "/")[1])
      if runs.contains(run) { continue }
      digests[path] = nil
      linked.remove(path)
      try files.removeFile("\(workplace.bundle)/\(path)")
      emptied.insert("runs/\(run)/figures")
    }
    try compressTables(exceptOf: runs)
    let left = Set(digests.keys.map { $0.split(separator: "/").dropLast().joined(separator: "/") })
    for folder in emptied.subtracting(left).sorted() {
      let whole = "\(workplace.bundle)/\(folder)"
      if try files.status(whole) != nil { try files.removeFolder(whole) }
      folders.remove(whole)
    }
  }

  private func compressTables(exceptOf runs: Set<String>) throws(BundleError) {
    for path in digests.keys.sorted() {
      guard let (run, table) = BundlePath.table(path) else { continue }
      let whole = "\(workplace.bundle)/\(path)"
      let isPlain = runs.contains(run) || BundlePath.GrowingTable(rawValue: table) == nil
      let isOfFigure = table.hasPrefix("figures/") && BundlePath.isOfChampion(path)
      let limit = isOfFigure ? BundleWriter.plainFigureTable : BundleWriter.plainTable
      if isPlain, try files.status(whole)?.size ?? 0 <= limit { continue }
      let bytes = try files.read(whole)
      try put(Gzip.compress(bytes), at: "\(path).gz")
      digests[path] = nil
      linked.remove(path)
      try files.removeFile(whole)
    }
  }

  private func link(_ path: String, of bundle: Bundle) throws(BundleError) {
    let target = "\(workplace.bundle)/\(path)"
    try createFolder(of: target)
    do {
      try files.link("\(bundle.folder)/\(path)", to: target)
    } catch  where error.refusesLinks {
      try files.copy("\(bundle.folder)/\(path)", to: target)
    }
    linked.insert(path)
  }

  private func createFolder(of path: String) throws(BundleError) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return }
    let folder = String(path[..<slash])
    guard !folders.contains(folder) else { return }
    try files.createFolders(folder)
    folders.insert(folder)
  }

  private func check(_ path: String, isWeights: Bool) throws(BundleError) {
    precondition(isOpen, "a bundle is not written to after its publication")
    try BundlePath.check(path: path)
    guard path != Manifest.path, path != Manifest.weightsPath else {
      throw .path(path, problem: "is written by the bundle itself")
    }
    guard BundlePath.isWeights(path) == isWeights else {
      throw .path(
        path,
        problem: isWeights
          ? "is no path of recorded weights" : "is where recorded weights go, and nothing else")
    }
  }

  private func put(_ bytes: [UInt8], at path: String) throws(BundleError) {
    try claim.check()
    let whole = "\(workplace.bundle)/\(path)"
    try createFolder(of: whole)
    try replaceLinked(path)
    try files.write(bytes, to: whole, how: .replace)
    digests[path] = sha256(bytes)
  }

  func awaitRecording() throws(BundleError) {
    if let written = try errand.end() { weights[written.path] = written.digest }
  }

  private func replaceLinked(_ path: String) throws(BundleError) {
    if linked.remove(path) != nil { try files.removeFile("\(workplace.bundle)/\(path)") }
  }
}
