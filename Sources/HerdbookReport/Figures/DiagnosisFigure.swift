import HerdbookCharts
import HerdbookModel

/// F20: what is wrong with this run?
package struct DiagnosisFigure {
  package static let id = "f20"
  package let diagnosis: Diagnosis
  /// Runs whose evidence is listed at most.
  private static let listed = 40

  /// Nil where the spec asks for other figures: the tables of all runs are not read then.
  package init?(_ contents: BundleContents, threads: Int = 1) throws {
    guard contents.shows(.diagnosis) else { return nil }
    diagnosis = try Diagnosis(contents, threads: threads)
  }

  private var variants: [Diagnosis.Variant] { diagnosis.variants }
  private var runs: [Evidence] { variants.flatMap(\.runs) }

  package var figure: Figure? {
    guard !runs.isEmpty else { return nil }
    return Figure(
      id: DiagnosisFigure.id, short: "Diagnosis",
      question: runs.count == 1
        ? "What is wrong with this run?" : "What is wrong with these runs?",
      finding: finding, body: Drawing(body), notes: notes, tables: [table], budget: 60_000)
  }

  private var rules: [DiagnosisRule] { DiagnosisRule.looking(at: runs) }

  private var lookedAt: String {
    let parts = rules.map(\.looksAt)
    return parts.dropLast().joined(separator: ", ") + " and \(parts[parts.count - 1])"
  }

  private var finding: HTML {
    guard variants.count == 1, let variant = variants.first else {
      let ill = variants.filter { $0.alarm != nil }.count
      return ill == 0
        ? "Nothing alarming: none of \(rules.count) rules finds a fault in any of \(variants.count) variants."
        : "\(ill) of \(variants.count) variants \(Words.verb(ill, "raises", "raise")) an alarm; the table names each for what it is."
    }
    guard let alarm = variant.alarm else {
      return "Nothing alarming: \(rules.count) rules looked at \(lookedAt)."
    }
    return "<strong>\(title(alarm.rule.name))</strong>: \(told(alarm, in: variant))"
  }

  /// What the finding does not say yet.
  private var body: HTML {
    if variants.count == 1, let variant = variants.first {
      let rest = variant.findings.filter { $0.rule.name != variant.alarm?.rule.name }
      let items = rest.map { "<li>\(named($0, in: variant))</li>\n" as HTML }.joined()
      return rest.isEmpty ? "" : "<ul class=\"findings\">\n\(items)</ul>\n"
    }
    let found = variants.filter { !$0.findings.isEmpty }
    guard !found.isEmpty else { return "" }
    var rows = found.map { row($0.name, cell($0)) }
    // Those that nothing is said of share a row.
    let sound = variants.filter(\.findings.isEmpty).map(\.name)
    if !sound.isEmpty { rows.append(row(some(of: sound), "<p><b>Nothing alarming.</b></p>")) }
    return """
      <table class="diagnosis"><thead><tr><th scope="col">variant</th>\
      <th scope="col">what its tables tell</th></tr></thead>
      <tbody>
      \(rows.joined())</tbody></table>

      """
  }

  private func row(_ name: String, _ cell: HTML) -> HTML {
    "<tr><th scope=\"row\">\(name)</th><td>\(cell)</td></tr>\n"
  }

  private func some(of names: [String]) -> String {
    let most = 12
    let rest = names.count > most ? " and \(names.count - most) more" : ""
    return names.prefix(most).joined(separator: ", ") + rest
  }

  /// The first finding in full, the others by name.
  private func cell(_ variant: Diagnosis.Variant) -> HTML {
    var out: HTML = variant.alarm == nil ? "<p><b>Nothing alarming.</b></p>" : ""
    if let first = variant.findings.first { out += "<p>\(named(first, in: variant))</p>" }
    let rest = variant.findings.dropFirst().map { finding in
      let runs = variant.runs.count
      let share = runs > 1 ? " (\(finding.count) of \(runs) runs)" : ""
      return finding.rule.name + (finding.severity == .note ? ", a note" : "") + share
    }
    if !rest.isEmpty { out += "<p>Also: \(rest.joined(separator: "; ")).</p>" }
    return out
  }

  private func named(_ finding: Diagnosis.Finding, in variant: Diagnosis.Variant) -> HTML {
    let word = finding.severity == .alarm ? "Alarm" : "Note"
    let name: HTML =
      finding.severity == .alarm
      ? "<b class=\"alarm\">\(word): \(finding.rule.name).</b>"
      : "<b>\(word): \(finding.rule.name).</b>"
    return "\(name) \(told(finding, in: variant))"
  }

  /// The sentence, and of which runs it is true.
  private func told(_ finding: Diagnosis.Finding, in variant: Diagnosis.Variant) -> String {
    let sentence = finding.rule.sentence(finding.example)
    guard variant.runs.count > 1 else { return sentence }
    return
      "In \(finding.count) of \(variant.runs.count) runs; \(finding.example.run.id): \(sentence)"
  }

  private func title(_ name: String) -> String { name.prefix(1).uppercased() + name.dropFirst() }

  private var notes: HTML {
    let scope: HTML =
      runs.count == 1
      ? ""
      : """
       A variant raises what at least half of its runs raise; an alarm of fewer is a note. Numbers are those \
      of one run, the median among those in which the rule holds. Drift is known of runs whose figures are kept.
      """
    let looked: HTML =
      variants.count == 1 && variants[0].alarm == nil ? "" : " Rules look at \(lookedAt)."
    return
      "Rules over the tables of every run, the most specific first; a note is no fault by itself.\(looked)\(scope)"
  }

  private var table: NumberTable {
    let rows = Words.evenly(runs.count, atMost: DiagnosisFigure.listed).map { runs[$0] }
    return NumberTable(
      caption: rows.count < runs.count
        ? "The evidence, \(rows.count) of \(runs.count) runs" : "The evidence",
      header: [
        "run", "raises", "validation at first", "at last", "test", "best fitness at first",
        "at last",
        "distance of weights", "founders", "one founder from", "2.5 % by drift from", "births",
        "copies",
        "choices", "for the fitter half", "diverged at most", "learning rate",
      ],
      rows: rows.map(DiagnosisFigure.cells),
      source: runs.count == 1
        ? "summary.csv, runs/\(runs[0].run.id)/generations.csv, phylogeny.csv, figures/drift.csv"
        : "summary.csv, runs/*/generations.csv, phylogeny.csv, figures/drift.csv")
  }

  private static func cells(_ run: Evidence) -> [String] {
    let raised = DiagnosisRule.all.filter { $0.severity(run) == .alarm }.map(\.name)
    let generations = run.generations
    func count(_ value: Double?) -> String { value.map { Words.count($0) } ?? "n/a" }
    func share(_ value: Double, of images: Double) -> String {
      value.isNaN ? "n/a" : Words.share(value, of: images)
    }
    return [
      run.run.id, raised.isEmpty ? "nothing" : raised.joined(separator: ", "),
      share(run.first, of: run.validationImages), share(run.last, of: run.validationImages),
      share(run.testAccuracy, of: run.testImages), Words.value(generations.maximum[0], 4),
      Words.value(generations.maximum[generations.last], 4), Words.value(run.distance),
      count(generations.founders[generations.last]), count(generations.oneFounder),
      count(run.drift?.oneFounder.first), count(run.births.map { Double($0.count) }),
      count(run.births.map { Double($0.copies) }), count(run.births.map { Double($0.choices) }),
      run.births.map { Words.value($0.preference) } ?? "n/a", count(generations.diverged.max()),
      Words.value(run.learningRate),
    ]
  }
}
