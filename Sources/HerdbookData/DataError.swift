/// Why a dataset cannot be used: what was found, what was expected, and how to mend it.
package struct DataError: Error, Equatable, CustomStringConvertible {
  package enum Kind: String, Sendable {
    /// No place has the dataset, or one of its files is not there.
    case missing
    /// A file cannot be opened or read.
    case unreadable
    /// A file is not what its name promises: truncated, overlong, another format, other images.
    case damaged
    /// The dataset is fine, but cannot be divided as the experiment asks.
    case unfit
    /// A download failed from every mirror.
    case unreachable
  }

  package var kind: Kind
  /// The file or folder at fault, where there is one.
  package var path: String?
  /// One or more lines without the path.
  package var message: String

  package init(_ kind: Kind, path: String? = nil, _ message: String) {
    self.kind = kind
    self.path = path
    self.message = message
  }

  package var description: String {
    path.map { "\($0): \(message)" } ?? message
  }
}
