import HerdbookModel
import OrderedCollections

/// Reads a tree into an experiment by the definitions of the keys.
struct SpecReader {
  private(set) var experiment: Experiment
  var issues: IssueCollector
  private(set) var given = GivenEntries()
  /// Paths whose values could not be read.
  private(set) var failed: Set<String> = []
  /// Paths that a suggestion names, so that they are not missing as well.
  private var suggested: Set<String> = []
  private var missing: [(path: String, span: SourceSpan, message: String)] = []

  /// What differs from the reader that this one began as, by path; nil where everything may.
  private var changed: Set<String>?

  init(name: String, issues: IssueCollector) {
    // Every value but the name is overwritten: by the file's or by the key's default.
    experiment = Experiment(
      name: name, title: name, description: nil, seed: 0, iterations: 0,
      dataset: Experiment.Dataset(), network: Experiment.Network(layers: []),
      population: Experiment.Population(size: 1), training: nil,
      fitness: Experiment.Fitness(metric: .accuracy),
      selection: Experiment.Selection(replace: .all),
      crossover: Experiment.Crossover(), mutation: Experiment.Mutation(scale: .fixed(0)),
      record: Experiment.Record())
    self.issues = issues
  }

  /// A reader of entries of which all but what is `changed` is as in those that another one has read
  /// without fault; that is not read again.
  init(_ other: SpecReader, changed: Set<String>, issues: IssueCollector) {
    self = other
    given = GivenEntries(over: other.given)
    self.changed = changed
    self.issues = issues
  }

  /// The issues, for someone who adds to them and hands them back.
  mutating func takeIssues() -> IssueCollector {
    var taken = IssueCollector()
    swap(&taken, &issues)
    return taken
  }

  mutating func read(_ entries: YAMLEntries) {
    read(Language.top, entries, place: .start)
    for (path, span, message) in missing where !isSuggested(path) {
      issues.report(.missingKey, at: span, message)
    }
  }

  /// Reads the entries of a section's map, or its defaults where there are none.
  private mutating func read(
    _ section: PlacedSection, _ entries: YAMLEntries, place: SourceSpan
  ) {
    for entry in entries.values where !section.names.contains(entry.key) {
      refuse(entry, in: section, beside: entries)
    }
    for member in section.members where changed?.contains(member.path) ?? true {
      let entry = entries[member.name]
      given[member.path] = entry
      switch member.content {
      case .key(let key):
        if let entry {
          let subject = Subject(path: member.path, unit: key.unit)
          if !key.read(entry.value, subject, &issues, &experiment) { failed.insert(member.path) }
        } else if key.isRequired {
          failed.insert(member.path)
          addMissing(key, path: member.path, in: section.path, at: place)
        } else {
          key.setDefault(&experiment)
        }
      case .section(let inner):
        readSection(inner, entry, place: place)
      }
    }
  }

  private mutating func readSection(
    _ placed: PlacedSection, _ entry: YAMLEntry?, place: SourceSpan
  ) {
    guard entry != nil || placed.section.presence == nil else {
      placed.section.presence?.turn(false, &experiment)
      if changed != nil { forget(placed) }
      return
    }
    placed.section.presence?.turn(true, &experiment)
    guard let entry else { return read(placed, [:], place: place) }
    if case .map(let entries) = entry.value.content {
      read(placed, entries, place: entry.keySpan)
    } else {
      refuseSection(placed, entry)
    }
  }

  /// Takes away what was given in a section that is gone.
  private mutating func forget(_ placed: PlacedSection) {
    for member in placed.members {
      given[member.path] = nil
      if case .section(let inner) = member.content { forget(inner) }
    }
  }

