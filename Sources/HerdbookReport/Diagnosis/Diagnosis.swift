import HerdbookModel
import HerdbookNumerics

/// What the rules find in every run of a bundle, by variant.
package struct Diagnosis: Sendable {
  /// A rule that holds in runs of a variant.
  package struct Finding: Sendable {
    package let rule: DiagnosisRule
    package let severity: DiagnosisRule.Severity
    /// Runs of the variant in which it holds.
    package let count: Int
    /// The run whose numbers are told: of those in which it holds, the one with the median test accuracy.
    package let example: Evidence
  }

  package struct Variant: Sendable {
    package let name: String
    package let runs: [Evidence]
    /// Alarms first, and each from the most specific down.
    package let findings: [Finding]

    package var alarm: Finding? { findings.first { $0.severity == .alarm } }
  }

  package let variants: [Variant]

  /// - Throws: the error of the bundle's reader, or `ReportError` where a table is not what it should be.
  package init(_ contents: BundleContents, threads: Int = 1) throws {
    guard let table = try contents.table("summary.csv") else {
      throw ReportError.missing(path: "summary.csv")
    }
    let summary = Columns(path: "summary.csv", table: table)
    let read = parallelMap(count: contents.runs.count, threads: threads) { place in
      Result { try Evidence(contents.runs[place], in: contents, summary: summary) }
    }
    let runs = try read.compactMap { try $0.get() }
    var names: [String] = []
    for run in runs where !names.contains(run.run.variant) { names.append(run.run.variant) }
    variants = names.map { name in Variant(name, runs.filter { $0.run.variant == name }) }
  }
}

extension Diagnosis.Variant {
  /// What holds in at least half of the runs; an alarm of fewer is noted, a note of fewer is left out.
  init(_ name: String, _ runs: [Evidence]) {
    self.name = name
    self.runs = runs
    let found = DiagnosisRule.all.compactMap { rule -> Diagnosis.Finding? in
      let alarmed = runs.filter { rule.severity($0) == .alarm }
      let held = runs.filter { rule.severity($0) != nil }
      if held.isEmpty || alarmed.isEmpty && 2 * held.count < runs.count { return nil }
      let isAlarm = !alarmed.isEmpty && 2 * alarmed.count >= runs.count
      return .init(rule, isAlarm ? .alarm : .note, isAlarm ? alarmed : held)
    }
    findings = found.filter { $0.severity == .alarm } + found.filter { $0.severity == .note }
  }
}

extension Diagnosis.Finding {
  fileprivate init(_ rule: DiagnosisRule, _ severity: DiagnosisRule.Severity, _ runs: [Evidence]) {
    self.rule = rule
    self.severity = severity
    count = runs.count
    func place(_ run: Evidence) -> Double { run.testAccuracy.isNaN ? -1 : run.testAccuracy }
    let ranked = runs.sorted { place($0) < place($1) }
    example = ranked[(ranked.count - 1) / 2]
  }
}
