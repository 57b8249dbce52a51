import HerdbookModel
import OrderedCollections

/// Reads a tree into an experiment by the definitions of the keys.
struct SpecReader {
  private(set) var experiment: Experiment
  private(set) var issues: IssueCollector
  /// The entries of the file by path, as far as the language knows them.
  private(set) var given: [String: YAMLEntry] = [:]
  /// Paths whose values could not be read.
  private(set) var failed: Set<String> = []
  /// Paths that a suggestion names, so that they are not missing as well.
  private var suggested: Set<String> = []
  private var missing: [(path: String, span: SourceSpan, message: String)] = []

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

  mutating func read(_ entries: YAMLEntries) {
    read(Language.root, entries, path: "", place: .start)
    for (path, span, message) in missing where !isSuggested(path) {
      issues.report(.missingKey, at: span, message)
    }
  }

  /// Reads the entries of a section's map, or its defaults where there are none.
  private mutating func read(
    _ section: Section, _ entries: YAMLEntries, path: String,
    place: SourceSpan
  ) {
    let names = section.members.map(\.name)
    let unknown = entries.values.filter { !names.contains($0.key) }
    if !unknown.isEmpty {
      let free = names.filter { entries[$0] == nil }
      for entry in unknown { refuse(entry, in: section, path: path, free: free) }
    }
    for member in section.members {
      let memberPath = Section.join(path, member.name)
      let entry = entries[member.name]
      if let entry { given[memberPath] = entry }
      switch member {
      case .key(let key):
        if let entry {
          let subject = Subject(path: memberPath, unit: key.unit)
          if !key.read(entry.value, subject, &issues, &experiment) { failed.insert(memberPath) }
        } else if key.isRequired {
          failed.insert(memberPath)
          addMissing(key, path: memberPath, in: path, at: place)
        } else {
          key.setDefault(&experiment)
        }
      case .section(let inner):
        readSection(inner, entry, path: memberPath, place: place)
      }
    }
  }

  private mutating func readSection(
    _ section: Section, _ entry: YAMLEntry?, path: String, place: SourceSpan
  ) {
    guard let entry else {
      if section.presence == nil { read(section, [:], path: path, place: place) }
      return
    }
    section.presence?.turnOn(&experiment)
    if case .map(let entries) = entry.value.content {
      read(section, entries, path: path, place: entry.keySpan)
    } else {
      refuseSection(section, entry, path: path)
    }
  }

  /// Reports a section that is not a map; its keys are neither missing nor known.
  private mutating func refuseSection(_ section: Section, _ entry: YAMLEntry, path: String) {
    fail(section, at: path)
    var hint: String?
    if case .scalar(let scalar) = entry.value.content {
      switch CoreScalar(scalar) {
      case .null where section.presence != nil, .boolean where section.presence != nil:
        hint = section.presenceHint
      case .null: hint = "leave it out for its defaults"
      case .boolean: break
      default: hint = "there are no shorthands: write {\(section.members[0].name): \(scalar.text)}"
      }
    }
    let names = section.members.map(\.name).joined(separator: ", ")
    Subject(path: path).refuse(
      entry.value, wants: "a map of \(names)", hint: hint, &issues)
  }

  /// Marks all keys of a section as not read.
  private mutating func fail(_ section: Section, at path: String) {
    section.forEachSection(at: path) { home, inner in
      for case .key(let key) in inner.members {
        failed.insert(Section.join(home, key.name))
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
  /// section, a path in one word, a slip of the pen for a key that is `free`, that is not given.
  private mutating func refuse(
    _ entry: YAMLEntry, in section: Section, path: String, free: [String]
  ) {
    if issues.isFull { return }
    let advice = advice(for: entry.key, in: section, path: path, free: free)
    let place = path.isEmpty ? "" : " in \(quoted(path))"
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
    if let near = nearestName(to: key, among: free) {
      suggested.insert(Section.join(path, near))
      return "did you mean \(quoted(near))?"
    }
    var elsewhere: [String] = []
    Language.root.forEachSection { _, section in elsewhere += section.members.map(\.name) }
    if let near = nearestName(to: key, among: elsewhere.filter { $0.count > 4 }),
      let home = Language.homes(of: near, near: path).first, home != path
    {
      let path = Section.join(home, near)
      suggested.insert(path)
      return "did you mean \(quoted(path))?"
    }
    return "known here: \(section.members.map(\.name).joined(separator: ", "))"
  }
}

extension Section {
  /// What to write instead of nothing, where the presence of the section means something.
  fileprivate var presenceHint: String {
    for case .key(let key) in members where key.isRequired {
      return "give it \(quoted(key.name)), or leave it out"
    }
    return "write {} for its defaults, or leave it out"
  }
}
