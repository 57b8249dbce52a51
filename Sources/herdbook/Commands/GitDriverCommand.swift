import ArgumentParser
import HerdbookBundle

/// What git calls; `git-setup` tells it to.
struct GitDriverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "git-driver",
    abstract: "Show files of a bundle to git.",
    shouldDisplay: false,
    subcommands: [GitShowCommand.self, GitDiffCommand.self])
}

/// A version of a file as text (`textconv`).
struct GitShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a file as text.", shouldDisplay: false)

  @Argument(help: "What the file is.") var kind: GitDriver
  @Argument(help: "The file.") var file: String

  /// What is wrong with a file is its text: git would end the whole diff.
  func run() throws {
    do {
      try Terminal.put(try text(GitVersion(file: file, blob: "").bytes() ?? []))
    } catch let error as BundleError {
      try Terminal.tell("cannot be shown: \(error.words)")
    }
  }

  private func text(_ bytes: [UInt8]) throws(BundleError) -> String {
    switch kind {
    case .weights:
      lines(WeightsDriver.show(try Safetensors(parsing: bytes, file: "")))
    case .manifest:
      lines(ManifestDriver.show(try Manifest(parsing: bytes, file: "")))
    case .table:
      String(decoding: try Bundle.inflated(bytes, file: "", limit: 1 << 26), as: UTF8.self)
    }
  }

  private func lines(_ lines: [String]) -> String { lines.map { "\($0)\n" }.joined() }
}

/// What became of a file (`command`).
struct GitDiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Show what became of a file.", shouldDisplay: false)

  @Argument(help: "What the file is.") var kind: GitDriver
  @Argument(
    parsing: .captureForPassthrough,
    help: "Its path; old file, blob and mode; new ones; of a renamed one its new path.")
  var words: [String] = []

  func run() throws {
    guard let path = words.first else { return }
    // Of a path that is not merged yet there is no more.
    guard words.count >= 7 else { return try Terminal.tell("* Unmerged path \(harmless(path))") }
    let newPath = words.count > 7 ? words[7] : path
    let old = GitVersion(file: words[1], blob: words[2])
    let new = GitVersion(file: words[4], blob: words[5])
    let header = "diff --herdbook a/\(harmless(path)) b/\(harmless(newPath))"
    try Terminal.put(([header] + body(old, new, path: newPath)).map { "\($0)\n" }.joined())
  }

  private func body(_ old: GitVersion, _ new: GitVersion, path: String) -> [String] {
    do throws(BundleError) {
      switch (try old.bytes(), try new.bytes()) {
      case (let before?, let after?): return try change(from: before, old, to: after, new, path)
      case (nil, let after?): return try lines(after, new, path).map { "+\($0)" }
      case (let before?, nil): return try lines(before, old, path).map { "-\($0)" }
      case (nil, nil): return []
      }
    } catch {
      return ["cannot be shown: \(error.words)"]
    }
  }

  private func change(
    from before: [UInt8], _ old: GitVersion, to after: [UInt8], _ new: GitVersion, _ path: String
  ) throws(BundleError) -> [String] {
    switch kind {
    case .weights:
      WeightsDriver.change(
        from: try Safetensors(parsing: before, file: "the old version"),
        to: try Safetensors(parsing: after, file: "the new version"))
    case .manifest:
      ManifestDriver.change(
        from: try Manifest(parsing: before, file: "the old version"), old.blob,
        to: try Manifest(parsing: after, file: "the new version"), new.blob, path: path)
    case .table: []
    }
  }

  /// A file that was added or removed.
  private func lines(
    _ bytes: [UInt8], _ version: GitVersion, _ path: String
  ) throws(BundleError) -> [String] {
    switch kind {
    case .weights: return WeightsDriver.show(try Safetensors(parsing: bytes, file: ""))
    case .manifest:
      let manifest = try Manifest(parsing: bytes, file: "")
      return [
        ManifestDriver.headline(of: manifest, blob: version.blob, path: path, .ofDriver),
        Words.count(manifest.entries.count, "file"),
      ]
    case .table: return []
    }
  }
}

extension GitDriver: ExpressibleByArgument {}

extension BundleError {
  /// Its words, without the name of a file that git made up.
  fileprivate var words: String {
    guard case .malformed(let file, let place, let problem) = self else { return description }
    return [file, place].filter { !$0.isEmpty }.map { "\($0): " }.joined() + harmless(problem)
  }
}
