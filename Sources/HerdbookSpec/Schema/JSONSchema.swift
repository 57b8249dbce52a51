package import HerdbookModel

/// The JSON Schema of a spec, draft 2020-12, for editors: every key with its type, range, choices,
/// default, unit and meaning.
///
/// A spec that can be read fulfils it. Of the faults of a spec it finds those of single keys but
/// for a few that no schema can express; keys that must fit each other and the dataset are
/// `herdbook check`'s.
package func jsonSchema() -> JSONValue {
  Language.root.schema.with([
    "$schema": .text("https://json-schema.org/draft/2020-12/schema"),
    "$id": .text("urn:herdbook:experiment:\(Language.version)"),
    "title": .text("Herdbook experiment"),
    // What an experiment inherits, or what each variant sets, need not stand in the file.
    "anyOf": .list(
      ["extends", "variants"].map { .object(["required": .list([.text($0)])]) }
        + [Language.root.requirements]),
  ])
}

/// The file beside the specs that holds the schema.
package let editorSchemaFile = ".schema.json"

/// The line that tells editors which schema a spec follows; they look for it beside the spec.
package let editorModeline = "# yaml-language-server: $schema=\(editorSchemaFile)"

extension Key {
  /// The schema of its value, with what is known of the key.
  var schema: JSONValue {
    var keywords: [String: JSONValue] = ["description": .text(description)]
    keywords["default"] = constantDefault
    if !examples.isEmpty { keywords["examples"] = .list(examples) }
    return valueSchema.with(keywords)
  }

  /// Meaning, values, unit and effect in sentences.
  private var description: String {
    var sentences = ["\(meaning.capitalizedFirst).", "Values: \(expectation)."]
    if let unit { sentences.append("Unit: \(unit).") }
    if let condition { sentences.append("Only where \(condition.description).") }
    return sentences.joined(separator: " ")
  }
}

extension Section {
  /// The schema of its map: what may stand in it, but not what must.
  var schema: JSONValue {
    let properties = members.map { ($0.name, $0.schema) }
    var description = "\(meaning.capitalizedFirst)."
    if let condition { description += " Only where \(condition.description)." }
    return SchemaPart.map(Dictionary(uniqueKeysWithValues: properties))
      .with(["description": .text(description)])
  }

  /// The schema of what must stand in its map and in the maps inside it.
  var requirements: JSONValue {
    let required = members.filter(\.isRequired)
    let sections = required.compactMap { member -> (String, JSONValue)? in
      if case .section(let section) = member { (section.name, section.requirements) } else { nil }
    }
    var keywords: [String: JSONValue] = ["required": .list(required.map { .text($0.name) })]
    if !sections.isEmpty {
      keywords["properties"] = .object(Dictionary(uniqueKeysWithValues: sections))
    }
    return .object(keywords)
  }
}

extension Section.Member {
  var schema: JSONValue {
    switch self {
    case .key(let key): key.schema
    case .section(let section): section.schema
    }
  }

  /// Whether the map around it cannot do without: a required key, or a section that is always there
  /// and has one.
  var isRequired: Bool {
    switch self {
    case .key(let key): key.isRequired
    case .section(let section):
      section.presence == nil && section.members.contains(where: \.isRequired)
    }
  }
}

extension String {
  /// With a capital at its beginning.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
