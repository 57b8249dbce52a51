#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file in the making: it has a name of its own until it is whole, then takes its place at once.
///
/// Whoever reads the place finds the old file or the new one. What is not published vanishes.
struct NewFile: ~Copyable {
  /// Why a file could not be written, in the system's words.
  struct Failure: Error {
    var message: String
  }

  let destination: String
  let partial: String
  let descriptor: Int32
  private var isPublished = false

  /// Opens an empty file beside `destination`, under a name that nobody else uses.
  init(for destination: String) throws(Failure) {
    let template = join(
      parentFolder(destination), "." + lastComponent(destination) + ".XXXXXX")
    var name = Array(template.utf8CString)
    let opened = unsafe name.withUnsafeMutableBufferPointer { unsafe mkstemp($0.baseAddress!) }
    guard opened >= 0 else {
      throw Failure(message: "\(parentFolder(destination)): \(systemMessage())")
    }
    self.destination = destination
    partial = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    descriptor = opened
  }

  deinit {
    close(descriptor)
    if !isPublished { _ = unsafe unlink(partial) }
  }

  /// Appends all of `bytes`.
  func write(_ bytes: [UInt8]) throws(Failure) {
    var done = 0
    while done < bytes.count {
      let from = done
      let wrote = unsafe bytes.withUnsafeBytes { whole in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: whole[from...])
        #if canImport(Glibc)
          return unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
        #else
          return unsafe Darwin.write(descriptor, rest.baseAddress, rest.count)
        #endif
      }
      if wrote < 0 {
        if errno == EINTR { continue }
        throw Failure(message: "\(destination): \(systemMessage())")
      }
      done += wrote
    }
  }

  /// Flushes the file to disk and renames it to its destination, whose folder is flushed too.
  mutating func publish() throws(Failure) {
    guard fchmod(descriptor, 0o644) == 0, fsync(descriptor) == 0,
      unsafe rename(partial, destination) == 0
    else { throw Failure(message: "\(destination): \(systemMessage())") }
    isPublished = true
    let folder = unsafe open(parentFolder(destination), O_RDONLY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }
}

/// Makes a folder and those above it; one that is there already is fine.
func makeFolder(_ path: String) throws(NewFile.Failure) {
  if unsafe mkdir(path, 0o777) == 0 || errno == EEXIST { return }
  if errno == ENOENT, parentFolder(path) != path {
    try makeFolder(parentFolder(path))
    if unsafe mkdir(path, 0o777) == 0 || errno == EEXIST { return }
  }
  throw NewFile.Failure(message: "\(path): \(systemMessage())")
}
