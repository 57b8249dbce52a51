#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What tells whether a file is still the one that was read, without reading it.
///
/// Writing to a file moves its change time, which no program can set, so two equal stamps mean the
/// same bytes, unless the second write came within the clock's grain of the first reading: see
/// `isOlder`.
struct FileStamp: Sendable, Equatable {
  var device: UInt64
  var inode: UInt64
  var size: Int
  /// Modification and change time in nanoseconds since 1970.
  var modified: Int
  var changed: Int

  /// The stamp of the file or folder at a path, through links; nil where there is none.
  init?(path: String) {
    var found = stat()
    guard unsafe stat(path, &found) == 0 else { return nil }
    self.init(found)
  }

  /// The stamp of an open file.
  init?(descriptor: Int32) {
    var found = stat()
    guard unsafe fstat(descriptor, &found) == 0 else { return nil }
    self.init(found)
  }

  private init(_ found: stat) {
    device = UInt64(truncatingIfNeeded: found.st_dev)
    inode = UInt64(truncatingIfNeeded: found.st_ino)
    size = Int(found.st_size)
    #if canImport(Darwin)
      modified = Self.nanoseconds(found.st_mtimespec)
      changed = Self.nanoseconds(found.st_ctimespec)
    #else
      modified = Self.nanoseconds(found.st_mtim)
      changed = Self.nanoseconds(found.st_ctim)
    #endif
  }

  private static func nanoseconds(_ time: timespec) -> Int {
    Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
  }

  /// Whether this file lay still for two seconds before `other` was last written, so that what was
  /// noted of it in `other` cannot have missed a later write.
  func isOlder(than other: FileStamp) -> Bool {
    max(modified, changed) + 2_000_000_000 < other.modified
  }
}

extension FileStamp {
  /// The five numbers, in the order in which `init(fields:)` reads them.
  var text: String { "\(device) \(inode) \(size) \(modified) \(changed)" }

  init?(fields: ArraySlice<Substring>) {
    let numbers = Array(fields)
    guard numbers.count == 5, let device = UInt64(numbers[0]), let inode = UInt64(numbers[1]),
      let size = Int(numbers[2]), let modified = Int(numbers[3]), let changed = Int(numbers[4])
    else { return nil }
    self.device = device
    self.inode = inode
    self.size = size
    self.modified = modified
    self.changed = changed
  }
}
