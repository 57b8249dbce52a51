/// Reports a fault of syntax in plain words, at the place where a person would mend it.
///
/// libyaml names the place where it gave up and often the one where the trouble began; the latter
/// is better for what was never closed, the former for the rest, and the other is added as a note.
func report(_ fault: YAMLSyntaxFault, in source: SourceText, _ issues: inout IssueCollector) {
  let reading = PlainReading(fault, source)
  var notes: [SpecIssue.Note] = []
  if let note = reading.note, note.place != reading.place {
    notes.append(
      SpecIssue.Note(
        span: source.span(from: note.place, to: note.place + 1), message: note.message))
  }
  var end = reading.place + 1
  if reading.rule == .customTag {
    while end < source.scalars.count, !source.scalars[end].properties.isWhitespace { end += 1 }
  }
  issues.report(
    reading.rule, at: source.span(from: reading.place, to: end), reading.message, notes: notes)
}

extension SourceText {
  /// Whether only blanks stand before a code point in its line.
  fileprivate func isFirstOfLine(_ index: Int) -> Bool {
    for scalar in scalars[..<index].reversed() {
      if scalar == "\n" { return true }
      if scalar != " " { return false }
    }
    return true
  }
}

extension SourceText {
  /// The first character of a line that is no blank.
  fileprivate func lineStart(of index: Int) -> Int {
    var start = index
    while start > 0, scalars[start - 1] != "\n" { start -= 1 }
    while start < index, scalars[start] == " " { start += 1 }
    return start
  }

  /// Whether a ':' is the first of a line that is indented deeper than the line before it.
  fileprivate func isFirstColon(_ index: Int) -> Bool {
    let start = lineStart(of: index)
    guard index < scalars.count, scalars[index] == ":", start < index,
      !scalars[start..<index].contains(where: { ":#\"'{[".unicodeScalars.contains($0) })
    else { return false }
    let lineBreak = span(from: start, to: index)
    let above = line(lineBreak.line - 1)
    let indent = above.prefix { $0 == " " }.count
    return lineBreak.line > 1 && indent < above.count && lineBreak.column - 1 > indent
  }

  /// The line before, where it has ':' without a space, or '=', between a key and a value, so that what
  /// follows is read as more of it.
  fileprivate func unspacedAbove(_ index: Int) -> (place: Int, line: String)? {
    let start = lineStart(of: index)
    guard let lineBreak = scalars[..<start].lastIndex(of: "\n") else { return nil }
    let above = lineStart(of: lineBreak)
    guard above < lineBreak, let (key, value) = unspaced(above),
      !scalars[above..<lineBreak].contains(where: { "\"'{[ ".unicodeScalars.contains($0) })
    else { return nil }
    return (above, "\(key): \(value)")
  }

  /// The key and value of a line that has ':' without a space, or '=', between them.
  fileprivate func unspaced(_ index: Int) -> (key: String, value: String)? {
    let line = scalars[index...].prefix { $0 != "\n" && $0 != "#" }
    let parts = line.split(maxSplits: 1, omittingEmptySubsequences: false) {
      $0 == ":" || $0 == "="
    }
    guard parts.count == 2 else { return nil }
    let words = parts.map { part in
      var text = String.UnicodeScalarView()
      text.append(
        contentsOf: part.drop { $0 == " " }.reversed().drop { $0 == " " || $0 == "\r" }.reversed())
      return String(text)
    }
    guard words.allSatisfy({ !$0.isEmpty && $0.count < 40 }) else { return nil }
    return (words[0], words[1])
  }
}

private struct PlainReading {
  var rule = SpecRule.syntax
  var place: Int
  var message: String
  var note: (place: Int, message: String)?

  init(_ fault: YAMLSyntaxFault, _ source: SourceText) {
    // The end of the file is shown behind its last character that can be seen.
    var problemPlace = min(fault.place, source.scalars.count)
    if problemPlace == source.scalars.count {
      while problemPlace > 0, source.scalars[problemPlace - 1].properties.isWhitespace {
        problemPlace -= 1
      }
    }
    let character = problemPlace < source.scalars.count ? source.scalars[problemPlace] : " "
    place = problemPlace
    message = fault.problem
    let context = (place: fault.contextPlace, began: !fault.context.isEmpty)

    switch fault.problem {
    case _ where fault.problem.contains("tab character") || character == "\t":
      rule = .tabIndentation
      message = "a tab cannot indent; use spaces"
    case "did not find expected ',' or ']'", "did not find expected ',' or '}'":
      rule = .unclosed
      let (opening, closing) = fault.problem.hasSuffix("']'") ? ("[", "]") : ("{", "}")
      place = context.place
      message = "this '\(opening)' is not closed: expected ',' or '\(closing)'"
      note = (problemPlace, "it should be closed before this")
    case "found unexpected end of stream" where fault.context.contains("quoted scalar"):
      rule = .unclosed
      place = context.place
      message = "this quote is not closed"
    case "mapping values are not allowed in this context"
    where source.unspacedAbove(problemPlace) != nil:
      let above = source.unspacedAbove(problemPlace)
      place = above?.place ?? place
      message = "write \(quoted(above?.line ?? "")), with a ':' and a space"
    case "mapping values are not allowed in this context"
    where source.isFirstColon(problemPlace):
      place = source.lineStart(of: problemPlace)
      message =
        "this line is indented deeper than the one before, which has a value; keys of one map stand in one column"
    case "mapping values are not allowed in this context":
      message = "a ':' cannot stand here; keys go on lines of their own, text with ': ' in quotes"
    case "could not find expected ':'":
      place = context.place
      message = "a ':' and a value are missing after this key"
      if let (key, value) = source.unspaced(place) {
        message = "write '\(key): \(value)', with a ':' and a space"
      }
    case "did not find expected key", "did not find expected '-' indicator":
      if !source.isFirstOfLine(problemPlace) {
        message =
          "text stands behind a value here; put the whole value in quotes, with '' for a ' inside"
        break
      }
      let isMap = fault.problem.hasSuffix("key")
      message =
        isMap
        ? "the indentation fits no open map; keys of one map stand in one column"
        : "the indentation fits no open list; its '-' stand in one column"
      if context.began { note = (context.place, "the \(isMap ? "map" : "list") begins here") }
    case "block sequence entries are not allowed in this context":
      message = "a list cannot begin here; put '-' on a line of its own, or write [a, b]"
    case "found character that cannot start any token":
      message = "a value cannot begin with \(quoted(String(character))); put it in quotes"
    case "found unknown escape character":
      message = "an unknown escape in a text in double quotes; write '\\\\' for a backslash"
    case "did not find expected whitespace or line break" where fault.context.hasSuffix("a tag"):
      message = "a space is missing before this: nothing can touch a tag, not even a bracket"
      note = (context.place, "the tag")
    case "did not find expected <document start>":
      message =
        "this does not belong to what stands before it; the keys of a spec begin in one column"
    case "found undefined tag handle":
      rule = .customTag
      place = context.began ? context.place : problemPlace
      message = "tags are not part of the language"
    default:
      let during = context.began ? "\(fault.context): " : ""
      message = during + fault.problem
      if context.began { note = (context.place, "it begins here") }
    }
  }
}
