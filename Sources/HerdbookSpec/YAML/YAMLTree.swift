import OrderedCollections

/// The tree of a file, or nil when it has none; what is wrong is reported.
///
/// Faults of single values (duplicate keys, tags, anchors) leave a tree all the same, so that the
/// faults of the keys are found in the same pass.
func readTree(_ source: SourceText, _ issues: inout IssueCollector) -> YAMLNode? {
  var builder = YAMLTreeBuilder(source, issues)
  defer {
    issues = builder.issues
    issues.effort.bytes += builder.bytesRead
  }
  return try? builder.document()
}

/// The tree cannot be continued; the reason has been reported.
private struct TreeStop: Error {}

/// Builds nodes from events, within bounds on depth and on what aliases expand to.
private struct YAMLTreeBuilder: ~Copyable {
  /// Lists and maps inside each other.
  static let depthLimit = 64
  /// Nodes that aliases may add.
  static let aliasLimit = 10_000

  let source: SourceText
  var issues: IssueCollector
  private var events: YAMLEventReader
  private var anchors: [String: (node: YAMLNode, span: SourceSpan)] = [:]
  /// Anchors of lists and maps that are still being read.
  private var open: [String] = []
  private var aliasNodes = 0
  var bytesRead: Int { events.bytesRead }

  init(_ source: SourceText, _ issues: IssueCollector) {
    self.source = source
    self.issues = issues
    events = YAMLEventReader(source.bytes)
  }

  mutating func document() throws(TreeStop) -> YAMLNode? {
    _ = try next()
    let start = try next()
    guard case .documentStart(let version, let hasTagDirectives) = start.kind else {
      issues.report(
        .emptyFile, at: source.start,
        "the file holds no keys; 'herdbook new NAME' writes a spec to start from")
      return nil
    }
    let directive = source.span(from: start.start, to: start.end)
    if let version, version != "1.2" {
      issues.report(.syntax, at: directive, "the language is YAML 1.2, not \(version)")
    }
    if hasTagDirectives {
      issues.report(.customTag, at: directive, "tags are not part of the language; remove %TAG")
    }
    let root = try node(next(), depth: 0)
    _ = try next()
    let following = try next()
    if case .documentStart = following.kind {
      issues.report(
        .secondDocument, at: source.span(from: following.start, to: following.end),
        "a second document begins here; a spec is a single one")
    }
    return root
  }

  private mutating func next() throws(TreeStop) -> YAMLEvent {
    defer { issues.effort.events += 1 }
    do {
      return try events.next()
    } catch {
      report(error, in: source, &issues)
      throw TreeStop()
    }
  }

  /// The node that begins with an event, `depth` lists and maps being open around it.
  private mutating func node(_ event: YAMLEvent, depth: Int) throws(TreeStop) -> YAMLNode {
    if case .alias = event.kind { return try alias(event, depth: depth) }
    let start = readProperties(of: event)
    let anchorSpan = source.span(from: event.start, to: start)
    var node: YAMLNode
    switch event.kind {
    case .scalar(let scalar):
      if event.tag == YAMLNode.removal, scalar.isPlain, scalar.text.isEmpty {
        let end = event.start + YAMLNode.removal.count
        return YAMLNode(
          content: .removed, span: source.span(from: event.start, to: end), extent: 1, depth: 0)
      }
      node = YAMLNode(
        content: .scalar(scalar), span: source.span(from: start, to: event.end), extent: 1,
        depth: 0)
    case .listStart(let inBrackets), .mapStart(let inBrackets):
      if depth == Self.depthLimit {
        issues.report(
          .tooDeep, at: source.span(from: start, to: start + 1),
          "lists and maps nest deeper than \(Self.depthLimit) here")
        throw TreeStop()
      }
      if let anchor = event.anchor { open.append(anchor) }
      if case .listStart = event.kind {
        node = try list(from: start, inBrackets: inBrackets, depth: depth + 1)
      } else {
        node = try map(from: start, inBrackets: inBrackets, depth: depth + 1)
      }
      if event.anchor != nil { open.removeLast() }
    default:
      preconditionFailure("libyaml began a value with \(event.kind)")
    }
    if let anchor = event.anchor { define(anchor, node, at: anchorSpan) }
    return node
  }

  private mutating func list(
    from start: Int, inBrackets: Bool, depth: Int
  ) throws(TreeStop) -> YAMLNode {
    var elements: [YAMLNode] = []
    var event = try next()
    while true {
      if case .listEnd = event.kind { break }
      elements.append(try node(event, depth: depth))
      event = try next()
    }
    var span = source.span(from: start, to: inBrackets ? event.end : start + 1)
    if !inBrackets, let first = elements.first?.span, first.line == span.line {
      span.length = first.column + first.length - span.column
    }
    return YAMLNode(
      content: .list(elements), span: span,
      extent: elements.reduce(1) { $0 + $1.extent },
      depth: 1 + (elements.map(\.depth).max() ?? 0))
  }

