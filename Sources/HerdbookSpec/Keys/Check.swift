import HerdbookModel

/// A rule that several keys must fulfil together.
struct Check: Sendable {
  /// The paths that it looks at; it is left out when one of them could not be read.
  let uses: [String]
  let run: @Sendable (inout CheckContext) -> Void

  init(_ uses: [String], _ run: @escaping @Sendable (inout CheckContext) -> Void) {
    self.uses = uses
    self.run = run
  }

  /// A check that also needs the dataset's shape, and is left out when it is not known.
  static func withShape(
    _ uses: [String], _ run: @escaping @Sendable (inout CheckContext, DatasetShape) -> Void
  ) -> Check {
    Check(uses) { context in
      if let shape = context.shape { run(&context, shape) }
    }
  }
}

/// What a check looks at and reports to.
struct CheckContext {
  let experiment: Experiment
  let shape: DatasetShape?
  /// The entries of the file by path.
  let given: GivenEntries
  var issues: IssueCollector

  /// Reports at a key's value, or at one element of it; where the key is a default, at the
  /// section around it.
  mutating func report(
    _ rule: SpecRule, at path: String, element: Int? = nil, _ message: String
  ) {
    issues.report(rule, at: place(of: path, element: element), message)
  }

  private func place(of path: String, element: Int?) -> SourceSpan {
    if let entry = given[path] {
      return element.map(entry.value.element) ?? entry.value.span
    }
    var section = path[...]
    while let dot = section.lastIndex(of: ".") {
      section = section[..<dot]
      if let entry = given[String(section)] { return entry.keySpan }
    }
    return .start
  }

  /// A key with its value as a message says it: `'training.batch' is 64 (the default)`.
  func states(_ path: String, _ value: some CustomStringConvertible) -> String {
    "\(quoted(path)) is \(value)\(given[path] == nil ? " (the default)" : "")"
  }
}
