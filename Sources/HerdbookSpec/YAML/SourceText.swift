/// The bytes of a file with their lines, which LF or CR LF end.
package struct SourceText: Sendable {
  /// What a source is to an experiment.
  enum Kind: Sendable {
    case spec
    case inherited
    case overrides
  }
  let path: String
  let kind: Kind
  /// Its number among the sources of an experiment.
  let number: Int
  let bytes: [UInt8]
  /// Code points; a byte that is not UTF-8 stands as U+FFFD, and its line is the last one.
  let scalars: [Unicode.Scalar]
  /// The offset of the first byte that is not part of well-formed UTF-8.
  let firstInvalidByte: Int?
  /// Where each line begins in `scalars`.
  private let lineStarts: [Int]

  package init(path: String, bytes: [UInt8], number: Int = 0) {
    self.init(path: path, bytes: bytes, number: number, kind: .spec)
  }

  init(path: String, bytes: [UInt8], number: Int, kind: Kind) {
    self.path = path
    self.kind = kind
    self.number = number
    self.bytes = bytes
    if bytes.allSatisfy({ $0 < 0x80 }) {
      firstInvalidByte = nil
      scalars = bytes.map { Unicode.Scalar($0) }
    } else {
      let invalid = Self.firstInvalidByte(of: bytes)
      let end = invalid.map { bytes[$0...].firstIndex(of: 10) ?? bytes.count } ?? bytes.count
      firstInvalidByte = invalid
      scalars = Array(String(decoding: bytes[..<end], as: UTF8.self).unicodeScalars)
    }
    var starts = [0]
    for (index, scalar) in scalars.enumerated() where scalar == "\n" { starts.append(index + 1) }
    lineStarts = starts
  }

  private static func firstInvalidByte(of bytes: [UInt8]) -> Int? {
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid(let encoded): offset += encoded.count
      case .error: return offset
      case .emptyInput: return nil
      }
    }
  }

  /// A line's code points without its break; empty past the end.
  package func line(_ number: Int) -> ArraySlice<Unicode.Scalar> {
    guard (1...lineStarts.count).contains(number) else { return [] }
    let start = lineStarts[number - 1]
    var end = number < lineStarts.count ? lineStarts[number] - 1 : scalars.count
    if end > start, scalars[end - 1] == "\r" { end -= 1 }
    return scalars[start..<end]
  }

  package var lineCount: Int { lineStarts.count }

  /// The place of a stretch of code points, cut at the end of its first line.
  func span(from index: Int, to end: Int) -> SourceSpan {
    // The last line that begins at or before the index.
    var (low, high) = (0, lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= index { low = middle } else { high = middle }
    }
    let lineEnd = line(low + 1).endIndex
    return SourceSpan(
      line: low + 1, column: index - lineStarts[low] + 1,
      length: max(0, min(end, lineEnd) - index), source: number)
  }

  /// The first character, where faults of the whole source are placed.
  var start: SourceSpan { SourceSpan(line: 1, column: 1, length: 0, source: number) }
}
