import HerdbookModel
import OrderedCollections

/// One variant as the spec says it: a name and what it sets.
struct VariantSpec {
  let name: String
  /// Where its name stands, or what it was made of.
  let span: SourceSpan
  let assignments: [Assignment]
}

/// Expands the key `variants` into the variants that run, in their order; those that can be made out
/// where there are faults, which are reported.
///
/// A list gives each by name. A map gives axes: `matrix` the product of its lists, the last running
/// fastest; `zip` its lists side by side; both together the product of the two. `exclude` drops what
/// all values of one of its entries match, `include` adds variants.
func expandVariants(_ node: YAMLNode, _ issues: inout IssueCollector) -> [VariantSpec] {
  var expansion = VariantExpansion(issues: issues)
  let variants = expansion.read(node)
  issues = expansion.issues
  return variants
}

/// What an editor can know of `variants`.
let variantsSchema: JSONValue = {
  let anything = JSONValue.object(["type": .text("object")])
  let named = SchemaPart.list(
    of: SchemaPart.map(
      ["name": SchemaPart.text(allowsLineFeeds: false), "set": anything], required: ["name"]))
  let axes = JSONValue.object([
    "type": .text("object"),
    "additionalProperties": .object([
      "type": .text("array"), "minItems": .integer(1), "uniqueItems": .boolean(true),
    ]),
  ])
  let listed = JSONValue.object(["type": .text("array"), "items": anything])
  return SchemaPart.either(
    named,
    SchemaPart.map(["matrix": axes, "zip": axes, "include": named, "exclude": listed], atLeast: 1))
}()

private struct VariantExpansion {
  /// More than this cannot be told from a slip.
  static let limit = 100_000
  static let subject = Subject(path: "variants")
  static let expectation =
    "a list of variants {name, set}, or a map of matrix, zip, include, exclude"

  var issues: IssueCollector

  /// Several keys that take their values together: one place of a choice is one assignment of each.
  private struct Axis {
    let choices: [[Assignment]]
  }

  mutating func read(_ node: YAMLNode) -> [VariantSpec] {
    let before = issues.issues.count
    var variants: [VariantSpec]
    switch node.content {
    case .list(let elements):
      variants = elements.compactMap { readNamed($0, Self.subject) }
    case .map(let entries):
      let names = ["matrix", "zip", "include", "exclude"]
      if refuseLooseKeys(entries, names) { return [] }
      guard let parts = readParts(node, of: names, Self.subject, &issues) else { return [] }
      variants = readAxes(parts)
    default:
      Self.subject.refuse(node, wants: Self.expectation, &issues)
      return []
    }
    if variants.isEmpty, issues.issues.count == before {
      issues.report(.wrongLength, at: node.span, "\(quoted("variants")) leaves no variant to run")
    }
    checkDistinct(variants)
    return variants
  }

  /// Reports the first of what stands directly in `variants`, where no key of it does; whether it did.
  private mutating func refuseLooseKeys(_ entries: YAMLEntries, _ names: [String]) -> Bool {
    guard let first = entries.values.first, !entries.keys.contains(where: names.contains),
      nearestName(to: first.key, among: names) == nil
    else { return false }
    let advice =
      switch first.value.content {
      case .list: "axes stand under matrix: {matrix: {\(first.key): [...]}}"
      case .map: "variants with names are a list: - {name: \(first.key), set: {...}}"
      default: "known here: \(names.joined(separator: ", "))"
      }
    issues.report(
      .unknownKey, at: first.keySpan,
      "unknown key \(quoted(first.key)) in \(quoted("variants")); \(advice)")
    return true
  }

  // MARK: named

