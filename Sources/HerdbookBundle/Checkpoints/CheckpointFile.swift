import Crypto
package import HerdbookModel

/// Whose state a checkpoint is, and how far it is.
package struct CheckpointHeader: Sendable, Equatable {
  /// The id of the run.
  package var run: String
  /// The digest of all that the run's result hangs on; see `RecordedPlan.key`.
  package var key: String
  package var generation: Int
  /// Whether the run is over, and all its files are written.
  package var isFinished: Bool

  package init(run: String, key: String, generation: Int, isFinished: Bool = false) {
    self.run = run
    self.key = key
    self.generation = generation
    self.isFinished = isFinished
  }
}

/// One file of a checkpoint: a line that says what it is, a line of JSON, the state as tokens, and
/// the SHA-256 of all that.
struct CheckpointFile {
  let header: CheckpointHeader
  private let path: String
  private let files: any FileSystem
  /// Where the state lies in the file.
  private let state: Range<Int>

  private static let title = "herdbook checkpoint 1\n"
  private static let digestSize = 32
  private static let headerLimit = 4096

  /// Opens a file and reads its header; nil where there is none. The digest is not looked at.
  init?(_ path: String, _ files: any FileSystem) throws(BundleError) {
    guard let status = try files.status(path) else { return nil }
    let start = try files.read(path, from: 0, count: min(status.size, CheckpointFile.headerLimit))
    let title = Array(CheckpointFile.title.utf8)
    let rest = start.dropFirst(title.count)
    guard status.kind == .file, start.starts(with: title), let line = rest.firstIndex(of: lineFeed),
      status.size >= line + 1 + CheckpointFile.digestSize
    else {
      throw .malformed(file: path, place: "", problem: "is no checkpoint of this version")
    }
    header = try CheckpointHeader(
      JSONMembers(JSONValue(parsing: Array(rest[..<line]), file: path), file: path))
    self.path = path
    self.files = files
    state = line + 1..<status.size - CheckpointFile.digestSize
  }

  /// The state, once the file is seen to be as it was written.
  func read<State: Decodable>(
    _ type: State.Type, giving userInfo: [CodingUserInfoKey: any Sendable]
  ) throws(BundleError) -> State {
    var hash = SHA256()
    var offset = 0
    while offset < state.upperBound {
      let piece = try files.read(path, from: offset, count: min(1 << 20, state.upperBound - offset))
      if piece.isEmpty { break }
      hash.update(data: piece)
      offset += piece.count
    }
    let digest = try files.read(path, from: state.upperBound, count: CheckpointFile.digestSize)
    guard Array(hash.finalize()) == digest else {
      throw .malformed(file: path, place: "", problem: "is not as it was written")
    }
    return try TokenReader(files, path, state, userInfo: userInfo).value(type)
  }

  /// Writes a file and flushes it to disk, a piece in memory at a time.
  static func write(
    _ header: CheckpointHeader, _ state: some Encodable, to path: String, _ files: any FileSystem
  ) throws(BundleError) {
    let begin = Array(title.utf8) + Array("\(header.json.compact)\n".utf8)
    var pieces = ([.bytes(begin)] + TokenWriter.pieces(of: state))[...]
    var hash: SHA256? = SHA256()
    try files.write(to: path, how: .replace) {
      guard let piece = pieces.popFirst() else {
        defer { hash = nil }
        return hash.map { Array($0.finalize()) }
      }
      let bytes =
        switch piece {
        case .bytes(let bytes): bytes
        case .later(let value): TokenWriter.bytes(of: value)
        }
      hash?.update(data: bytes)
      return bytes
    }
  }
}

extension CheckpointHeader {
  fileprivate var json: JSONValue {
    .object([
      "run": .text(run), "key": .text(key), "generation": .integer(generation),
      "finished": .boolean(isFinished),
    ])
  }

  fileprivate init(_ members: JSONMembers) throws(BundleError) {
    self.init(
      run: try members.text("run"), key: try members.text("key"),
      generation: try members.integer("generation"),
      isFinished: members.members["finished"] == .boolean(true))
  }
}

extension RecordedPlan {
  /// The digest of all that the result of a run hangs on: its id, which its files name, its seed, the
  /// values of its variant, the dataset, what is transferred, and `version`, which tells programs
  /// apart that need not go on with each other's states.
  package func key(of run: Plan.Run, version: String) -> String {
    let settings = settings(of: run)
    var transferred = JSONValue.null
    if case .text(let source)? = settings["transfer.from"], let digest = transfers[source] {
      transferred = .text(digest)
    }
    return sha256(
      JSONValue.object([
        "run": .text(run.id), "seed": .unsigned(run.seed), "settings": .object(settings),
        "dataset": dataset(of: run).json, "transferred": transferred, "version": .text(version),
      ]).document)
  }
}
