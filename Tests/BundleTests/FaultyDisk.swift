import HerdbookBundle
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The disk, but for what goes wrong at a chosen change.
///
/// Changes are counted: every call but those that only look. A file that is being written when the
/// process dies or the disk fills is left with half of its bytes.
final class FaultyDisk: FileSystem {
  enum Fault: Sendable {
    /// The process is killed at this change: neither it nor any later one happens.
    case killed(at: Int)
    /// From this change on, nothing more can be written; removing still works.
    case full(from: Int, code: Int32)
    /// This change alone is refused, whatever it is; a write leaves half of its bytes.
    case refused(at: Int, code: Int32)
    case none
  }

  private let disk = Disk()
  private let fault: Fault
  private let canExchange: Bool
  private let canLink: Bool
  private let count = Mutex(0)
  private let lines = Mutex<[String]>([])

  init(_ fault: Fault = .none, canExchange: Bool = true, canLink: Bool = true) {
    self.fault = fault
    self.canExchange = canExchange
    self.canLink = canLink
  }

  /// How many changes were asked for.
  var changes: Int { count.withLock { $0 } }
  /// The changes in order, as words.
  var log: [String] { lines.withLock { $0 } }

  private func change(
    _ action: FileFault.Action, _ path: String, grows: Bool = true,
    half: () throws(BundleError) -> Void = {}
  ) throws(BundleError) {
    let number = count.withLock { value in
      value += 1
      return value
    }
    lines.withLock { $0.append("\(action.rawValue) \(path)") }
    switch fault {
    case .killed(let at) where number >= at:
      if number == at { try half() }
      throw .file(FileFault(action, path, code: EINTR))
    case .full(let from, let code) where number >= from && grows:
      try half()
      throw .file(FileFault(action, path, code: code))
    case .refused(let at, let code) where number == at:
      try half()
      throw .file(FileFault(action, path, code: code))
    default:
      break
    }
  }

  func status(_ path: String) throws(BundleError) -> FileStatus? { try disk.status(path) }
  /// No change: it goes on beside the calls that are counted.
  func touch(_ path: String) throws(BundleError) { try disk.touch(path) }
  func entries(_ folder: String) throws(BundleError) -> [String] { try disk.entries(folder) }
  func read(_ path: String, from offset: Int, count: Int) throws(BundleError) -> [UInt8] {
    try disk.read(path, from: offset, count: count)
  }

  func write(to path: String, how mode: WriteMode, next: () -> [UInt8]?) throws(BundleError) {
    var bytes: [UInt8] = []
    while let piece = next() { bytes.append(contentsOf: piece) }
    try change(.write, path) { () throws(BundleError) in
      try disk.write(Array(bytes.prefix(bytes.count / 2)), to: path, how: mode)
    }
    try disk.write(bytes, to: path, how: mode)
  }

  func flush(_ folder: String) throws(BundleError) {
    try change(.flush, folder, grows: false)
    try disk.flush(folder)
  }

  func createFolder(_ path: String) throws(BundleError) {
    // Folders that exist are asked for again and again; those are no changes.
    if try disk.status(path) == nil { try change(.create, path) }
    try disk.createFolder(path)
  }

  func link(_ path: String, to name: String) throws(BundleError) {
    guard canLink else { throw .file(FileFault(.link, name, code: EPERM)) }
    try change(.link, name)
    try disk.link(path, to: name)
  }

  func rename(_ path: String, to name: String) throws(BundleError) {
    try change(.rename, name, grows: false)
    try disk.rename(path, to: name)
  }

  func exchange(_ first: String, _ second: String) throws(BundleError) {
    guard canExchange else { throw .file(FileFault(.exchange, second, code: EINVAL)) }
    try change(.exchange, second, grows: false)
    try disk.exchange(first, second)
  }

  func removeFile(_ path: String) throws(BundleError) {
    try change(.remove, path, grows: false)
    try disk.removeFile(path)
  }

  func removeFolder(_ path: String) throws(BundleError) {
    try change(.remove, path, grows: false)
    try disk.removeFolder(path)
  }

  func whileLocking(
    _ folder: String, _ body: () throws(BundleError) -> Void
  ) throws(BundleError) {
    try disk.whileLocking(folder, body)
  }
}
