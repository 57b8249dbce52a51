import HerdbookBundle

/// The git repository that a folder lies in.
struct Git {
  /// Absolute.
  let folder: String

  /// Throws where git is missing, or the folder is in no repository that git would work on.
  init(around folder: String) throws(Failure) {
    self.folder = folder
    let answer = try Git.run(in: folder, ["rev-parse", "--is-inside-work-tree"])
    guard answer.isFine, answer.out.elementsEqual("true\n".utf8) else {
      let words = Git.words(answer)
      throw Failure(
        .noInput,
        "error: \(Path.shown(folder)) is in no working tree of git"
          + (words.isEmpty ? "" : " (\(words))")
          + (words.contains("not a git repository") ? "; make one with: git init" : ""))
    }
  }

  /// The repository that this process was started in, as drivers are by git; not looked for.
  static let ofDriver = Git(folder: ".")

  private init(folder: String) { self.folder = folder }

  /// Settings by key, in the order of the files: of the system, the user, the repository.
  func settings(matching pattern: String) throws(Failure) -> [(key: String, value: String)] {
    let answer = try Git.run(in: folder, ["config", "--null", "--get-regexp", pattern])
    // 1 says that there is none.
    guard answer.isFine || answer.ending == .status(1) else { throw Git.failure(answer) }
    return String(decoding: answer.out, as: UTF8.self).split(separator: "\0").map { entry in
      let parts = entry.split(separator: "\n", maxSplits: 1)
      return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }
  }

  func set(_ key: String, _ value: String) throws(Failure) {
    try ask(["config", "--local", "--replace-all", key, value])
  }

  /// Whether the repository itself has a value of a key.
  func has(_ key: String) throws(Failure) -> Bool {
    try Git.run(in: folder, ["config", "--local", "--get-all", key]).isFine
  }

  /// Takes a key of the repository away, and its section with the last one.
  func unset(_ key: String) throws(Failure) {
    try ask(["config", "--local", "--unset-all", key])
  }

  func removeReference(_ name: String) throws(Failure) { try ask(["update-ref", "-d", name]) }

  /// The file that `expression` (`REVISION:PATH`) names; nil where there is none.
  func blob(_ expression: String) -> [UInt8]? {
    guard let answer = try? Git.run(in: folder, ["cat-file", "blob", expression]), answer.isFine
    else { return nil }
    return answer.out
  }

  /// The latest few commits that brought or removed a version of a file.
  func commits(touching path: String, blob: String) -> [String] {
    let words = [
      "log", "--all", "--max-count=8", "--format=%H", "--find-object=\(blob)", "--", path,
    ]
    guard let answer = try? Git.run(in: folder, words), answer.isFine else { return [] }
    return String(decoding: answer.out, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// The id of the commit that a revision names; nil where git knows none.
  func commit(_ revision: String) throws(Failure) -> String? {
    guard !revision.isEmpty, !revision.hasPrefix("-") else { return nil }
    let answer = try Git.run(
      in: folder, ["rev-parse", "--verify", "--quiet", "\(revision)^{commit}"])
    guard answer.isFine else { return nil }
    return String(decoding: answer.out.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  /// A plain file of a commit.
  struct Blob {
    let id: String
    /// From this folder.
    let path: String
  }

  /// The plain files below a folder of a commit.
  func blobs(below path: String, of commit: String) throws(Failure) -> [Blob] {
    // MODE blob ID, a tab, the path from this folder, a zero.
    try ask(["ls-tree", "-r", "-z", commit, "--", path]).split(separator: 0).compactMap { line in
      guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else { return nil }
      let words = line[..<tab].split(separator: UInt8(ascii: " "))
        .map { String(decoding: $0, as: UTF8.self) }
      guard words.count == 3, words[0].hasPrefix("100"), words[1] == "blob" else { return nil }
      return Blob(id: words[2], path: String(decoding: line[(tab + 1)...], as: UTF8.self))
    }
  }

  /// What `cat-file --batch` says of the objects whose ids a file lists, line by line.
  func objects(listedIn file: String) throws(Failure) -> [UInt8] {
    let answer = try Git.run(in: folder, ["cat-file", "--batch"], input: file)
    guard answer.isFine else { throw Git.failure(answer) }
    return answer.out
  }

  @discardableResult
  private func ask(_ words: [String]) throws(Failure) -> [UInt8] {
    let answer = try Git.run(in: folder, words)
    guard answer.isFine else { throw Git.failure(answer) }
    return answer.out
  }

  private static func run(
    in folder: String, _ words: [String], input: String? = nil
  ) throws(Failure) -> Subprocess {
    do throws(Subprocess.NotStarted) {
      return try Subprocess.run(["git", "-C", folder] + words, input: input)
    } catch {
      throw Failure(.inputOutput, "error: git could not be started; install it")
    }
  }

  /// What git said, on one line.
  private static func words(_ answer: Subprocess) -> String {
    String(decoding: answer.err, as: UTF8.self).split(separator: "\n").joined(separator: "; ")
  }

  private static func failure(_ answer: Subprocess) -> Failure {
    Failure(.inputOutput, "error: git refused: \(words(answer))")
  }
}
