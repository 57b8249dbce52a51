import HerdbookCompression
package import HerdbookModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A bundle as it lies in its folder: files are read when they are asked for, and not checked
/// against the manifest until `check`.
package struct Bundle: Sendable {
  package let folder: String
  let files: any FileSystem

  package init(folder: String, files: any FileSystem = Disk()) {
    self.folder = folder
    self.files = files
  }

  /// A file of the bundle, by its path in it.
  package func bytes(_ path: String) throws(BundleError) -> [UInt8] {
    try BundlePath.check(path: path)
    do {
      return try files.read("\(folder)/\(path)")
    } catch  where error.code == ENOENT {
      throw .malformed(file: folder, place: "", problem: "is damaged: \(path) is missing")
    }
  }

  package func has(_ path: String) throws(BundleError) -> Bool {
    try BundlePath.check(path: path)
    return try files.status("\(folder)/\(path)")?.kind == .file
  }

  /// A table, whether it is kept as it is or compressed.
  package func table(_ path: String) throws(BundleError) -> CSVTable {
    try CSVTable(
      parsing: try has(path) ? bytes(path) : inflated(bytes("\(path).gz"), of: path),
      file: "\(folder)/\(path)")
  }

  /// Whether it has a table, as it is or compressed.
  package func hasTable(_ path: String) throws(BundleError) -> Bool {
    if try has(path) { return true }
    return try has("\(path).gz")
  }

  /// A table as it was before it was compressed.
  func inflated(_ bytes: [UInt8], of path: String) throws(BundleError) -> [UInt8] {
    try Bundle.inflated(bytes, file: "\(folder)/\(path).gz")
  }

  /// The bytes of a compressed file, at most so many.
  package static func inflated(
    _ bytes: [UInt8], file: String, limit: Int = 1 << 30
  ) throws(BundleError) -> [UInt8] {
    do {
      return try Gzip.decompress(bytes, limit: limit)
    } catch {
      throw .malformed(file: file, place: "", problem: "is no whole gzip file: \(error.words)")
    }
  }

  package func tensors(_ path: String) throws(BundleError) -> Safetensors {
    try Safetensors(parsing: bytes(path), file: "\(folder)/\(path)")
  }

  package func plan() throws(BundleError) -> RecordedPlan {
    let path = RecordedPlan.path
    return try RecordedPlan(parsing: bytes(path), file: "\(folder)/\(path)")
  }

  package func provenance() throws(BundleError) -> Provenance {
    let path = Provenance.path
    return try Provenance(parsing: bytes(path), file: "\(folder)/\(path)")
  }

  /// The digests of its files, of which there are some.
  package func manifest() throws(BundleError) -> Manifest {
    let file = "\(folder)/\(Manifest.path)"
    let manifest = try Manifest(parsing: bytes(Manifest.path), file: file)
    guard !manifest.entries.isEmpty else {
      throw .malformed(file: file, place: "", problem: "lists no file")
    }
    return manifest
  }

  /// The digests of recorded weights; empty where none were recorded.
  package func weights() throws(BundleError) -> Manifest {
    let path = Manifest.weightsPath
    guard try has(path) else { return Manifest([:]) }
    return try Manifest(parsing: bytes(path), file: "\(folder)/\(path)")
  }

  /// The runs in the order of the plan; each has the folder `runs/ID/`.
  package func runs() throws(BundleError) -> [Plan.Run] { try plan().runs }
}
