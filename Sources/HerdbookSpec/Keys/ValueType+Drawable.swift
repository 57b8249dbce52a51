import HerdbookModel
import OrderedCollections

extension ValueType where Value == Drawable {
  /// A number, or what it is drawn from.
  static func drawable(_ range: NumberRange) -> ValueType {
    drawable(
      expectation: "a number \(range.expectation)",
      number: SchemaPart.number(range),
      positive: SchemaPart.number(NumberRange(lower: .above(0), upper: range.upper)),
      examples: drawn(.uniform(0.1, 0.5), .logUniform(0.001, 1), .choice([0.01, 0.1])),
      readNumber: { readReal($0, in: range, $1, &$2) },
      json: { .real($0) })
  }

  /// A count, or what it is drawn from.
  static func drawableCount(from minimum: Int) -> ValueType {
    let range = minimum...countLimit
    return drawable(
      expectation: "a whole number from \(minimum)",
      number: SchemaPart.integer(range),
      positive: SchemaPart.integer(max(1, minimum)...countLimit),
      examples: drawn(.uniform(16, 128), .logUniform(16, 128), .choice([16, 32, 64])),
      readNumber: { node, subject, issues in
        readInteger(node, in: range, subject, &issues).map(Double.init)
      },
      json: { .integer(Int($0)) })
  }

  /// `number` is the schema of a number, `positive` that of one above 0.
  private static func drawable(
    expectation: String, number: JSONValue, positive: JSONValue, examples: [JSONValue],
    readNumber: @escaping @Sendable (YAMLNode, Subject, inout IssueCollector) -> Double?,
    json: @escaping @Sendable (Double) -> JSONValue
  ) -> ValueType {
    ValueType(
      expectation: expectation + ", or a map of one of uniform, log-uniform, choice",
      schema: SchemaPart.either(
        number,
        SchemaPart.map(
          [
            "uniform": SchemaPart.list(of: number, atLeast: 2, atMost: 2),
            "log-uniform": SchemaPart.list(of: positive, atLeast: 2, atMost: 2),
            "choice": SchemaPart.list(of: number),
          ], atLeast: 1, atMost: 1)),
      read: { node, subject, issues in
        switch node.content {
        case .map: return readDistribution(node, subject, &issues, readNumber: readNumber)
        case .list:
          subject.refuse(
            node, wants: expectation,
            hint: "write {choice: [...]} or {uniform: [a, b]} to draw it for each individual, or "
              + "'variants: {matrix: {\(subject.path): [...]}}' to run each value", &issues)
          return nil
        default: break
        }
        return readNumber(node, subject, &issues).map { .fixed($0) }
      },
      json: { value in
        value.json(json)
      },
      examples: examples)
  }
}

private func drawn(_ drawables: Drawable...) -> [JSONValue] {
  drawables.map { $0.json { .real($0) } }
}

extension Drawable {
  /// The value in the plan, `number` giving that of a number.
  fileprivate func json(_ number: (Double) -> JSONValue) -> JSONValue {
    switch self {
    case .fixed(let value): number(value)
    case .uniform(let low, let high): .object(["uniform": .list([number(low), number(high)])])
    case .logUniform(let low, let high):
      .object(["log-uniform": .list([number(low), number(high)])])
    case .choice(let values): .object(["choice": .list(values.map(number))])
    }
  }
}

private func readDistribution(
  _ node: YAMLNode, _ subject: Subject, _ issues: inout IssueCollector,
  readNumber: (YAMLNode, Subject, inout IssueCollector) -> Double?
) -> Drawable? {
  let names = ["uniform", "log-uniform", "choice"]
  guard let parts = readParts(node, of: names, subject, &issues) else { return nil }
  guard parts.count == 1, let (name, value) = parts.first else {
    issues.report(
      .wrongLength, at: node.span,
      "\(quoted(subject.path)) wants one of \(names.joined(separator: ", ")), "
        + "found \(parts.count)")
    return nil
  }
  let part = subject.part(name)
  if name == "choice" {
    let numbers = readNumbers(value, part, "a list of numbers", &issues, readNumber: readNumber)
    return numbers.map { .choice($0) }
  }
  guard
    let bounds = readNumbers(
      value, part, "two numbers [a, b]", count: 2, &issues, readNumber: readNumber)
  else { return nil }
  if name == "log-uniform", bounds[0] <= 0 {
    issues.report(
      .outOfRange, at: value.element(0), "\(quoted(part.path)) wants [a, b] with 0 < a")
    return nil
  }
  guard bounds[0] < bounds[1] else {
    issues.report(
      .outOfRange, at: value.span,
      "\(quoted(part.path)) wants [a, b] with a < b, "
        + "found \(written(bounds[0])) and \(written(bounds[1]))")
    return nil
  }
  return name == "uniform" ? .uniform(bounds[0], bounds[1]) : .logUniform(bounds[0], bounds[1])
}

/// The numbers of a list that is not empty, or nil, which has been reported.
func readNumbers(
  _ node: YAMLNode, _ subject: Subject, _ expectation: String, count: Int? = nil,
  _ issues: inout IssueCollector,
  readNumber: (YAMLNode, Subject, inout IssueCollector) -> Double?
) -> [Double]? {
  guard case .list(let elements) = node.content else {
    subject.refuse(node, wants: expectation, &issues)
    return nil
  }
  guard !elements.isEmpty, elements.count == count ?? elements.count else {
    issues.report(
      .wrongLength, at: node.span,
      "\(quoted(subject.path)) wants \(expectation), found \(elements.count)")
    return nil
  }
  var numbers: [Double] = []
  for element in elements {
    if let number = readNumber(element, subject, &issues) { numbers.append(number) }
  }
  return numbers.count == elements.count ? numbers : nil
}

/// The parts of a value that is a map, in the order of the file; nil when it is none or has a part
/// of another name, which has been reported.
func readParts(
  _ node: YAMLNode, of names: [String], _ subject: Subject, _ issues: inout IssueCollector
) -> [(name: String, value: YAMLNode)]? {
  guard case .map(let entries) = node.content else {
    subject.refuse(node, wants: "a map of \(names.joined(separator: ", "))", &issues)
    return nil
  }
  for entry in entries.values where !names.contains(entry.key) {
    let advice =
      nearestName(to: entry.key, among: names).map { "; did you mean \(quoted($0))?" }
      ?? "; known here: \(names.joined(separator: ", "))"
    issues.report(
      .unknownKey, at: entry.keySpan,
      "unknown key \(quoted(entry.key)) in \(quoted(subject.path))\(advice)")
  }
  let known = entries.values.filter { names.contains($0.key) }
  return known.isEmpty && !entries.isEmpty ? nil : known.map { ($0.key, $0.value) }
}

extension YAMLNode {
  /// What to say of a distribution where a plain number is wanted.
  var drawingHint: String? {
    guard case .map(let entries) = content, let name = entries.keys.first,
      ["uniform", "log-uniform", "choice"].contains(name)
    else { return nil }
    return "this value is not drawn for each individual: give one number"
  }

  /// The place of an element of a list; the node's own when there is no such element.
  func element(_ index: Int) -> SourceSpan {
    if case .list(let elements) = content, elements.indices.contains(index) {
      return elements[index].span
    }
    return span
  }
}
