/// Gathers the issues of one experiment.
struct IssueCollector {
  /// More problems than this are not told one by one.
  static let limit = 100

  /// What the experiment is read from, by number: its own file, files that it inherits from, and the
  /// overrides.
  private(set) var sources: [SourceText] = []
  private(set) var issues: [SpecIssue] = []
  /// How many were reported, those that several variants have once for each.
  private(set) var reported = 0
  var effort = ReadingEffort()
  /// Where an inherited source is named, by its number.
  private var heirs: [Int: SourceSpan] = [:]
  /// The variant that is being read, noted with each issue that not all variants have.
  private var variant: (name: String, span: SourceSpan)?
  private var variants = 0
  /// For each issue found in a variant the first that has it, and how many have.
  private var holders: [Int: (name: String, span: SourceSpan, count: Int)] = [:]
  /// The issues that were found in variants.
  private var faults: [Fault: Int] = [:]

  private struct Fault: Hashable {
    let span: SourceSpan
    let rule: SpecRule
    let message: String
  }

  /// Whether further issues would not be shown, so that work for their texts is wasted.
  ///
  /// Well above the limit, since the issues are sorted by place before they are cut.
  var isFull: Bool { issues.count >= 10 * Self.limit }

  /// Adds a source; issues in one that `heir` names tell so.
  mutating func add(
    path: String, bytes: [UInt8], kind: SourceText.Kind, heir: SourceSpan? = nil
  ) -> SourceText {
    let source = SourceText(path: path, bytes: bytes, number: sources.count, kind: kind)
    if let heir { heirs[source.number] = heir }
    sources.append(source)
    return source
  }

  mutating func report(
    _ rule: SpecRule, at span: SourceSpan, _ message: String, notes: [SpecIssue.Note] = []
  ) {
    reported += 1
    if isFull { return }
    var notes = notes
    var source = span.source
    while let heir = heirs[source] {
      notes.append(SpecIssue.Note(span: heir, message: "it is inherited here"))
      source = heir.source
    }
    if let variant {
      let fault = Fault(span: span, rule: rule, message: message)
      if let known = faults[fault] {
        holders[known]?.count += 1
        return
      }
      faults[fault] = issues.count
      holders[issues.count] = (variant.name, variant.span, 1)
    }
    issues.append(
      SpecIssue(
        file: sources[span.source].path, span: span, rule: rule, message: message, notes: notes))
  }

  /// From here on, issues are those of a variant.
  mutating func enter(variant name: String, at span: SourceSpan) {
    variant = (name, span)
    variants += 1
  }

  /// Ends the last variant, and notes with each issue which variants have it, unless all do.
  mutating func leaveVariants() {
    variant = nil
    for (index, holder) in holders
    where holder.count < variants && holder.span != issues[index].span {
      let more = holder.count > 1 ? " and in \(holder.count - 1) more" : ""
      issues[index].notes.append(
        SpecIssue.Note(
          span: holder.span, message: "in the variant \(quoted(holder.name))\(more)"))
    }
  }

  /// The issues by source, line and column, at one place in the order of discovery; past the limit
  /// they are cut, and the last one says so.
  func sorted() -> [SpecIssue] {
    let order = issues.indices.sorted { first, second in
      let (a, b) = (issues[first].span, issues[second].span)
      return (a.source, a.line, a.column, first) < (b.source, b.line, b.column, second)
    }
    var sorted = order.prefix(Self.limit).map { issues[$0] }
    if order.count > Self.limit, let last = sorted.last {
      let message = "more than \(Self.limit) problems; the first \(Self.limit) are shown"
      sorted.append(
        SpecIssue(file: last.file, span: last.span, rule: .tooManyProblems, message: message))
    }
    return sorted
  }

  var problems: SpecProblems { SpecProblems(issues: sorted(), sources: sources, effort: effort) }
}
