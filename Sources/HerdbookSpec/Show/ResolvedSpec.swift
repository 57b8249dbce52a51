package import HerdbookModel

/// One key of a variant as people ask about it.
package struct ResolvedKey: Sendable {
  /// The path of the key, its parts joined with dots.
  package let path: String
  package let value: JSONValue
  package let origin: Plan.Setting.Origin
  /// Where it is given; nil for a default.
  package let place: SourceSpan?
  package let unit: String?
  package let meaning: String
  /// Whether it is what it would be if it were not given.
  package let isDefault: Bool
}

extension ParsedVariant {
  /// The experiment of the variant by itself, which is compared with no other.
  package var alone: Experiment {
    var experiment = experiment
    if let baseline = experiment.compare?.baseline, baseline != name || name != "main" {
      experiment.compare?.baseline = nil
    }
    return experiment
  }

  /// Every key that has an effect, and those that are about all runs where they are given, in the order
  /// of the reference. Together they are a spec of the variant alone.
  package var keys: [ResolvedKey] {
    let experiment = alone
    var known: [String: Plan.Setting] = [:]
    for setting in settings { known[setting.path] = setting }
    var keys: [ResolvedKey] = []
    for placed in Language.sections {
      let isPresent = placed.section.presence?.isPresent(experiment) ?? false
      for member in placed.members {
        guard case .key(let key) = member.content else { continue }
        let (path, value) = (member.path, key.json(experiment))
        let isGiven = given[path] != nil || isPresent
        let isSilent = key.isNeutral(experiment) && (key.condition?.holds(experiment) ?? true)
        guard
          known[path] != nil
            || (member.isOfAllRuns || isSilent) && isGiven && value != .null
        else { continue }
        keys.append(
          ResolvedKey(
            path: path, value: value,
            origin: known[path]?.origin ?? (given[path] == nil ? .default : .file),
            place: given.place(of: path), unit: key.unit, meaning: key.meaning,
            isDefault: key.isDefault(in: experiment)))
      }
    }
    return keys
  }
}

extension Key {
  fileprivate func isDefault(in experiment: Experiment) -> Bool {
    if isRequired { return false }
    var plain = experiment
    setDefault(&plain)
    return json(plain) == json(experiment)
  }
}

/// Keys with their values as a spec that reads back as the same plan, each with a comment behind it.
///
/// - Parameter comment: what to say of a key; nil for nothing.
package func formatted(
  _ keys: [ResolvedKey], comment: (ResolvedKey) -> String?
) -> String {
  var lines: [(text: String, comment: String?)] = []
  var open: [Substring] = []
  // A section's own keys come before the sections in it, as in the reference.
  for key in keys where key.value != .null {
    let parts = key.path.split(separator: ".")
    let sections = parts.dropLast()
    let shared = zip(open, sections).prefix { $0 == $1 }.count
    for depth in shared..<sections.count {
      lines.append((String(repeating: "  ", count: depth) + "\(sections[depth]):", nil))
    }
    open = Array(sections)
    let indent = String(repeating: "  ", count: sections.count)
    lines.append(("\(indent)\(parts[parts.count - 1]): \(key.value.flow)", comment(key)))
  }
  let width = min(48, lines.filter { $0.comment != nil }.map(\.text.count).max() ?? 0)
  var text = ""
  for line in lines {
    text += line.text
    if let comment = line.comment {
      text += String(repeating: " ", count: max(2, width - line.text.count + 2)) + "# \(comment)"
    }
    text += "\n"
  }
  return text
}

extension JSONValue {
  /// The value in YAML's flow style, on one line.
  package var flow: String {
    switch self {
    case .null: "null"
    case .boolean(let value): String(value)
    case .integer(let value): String(value)
    case .unsigned(let value): String(value)
    case .real(let value): written(value)
    case .text(let text): text.isPlainWord ? text : text.inQuotes
    case .list(let values): "[\(values.map(\.flow).joined(separator: ", "))]"
    case .object(let members):
      "{\(members.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.flow)" }.joined(separator: ", "))}"
    }
  }
}

extension String {
  /// Whether it reads as text without quotes.
  fileprivate var isPlainWord: Bool {
    guard let first = utf8.first, case .text = CoreScalar(plain: self)
    else { return false }
    return 97...122 ~= first
      && utf8.allSatisfy { 97...122 ~= $0 || 48...57 ~= $0 || $0 == 45 || $0 == 95 }
  }

  /// In double quotes.
  fileprivate var inQuotes: String {
    var result = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      // What a file may hold only as an escape.
      case "\u{2028}": result += "\\L"
      case "\u{2029}": result += "\\P"
      case "\u{FEFF}": result += "\\uFEFF"
      case "\u{FFFE}": result += "\\uFFFE"
      case "\u{FFFF}": result += "\\uFFFF"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
