import HerdbookModel

/// A kind of value: how it is asked for, read and written.
struct ValueType<Value: Sendable>: Sendable {
  /// Completes "wants": `a whole number from 1`.
  var expectation: String
  /// Its JSON Schema: what a reader of JSON can know of it.
  var schema: JSONValue
  /// The value of a node, or nil when it has none, which has been reported.
  var read: @Sendable (YAMLNode, Subject, inout IssueCollector) -> Value?
  /// The value in the plan.
  var json: @Sendable (Value) -> JSONValue
  /// Values in forms that the expectation only hints at, as a spec would have them.
  var examples: [JSONValue] = []
}

/// The key that a value is read for, as messages name it.
struct Subject {
  /// The path of the key, its parts joined with dots.
  var path: String
  var unit: String?

  /// Reports that a node is not what its key wants.
  func refuse(
    _ node: YAMLNode, wants expectation: @autoclosure () -> String,
    as rule: SpecRule = .wrongType, hint: @autoclosure () -> String? = nil,
    _ issues: inout IssueCollector
  ) {
    if case .unknown = node.content { return }
    if issues.isFull { return }
    let unit = unit.map { " (\($0))" } ?? ""
    let hint = (hint() ?? node.characterHint).map { "; \($0)" } ?? ""
    issues.report(
      rule, at: node.span,
      "\(quoted(path)) wants \(expectation())\(unit), found \(node.described)\(hint)")
  }

  /// The scalar of a node that is text; nil where it is not, which has been reported.
  func readText(
    _ node: YAMLNode, wants expectation: String, _ issues: inout IssueCollector
  ) -> YAMLScalar? {
    guard case .scalar(let scalar) = node.content else {
      refuse(node, wants: expectation, &issues)
      return nil
    }
    if case .text = scalar.core { return scalar }
    let hint = scalar.text.isEmpty ? nil : "put it in quotes to make it text"
    refuse(node, wants: expectation, hint: hint, &issues)
    return nil
  }

  /// The subject of a part of the value.
  func part(_ name: String) -> Subject { Subject(path: "\(path).\(name)", unit: unit) }
}

extension ValueType {
  /// A value that may be left out; nil stands as null in the plan.
  static func optional<Wrapped>(_ wrapped: ValueType<Wrapped>) -> ValueType
  where Value == Wrapped? {
    ValueType(
      expectation: wrapped.expectation,
      schema: wrapped.schema,
      read: { node, subject, issues in
        // A value, or nil for a fault: never a value that is nil.
        wrapped.read(node, subject, &issues).map { .some($0) }
      },
      json: { $0.map(wrapped.json) ?? .null },
      examples: wrapped.examples)
  }
}

extension ValueType where Value == Bool {
  static var boolean: ValueType {
    let expectation = "true or false"
    return ValueType(
      expectation: expectation,
      schema: SchemaPart.boolean,
      read: { node, subject, issues in
        guard case .scalar(let scalar) = node.content else {
          subject.refuse(node, wants: expectation, &issues)
          return nil
        }
        if case .boolean(let value) = scalar.core { return value }
        subject.refuse(node, wants: expectation, hint: scalar.booleanHint, &issues)
        return nil
      },
      json: { .boolean($0) })
  }
}

extension ValueType where Value == String {
  /// Text of a single line.
  static var line: ValueType { text(expectation: "a line of text", allowsLineFeeds: false) }

  /// Text of any number of lines.
  static var text: ValueType { text(expectation: "text", allowsLineFeeds: true) }

  private static func text(expectation: String, allowsLineFeeds: Bool) -> ValueType {
    ValueType(
      expectation: expectation,
      schema: SchemaPart.text(allowsLineFeeds: allowsLineFeeds),
      read: { node, subject, issues in
        guard let scalar = subject.readText(node, wants: expectation, &issues) else { return nil }
        if scalar.isTextHereAlone {
          subject.refuse(
            node, wants: expectation,
            hint: "other readers of YAML take it for something else: put it in quotes", &issues)
          return nil
        }
        let isFit = scalar.text.unicodeScalars.allSatisfy {
          $0 == "\n" ? allowsLineFeeds : $0.properties.generalCategory != .control
        }
        guard isFit, scalar.text.contains(where: { !$0.isWhitespace }) else {
          let wants = "\(expectation), not empty and without control characters"
          subject.refuse(node, wants: wants, as: .outOfRange, &issues)
          return nil
        }
        return scalar.text
      },
      json: { .text($0) })
  }
}

extension ValueType
where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of the words of an enumeration of the model.
  static var choice: ValueType {
    let choices = Value.allCases.map(\.rawValue)
    let expectation =
      choices.count == 1 ? choices[0] : "one of " + choices.joined(separator: ", ")
    return ValueType(
      expectation: expectation,
      schema: SchemaPart.choice(choices),
      read: { node, subject, issues in
        guard case .scalar(let scalar) = node.content, case .text = scalar.core else {
          subject.refuse(node, wants: expectation, &issues)
          return nil
        }
        if let value = Value(rawValue: scalar.text) { return value }
        let near = nearestName(to: scalar.text, among: choices)
        subject.refuse(
          node, wants: expectation, as: .unknownChoice,
          hint: near.map { "did you mean \(quoted($0))?" }, &issues)
        return nil
      },
      json: { .text($0.rawValue) })
  }
}
