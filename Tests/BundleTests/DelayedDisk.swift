import HerdbookBundle
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The disk as a client of a network file system sees it: what it saw in a folder, and what it did not find there, is
/// what it goes on seeing until it changes something in that folder itself.
final class DelayedDisk: FileSystem {
  private struct Sight {
    /// By folder.
    var listings: [String: [String]] = [:]
    /// Paths at which there was nothing.
    var absent: Set<String> = []
  }
  private let disk = Disk()
  private let sight = Mutex(Sight())

  private func parent(_ path: String) -> String {
    path.split(separator: "/").dropLast().map { "/\($0)" }.joined()
  }

  /// Throws where something on the way to a path was not found before.
  private func find(_ path: String) throws(BundleError) {
    var place = ""
    for part in path.split(separator: "/") {
      place += "/\(part)"
      if sight.withLock({ $0.absent.contains(place) }) {
        throw .file(FileFault(.read, path, code: ENOENT))
      }
    }
  }

  /// What was seen in the folder of a path is looked at anew.
  private func changed(_ path: String) {
    let folder = parent(path)
    sight.withLock { sight in
      sight.listings[folder] = nil
      sight.absent = sight.absent.filter { parent($0) != folder }
    }
  }

  func status(_ path: String) throws(BundleError) -> FileStatus? {
    do { try find(path) } catch { return nil }
    let status = try disk.status(path)
    if status == nil { sight.withLock { _ = $0.absent.insert(path) } }
    return status
  }

  func entries(_ folder: String) throws(BundleError) -> [String] {
    try find(folder)
    if let known = sight.withLock({ $0.listings[folder] }) { return known }
    let entries = try disk.entries(folder)
    sight.withLock { $0.listings[folder] = entries }
    return entries
  }

  func read(_ path: String, from offset: Int, count: Int) throws(BundleError) -> [UInt8] {
    try find(path)
    return try disk.read(path, from: offset, count: count)
  }

  func write(to path: String, how: WriteMode, next: () -> [UInt8]?) throws(BundleError) {
    changed(path)
    try disk.write(to: path, how: how, next: next)
  }

  func flush(_ folder: String) throws(BundleError) { try disk.flush(folder) }
  func touch(_ path: String) throws(BundleError) { try disk.touch(path) }

  func createFolder(_ path: String) throws(BundleError) {
    changed(path)
    try disk.createFolder(path)
  }

  func link(_ path: String, to name: String) throws(BundleError) {
    changed(name)
    try disk.link(path, to: name)
  }

  func rename(_ path: String, to name: String) throws(BundleError) {
    changed(path)
    changed(name)
    try disk.rename(path, to: name)
  }

  func exchange(_ first: String, _ second: String) throws(BundleError) {
    changed(first)
    changed(second)
    try disk.exchange(first, second)
  }

  func removeFile(_ path: String) throws(BundleError) {
    changed(path)
    try disk.removeFile(path)
  }

  func removeFolder(_ path: String) throws(BundleError) {
    changed(path)
    try disk.removeFolder(path)
  }

  func whileLocking(
    _ folder: String, _ body: () throws(BundleError) -> Void
  ) throws(BundleError) {
    try disk.whileLocking(folder, body)
  }
}
