import OrderedCollections

/// A value for a path of the language, from an override or a variant.
struct Assignment {
  struct Part {
    let name: String
    let span: SourceSpan
  }
  /// At least one.
  let path: [Part]
  /// `!remove` takes away what is there.
  let value: YAMLNode

  /// `section.key`.
  var dotted: String { path.map(\.name).joined(separator: ".") }

  /// The paths of the values in it: those below, where a map is laid over a section.
  var leaves: [String] {
    var section: Section? = Language.root
    for part in path { section = section?.section(named: part.name) }
    return Self.leaves(of: value, at: dotted, in: section)
  }

  private static func leaves(
    of node: YAMLNode, at path: String, in section: Section?
  ) -> [String] {
    guard let section, case .map(let entries) = node.content, !entries.isEmpty else {
      return [path]
    }
    return entries.values.flatMap {
      leaves(
        of: $0.value, at: Section.join(path, $0.key), in: section.section(named: $0.key))
    }
  }

  init(path: [Part], value: YAMLNode) {
    precondition(!path.isEmpty, "a path has a first part")
    self.path = path
    self.value = value
  }

  /// Of a path in one word at a place; where it is not written there as it reads, by an escape or over
  /// two lines, each part is at the whole place.
  init(_ dotted: String, at span: SourceSpan, value: YAMLNode) {
    let quotes = (span.length - dotted.unicodeScalars.count) / 2
    let isAsWritten =
      dotted.unicodeScalars.count + 2 * quotes == span.length && 0...1 ~= quotes
    var parts: [Part] = []
    var column = span.column + quotes
    for name in dotted.split(separator: ".", omittingEmptySubsequences: false) {
      let length = name.unicodeScalars.count
      let place = SourceSpan(
        line: span.line, column: column, length: length, source: span.source)
      parts.append(Part(name: String(name), span: isAsWritten ? place : span))
      column += length + 1
    }
    self.init(path: parts, value: value)
  }

  /// The entries with the value in its place; maps on the way are made where there are none, so that
  /// a path that the language does not know is found wrong where it is read.
  func applied(to entries: YAMLEntries, _ issues: inout IssueCollector) -> YAMLEntries {
    var result = entries
    apply(path[...], in: Language.root, to: &result, &issues)
    return result
  }

  private func apply(
    _ rest: ArraySlice<Part>, in section: Section?, to entries: inout YAMLEntries,
    _ issues: inout IssueCollector
  ) {
    guard let part = rest.first else { return }
    let below = entries[part.name]
    let inner = section?.section(named: part.name)
    if rest.count == 1 {
      let entry = YAMLEntry(key: part.name, keySpan: part.span, value: value)
      if case .removed = value.content, below == nil {
        issues.report(
          .nothingToRemove, at: part.span, "\(quoted(dotted)) is not given: nothing to remove")
        return
      }
      entries = merged([part.name: entry], onto: entries, in: section, &issues)
      return
    }
    var map: YAMLEntries = [:]
    var node = YAMLNode(content: .unknown, span: part.span, extent: 1, depth: 1)
    if let below, case .map(let given) = below.value.content {
      map = given
      node = below.value
    }
    apply(rest.dropFirst(), in: inner, to: &map, &issues)
    // A section that would only be made to remove something from it is not made.
    if map.isEmpty && below == nil { return }
    node.content = .map(map)
    entries[part.name] = YAMLEntry(
      key: part.name, keySpan: below?.keySpan ?? part.span, value: node)
  }
}