  /// `{name: ..., set: {path: value}}`; what sets nothing is the experiment as it is.
  private mutating func readNamed(_ node: YAMLNode, _ subject: Subject) -> VariantSpec? {
    guard let parts = readParts(node, of: ["name", "set"], subject, &issues) else { return nil }
    guard let named = parts.first(where: { $0.name == "name" }) else {
      issues.report(.missingKey, at: node.span, "missing key 'name' in \(quoted(subject.path))")
      return nil
    }
    guard case .scalar(let scalar) = named.value.content else {
      subject.part("name").refuse(named.value, wants: "a name", &issues)
      return nil
    }
    if !isVariantName(scalar.text) {
      issues.report(
        .variantName, at: named.value.span,
        "\(quoted(scalar.text)) cannot name a variant: use up to \(variantNameLimit) letters, "
          + "digits and any of '-_.=,+', beginning with a letter or a digit")
    }
    var assignments: [Assignment] = []
    if let set = parts.first(where: { $0.name == "set" })?.value {
      var entries: YAMLEntries = [:]
      if case .map(let given) = set.content {
        entries = given
      } else {
        subject.part("set").refuse(set, wants: "a map of section.key and value", &issues)
      }
      assignments = entries.values.filter { isVariable($0) }
        .map { Assignment($0.key, at: $0.keySpan, value: $0.value) }
    }
    return VariantSpec(name: scalar.text, span: named.value.span, assignments: assignments)
  }

  /// Whether a variant may set a key; one that it may not is reported.
  private mutating func isVariable(_ entry: YAMLEntry) -> Bool {
    let first = entry.key.prefix { $0 != "." }
    guard let reason = Self.fixed[String(first)] else { return true }
    issues.report(
      .variantKey, at: entry.keySpan, "\(quoted(entry.key)) cannot vary: \(reason)")
    return false
  }

  /// What all variants of an experiment have in common.
  private static let fixed = [
    "herdbook": "it is the version of the language",
    "extends": "each variant is laid over the whole experiment",
    "title": "it tells of all variants; their names tell them apart",
    "description": "it tells of all variants; their names tell them apart",
    "seed": "variants share the seed of a replicate, so that they can be compared; "
      + "use 'replicates' for other seeds",
    "replicates": "each variant has as many, so that they can be compared",
    "variants": "variants do not nest; use matrix",
    "compare": "it is about all variants",
    "report": "there is one report of all variants",
  ]

  // MARK: axes

  private mutating func readAxes(_ parts: [(name: String, value: YAMLNode)]) -> [VariantSpec] {
    var axes: [Axis] = []
    for (name, value) in parts where name == "matrix" || name == "zip" {
      guard let lists = readLists(value, Self.subject.part(name)) else { continue }
      axes += name == "matrix" ? lists.map { Axis(choices: $0.map { [$0] }) } : zipped(lists, value)
    }
    var count = axes.isEmpty ? 0 : 1
    for axis in axes { count = saturatingProduct(count, axis.choices.count) }
    guard count <= Self.limit else {
      let span = parts.first { $0.name == "matrix" }?.value.span ?? .start
      issues.report(
        .planTooLarge, at: span,
        "the axes give \(count) variants, more than \(Self.limit)")
      return []
    }
    var points: [[Assignment]] = axes.isEmpty ? [] : [[]]
    for axis in axes {
      points = points.flatMap { point in axis.choices.map { point + $0 } }
    }
    for (name, value) in parts where name == "exclude" {
      exclude(value, from: &points, of: axes)
    }
    var variants = name(points)
    for (name, value) in parts where name == "include" {
      guard case .list(let elements) = value.content else {
        Self.subject.part(name).refuse(value, wants: "a list of variants {name, set}", &issues)
        continue
      }
      variants += elements.compactMap { readNamed($0, Self.subject.part(name)) }
    }
    return variants
  }

