import OrderedCollections

typealias YAMLEntries = OrderedDictionary<String, YAMLEntry>

/// Reads the file of an experiment and those that it inherits from into one tree.
struct Inheritance {
  let library: SpecLibrary
  /// The experiments that were read, the heir first.
  private(set) var names: [String]
  private(set) var inherited: [InheritedSpec] = []

  /// What tells of one experiment alone.
  private static let ownKeys: Set<String> = ["extends", "title", "description"]

  init(of name: String, in library: SpecLibrary) {
    names = [name]
    self.library = library
  }

  /// The tree of a file with what it inherits; nil when there is none, which has been reported.
  mutating func read(
    path: String, bytes: [UInt8], heir: SourceSpan? = nil, _ issues: inout IssueCollector
  ) -> YAMLNode? {
    let kind: SourceText.Kind = heir == nil ? .spec : .inherited
    guard bytes.count <= SourceText.sizeLimit else {
      let source = issues.add(path: path, bytes: [], kind: kind, heir: heir)
      issues.report(
        .fileTooLarge, at: source.start,
        "the file has \(bytes.count) bytes; a spec has at most \(SourceText.sizeLimit)")
      return nil
    }
    let source = issues.add(path: path, bytes: bytes, kind: kind, heir: heir)
    let before = issues.issues.count
    source.checkCharacters(&issues)
    guard issues.issues.count == before, var tree = readTree(source, &issues) else { return nil }
    guard case .map(let own) = tree.content else { return tree }
    var base: YAMLEntries = [:]
    if let extends = own["extends"] {
      guard let found = readBase(extends.value, &issues) else { return nil }
      base = found
    }
    tree.content = .map(merged(own, onto: base, in: Language.root, &issues))
    return tree
  }

  /// What `extends` names; nil when there is none, which has been reported.
  private mutating func readBase(
    _ value: YAMLNode, _ issues: inout IssueCollector
  ) -> YAMLEntries? {
    guard case .scalar(let scalar) = value.content, case .text = scalar.core else {
      Subject(path: "extends").refuse(value, wants: "the name of an experiment", &issues)
      return nil
    }
    let name = scalar.text
    if names.contains(name) {
      let chain = (names.drop { $0 != name } + [name]).map { quoted($0) }
      issues.report(
        .cyclicExtends, at: value.span,
        "an experiment cannot inherit from itself: \(chain.joined(separator: " extends "))")
      return nil
    }
    guard let file = library.load(name) else {
      issues.report(.unknownExperiment, at: value.span, noExperiment(name, in: library))
      return nil
    }
    names.append(name)
    inherited.append(InheritedSpec(name: name, bytes: file.bytes))
    guard
      let tree = read(path: file.path, bytes: file.bytes, heir: value.span, &issues)
    else { return nil }
    guard case .map(let entries) = tree.content else {
      issues.report(
        .wrongType, at: tree.span, "a spec wants a map of keys, found \(tree.described)")
      return nil
    }
    return entries.filter { !Self.ownKeys.contains($0.key) }
  }
}

/// What to say of a name that no experiment has.
func noExperiment(_ name: String, in library: SpecLibrary) -> String {
  let names = library.names()
  let last = name.split(separator: "/").last.map(String.init) ?? name
  let stem = [".yaml", ".yml"].first { last.hasSuffix($0) }.map { String(last.dropLast($0.count)) }
  let near = names.first { $0 == stem ?? last } ?? nearestName(to: stem ?? name, among: names)
  let advice = near.map { "; did you mean \(quoted($0))?" } ?? ""
  return "there is no experiment \(quoted(name))\(advice)"
}

/// Entries laid over others: sections are merged key by key, all else is replaced whole, and `!remove`
/// drops what is below.
func merged(
  _ own: YAMLEntries, onto base: YAMLEntries, in section: Section?, path: String = "",
  _ issues: inout IssueCollector
) -> YAMLEntries {
  var result = base
  for entry in own.values {
    let below = result[entry.key]
    switch entry.value.content {
    case .removed:
      if below == nil {
        issues.report(
          .nothingToRemove, at: entry.keySpan,
          "nothing is inherited under \(quoted(Section.join(path, entry.key)))")
      }
      result.removeValue(forKey: entry.key)
    case .map(let inner):
      guard let home = section?.section(named: entry.key) else { fallthrough }
      var lower: YAMLEntries = [:]
      if case .map(let entries)? = below?.value.content { lower = entries }
      var entry = entry
      entry.value.content = .map(
        merged(inner, onto: lower, in: home, path: Section.join(path, entry.key), &issues))
      result[entry.key] = entry
    default:
      result[entry.key] = entry
    }
  }
  return result
}

extension Section {
  /// The section of this name in it.
  func section(named name: String) -> Section? {
    for case .section(let section) in members where section.name == name { return section }
    return nil
  }
}
