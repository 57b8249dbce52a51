#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The few things that reading and writing bundles ask of a file system.
///
/// All of Herdbook's bundles go through it, so that a test can stop, fill or break the disk at any
/// step. Paths are as the caller gave them, never resolved. Every error is `BundleError.file`.
package protocol FileSystem: Sendable {
  /// What stands at a path, symbolic links not followed; nil when there is nothing.
  func status(_ path: String) throws(BundleError) -> FileStatus?
  /// The names in a folder, sorted by bytes, without `.` and `..`.
  func entries(_ folder: String) throws(BundleError) -> [String]
  /// Up to `count` bytes from `offset`; fewer only at the end of the file.
  func read(_ path: String, from offset: Int, count: Int) throws(BundleError) -> [UInt8]
  /// Writes a file of the pieces that `next` gives until there is none, and flushes it to disk (an
  /// appended one is not flushed).
  func write(to path: String, how: WriteMode, next: () -> [UInt8]?) throws(BundleError)
  /// Flushes a folder: the names in it are on disk on return.
  func flush(_ folder: String) throws(BundleError)
  /// Creates one folder; EEXIST when something is there.
  func createFolder(_ path: String) throws(BundleError)
  /// Gives a file a second name; EEXIST when that name is taken.
  func link(_ path: String, to name: String) throws(BundleError)
  func rename(_ path: String, to name: String) throws(BundleError)
  /// Exchanges two folders in one step.
  func exchange(_ first: String, _ second: String) throws(BundleError)
  func removeFile(_ path: String) throws(BundleError)
  /// Removes an empty folder.
  func removeFolder(_ path: String) throws(BundleError)
  /// Sets the time of a file's last change to now, by the clock of its file system.
  func touch(_ path: String) throws(BundleError)
  /// Calls `body` while no other process of this machine is in a call on the same folder.
  func whileLocking(
    _ folder: String, _ body: () throws(BundleError) -> Void
  ) throws(BundleError)
}

/// What `write` does with a file that exists.
package enum WriteMode: Sendable, Equatable {
  case replace
  /// EEXIST.
  case create
  case append
}

package struct FileStatus: Sendable, Equatable {
  package enum Kind: Sendable {
    case file
    case folder
    /// A symbolic link, a pipe, a device.
    case other
  }
  package var kind: Kind
  package var size: Int
  /// Its names: what has others stays when one is removed.
  package var links: Int
  /// When it was last changed, in seconds by the clock of its file system.
  package var modified: Double

  package init(kind: Kind, size: Int, links: Int = 1, modified: Double = 0) {
    self.kind = kind
    self.size = size
    self.links = links
    self.modified = modified
  }
}

extension BundleError {
  /// The system's error number, where the system refused.
  var code: Int32? {
    if case .file(let fault) = self { fault.code } else { nil }
  }

  /// Whether a file system said that it has no second names for this file.
  var refusesLinks: Bool {
    guard let code else { return false }
    return [EPERM, ENOSYS, ENOTSUP, EOPNOTSUPP, EMLINK, EXDEV].contains(code)
  }

  /// Whether a file system said that it cannot exchange these folders; an overlay says so of a
  /// folder from a lower layer by EXDEV.
  var refusesExchange: Bool {
    guard let code else { return false }
    return [EINVAL, ENOSYS, ENOTSUP, EOPNOTSUPP, EXDEV].contains(code)
  }
}
