import HerdbookModel

/// The value of a key that is not given.
enum Default<Value: Sendable>: Sendable {
  /// The key must be given.
  case required
  case value(Value)
  /// What the keys before this one imply, in the order of the reference.
  case from(@Sendable (Experiment) -> Value)
}

/// When a key has an effect; one that has none is an error, as its writer believes otherwise.
struct Condition: Sendable {
  /// Completes "has no effect unless".
  var description: String
  /// The paths that it looks at.
  var uses: [String]
  var holds: @Sendable (Experiment) -> Bool
}

/// The definition of one key of the language: everything that is known of it.
final class Key: Sendable {
  let name: String
  /// What it means, as a phrase that can follow a colon.
  let meaning: String
  let unit: String?
  /// What its value is, to follow "wants".
  let expectation: String
  /// The JSON Schema of its value.
  let valueSchema: JSONValue
  let examples: [JSONValue]
  /// The default where it depends on no other key; nil where it does, and where it is no value.
  let constantDefault: JSONValue?
  let isRequired: Bool
  /// Whether its default depends on other keys.
  let isDerived: Bool
  let condition: Condition?
  /// Whether the value is one that does nothing. It is left out of plans, so that they stay what they are when the
  /// language grows.
  let isNeutral: @Sendable (Experiment) -> Bool
  /// Reads the value into an experiment; false when there is none, which has been reported.
  let read: @Sendable (YAMLNode, Subject, inout IssueCollector, inout Experiment) -> Bool
  let setDefault: @Sendable (inout Experiment) -> Void
  let json: @Sendable (Experiment) -> JSONValue

  init<Value>(
    _ name: String, _ field: any WritableKeyPath<Experiment, Value> & Sendable,
    _ type: ValueType<Value>, unit: String? = nil, default fallback: Default<Value>,
    neutral: (@Sendable (Value) -> Bool)? = nil, when condition: Condition? = nil,
    _ meaning: String
  ) {
    isNeutral = { neutral?($0[keyPath: field]) ?? false }
    self.name = name
    self.meaning = meaning
    self.unit = unit
    self.condition = condition
    expectation = type.expectation
    valueSchema = type.schema
    examples = type.examples
    if case .value(let value) = fallback, case let json = type.json(value), json != .null {
      constantDefault = json
    } else {
      constantDefault = nil
    }
    if case .required = fallback { isRequired = true } else { isRequired = false }
    if case .from = fallback { isDerived = true } else { isDerived = false }
    read = { node, subject, issues, experiment in
      guard let value = type.read(node, subject, &issues) else { return false }
      experiment[keyPath: field] = value
      return true
    }
    setDefault = { experiment in
      switch fallback {
      case .required: break
      case .value(let value): experiment[keyPath: field] = value
      case .from(let value): experiment[keyPath: field] = value(experiment)
      }
    }
    json = { type.json($0[keyPath: field]) }
  }
}

/// A map of the language: its keys and the maps inside it, in the order of the reference.
final class Section: Sendable {
  enum Member: Sendable {
    case key(Key)
    case section(Section)

    var name: String {
      switch self {
      case .key(let key): key.name
      case .section(let section): section.name
      }
    }
  }

  /// A part of the experiment that is there only when its section is.
  struct Presence: Sendable {
    let isPresent: @Sendable (Experiment) -> Bool
    /// Puts the part there with its first values, or takes it away.
    let turn: @Sendable (_ on: Bool, inout Experiment) -> Void

    init<Part: Sendable>(
      _ field: any WritableKeyPath<Experiment, Part?> & Sendable, of part: Part
    ) {
      isPresent = { $0[keyPath: field] != nil }
      turn = { isOn, experiment in experiment[keyPath: field] = isOn ? part : nil }
    }
  }

  let name: String
  let meaning: String
  let members: [Member]
  let presence: Presence?
  let condition: Condition?
  /// What its keys must fulfil together, and with the keys of other sections.
  let checks: [Check]

  init(
    _ name: String, _ meaning: String, presence: Presence? = nil, when condition: Condition? = nil,
    checks: [Check] = [], _ members: [Member]
  ) {
    self.name = name
    self.meaning = meaning
    self.members = members
    self.presence = presence
    self.condition = condition
    self.checks = checks
  }

  /// The path of a member, the section's own path being `path`.
  static func join(_ path: String, _ name: String) -> String {
    path.isEmpty ? name : "\(path).\(name)"
  }
}
