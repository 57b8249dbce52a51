import Crypto

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension FileSystem {
  /// Writes a file and flushes it to disk (an appended one is not flushed).
  package func write(
    _ bytes: [UInt8], to path: String, how mode: WriteMode
  ) throws(BundleError) {
    var rest: [UInt8]? = bytes
    try write(to: path, how: mode) {
      defer { rest = nil }
      return rest
    }
  }

  /// Writes a file under another name beside it, which takes its place when it is whole and on disk.
  package func writeWhole(_ bytes: [UInt8], to path: String) throws(BundleError) {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let name = parts.removeLast()
    let folder = parts.joined(separator: "/")
    let draft = "\(folder)/.\(name).new"
    do {
      try write(bytes, to: draft, how: .replace)
      try rename(draft, to: path)
    } catch {
      try? removeFile(draft)
      throw error
    }
    try flush(folder)
  }

  /// Writes a file in pieces, flushes it to disk, and gives its SHA-256 in hex.
  func writeDigesting(
    _ pieces: some Sequence<[UInt8]>, to path: String
  ) throws(BundleError) -> String {
    var hash = SHA256()
    var pieces = pieces.makeIterator()
    try write(to: path, how: .replace) {
      let piece = pieces.next()
      if let piece { hash.update(data: piece) }
      return piece
    }
    return hexadecimal(hash.finalize())
  }

  /// All bytes of a file of at most `limit` bytes.
  package func read(_ path: String, limit: Int = 1 << 30) throws(BundleError) -> [UInt8] {
    let size = try size(ofFile: path)
    guard size <= limit else {
      throw .malformed(
        file: path, place: "", problem: "holds \(size) bytes, more than \(limit) are not read")
    }
    return try read(path, from: 0, count: size)
  }

  /// Copies a file in pieces, and flushes the copy to disk.
  func copy(
    _ path: String, to target: String, how mode: WriteMode = .create
  ) throws(BundleError) {
    let size = try size(ofFile: path)
    var offset = 0
    var fault: BundleError?
    try write(to: target, how: mode) {
      guard offset < size else { return nil }
      do throws(BundleError) {
        let piece = try read(path, from: offset, count: min(size - offset, 1 << 20))
        offset += piece.count
        return piece.isEmpty ? nil : piece
      } catch {
        fault = error
        return nil
      }
    }
    if let fault { throw fault }
  }

  /// The SHA-256 of a file in hex, read in pieces.
  package func digest(_ path: String) throws(BundleError) -> String {
    var size = try size(ofFile: path)
    var hash = SHA256()
    var offset = 0
    while size > 0 {
      let piece = try read(path, from: offset, count: min(size, 1 << 20))
      if piece.isEmpty { break }
      hash.update(data: piece)
      offset += piece.count
      size -= piece.count
    }
    return hexadecimal(hash.finalize())
  }

  private func size(ofFile path: String) throws(BundleError) -> Int {
    guard let status = try status(path) else { throw .file(FileFault(.read, path, code: ENOENT)) }
    switch status.kind {
    case .file: return status.size
    case .folder: throw .file(FileFault(.read, path, code: EISDIR))
    case .other: throw .malformed(file: path, place: "", problem: "is not a plain file")
    }
  }

  /// Creates a folder and those above it; one that exists stays as it is.
  package func createFolders(_ path: String) throws(BundleError) {
    do {
      try createFolder(path)
    } catch {
      switch error.code {
      case EEXIST:
        guard try status(path)?.kind == .file else { return }
        throw .file(FileFault(.create, path, code: ENOTDIR))
      case ENOENT:
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex else {
          throw error
        }
        try createFolders(String(path[..<slash]))
        do { try createFolder(path) } catch  where error.code == EEXIST {}
      default:
        throw error
      }
    }
  }

  /// The paths of all files below a folder, relative to it, sorted by bytes.
  func tree(_ folder: String) throws(BundleError) -> [String] {
    var files: [String] = []
    var open = [""]
    while let prefix = open.popLast() {
      for name in try entries(prefix.isEmpty ? folder : "\(folder)/\(prefix)") {
        let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
        if try status("\(folder)/\(path)")?.kind == .folder {
          open.append(path)
        } else {
          files.append(path)
        }
      }
    }
    return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Removes what stands at a path with all that is in it; nothing is no error.
  package func removeTree(_ path: String) throws(BundleError) {
    guard let status = try status(path) else { return }
    guard status.kind == .folder else { return try removeFile(path) }
    for name in try entries(path) { try removeTree("\(path)/\(name)") }
    try removeFolder(path)
  }

  /// Flushes a folder and all folders in it, the innermost first.
  func flushTree(_ folder: String) throws(BundleError) {
    for name in try entries(folder) where try status("\(folder)/\(name)")?.kind == .folder {
      try flushTree("\(folder)/\(name)")
    }
    try flush(folder)
  }
}

/// Bytes in lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}

/// The SHA-256 of bytes in hex.
package func sha256(_ bytes: [UInt8]) -> String {
  hexadecimal(SHA256.hash(data: bytes))
}
