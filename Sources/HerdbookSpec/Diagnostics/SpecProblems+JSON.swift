package import HerdbookModel

extension SpecProblems {
  /// The issues for programs: for each the file, the place, the rule's id, the message, the notes
  /// and the severity. Lines and columns count from one, columns and lengths are code points.
  package var documents: [JSONValue] {
    issues.map { issue in
      var members = place(issue.span, in: issue.file)
      members["rule"] = .text(issue.rule.rawValue)
      members["message"] = .text(issue.message)
      members["notes"] = .list(
        issue.notes.map { note in
          .object(
            place(note.span, in: sources[note.span.source].path).merging([
              "message": .text(note.message)
            ]) { $1 })
        })
      members["severity"] = .text("error")
      return .object(members)
    }
  }

  private func place(_ span: SourceSpan, in file: String) -> [String: JSONValue] {
    [
      "file": .text(file), "line": .integer(span.line), "column": .integer(span.column),
      "length": .integer(span.length),
    ]
  }
}
