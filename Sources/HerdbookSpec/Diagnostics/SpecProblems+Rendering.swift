extension SpecProblems {
  /// The issues for people: each as `file:line:column: error: message [rule]`, the line that it
  /// points into, and a caret line; ends with a line feed.
  ///
  /// Tabs are expanded to every eighth column and wide characters count as two, so that the caret
  /// stands right on a terminal. Lines above 160 code points are cut to the part around the caret.
  package var rendered: String {
    var text = ""
    for issue in issues {
      text += excerpt(
        at: issue.span, in: issue.file, "error: \(issue.message) [\(issue.rule.rawValue)]")
      for note in issue.notes {
        text += excerpt(at: note.span, in: sources[note.span.source].path, "note: \(note.message)")
      }
    }
    return text
  }

  private func excerpt(at span: SourceSpan, in file: String, _ message: String) -> String {
    let number = String(span.line)
    let gutter = String(repeating: " ", count: max(0, 5 - number.count))
    let blank = String(repeating: " ", count: max(5, number.count))
    let (line, caret) = excerptLines(sources[span.source].line(span.line), at: span)
    return """
      \(file):\(span.line):\(span.column): \(message)
      \(gutter)\(number) |\(line.isEmpty ? "" : " " + line)
      \(blank) | \(caret)

      """
  }
}

/// The text of a line for a terminal, and the caret line under it.
private func excerptLines(
  _ line: ArraySlice<Unicode.Scalar>, at span: SourceSpan
) -> (text: String, caret: String) {
  let caretIndex = line.startIndex + span.column - 1
  var shown = line
  if line.count > 160 {
    let start = max(line.startIndex, min(caretIndex, line.endIndex) - 60)
    shown = line[start..<min(line.endIndex, start + 120)]
  }
  var text = shown.startIndex > line.startIndex ? "…" : ""
  var width = text.isEmpty ? 0 : 1
  var before = width
  var underlined = 0
  for index in shown.indices {
    let (cell, cellWidth) = terminalCell(shown[index], at: width)
    text.unicodeScalars.append(contentsOf: cell.unicodeScalars)
    width += cellWidth
    if index < caretIndex {
      before += cellWidth
    } else if index < caretIndex + span.length {
      underlined += cellWidth
    }
  }
  if shown.endIndex < line.endIndex { text += "…" }
  while text.last == " " { text.removeLast() }
  let tail = String(repeating: "~", count: max(0, underlined - 1))
  return (text, String(repeating: " ", count: before) + "^" + tail)
}

/// A character as it is printed, and the columns that it takes at column `column`.
private func terminalCell(_ scalar: Unicode.Scalar, at column: Int) -> (String, Int) {
  switch scalar.value {
  case 0x09:
    let width = 8 - column % 8
    return (String(repeating: " ", count: width), width)
  case 0x00...0x1F:
    return (String(Character(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")), 1)
  case 0x7F:
    return ("\u{2421}", 1)
  case 0x80...0x9F, 0x2028, 0x2029, 0xFEFF:
    return ("\u{FFFD}", 1)
  default:
    return (String(Character(scalar)), terminalWidth(scalar))
  }
}

/// The columns of a character on a terminal: none for marks that combine with the one before, two
/// for the wide scripts and pictographs of Unicode's East Asian Width.
private func terminalWidth(_ scalar: Unicode.Scalar) -> Int {
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format: return 0
  default: break
  }
  switch scalar.value {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
    0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD:
    return 2
  default: return 1
  }
}
