import OrderedCollections

/// A value of a YAML document with its place.
struct YAMLNode: Sendable {
  enum Content: Sendable {
    case scalar(YAMLScalar)
    case list([YAMLNode])
    /// By key, in the order of the file.
    case map(OrderedDictionary<String, YAMLEntry>)
    /// `!remove`: what is inherited under this key is not.
    case removed
    /// A value that could not be known and has been reported, such as an undefined alias.
    case unknown
  }
  static let removal = "!remove"

  var content: Content
  /// The value without its anchor, cut at the end of its first line; of a list or map that is not
  /// in brackets, its first element or key.
  var span: SourceSpan
  /// The nodes of the tree below and including this one, aliases expanded.
  var extent: Int
  /// The lists and maps on the longest way down, this one included.
  var depth: Int
}

/// A scalar before the key has decided what it is.
struct YAMLScalar: Sendable {
  let text: String
  /// Quoted and block scalars are text whatever they look like.
  let isPlain: Bool
  let core: CoreScalar

  init(text: String, isPlain: Bool) {
    self.text = text
    self.isPlain = isPlain
    core = isPlain ? CoreScalar(plain: text) : .text
  }
}

/// A key with its value.
struct YAMLEntry: Sendable {
  var key: String
  var keySpan: SourceSpan
  var value: YAMLNode
}
