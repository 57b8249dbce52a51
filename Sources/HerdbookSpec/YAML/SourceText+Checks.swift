extension SourceText {
  /// The largest file that is read.
  static let sizeLimit = 1 << 20

  /// Reports what keeps the file from being read as YAML at all.
  ///
  /// libyaml would report some of it too, but without a line, and takes lone carriage returns and
  /// Unicode's line separators for line breaks, so that its lines would not be an editor's.
  func checkCharacters(_ issues: inout IssueCollector) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      issues.report(
        .byteOrderMark, at: start, "the file begins with a byte-order mark; save it without one")
      return
    }
    if let offset = firstInvalidByte {
      reportInvalid(offset, &issues)
      return
    }
    for index in scalars.indices where isControl(at: index) {
      if issues.isFull { return }
      let code = String(scalars[index].value, radix: 16, uppercase: true)
      let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
      let advice =
        scalars[index] == "\r"
        ? "a carriage return that no line feed follows" : "the control character U+\(padded)"
      issues.report(.controlCharacter, at: span(from: index, to: index + 1), "found \(advice)")
    }
    checkConflictMarkers(&issues)
  }

  private func reportInvalid(_ offset: Int, _ issues: inout IssueCollector) {
    let before = String(decoding: bytes[..<offset], as: UTF8.self).unicodeScalars.count
    let byte = String(bytes[offset], radix: 16, uppercase: true)
    let wide = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    issues.report(
      .notUTF8, at: span(from: before, to: before + 1),
      "the file is not UTF-8: found the byte 0x\(byte)"
        + (wide ? "; it looks like UTF-16: save it as UTF-8" : "; save it as UTF-8"))
  }

  private func isControl(at index: Int) -> Bool {
    switch scalars[index].value {
    case 0x09, 0x0A: false
    case 0x0D: index + 1 == scalars.count || scalars[index + 1] != "\n"
    case 0x00...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
    default: false
    }
  }

  /// Reports each conflict that a merge left, with the places of its other markers.
  private func checkConflictMarkers(_ issues: inout IssueCollector) {
    var open: (span: SourceSpan, notes: [SpecIssue.Note])?
    func report(_ conflict: (span: SourceSpan, notes: [SpecIssue.Note])?) {
      guard let conflict else { return }
      issues.report(
        .mergeConflict, at: conflict.span,
        "a merge left a conflict here; choose one side and remove the markers",
        notes: conflict.notes)
    }
    for number in 1...lineCount {
      let line = line(number)
      guard line.count >= 7, let mark = line.first, "<|=>".unicodeScalars.contains(mark),
        line.prefix(7).allSatisfy({ $0 == mark }),
        line.count == 7 || line[line.startIndex + 7] == " "
      else { continue }
      let span = SourceSpan(line: number, column: 1, length: 7, source: self.number)
      if mark == "<" {
        report(open)
        open = (span, [])
      } else if open != nil {
        let side = mark == ">" ? "the conflict ends here" : "the next side begins here"
        open?.notes.append(SpecIssue.Note(span: span, message: side))
        if mark == ">" {
          report(open)
          open = nil
        }
      } else if mark == ">" {
        report((span, []))
      }
    }
    report(open)
  }
}
