import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Compares `text` with the file `Golden/NAME` beside the test.
///
/// With `HERDBOOK_RECORD` in the environment the file is written instead, and the test fails, so that
/// a recording is never mistaken for a passing test.
package func expectGolden(
  _ text: String, _ name: String, fileID: String = #fileID, file: String = #filePath,
  line: Int = #line, column: Int = #column
) throws {
  let place = SourceLocation(fileID: fileID, filePath: file, line: line, column: column)
  let url = URL(filePath: file).deletingLastPathComponent().appending(path: "Golden/\(name)")
  if ProcessInfo.processInfo.environment["HERDBOOK_RECORD"] != nil {
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
    Issue.record("recorded \(name); look at it and run again", sourceLocation: place)
    return
  }
  guard text != String(decoding: try Data(contentsOf: url), as: UTF8.self) else { return }
  Issue.record(
    "\(name) differs; HERDBOOK_RECORD=1 records it anew. It is now:\n\(text.prefix(4000))",
    sourceLocation: place)
}
