extension BundleDifference {
  /// The difference as people read it in a terminal, with a line feed at its end.
  func text(_ scope: DifferenceScope) -> String {
    var lines = ["\(first.name) -> \(second.name): \(verdictWords(scope))"]
    switch scope {
    case .stat:
      let rows = Aspect.allCases.map { aspect in
        [aspect.isCause ? "cause" : "effect", aspect.rawValue, countWords(aspect)]
      }
      lines += Words.columns(rows)
    case .all, .metrics:
      for aspect in scope.aspects {
        let section = section(aspect).cut()
        guard !section.isEmpty else { continue }
        lines += ["", "\(aspect.isCause ? "cause" : "effect"): \(aspect.rawValue)"]
        if !section.rows.isEmpty {
          lines += Words.columns([section.header] + section.rows).map { "  \($0)" }
        }
        lines += section.lines.flatMap { Words.wrapped($0, first: "  ", rest: "    ") }
      }
    }
    return lines.map { "\($0)\n" }.joined()
  }

  /// `3 changes`, `same` or `nothing to compare`.
  func countWords(_ aspect: Aspect) -> String {
    guard let count = count(of: aspect) else { return "nothing to compare" }
    return count.number == 0 ? "same" : Words.count(count.number, count.noun)
  }
}
