extension BundleDifference {
  /// The difference as the text of a pull request.
  func markdown(_ scope: DifferenceScope) -> String {
    var lines = ["### \(Self.code(first.name)) → \(Self.code(second.name)): \(verdictWords(scope))"]
    switch scope {
    case .stat:
      lines += [""]
      lines += Self.table(
        ["", "aspect", "differs"],
        Aspect.allCases.map { aspect in
          [aspect.isCause ? "cause" : "effect", aspect.rawValue, countWords(aspect)]
        })
    case .all, .metrics:
      for aspect in scope.aspects {
        let section = section(aspect).cut()
        guard !section.isEmpty else { continue }
        lines += ["", "**\(aspect.isCause ? "Cause" : "Effect"): \(aspect.rawValue)**"]
        if !section.rows.isEmpty { lines += [""] + Self.table(section.header, section.rows) }
        if !section.lines.isEmpty { lines += [""] + section.lines.map { "- \(Self.plain($0))" } }
      }
    }
    return lines.map { "\($0)\n" }.joined()
  }

  private static func table(_ header: [String], _ rows: [[String]]) -> [String] {
    func line(_ cells: [String]) -> String {
      "| \(cells.map(plain).joined(separator: " | ")) |"
    }
    return [line(header), "|\(String(repeating: "---|", count: header.count))"] + rows.map(line)
  }

  private static func code(_ name: String) -> String {
    "`\(name.replacing("`", with: "'"))`"
  }

  /// Text that says itself: what Markdown would take for its own is escaped.
  private static func plain(_ text: String) -> String {
    var plain = ""
    for character in text {
      if "\\|*_`<>[]".contains(character) { plain.append("\\") }
      plain.append(character == "\n" ? " " : character)
    }
    return plain
  }
}
