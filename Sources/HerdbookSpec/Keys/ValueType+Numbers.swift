import HerdbookModel

/// The largest number of things that a key asks for; more cannot be counted in 64 bits later.
let countLimit = 1_000_000_000

/// A whole number in a range, or nil when there is none, which has been reported.
func readInteger(
  _ node: YAMLNode, in range: ClosedRange<Int>, _ subject: Subject, _ issues: inout IssueCollector
) -> Int? {
  guard let (negative, magnitude) = readWhole(node, wants: wholeNumber(range), subject, &issues)
  else { return nil }
  // Int(exactly:) of the magnitude loses Int.min, which no range has.
  if let value = magnitude.flatMap({ Int(exactly: $0) }).map({ negative ? -$0 : $0 }),
    range.contains(value)
  {
    return value
  }
  subject.refuse(node, wants: wholeNumber(range), as: .outOfRange, &issues)
  return nil
}

private func readWhole(
  _ node: YAMLNode, wants expectation: @autoclosure () -> String, _ subject: Subject,
  _ issues: inout IssueCollector
) -> (negative: Bool, magnitude: UInt64?)? {
  guard case .scalar(let scalar) = node.content else {
    subject.refuse(node, wants: expectation(), hint: node.drawingHint, &issues)
    return nil
  }
  switch scalar.core {
  case .integer(let negative, let magnitude): return (negative, magnitude)
  case .real(let value):
    let isWhole = value == value.rounded() && value.magnitude < 1e15
    let hint = isWhole ? "write \(written(value))" : nil
    subject.refuse(node, wants: expectation(), hint: hint, &issues)
  default:
    subject.refuse(node, wants: expectation(), hint: scalar.numberHint(isWhole: true), &issues)
  }
  return nil
}

private func wholeNumber(_ range: ClosedRange<Int>) -> String {
  range.count == 1
    ? String(range.lowerBound)
    : "a whole number from \(range.lowerBound) to \(range.upperBound)"
}

/// A number in a range, or nil when there is none, which has been reported.
func readReal(
  _ node: YAMLNode, in range: NumberRange, _ subject: Subject, _ issues: inout IssueCollector
) -> Double? {
  guard case .scalar(let scalar) = node.content else {
    subject.refuse(
      node, wants: "a number \(range.expectation)", hint: node.drawingHint, &issues)
    return nil
  }
  let value: Double
  switch scalar.core {
  case .integer(let negative, let magnitude?):
    value = negative ? -Double(magnitude) : Double(magnitude)
  case .real(let real): value = real
  default:
    subject.refuse(
      node, wants: "a number \(range.expectation)", hint: scalar.numberHint(), &issues)
    return nil
  }
  if range.contains(value) { return value }
  subject.refuse(node, wants: "a number \(range.expectation)", as: .outOfRange, &issues)
  return nil
}

extension ValueType where Value == Int {
  static func integer(_ range: ClosedRange<Int>) -> ValueType {
    ValueType(
      expectation: wholeNumber(range),
      schema: SchemaPart.integer(range),
      read: { readInteger($0, in: range, $1, &$2) },
      json: { .integer($0) })
  }

  /// A number of things, at least `minimum`.
  static func count(from minimum: Int) -> ValueType { integer(minimum...countLimit) }
}

extension ValueType where Value == UInt64 {
  /// Any number of 64 bits without a sign.
  static var seed: ValueType {
    let expectation = "a whole number from 0 to \(UInt64.max)"
    return ValueType(
      expectation: expectation,
      schema: SchemaPart.unsigned,
      read: { node, subject, issues in
        guard let whole = readWhole(node, wants: expectation, subject, &issues) else { return nil }
        if let magnitude = whole.magnitude, !whole.negative || magnitude == 0 { return magnitude }
        subject.refuse(node, wants: expectation, as: .outOfRange, &issues)
        return nil
      },
      json: { .unsigned($0) })
  }
}

extension ValueType where Value == Double {
  static func real(_ range: NumberRange) -> ValueType {
    ValueType(
      expectation: "a number \(range.expectation)",
      schema: SchemaPart.number(range),
      read: { readReal($0, in: range, $1, &$2) },
      json: { .real($0) })
  }
}

extension ValueType where Value == [Int] {
  /// A list of at least `minimum` whole numbers.
  static func integers(
    _ range: ClosedRange<Int>, atLeast minimum: Int, distinct: Bool = false
  ) -> ValueType {
    let kind = distinct ? "distinct whole numbers" : "whole numbers"
    let expectation = "a list of \(kind), at least \(minimum)"
    return ValueType(
      expectation: expectation,
      schema: SchemaPart.list(
        of: SchemaPart.integer(range), atLeast: minimum, distinct: distinct),
      read: { node, subject, issues in
        guard case .list(let elements) = node.content else {
          subject.refuse(node, wants: expectation, &issues)
          return nil
        }
        if elements.count < minimum {
          issues.report(
            .wrongLength, at: node.span,
            "\(quoted(subject.path)) wants \(expectation), found \(elements.count)")
          return nil
        }
        var values: [Int?] = []
        for element in elements where !issues.isFull {
          values.append(readInteger(element, in: range, subject, &issues))
        }
        if distinct { refuseRepetition(of: values, in: elements, subject, &issues) }
        return values.contains(nil) || issues.isFull ? nil : values.compactMap(\.self)
      },
      json: { .list($0.map { .integer($0) }) })
  }
}

/// Reports each element that repeats an earlier one.
private func refuseRepetition(
  of values: [Int?], in elements: [YAMLNode], _ subject: Subject, _ issues: inout IssueCollector
) {
  var places: [Int: SourceSpan] = [:]
  for (value, element) in zip(values, elements) {
    guard let value else { continue }
    if let first = places[value] {
      issues.report(
        .duplicateElement, at: element.span, "\(quoted(subject.path)) has \(value) twice",
        notes: [SpecIssue.Note(span: first, message: "it is given here first")])
    } else {
      places[value] = element.span
    }
  }
}
