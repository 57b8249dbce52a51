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