  /// Reports a section that is not a map; its keys are neither missing nor known.
  private mutating func refuseSection(_ placed: PlacedSection, _ entry: YAMLEntry) {
    let section = placed.section
    fail(placed)
    var hint: String?
    if case .scalar(let scalar) = entry.value.content {
      switch scalar.core {
      case .null where section.presence != nil, .boolean where section.presence != nil:
        hint = section.presenceHint
      case .null where section.members.contains(where: \.isRequired):
        hint = "its keys stand below it, indented"
      case .null: hint = "its keys stand below it, indented; leave it out for its defaults"
      case .boolean: break
      case .text where scalar.assignment != nil:
        hint = scalar.assignment.map { "write {\($0.key): \($0.value)}" }
      default: hint = "there are no shorthands: write {\(section.members[0].name): \(scalar.text)}"
      }
    }
    let names = section.members.map(\.name).joined(separator: ", ")
    Subject(path: placed.path).refuse(
      entry.value, wants: "a map of \(names)", hint: hint, &issues)
  }

  /// Marks all keys of a section as not read.
  private mutating func fail(_ placed: PlacedSection) {
    for member in placed.members {
      switch member.content {
      case .key: failed.insert(member.path)
      case .section(let inner): fail(inner)
      }
    }
  }

  private mutating func addMissing(
    _ key: Key, path: String, in section: String, at place: SourceSpan
  ) {
    let isInFile = given[section] != nil
    let name = isInFile ? "\(quoted(key.name)) in \(quoted(section))" : quoted(path)
    missing.append((path, place, "missing key \(name): \(key.meaning); \(key.expectation)"))
  }

  private func isSuggested(_ path: String) -> Bool {
    var part = path[...]
    while true {
      if suggested.contains(String(part)) { return true }
      guard let dot = part.lastIndex(of: ".") else { return false }
      part = part[..<dot]
    }
  }

  /// Reports a key that the section does not have, with the likeliest of: a key of another
  /// section, a path in one word, a slip of the pen, first for a key that is `free`, that is not given.
  private mutating func refuse(
    _ entry: YAMLEntry, in placed: PlacedSection, beside entries: YAMLEntries
  ) {
    if issues.isFull { return }
    let free = placed.members.map(\.name).filter { entries[$0] == nil }
    let advice = advice(for: entry.key, in: placed.section, path: placed.path, free: free)
    let place = placed.path.isEmpty ? "" : " in \(quoted(placed.path))"
    issues.report(
      .unknownKey, at: entry.keySpan, "unknown key \(quoted(entry.key))\(place); \(advice)")
  }

  private mutating func advice(
    for key: String, in section: Section, path: String, free: [String]
  ) -> String {
    let homes = Language.homes(of: key, near: path)
    if !homes.isEmpty {
      suggested.formUnion(homes.map { Section.join($0, key) })
      let places = homes.map { $0.isEmpty ? "at the top level" : "in \(quoted($0))" }
      return "it belongs \(places.joined(separator: " or "))"
    }
    if key.contains("."), Language.knows(path: key) {
      suggested.insert(key)
      let parts = key.split(separator: ".")
      let nested = parts.joined(separator: ": {") + ": …"
      let closing = String(repeating: "}", count: parts.count - 1)
      return "keys are nested: write \(quoted(nested + closing))"
    }
    let names = section.members.map(\.name)
    if let near = nearestName(to: key, among: free) ?? nearestName(to: key, among: names) {
      suggested.insert(Section.join(path, near))
      return "did you mean \(quoted(near))?"
    }
    let elsewhere = Language.sections.flatMap { $0.members.map(\.name) }
    if let near = nearestName(to: key, among: elsewhere.filter { $0.count > 4 }),
      let home = Language.homes(of: near, near: path).first, home != path
    {
      let path = Section.join(home, near)
      suggested.insert(path)
      return "did you mean \(quoted(path))?"
    }
    return "known here: \(names.joined(separator: ", "))"
  }
}

extension Section {
  /// What to write instead of nothing, where the presence of the section means something.
  fileprivate var presenceHint: String {
    for case .key(let key) in members where key.isRequired {
      return "give it \(quoted(key.name)), indented below it, or leave the section out"
    }
    return "its keys stand below it, indented; write {} for its defaults, or leave the section out"
  }
}