  /// For each path its values; nil when there are none.
  private mutating func readLists(_ node: YAMLNode, _ subject: Subject) -> [[Assignment]]? {
    guard case .map(let entries) = node.content, !entries.isEmpty else {
      subject.refuse(node, wants: "a map of section.key and a list of values", &issues)
      return nil
    }
    var lists: [[Assignment]] = []
    for entry in entries.values {
      guard case .list(let values) = entry.value.content else {
        var hint = "a single value is a list of one"
        if case .map(let inner) = entry.value.content, let key = inner.keys.first {
          hint = "keys are paths here: write \(entry.key).\(key): [...]"
        }
        subject.part(entry.key).refuse(entry.value, wants: "a list of values", hint: hint, &issues)
        continue
      }
      if values.isEmpty {
        issues.report(
          .wrongLength, at: entry.value.span,
          "\(quoted(subject.part(entry.key).path)) wants a list of at least one value")
        continue
      }
      guard isVariable(entry) else { continue }
      var places: [String: SourceSpan] = [:]
      var distinct: [YAMLNode] = []
      for value in values {
        if let first = places[value.canonical] {
          issues.report(
            .duplicateElement, at: value.span,
            "\(quoted(subject.part(entry.key).path)) has the same value twice",
            notes: [SpecIssue.Note(span: first, message: "it is given here first")])
        } else {
          places[value.canonical] = value.span
          distinct.append(value)
        }
      }
      lists.append(distinct.map { Assignment(entry.key, at: entry.keySpan, value: $0) })
    }
    return lists
  }

  private mutating func zipped(_ lists: [[Assignment]], _ node: YAMLNode) -> [Axis] {
    guard let length = lists.first?.count else { return [] }
    guard lists.allSatisfy({ $0.count == length }) else {
      let counts = lists.map { String($0.count) }.joined(separator: ", ")
      issues.report(
        .wrongLength, at: node.span,
        "\(quoted("variants.zip")) wants lists of the same length, found \(counts)")
      return []
    }
    return [Axis(choices: (0..<length).map { index in lists.map { $0[index] } })]
  }

  private mutating func exclude(
    _ node: YAMLNode, from points: inout [[Assignment]], of axes: [Axis]
  ) {
    guard case .list(let elements) = node.content else {
      Self.subject.part("exclude")
        .refuse(node, wants: "a list of maps of section.key and value", &issues)
      return
    }
    for element in elements {
      guard case .map(let entries) = element.content, !entries.isEmpty else {
        Self.subject.part("exclude")
          .refuse(element, wants: "a map of section.key and value", &issues)
        continue
      }
      if entries.values.contains(where: { !isOnAxis($0, axes) }) { continue }
      let wanted = entries.mapValues { $0.value.canonical }
      let count = points.count
      points.removeAll { point in
        wanted.allSatisfy { path, value in
          point.contains { $0.dotted == path && $0.value.canonical == value }
        }
      }
      if points.count == count {
        issues.report(
          .noEffect, at: element.span, "this excludes nothing: no variant has all of these values")
      }
    }
  }

  /// Whether some variant has this value for its key; what is wrong is reported.
  private mutating func isOnAxis(_ entry: YAMLEntry, _ axes: [Axis]) -> Bool {
    let values = axes.flatMap { $0.choices.flatMap { $0.filter { $0.dotted == entry.key } } }
    if values.isEmpty {
      let keys = axes.flatMap { $0.choices.first?.map(\.dotted) ?? [] }
      let advice =
        nearestName(to: entry.key, among: keys).map { "did you mean \(quoted($0))?" }
        ?? "what varies is \(keys.joined(separator: ", "))"
      issues.report(
        .variantKey, at: entry.keySpan, "\(quoted(entry.key)) does not vary here; \(advice)")
      return false
    }
    if values.contains(where: { $0.value.canonical == entry.value.canonical }) { return true }
    var known: [String] = []
    for value in values.map(\.value.canonical) where !known.contains(value) { known.append(value) }
    issues.report(
      .noEffect, at: entry.value.span,
      "this excludes nothing: \(quoted(entry.key)) is \(known.prefix(8).joined(separator: ", "))"
        + (known.count > 8 ? " …" : ""))
    return false
  }

