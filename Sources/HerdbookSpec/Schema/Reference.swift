import HerdbookModel

/// The keys' part of the reference, in Markdown: a table for each section.
package func keyReference() -> String {
  let examples = DefaultExamples()
  var text = ""
  for placed in Language.sections {
    let keys = placed.keys.map(\.key)
    if keys.isEmpty { continue }
    text += placed.path.isEmpty ? "### Top level\n\n" : "### `\(placed.path)`\n\n"
    if !placed.path.isEmpty { text += introduction(of: placed.section) + "\n\n" }
    text += table(of: keys, examples) + "\n"
  }
  return String(text.dropLast())
}

/// The rules' part of the reference, in Markdown: every id that a diagnostic can end with.
package func ruleReference() -> String {
  markdownTable(
    ["rule", "what it asks for"], SpecRule.allCases.map { ["`\($0.rawValue)`", $0.meaning] })
}

private func introduction(of section: Section) -> String {
  let effect = section.condition.map { " Only where \($0.description)." } ?? ""
  return "\(section.meaning.capitalizedFirst).\(effect)"
}

private func table(of keys: [Key], _ examples: DefaultExamples) -> String {
  let rows = keys.map { key in
    [
      "`\(key.name)`", values(of: key), examples.words(for: key), key.unit ?? "", key.meaning,
      key.condition?.description ?? "",
    ]
  }
  return markdownTable(["key", "values", "default", "unit", "meaning", "only where"], rows)
}

private func values(of key: Key) -> String {
  if key.examples.isEmpty { return key.expectation }
  return key.expectation + ", e.g. " + key.examples.map { "`\($0.flow)`" }.joined(separator: ", ")
}

/// A table without the columns that are empty.
private func markdownTable(_ heads: [String], _ rows: [[String]]) -> String {
  let columns = heads.indices.filter { column in rows.contains { !$0[column].isEmpty } }
  func line(_ cells: [String]) -> String {
    let escaped = columns.map { cells[$0].replacing("|", with: "\\|") }
    return "| \(escaped.joined(separator: " | ")) |\n"
  }
  let rule = columns.map { _ in "|---" }.joined() + "|\n"
  return line(heads) + rule + rows.map(line).joined()
}

/// Experiments that show what the default of a key depends on.
private struct DefaultExamples {
  private let plain: Experiment
  /// Others, with what they have that the plain one has not.
  private let others: [(words: String, experiment: Experiment)]

  init() {
    func example(size: Int = 20, _ more: String = "") -> Experiment {
      let text = """
        iterations: 1
        network: {layers: [784, 10]}
        population: {size: \(size)}
        \(more)
        """
      let spec = readExperiment(name: "NAME", path: "", bytes: Array(text.utf8)) { _ in nil }
      guard case .success(let parsed) = spec else {
        preconditionFailure("the required keys make a spec")
      }
      return parsed.experiment
    }
    plain = example()
    others = [
      ("with training", example("training: {}")), ("in a population of one", example(size: 1)),
    ]
  }

  /// The default as a spec writes it, and where it is another; empty where there is no value.
  func words(for key: Key) -> String {
    if key.isRequired { return "required" }
    func value(_ experiment: Experiment) -> String? {
      var experiment = experiment
      key.setDefault(&experiment)
      let json = key.json(experiment)
      if case .text(let word) = json { return "`\(word)`" }
      return json == .null ? nil : "`\(json.flow)`"
    }
    let usual = value(plain)
    let exceptions = others.compactMap { other -> String? in
      let special = value(other.experiment)
      return special == usual ? nil : "\(other.words) \(special ?? "none")"
    }
    return ([usual].compactMap { $0 } + exceptions).joined(separator: "; ")
  }
}
