import ArgumentParser
import HerdbookSpec

extension CompletionKind {
  /// The names of the project's experiments, but for those that the line has already; none outside
  /// a project. Nothing is said, and nothing but the folder is read.
  static var experiments: CompletionKind {
    .custom { words, position, _ in
      guard let project = try? Project.find(folder(in: words)), let names = try? project.names()
      else { return [] }
      var others = words
      if others.indices.contains(position) { others.remove(at: position) }
      return names.filter { name in
        (try? checkExperimentName(name)) != nil && !others.contains(name)
      }
    }
  }

  /// The project's folder, where the line names it.
  private static func folder(in words: [String]) -> String? {
    for (word, next) in zip(words, words.dropFirst()) where word == "-C" || word == "--project" {
      return next
    }
    let prefix = "--project="
    return words.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
  }
}
