#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The system's words for the last failure of a call.
func systemMessage(_ code: Int32 = errno) -> String {
  unsafe String(cString: strerror(code))
}

/// A file that is open for reading, closed when it goes.
struct OpenFile: ~Copyable {
  let path: String
  let descriptor: Int32
  /// As the file was when it was opened.
  let stamp: FileStamp

  /// - Throws: `missing` where nothing is at the path, `unreadable` where the system refuses or the
  ///   path is a folder.
  init(_ path: String) throws(DataError) {
    let opened = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else {
      throw DataError(
        errno == ENOENT ? .missing : .unreadable, path: path,
        "cannot be opened: \(systemMessage())")
    }
    guard let stamp = FileStamp(descriptor: opened) else {
      close(opened)
      throw DataError(.unreadable, path: path, "cannot be looked at: \(systemMessage())")
    }
    self.path = path
    descriptor = opened
    self.stamp = stamp
  }

  deinit { close(descriptor) }

  /// Reads up to `bytes.count` bytes to the beginning of `bytes`; 0 at the end of the file.
  func read(into bytes: inout [UInt8]) throws(DataError) -> Int {
    while true {
      #if canImport(Glibc)
        let got = unsafe bytes.withUnsafeMutableBytes {
          unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
        }
      #else
        let got = unsafe bytes.withUnsafeMutableBytes {
          unsafe Darwin.read(descriptor, $0.baseAddress, $0.count)
        }
      #endif
      if got >= 0 { return got }
      if errno != EINTR {
        throw DataError(.unreadable, path: path, "cannot be read: \(systemMessage())")
      }
    }
  }
}
