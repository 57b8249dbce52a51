/// Gathers the issues of one file.
struct IssueCollector {
  /// More problems than this are not told one by one.
  static let limit = 100

  let file: String
  private(set) var issues: [SpecIssue] = []

  init(file: String) { self.file = file }

  /// Whether further issues would not be shown, so that work for their texts is wasted.
  ///
  /// Well above the limit, since the issues are sorted by place before they are cut.
  var isFull: Bool { issues.count >= 10 * Self.limit }

  mutating func report(
    _ rule: SpecRule, at span: SourceSpan, _ message: String, notes: [SpecIssue.Note] = []
  ) {
    if isFull { return }
    issues.append(
      SpecIssue(file: file, span: span, rule: rule, message: message, notes: notes))
  }

  /// The issues by line and column, at one place in the order of discovery; past the limit they
  /// are cut, and the last one says so.
  func sorted() -> [SpecIssue] {
    let order = issues.indices.sorted { first, second in
      let (a, b) = (issues[first].span, issues[second].span)
      return (a.line, a.column, first) < (b.line, b.column, second)
    }
    var sorted = order.prefix(Self.limit).map { issues[$0] }
    if order.count > Self.limit, let last = sorted.last {
      let message = "more than \(Self.limit) problems; the first \(Self.limit) are shown"
      sorted.append(
        SpecIssue(file: file, span: last.span, rule: .tooManyProblems, message: message))
    }
    return sorted
  }
}
