/// The text of a `.gitattributes` file with Herdbook's block, of whatever encoding.
///
/// What is outside the block stays as it is, to the byte.
struct GitAttributes {
  private static let begin =
    "# >>> herdbook git-setup: how git shows results; --remove takes it away"
  /// Where the line before the block had no end, so that it can be taken away again.
  private static let beginBehindOpenLine = "\(begin) (the line before had no end)"
  private static let end = "# <<< herdbook git-setup"

  /// Digests are of bytes, so that git must not change the ends of lines. Pages are made, and large.
  private static let lines = [
    "/Results/** -text",
    "/Results/**/*.safetensors diff=\(GitDriver.weights.name)",
    "/Results/*/MANIFEST.sha256 diff=\(GitDriver.manifest.name)",
    "/Results/**/*.csv.gz diff=\(GitDriver.table.name)",
    "/Results/*/report.html -diff linguist-generated",
    "/Results/*/cover.svg -diff linguist-generated",
    "/Results/index.html -diff linguist-generated",
  ]

  /// What stands before the block, the block with its ends of lines, and what follows.
  private let before: [UInt8]
  private let block: [UInt8]
  private let after: [UInt8]

  /// Nil where the block has a begin and no end, or several begins.
  init?(_ bytes: [UInt8]) {
    var lines: [Range<Int>] = []
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
      lines.append(start..<end)
      start = end
    }
    func places(_ texts: [String]) -> [Range<Int>] {
      lines.filter { line in
        var content = bytes[line]
        while let last = content.last, last == 10 || last == 13 { content.removeLast() }
        return texts.contains { content.elementsEqual($0.utf8) }
      }
    }
    let begins = places([GitAttributes.begin, GitAttributes.beginBehindOpenLine])
    let ends = places([GitAttributes.end])
    if begins.isEmpty && ends.isEmpty {
      (before, block, after) = (bytes, [], [])
      return
    }
    guard begins.count == 1, ends.count == 1, begins[0].lowerBound < ends[0].lowerBound else {
      return nil
    }
    before = Array(bytes[..<begins[0].lowerBound])
    block = Array(bytes[begins[0].lowerBound..<ends[0].upperBound])
    after = Array(bytes[ends[0].upperBound...])
  }

  private var isBehindOpenLine: Bool {
    block.starts(with: GitAttributes.beginBehindOpenLine.utf8)
  }

  /// The file with the block: in its place where it has one, else at the end.
  var withBlock: [UInt8] {
    let isOpen = block.isEmpty ? !before.isEmpty && before.last != 10 : isBehindOpenLine
    let begin = isOpen ? GitAttributes.beginBehindOpenLine : GitAttributes.begin
    let text = ([begin] + GitAttributes.lines + [GitAttributes.end]).map { "\($0)\n" }.joined()
    var bytes = before
    if isOpen && block.isEmpty { bytes.append(UInt8(ascii: "\n")) }
    bytes += text.utf8
    return bytes + after
  }

  /// The file as it was before the block came into it.
  var withoutBlock: [UInt8] {
    guard isBehindOpenLine, after.isEmpty else { return before + after }
    return Array(before.dropLast())
  }
}
