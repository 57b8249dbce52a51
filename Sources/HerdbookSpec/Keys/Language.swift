/// The language: all keys, in the order of the reference.
enum Language {
  static let version = 1

  static let root = Section(
    "", "an experiment",
    checks: Section.experimentChecks,
    Section.experiment + [
      .section(.stop), .section(.dataset), .section(.network), .section(.population),
      .section(.training),
      .section(.fitness), .section(.approximator), .section(.selection), .section(.crossover),
      .section(.mutation), .section(.transfer), .section(.record),
    ] + Section.study)

  /// Keys and sections that are about all runs together and about none of them: they make no difference to
  /// what a run computes, and its settings do not list them.
  static let ofAllRuns: Set<String> = [
    "extends", "replicates", "variants", "compare", "report.figures", "record.champions",
  ]

  /// Keys about how a run is executed and not about what it computes: settings list them where they
  /// are given, and only there.
  static let ofExecution: Set<String> = ["record.checkpoint"]

  /// All sections, each behind the one around it.
  static let sections: [PlacedSection] = {
    var sections: [PlacedSection] = []
    func add(_ section: PlacedSection) {
      sections.append(section)
      for case .section(let inner) in section.members.map(\.content) { add(inner) }
    }
    add(top)
    return sections
  }()

  /// The top level with all that is below it.
  static let top = PlacedSection(root, at: "")

  static let keyCount = sections.reduce(0) { $0 + $1.keys.count }

  /// All keys and sections that have an effect only under a condition.
  static let conditions: [(path: String, condition: Condition)] = sections.flatMap { placed in
    let ofKeys = placed.keys.compactMap { path, key in key.condition.map { (path, $0) } }
    return (placed.section.condition.map { [(placed.path, $0)] } ?? []) + ofKeys
  }

  /// The paths of all that can differ where the values at `paths` do: what is at, above and below them,
  /// and the keys whose defaults depend on others.
  static func changed(by paths: [String]) -> Set<String> {
    var changed: Set<String> = []
    func add(_ section: PlacedSection, isWhole: Bool) {
      for member in section.members {
        let isAtOrBelow = paths.contains {
          $0 == member.path || member.path.hasPrefix($0 + ".")
        }
        let isAbove = paths.contains { $0.hasPrefix(member.path + ".") }
        switch member.content {
        case .key(let key):
          if isWhole || isAtOrBelow || isAbove || key.isDerived { changed.insert(member.path) }
        case .section(let inner):
          // What is there only with its section appears and goes as a whole.
          let isPart = inner.section.presence != nil && isAbove
          let count = changed.count
          add(inner, isWhole: isWhole || isAtOrBelow || isPart)
          if isAbove || changed.count > count { changed.insert(member.path) }
        }
      }
    }
    add(top, isWhole: false)
    return changed
  }

  /// Where keys called `name` belong: the paths of their sections, those below `path` first.
  static func homes(of name: String, near path: String) -> [String] {
    let homes = sections.filter { $0.names.contains(name) }.map(\.path)
    let near = homes.filter { $0.hasPrefix(path + ".") }
    return near.isEmpty ? homes : near
  }

  /// The key at a path, nil where there is none or a section is.
  static func key(at path: String) -> Key? {
    for section in sections {
      for case (path, let key) in section.keys { return key }
    }
    return nil
  }

  /// Whether `path` is a key or a section.
  static func knows(path: String) -> Bool {
    sections.contains { $0.members.contains { $0.path == path } }
  }
}

/// A section at its place in the language.
final class PlacedSection: Sendable {
  struct Member: Sendable {
    enum Content: Sendable {
      case key(Key)
      case section(PlacedSection)
    }
    let name: String
    let path: String
    /// Whether it is among `Language.ofAllRuns`, or in a section that is.
    let isOfAllRuns: Bool
    let content: Content
  }

  let section: Section
  /// Empty at the top level.
  let path: String
  let members: [Member]
  let names: Set<String>

  init(_ section: Section, at path: String) {
    self.section = section
    self.path = path
    names = Set(section.members.map(\.name))
    members = section.members.map { member in
      let memberPath = Section.join(path, member.name)
      let content: Member.Content =
        switch member {
        case .key(let key): .key(key)
        case .section(let inner): .section(PlacedSection(inner, at: memberPath))
        }
      return Member(
        name: member.name, path: memberPath,
        isOfAllRuns: Language.ofAllRuns.contains {
          memberPath == $0 || memberPath.hasPrefix($0 + ".")
        }, content: content)
    }
  }

  /// Its keys with their paths, without those of the sections in it.
  var keys: [(path: String, key: Key)] {
    members.compactMap { member in
      if case .key(let key) = member.content { (member.path, key) } else { nil }
    }
  }
}
