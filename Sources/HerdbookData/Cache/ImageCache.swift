/// Decoded datasets in a folder of the user's.
///
/// Several runs may use it at once: files come into place whole, by renaming, and are never changed
/// afterwards. A file of the cache is trusted as long as its size, header and stamp are those of the
/// file that this program wrote from its sources or compared with them byte by byte; a content
/// digest would read all 58 MB of MNIST at each start.
struct ImageCache {
  /// The folder of the decoded datasets; made when first written to.
  let folder: String

  init(in cache: String) {
    folder = join(cache, "datasets")
  }

  /// The decoded form of files, where it is known to be theirs.
  func recall(_ files: DatasetFiles) -> StoredImages? {
    let place = join(folder, SourceRecord.name(files))
    guard let written = FileStamp(path: place), let text = readText(place),
      let record = SourceRecord(text: text), record.paths == files.paths
    else { return nil }
    for (path, stamp) in zip(record.paths, record.sources) {
      guard FileStamp(path: path) == stamp, stamp.isOlder(than: written) else { return nil }
    }
    guard let map = map(record.content, stamp: record.cache) else { return nil }
    return record.content.images(in: map, storage: .recalled)
  }

  /// Keeps decoded images, and gives them back as they lie in the cache.
  ///
  /// - Throws: why it is impossible: a folder that may not be written, a full disk.
  func keep(_ sets: [ImageSet], of files: DatasetFiles, digest: String) throws(NewFile.Failure)
    -> StoredImages
  {
    let content = CacheFile(
      digest: digest, rows: sets[0].rows, columns: sets[0].columns, training: sets[0].count,
      test: sets[1].count)
    try makeFolder(folder)
    let (map, stamp) =
      if let held = held(content, sets) { held } else { try write(content, sets) }
    let record = SourceRecord(
      content: content, cache: stamp, sources: sets.flatMap(\.stamps), paths: files.paths)
    var note = try NewFile(for: join(folder, SourceRecord.name(files)))
    try note.write(Array(record.text.utf8))
    try note.publish()
    return content.images(in: map, storage: .decoded)
  }

  /// The file of a former run, where it is still the very one that is remembered.
  private func map(_ content: CacheFile, stamp: FileStamp) -> MappedFile? {
    guard let file = try? OpenFile(join(folder, content.name)), file.stamp == stamp,
      stamp.size == content.size,
      let map = MappedFile(descriptor: file.descriptor, count: content.size),
      map.copy(0..<CacheFile.headerSize) == content.header
    else { return nil }
    return map
  }

  /// The file that lies there, where it has exactly the bytes that would be written to it.
  private func held(_ content: CacheFile, _ sets: [ImageSet]) -> (MappedFile, FileStamp)? {
    guard let file = try? OpenFile(join(folder, content.name)), file.stamp.size == content.size,
      let map = MappedFile(descriptor: file.descriptor, count: content.size)
    else { return nil }
    var position = 0
    var same = true
    content.forEachPiece(of: sets) { piece in
      same = same && map.copy(position..<(position + piece.count)) == piece
      position += piece.count
    }
    return same ? (map, file.stamp) : nil
  }

  /// Writes the file, and maps what was written even if another run replaces it meanwhile.
  private func write(
    _ content: CacheFile, _ sets: [ImageSet]
  ) throws(NewFile.Failure) -> (MappedFile, FileStamp) {
    var file = try NewFile(for: join(folder, content.name))
    try content.forEachPiece(of: sets) { piece throws(NewFile.Failure) in
      try file.write(piece)
    }
    try file.publish()
    guard let stamp = FileStamp(descriptor: file.descriptor),
      let map = MappedFile(descriptor: file.descriptor, count: content.size)
    else { throw NewFile.Failure(message: "\(file.destination): cannot be mapped into memory") }
    return (map, stamp)
  }
}

/// The content of a small text file; nil where it cannot be read or is above 64 KiB.
private func readText(_ path: String) -> String? {
  var bytes = [UInt8](repeating: 0, count: 1 << 16)
  guard let file = try? OpenFile(path), file.stamp.size < bytes.count,
    let count = try? file.read(into: &bytes), count == file.stamp.size
  else { return nil }
  return String(validating: bytes[..<count], as: UTF8.self)
}
