/// The other experiments of a project, which one can inherit and transfer from.
package struct SpecLibrary: Sendable {
  /// Their names, in the order in which they are listed.
  package var names: @Sendable () -> [String]
  /// The path of an experiment's file as messages show it, and what it holds; nil where there is none
  /// or it cannot be read.
  package var load: @Sendable (_ name: String) -> (path: String, bytes: [UInt8])?
  /// Whether there is a result of this name, with a spec or without.
  package var hasResult: @Sendable (_ name: String) -> Bool

  package init(
    names: @escaping @Sendable () -> [String],
    load: @escaping @Sendable (_ name: String) -> (path: String, bytes: [UInt8])?,
    hasResult: @escaping @Sendable (_ name: String) -> Bool = { _ in false }
  ) {
    self.names = names
    self.load = load
    self.hasResult = hasResult
  }

  /// No other experiments.
  package static let empty = SpecLibrary(names: { [] }, load: { _ in nil })
}

/// A file that an experiment inherits from, as it was when it was read.
package struct InheritedSpec: Sendable, Equatable {
  package let name: String
  package let bytes: [UInt8]
}
