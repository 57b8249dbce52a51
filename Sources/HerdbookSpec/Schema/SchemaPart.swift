import HerdbookModel

/// The parts that JSON Schemas are built of.
///
/// Goals, in order of priority:
/// 1. A schema never refuses a value that the key reads, in Python's readers of JSON nor in an
///    editor's, which know binary64 alone.
/// 2. It refuses whatever a schema can express.
/// 3. It keeps to the keywords that draft 2020-12 and draft 7 have in common, with the same
///    meaning, as many editors know no later one.
enum SchemaPart {
  /// Whole numbers; `100.0`, which no key reads, is one to a schema.
  static func integer(_ range: ClosedRange<Int>) -> JSONValue {
    if range.count == 1 { return .object(["const": .integer(range.lowerBound)]) }
    return .object([
      "type": .text("integer"), "minimum": .integer(range.lowerBound),
      "maximum": .integer(range.upperBound),
    ])
  }

  /// Whole numbers of 64 bits. The bound is 2^64 itself, which readers that know binary64 alone
  /// cannot tell from the largest.
  static var unsigned: JSONValue {
    .object(["type": .text("integer"), "minimum": .integer(0), "maximum": .real(0x1p64)])
  }

  /// Numbers of a range, the infinities left out.
  static func number(_ range: NumberRange) -> JSONValue {
    var members: [String: JSONValue] = ["type": .text("number")]
    switch range.lower {
    case .from(let bound): members["minimum"] = .real(bound)
    case .above(let bound): members["exclusiveMinimum"] = .real(bound)
    }
    switch range.upper {
    case .upTo(let bound): members["maximum"] = .real(bound)
    case .below(let bound): members["exclusiveMaximum"] = .real(bound)
    case nil: members["maximum"] = .real(.greatestFiniteMagnitude)
    }
    return .object(members)
  }

  static var boolean: JSONValue { .object(["type": .text("boolean")]) }

  /// Text with something in it but spaces, and without control characters.
  static func text(allowsLineFeeds: Bool) -> JSONValue {
    let blank = allowsLineFeeds ? "[ \\n]" : " "
    let rest =
      allowsLineFeeds
      ? "[^\\u0000-\\u0009\\u000B-\\u001F\\u007F-\\u009F]" : "[^\\u0000-\\u001F\\u007F-\\u009F]"
    let pattern = "^\(blank)*[^\\u0000-\\u0020\\u007F-\\u009F]\(rest)*$"
    return .object(["type": .text("string"), "pattern": .text(pattern)])
  }

  static func choice(_ words: [String]) -> JSONValue {
    .object(["type": .text("string"), "enum": .list(words.map { .text($0) })])
  }

  static func list(
    of element: JSONValue, atLeast minimum: Int = 1, atMost maximum: Int? = nil,
    distinct: Bool = false
  ) -> JSONValue {
    var members: [String: JSONValue] = [
      "type": .text("array"), "items": element, "minItems": .integer(minimum),
    ]
    if let maximum { members["maxItems"] = .integer(maximum) }
    if distinct { members["uniqueItems"] = .boolean(true) }
    return .object(members)
  }

  /// A map of these keys alone.
  static func map(
    _ properties: [String: JSONValue], required: [String] = [], atLeast minimum: Int = 0,
    atMost maximum: Int? = nil
  ) -> JSONValue {
    var members: [String: JSONValue] = [
      "type": .text("object"), "properties": .object(properties),
      "additionalProperties": .boolean(false),
    ]
    if !required.isEmpty { members["required"] = .list(required.map { .text($0) }) }
    if minimum > 0 { members["minProperties"] = .integer(minimum) }
    if let maximum { members["maxProperties"] = .integer(maximum) }
    return .object(members)
  }

  /// One of several kinds of value, which have no value in common.
  static func either(_ kinds: JSONValue...) -> JSONValue { .object(["oneOf": .list(kinds)]) }
}

extension JSONValue {
  /// A schema with further keywords.
  func with(_ keywords: [String: JSONValue]) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members.merging(keywords) { _, new in new })
  }
}