  private mutating func map(
    from start: Int, inBrackets: Bool, depth: Int
  ) throws(TreeStop) -> YAMLNode {
    var entries: OrderedDictionary<String, YAMLEntry> = [:]
    var result = YAMLNode(content: .unknown, span: .start, extent: 1, depth: 0)
    var event = try next()
    while true {
      if case .mapEnd = event.kind { break }
      let key = try node(event, depth: depth)
      let value = try node(next(), depth: depth)
      result.extent += value.extent
      result.depth = max(result.depth, value.depth)
      if let entry = entry(key, value) {
        if let first = entries[entry.key]?.keySpan {
          issues.report(
            .duplicateKey, at: entry.keySpan, "duplicate key \(quoted(entry.key))",
            notes: [SpecIssue.Note(span: first, message: "it is given here first")])
        } else {
          entries[entry.key] = entry
        }
      }
      event = try next()
    }
    result.span = source.span(from: start, to: inBrackets ? event.end : start)
    if !inBrackets, let first = entries.values.first { result.span = first.keySpan }
    result.depth += 1
    result.content = .map(entries)
    return result
  }

  /// A key with its value; nil when it cannot be a key of the language.
  private mutating func entry(_ key: YAMLNode, _ value: YAMLNode) -> YAMLEntry? {
    switch key.content {
    case .scalar(let scalar) where scalar.isPlain && scalar.text == "<<":
      issues.report(.mergeKey, at: key.span, "merge keys ('<<') are not part of the language")
    case .scalar(let scalar) where scalar.text.isEmpty:
      issues.report(.syntax, at: key.span, "there is no key before the ':'")
    case .scalar(let scalar):
      return YAMLEntry(key: scalar.text, keySpan: key.span, value: value)
    case .list, .map:
      issues.report(.syntax, at: key.span, "a key is a word, not a list or a map")
    case .removed:
      issues.report(.customTag, at: key.span, "a key is a word, and \(quoted("!remove")) a value")
    case .unknown: break
    }
    return nil
  }
}

extension YAMLTreeBuilder {
  /// Where the value begins behind its anchor and tag; a tag is reported.
  private mutating func readProperties(of event: YAMLEvent) -> Int {
    guard event.anchor != nil || event.tag != nil else { return event.start }
    let scalars = source.scalars
    var index = event.start
    while index < event.end || index == event.start, index < scalars.count {
      switch scalars[index] {
      case "&", "!":
        let start = index
        while index < scalars.count, !" \t\r\n,[]{}".unicodeScalars.contains(scalars[index]) {
          index += 1
        }
        if scalars[start] == "!" {
          let tag = String(String.UnicodeScalarView(scalars[start..<index]))
          refuse(tag: tag, of: event, at: source.span(from: start, to: index))
        }
      case "#":
        while index < scalars.count, scalars[index] != "\n" { index += 1 }
      case " ", "\t", "\r", "\n":
        index += 1
      default:
        return index
      }
    }
    return event.end
  }

  private mutating func refuse(tag: String, of event: YAMLEvent, at span: SourceSpan) {
    guard tag == YAMLNode.removal else {
      issues.report(
        .customTag, at: span, "tags are not part of the language; remove \(quoted(tag))")
      return
    }
    if case .scalar(let scalar) = event.kind, scalar.isPlain, scalar.text.isEmpty { return }
    issues.report(
      .customTag, at: span, "\(quoted(tag)) stands alone: it removes what is inherited")
  }

  private mutating func define(_ anchor: String, _ node: YAMLNode, at span: SourceSpan) {
    if let first = anchors[anchor] {
      issues.report(
        .duplicateAnchor, at: span, "duplicate anchor \(quoted("&" + anchor))",
        notes: [SpecIssue.Note(span: first.span, message: "it is set here first")])
    } else {
      anchors[anchor] = (node, span)
    }
  }

  private mutating func alias(_ event: YAMLEvent, depth: Int) throws(TreeStop) -> YAMLNode {
    let name = event.anchor ?? ""
    let span = source.span(from: event.start, to: event.end)
    guard var node = anchors[name]?.node, !open.contains(name) else {
      issues.report(
        .undefinedAnchor, at: span,
        open.contains(name)
          ? "\(quoted("*" + name)) stands inside the value that it names"
          : "\(quoted("*" + name)) names an anchor that is not set before it")
      return YAMLNode(content: .unknown, span: span, extent: 1, depth: 0)
    }
    aliasNodes += node.extent
    if aliasNodes > Self.aliasLimit {
      issues.report(
        .aliasBomb, at: span, "the aliases expand to more than \(Self.aliasLimit) values")
      throw TreeStop()
    }
    if depth + node.depth > Self.depthLimit {
      issues.report(
        .tooDeep, at: span,
        "with this alias, lists and maps nest deeper than \(Self.depthLimit)")
      throw TreeStop()
    }
    node.span = span
    return node
  }
}
