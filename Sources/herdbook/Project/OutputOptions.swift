import ArgumentParser
import HerdbookBundle

/// Where goes what would be printed.
struct OutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Write to this file instead.", valueName: "file"), completion: .file())
  var output: String?

  /// Writes to the file, or to the standard output where none is named.
  func put(_ text: String) throws {
    guard let output else { return try Terminal.put(text) }
    try Disk().write(Array(text.utf8), to: Path.absolute(output), how: .replace)
  }
}
