/// The language: all keys, in the order of the reference.
enum Language {
  static let version = 1

  static let root = Section(
    "", "an experiment",
    checks: Section.experimentChecks,
    Section.experiment + [
      .section(.dataset), .section(.network), .section(.population), .section(.training),
      .section(.fitness), .section(.selection), .section(.crossover), .section(.mutation),
      .section(.transfer), .section(.record),
    ] + Section.study)

  /// Keys of the top level that are about all runs together and about none of them: they make no
  /// difference to what a run computes, and its settings do not list them.
  static let ofAllRuns: Set<String> = ["extends", "replicates", "variants", "compare", "report"]

  /// A section with its path, and the place of the one around it in `sections`.
  struct FlatSection: Sendable {
    let path: String
    let section: Section
    let parent: Int?
  }

  /// A key with its path, and the place of its section in `sections`.
  struct FlatKey: Sendable {
    let path: String
    let key: Key
    let section: Int
  }

  /// All sections, each behind the one around it.
  static let sections: [FlatSection] = {
    var sections: [FlatSection] = []
    func add(_ section: Section, at path: String, in parent: Int?) {
      let place = sections.count
      sections.append(FlatSection(path: path, section: section, parent: parent))
      for case .section(let inner) in section.members {
        add(inner, at: Section.join(path, inner.name), in: place)
      }
    }
    add(root, at: "", in: nil)
    return sections
  }()

  /// All keys that a run's settings list, in the order of the reference.
  static let settings: [FlatKey] = {
    var keys: [FlatKey] = []
    func add(_ section: Section, at path: String) {
      let place = sections.firstIndex { $0.path == path } ?? 0
      for member in section.members {
        let memberPath = Section.join(path, member.name)
        if path.isEmpty && ofAllRuns.contains(member.name) { continue }
        switch member {
        case .key(let key): keys.append(FlatKey(path: memberPath, key: key, section: place))
        case .section(let inner): add(inner, at: memberPath)
        }
      }
    }
    add(root, at: "")
    return keys
  }()

  /// All keys and sections that have an effect only under a condition.
  static let conditions: [(path: String, condition: Condition)] = {
    var conditions: [(path: String, condition: Condition)] = []
    for flat in sections {
      if let condition = flat.section.condition { conditions.append((flat.path, condition)) }
      for case .key(let key) in flat.section.members {
        guard let condition = key.condition else { continue }
        conditions.append((Section.join(flat.path, key.name), condition))
      }
    }
    return conditions
  }()

  /// Where keys called `name` belong: the paths of their sections, those below `path` first.
  static func homes(of name: String, near path: String) -> [String] {
    var near: [String] = []
    var far: [String] = []
    root.forEachSection { home, section in
      guard section.members.contains(where: { $0.name == name }) else { return }
      if home.hasPrefix(path + ".") { near.append(home) } else { far.append(home) }
    }
    return near.isEmpty ? far : near
  }

  /// Whether `path` is a key or a section.
  static func knows(path: String) -> Bool {
    var isKnown = false
    root.forEachSection { home, section in
      if section.members.contains(where: { Section.join(home, $0.name) == path }) {
        isKnown = true
      }
    }
    return isKnown
  }
}
