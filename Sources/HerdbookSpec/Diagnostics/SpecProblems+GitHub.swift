extension SpecProblems {
  /// The issues as commands to GitHub Actions, which shows them beside the lines of a change; one
  /// on each line, notes as further lines of the message.
  package var workflowCommands: String {
    var text = ""
    for issue in issues {
      let message = issue.notes.reduce(issue.message) { message, note in
        "\(message)\n\(sources[note.span.source].path):\(note.span.line):\(note.span.column): note: \(note.message)"
      }
      // What was given on the command line is in no file.
      let isInFile = sources[issue.span.source].kind != .overrides
      let place = "file=\(property(issue.file)),line=\(issue.span.line),col=\(issue.span.column),"
      text +=
        "::error \(isInFile ? place : "")title=\(property(issue.rule.rawValue))::\(data(message))\n"
    }
    return text
  }
}

/// The text of a command's message, escaped as Actions' own toolkit does.
private func data(_ text: String) -> String {
  escaped(text, ["%": "%25", "\r": "%0D", "\n": "%0A"])
}

/// The value of a command's property.
private func property(_ text: String) -> String {
  escaped(text, ["%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"])
}

/// By code points, since a line feed after a carriage return is no character of its own.
private func escaped(_ text: String, _ escapes: [Unicode.Scalar: String]) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    if let escape = escapes[scalar] {
      result += escape
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}
