import HerdbookBundle

/// One of the two versions of a file that git asks to be shown.
struct GitVersion {
  /// Where its bytes lie; nil where there is no such version: the file was added or removed.
  let file: String?
  /// The name of the blob, zeros or a dot where git has none.
  let blob: String

  init(file: String, blob: String) {
    self.file = file == "/dev/null" ? nil : file
    self.blob = blob
  }

  func bytes() throws(BundleError) -> [UInt8]? {
    guard let file else { return nil }
    // Git may hand over a link where the work tree has one.
    return try Disk().read(Path.resolved(file))
  }
}
