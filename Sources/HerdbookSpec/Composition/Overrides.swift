/// Reads the overrides of a command line, `section.key=value` or `~section.key`, into assignments; what
/// is wrong is reported under the argument, whose number is its line.
func readOverrides(_ arguments: [String], _ issues: inout IssueCollector) -> [Assignment] {
  guard !arguments.isEmpty else { return [] }
  let lines = arguments.map { argument in
    String(
      String.UnicodeScalarView(
        argument.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
  let source = issues.add(
    path: "--set", bytes: Array(lines.joined(separator: "\n").utf8), kind: .overrides)
  return lines.enumerated().compactMap { index, line in
    readOverride(line, number: index + 1, in: source, &issues)
  }
}

private func readOverride(
  _ text: String, number: Int, in source: SourceText, _ issues: inout IssueCollector
) -> Assignment? {
  let scalars = Array(text.unicodeScalars)
  func span(_ from: Int, _ to: Int) -> SourceSpan {
    SourceSpan(line: number, column: from + 1, length: to - from, source: source.number)
  }
  let wants = "write section.key=value, or ~section.key to remove one"
  if scalars.first == "~" {
    let path = String(text.dropFirst())
    guard !path.isEmpty, !path.contains("=") else {
      issues.report(.override, at: span(0, scalars.count), wants)
      return nil
    }
    let place = span(1, scalars.count)
    return checked(
      Assignment(
        path, at: place,
        value: YAMLNode(content: .removed, span: place, extent: 1, depth: 0)), &issues)
  }
  guard let sign = scalars.firstIndex(of: "="), sign > 0 else {
    issues.report(.override, at: span(0, scalars.count), wants)
    return nil
  }
  let path = String(String.UnicodeScalarView(scalars[..<sign]))
  if let blank = scalars[..<sign].firstIndex(where: \.properties.isWhitespace) {
    issues.report(.override, at: span(blank, sign), "no space stands before the '='; \(wants)")
    return nil
  }
  let value = scalars[(sign + 1)...]
  guard value.contains(where: { !$0.properties.isWhitespace }) else {
    issues.report(
      .override, at: span(sign, sign + 1), "there is no value after the '='; \(wants)")
    return nil
  }
  // The value alone, at the place that it has among the arguments.
  let blank = String(repeating: "\n", count: number - 1) + String(repeating: " ", count: sign + 1)
  let padded = SourceText(
    path: source.path,
    bytes: Array((blank + String(String.UnicodeScalarView(value))).utf8), number: source.number,
    kind: .overrides)
  guard let node = readTree(padded, &issues) else { return nil }
  return checked(Assignment(path, at: span(0, sign), value: node), &issues)
}

/// An override of what may be overridden.
private func checked(_ assignment: Assignment, _ issues: inout IssueCollector) -> Assignment? {
  let first = assignment.path[0]
  guard first.name != "extends", first.name != "herdbook" else {
    issues.report(
      .override, at: first.span,
      "\(quoted(first.name)) is no value of an experiment, and stays what the file says")
    return nil
  }
  if let empty = assignment.path.first(where: { $0.name.isEmpty }) {
    issues.report(.override, at: empty.span, "a part of the path is empty")
    return nil
  }
  return assignment
}
