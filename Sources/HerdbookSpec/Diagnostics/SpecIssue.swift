/// A stretch of one line of a source: line and column count from one, columns and length in code
/// points.
package struct SourceSpan: Sendable, Hashable {
  /// The number of the source among those that an experiment is read from: 0 is its own file.
  package var source: Int
  package var line: Int
  package var column: Int
  /// Zero where there is nothing to underline, as for a value that is missing.
  package var length: Int

  package init(line: Int, column: Int, length: Int, source: Int = 0) {
    self.source = source
    self.line = line
    self.column = column
    self.length = length
  }

  /// The first character of the file, where faults of the whole file are placed.
  package static let start = SourceSpan(line: 1, column: 1, length: 0)
}

/// One fault of a spec and its place; every issue is an error.
package struct SpecIssue: Sendable, Equatable {
  /// A second place that belongs to a fault, such as the first of two duplicate keys.
  package struct Note: Sendable, Equatable {
    package var span: SourceSpan
    package var message: String

    package init(span: SourceSpan, message: String) {
      self.span = span
      self.message = message
    }
  }

  /// The path of the file as it is shown.
  package var file: String
  package var span: SourceSpan
  package var rule: SpecRule
  package var message: String
  package var notes: [Note]

  package init(
    file: String, span: SourceSpan, rule: SpecRule, message: String, notes: [Note] = []
  ) {
    self.file = file
    self.span = span
    self.rule = rule
    self.message = message
    self.notes = notes
  }
}

/// What reading took, counted: it is bounded, whatever a file holds.
package struct ReadingEffort: Sendable, Equatable {
  /// Events of YAML.
  package var events = 0
  /// Bytes that were taken in for them, in pieces of 16 KiB.
  package var bytes = 0

  package init(events: Int = 0, bytes: Int = 0) {
    self.events = events
    self.bytes = bytes
  }
}

/// All faults of one experiment, sorted by place, with the texts that they point into.
package struct SpecProblems: Error, Sendable {
  package var issues: [SpecIssue]
  /// By the number that places have.
  package let sources: [SourceText]
  /// Over all sources.
  package let effort: ReadingEffort

  init(issues: [SpecIssue], sources: [SourceText], effort: ReadingEffort) {
    self.issues = issues
    self.sources = sources
    self.effort = effort
  }

  /// A fault of a file that cannot be read as a spec, or may not be.
  package init(ofFile path: String, _ fault: String) {
    self.init(
      issues: [SpecIssue(file: path, span: .start, rule: .fileName, message: fault)],
      sources: [SourceText(path: path, bytes: [])], effort: ReadingEffort())
  }
}
