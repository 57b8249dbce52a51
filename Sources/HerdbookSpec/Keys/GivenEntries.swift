/// The entries that a spec gives, by path, as far as the language knows them.
///
/// A variant shares those of the first one and has few of its own, so that ten thousand of them are not
/// ten thousand copies.
package struct GivenEntries: Sendable, Equatable {
  private var common: [String: YAMLEntry] = [:]
  /// What differs from those, nil where the entry is gone; in the first variant there is nothing.
  private var own: [String: YAMLEntry?] = [:]
  private let isFirst: Bool

  init() { isFirst = true }

  /// Those of a variant that differs from the first one.
  init(over first: GivenEntries) {
    common = first.common
    isFirst = false
  }

  subscript(path: String) -> YAMLEntry? {
    get { own[path] ?? common[path] }
    set { if isFirst { common[path] = newValue } else { own[path] = .some(newValue) } }
  }

  /// Where the value of a key or section stands, nil where it is not given.
  package func place(of path: String) -> SourceSpan? { self[path]?.value.span }

  /// The keys and sections that are given.
  package var paths: Set<String> {
    Set(common.keys).union(own.keys).filter { self[$0] != nil }
  }

  /// Whether the same is given at the same places.
  package static func == (first: GivenEntries, second: GivenEntries) -> Bool {
    let paths = first.paths
    return paths == second.paths
      && paths.allSatisfy { first.place(of: $0) == second.place(of: $0) }
  }
}
