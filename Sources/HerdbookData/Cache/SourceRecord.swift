/// What was found when a dataset's files were last decoded: which files they were, and which file in
/// the cache holds what was in them.
///
/// It stands for the files only as long as all five stamps still fit; a swapped, touched or edited
/// file, be it a source or the cache, leads back to decoding.
struct SourceRecord: Equatable {
  static let version = 1

  var content: CacheFile
  var cache: FileStamp
  /// Stamp and path of each `DatasetFile`.
  var sources: [FileStamp]
  var paths: [String]

  /// The name of the record of a dataset in a folder.
  static func name(_ files: DatasetFiles) -> String {
    "\(files.dataset)-\(sha256(files.folder).prefix(16)).sources"
  }

  var text: String {
    var lines = [
      "herdbook sources \(Self.version)",
      "digest \(content.digest)",
      "sizes \(content.rows) \(content.columns) \(content.training) \(content.test)",
      "cache \(cache.text)",
    ]
    for (stamp, path) in zip(sources, paths) { lines.append("source \(stamp.text) \(path)") }
    return lines.joined(separator: "\n") + "\n"
  }

  init(content: CacheFile, cache: FileStamp, sources: [FileStamp], paths: [String]) {
    self.content = content
    self.cache = cache
    self.sources = sources
    self.paths = paths
  }

  /// Reads a record; nil for anything that is not exactly one.
  init?(text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 9, lines[0] == "herdbook sources \(Self.version)", lines[8].isEmpty,
      let digest = Self.fields(lines[1], "digest"), digest.count == 1,
      let sizes = Self.fields(lines[2], "sizes")?.compactMap({ Int($0) }), sizes.count == 4,
      sizes.allSatisfy({ $0 > 0 && $0 < 1 << 31 }), sizes[0] * sizes[1] < 1 << 31,
      let cache = Self.fields(lines[3], "cache").flatMap(FileStamp.init(fields:))
    else { return nil }
    content = CacheFile(
      digest: String(digest[digest.startIndex]), rows: sizes[0], columns: sizes[1],
      training: sizes[2], test: sizes[3])
    self.cache = cache
    sources = []
    paths = []
    for line in lines[4..<8] {
      let parts = line.split(separator: " ", maxSplits: 6)
      guard parts.count == 7, parts[0] == "source", let stamp = FileStamp(fields: parts[1..<6])
      else { return nil }
      sources.append(stamp)
      paths.append(String(parts[6]))
    }
  }

  private static func fields(_ line: Substring, _ key: String) -> ArraySlice<Substring>? {
    let parts = line.split(separator: " ")
    return parts.first.map(String.init) == key ? parts.dropFirst() : nil
  }
}