  // MARK: names

  /// `key=value` of each axis, joined by commas; a key is its last part where that tells it apart.
  private mutating func name(_ points: [[Assignment]]) -> [VariantSpec] {
    guard let first = points.first else { return [] }
    let lasts = first.map { $0.path[$0.path.count - 1].name }
    let labels = zip(first, lasts).map { assignment, last in
      lasts.count { $0 == last } > 1 ? assignment.dotted : last
    }
    var variants: [VariantSpec] = []
    for point in points {
      let name = zip(labels, point).map { "\($0)=\($1.value.label)" }.joined(separator: ",")
      guard isVariantName(name) else {
        issues.report(
          .variantName, at: point[0].value.span,
          "the name made of these values, \(quoted(name)), is above \(variantNameLimit) characters; "
            + "name the variants in a list")
        return []
      }
      variants.append(VariantSpec(name: name, span: point[0].value.span, assignments: point))
    }
    return variants
  }

  /// Reports variants of one name, and those that set the same.
  private mutating func checkDistinct(_ variants: [VariantSpec]) {
    var names: [String: VariantSpec] = [:]
    var contents: [String: VariantSpec] = [:]
    for variant in variants {
      // Runs are folders, and some file systems do not tell large letters from small ones.
      if let first = names.updateValue(variant, forKey: variant.name.lowercased()) {
        let words =
          first.name == variant.name
          ? quoted(variant.name)
          : "\(quoted(first.name)) and \(quoted(variant.name)), which are one folder on some systems"
        issues.report(
          .duplicateVariant, at: variant.span, "two variants are called \(words)",
          notes: [SpecIssue.Note(span: first.span, message: "this is the first")])
        continue
      }
      let content = variant.assignments.map { "\($0.dotted)=\($0.value.canonical)" }.sorted()
        .joined(separator: "\n")
      if let first = contents.updateValue(variant, forKey: content) {
        issues.report(
          .duplicateVariant, at: variant.span,
          "\(quoted(variant.name)) sets the same as \(quoted(first.name))",
          notes: [SpecIssue.Note(span: first.span, message: "which is here")])
      }
    }
  }
}

/// Bytes of a variant's name, which is the name of a folder.
private let variantNameLimit = 120

private func isVariantName(_ name: String) -> Bool {
  let isAllowed = name.utf8.allSatisfy {
    switch $0 {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-_.=,+".utf8.contains($0)
    }
  }
  guard let first = name.first, isAllowed, name.utf8.count <= variantNameLimit else { return false }
  return first.isLetter || first.isNumber
}

extension YAMLNode {
  /// The value in one spelling: equal for values that are the same.
  var canonical: String {
    switch content {
    case .scalar(let scalar):
      switch scalar.core {
      case .null: "null"
      case .boolean(let value): String(value)
      case .integer(let negative, let magnitude?): written((negative ? -1 : 1) * Double(magnitude))
      case .integer, .text: quotedWhole(scalar.text)
      case .real(let value): written(value)
      }
    case .list(let elements): "[\(elements.map(\.canonical).joined(separator: ","))]"
    case .map(let entries):
      "{\(entries.values.map { "\(quotedWhole($0.key)):\($0.value.canonical)" }.sorted().joined(separator: ","))}"
    case .removed: YAMLNode.removal
    case .unknown: "?"
    }
  }

  /// The value as a part of a name.
  fileprivate var label: String {
    switch content {
    case .scalar(let scalar):
      String(scalar.text.map { isVariantName("a\($0)") ? $0 : "-" })
    case .list(let elements): elements.map(\.label).joined(separator: "-")
    case .map(let entries):
      entries.values.map { "\($0.key)-\($0.value.label)" }.joined(separator: "-")
    case .removed: "removed"
    case .unknown: "unknown"
    }
  }

  private func quotedWhole(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
}
