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
    case "mapping values are not allowed in this context":
      message = "a ':' cannot stand here; keys go on lines of their own, text with ': ' in quotes"
    case "could not find expected ':'":
      place = context.place
      message = "a ':' and a value are missing after this key"
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
