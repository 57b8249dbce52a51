import CSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file system of this machine.
///
/// With `SystemCalls` the one place of this target that calls the system.
package struct Disk: FileSystem {
  package init() {}

  package func status(_ path: String) throws(BundleError) -> FileStatus? {
    var found = stat()
    guard unsafe lstat(path, &found) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .file(FileFault(.read, path, code: errno))
    }
    let kind: FileStatus.Kind =
      switch found.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      default: .other
      }
    #if canImport(Darwin)
      let time = found.st_mtimespec
    #else
      let time = found.st_mtim
    #endif
    return FileStatus(
      kind: kind, size: Int(found.st_size), links: Int(found.st_nlink),
      modified: Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000)
  }

  package func touch(_ path: String) throws(BundleError) {
    guard unsafe utimensat(AT_FDCWD, path, nil, AT_SYMLINK_NOFOLLOW) == 0 else {
      throw .file(FileFault(.write, path, code: errno))
    }
  }

  package func entries(_ folder: String) throws(BundleError) -> [String] {
    guard let stream = unsafe opendir(folder) else {
      throw .file(FileFault(.list, folder, code: errno))
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else { break }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw .file(FileFault(.list, folder, code: errno)) }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  package func read(
    _ path: String, from offset: Int, count: Int
  ) throws(BundleError) -> [UInt8] {
    // Without waiting, so that a pipe in a file's place cannot hold us up.
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw .file(FileFault(.read, path, code: errno)) }
    defer { close(file) }
    var code: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let got = unsafe pread(
          file, buffer.baseAddress! + filled, min(count - filled, 1 << 30),
          off_t(offset + filled))
        if got < 0 && errno == EINTR { continue }
        if got < 0 { code = errno }
        if got <= 0 { break }
        filled += got
      }
    }
    guard code == 0 else { throw .file(FileFault(.read, path, code: code)) }
    return bytes
  }

  package func write(
    to path: String, how mode: WriteMode, next: () -> [UInt8]?
  ) throws(BundleError) {
    let flag =
      switch mode {
      case .replace: O_TRUNC
      case .create: O_EXCL
      case .append: O_APPEND
      }
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flag, 0o666)
    guard file >= 0 else { throw .file(FileFault(.write, path, code: errno)) }
    func check(_ code: Int32) throws(BundleError) {
      guard code == 0 else { throw .file(FileFault(.write, path, code: code)) }
    }
    do throws(BundleError) {
      while let bytes = next() {
        try check(unsafe bytes.withUnsafeBytes { unsafe SystemCalls.writeAll($0, to: file) })
      }
      if mode != .append { try check(SystemCalls.flush(file)) }
    } catch {
      close(file)
      throw error
    }
    try check(close(file) != 0 && errno != EINTR ? errno : 0)
  }

  package func flush(_ folder: String) throws(BundleError) {
    let file = unsafe open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    guard file >= 0 else { throw .file(FileFault(.flush, folder, code: errno)) }
    defer { close(file) }
    let code = SystemCalls.flush(file)
    // Some file systems have nothing to flush for a folder, and say so.
    guard code == 0 || code == EINVAL else { throw .file(FileFault(.flush, folder, code: code)) }
  }

  package func createFolder(_ path: String) throws(BundleError) {
    try check(.create, path, unsafe mkdir(path, 0o777))
  }

  package func link(_ path: String, to name: String) throws(BundleError) {
    // Qualified: this method has the name of the call.
    #if canImport(Glibc)
      try check(.link, name, unsafe Glibc.link(path, name))
    #elseif canImport(Darwin)
      try check(.link, name, unsafe Darwin.link(path, name))
    #endif
  }

  package func rename(_ path: String, to name: String) throws(BundleError) {
    #if canImport(Glibc)
      try check(.rename, name, unsafe Glibc.rename(path, name))
    #elseif canImport(Darwin)
      try check(.rename, name, unsafe Darwin.rename(path, name))
    #endif
  }

  package func exchange(_ first: String, _ second: String) throws(BundleError) {
    let code = unsafe herdbook_exchange(first, second)
    guard code == 0 else { throw .file(FileFault(.exchange, second, code: code)) }
  }

  package func removeFile(_ path: String) throws(BundleError) {
    try check(.remove, path, unsafe unlink(path))
  }

  package func removeFolder(_ path: String) throws(BundleError) {
    try check(.remove, path, unsafe rmdir(path))
  }

  package func whileLocking(
    _ folder: String, _ body: () throws(BundleError) -> Void
  ) throws(BundleError) {
    let file = unsafe open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    guard file >= 0 else { throw .file(FileFault(.lock, folder, code: errno)) }
    // Closing gives the lock back.
    defer { close(file) }
    while flock(file, LOCK_EX) != 0 {
      guard errno == EINTR else { throw .file(FileFault(.lock, folder, code: errno)) }
    }
    try body()
  }

  private func check(
    _ action: FileFault.Action, _ path: String, _ result: Int32
  ) throws(BundleError) {
    guard result == 0 else { throw .file(FileFault(action, path, code: errno)) }
  }
}

/// Calls of the system in the form in which this target needs them.
enum SystemCalls {
  /// The system's words for an error number.
  static func text(of code: Int32) -> String {
    unsafe text { buffer, capacity in
      unsafe herdbook_error_text(code, buffer, capacity)
      return 0
    } ?? "error \(code)"
  }

  /// What a call writes into a buffer of 256 characters; nil when it returns an error.
  static func text(_ call: (UnsafeMutablePointer<CChar>, Int) -> Int32) -> String? {
    var buffer = [CChar](repeating: 0, count: 256)
    let code = unsafe buffer.withUnsafeMutableBufferPointer {
      unsafe call($0.baseAddress!, $0.count)
    }
    guard code == 0 else { return nil }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Writes all bytes. Returns 0, or the error number.
  static func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Int32 {
    var done = 0
    while done < bytes.count {
      let count = min(bytes.count - done, 1 << 30)
      let wrote = unsafe write(file, bytes.baseAddress! + done, count)
      if wrote < 0 && errno == EINTR { continue }
      if wrote < 0 { return errno }
      done += wrote
    }
    return 0
  }

  /// Waits until what was written is on the disk. Returns 0, or the error number.
  static func flush(_ file: Int32) -> Int32 {
    #if canImport(Darwin)
      // There, fsync only hands the data to the drive.
      if fcntl(file, F_FULLFSYNC) == 0 { return 0 }
    #endif
    while fsync(file) != 0 {
      if errno != EINTR { return errno }
    }
    return 0
  }
}
