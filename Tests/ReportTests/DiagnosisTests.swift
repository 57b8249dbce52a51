import HerdbookBundle
import HerdbookModel
import HerdbookReport
import Testing

@Suite struct DiagnosisTests {
  private func alarms(_ contents: BundleContents) throws -> [[String]] {
    try Diagnosis(contents).variants.map { variant in
      variant.findings.filter { $0.severity == .alarm }.map(\.rule.name)
    }
  }

  @Test("each ailment is named for what it is", arguments: Ailment.all.indices)
  func ailments(place: Int) throws {
    let ailment = Ailment.all[place]
    #expect(try alarms(ailment.contents).map(\.first) == [ailment.name])
    let figure = try #require(try DiagnosisFigure(ailment.contents)?.figure)
    let begin = ailment.name.prefix(1).uppercased() + ailment.name.dropFirst()
    #expect(figure.finding.text.hasPrefix("<strong>\(begin)</strong>: "))
  }

  @Test("there is an ailment for every rule")
  func everyRule() {
    #expect(Set(Ailment.all.map(\.name)) == Set(DiagnosisRule.all.map(\.name)))
  }

  @Test("healthy runs raise no alarm", arguments: Ailment.healthy.indices)
  func healthy(place: Int) throws {
    let contents = Ailment.healthy[place].contents
    #expect(try alarms(contents) == [[]])
    let figure = try #require(try DiagnosisFigure(contents)?.figure)
    #expect(figure.finding.text.hasPrefix("Nothing alarming: 9 rules looked at "))
    for rule in DiagnosisRule.all { #expect(figure.finding.text.contains(rule.looksAt)) }
  }

  @Test("a high rate, near copies and a gap that do no harm raise no alarm")
  func harmless() throws {
    let fast = Ailment.synthetic(.init(replacesWorst: true)).reading(0.16, then: 0.9)
      .adding("learning_rate_median", 6)
    let settled = Ailment.synthetic().reading(0.16, then: 0.9)
      .changing(Ailment.generations, "relative_diversity") { $0.map { $0 / 100 } }
    let gap = Ailment.synthetic().reading(0.16, then: 0.9)
      .changing("summary.csv", "test_accuracy") { $0.map { $0 - 0.003 } }
    for (name, contents) in [("rate", fast), ("copies", settled), ("gap", gap)] {
      #expect(try alarms(contents) == [[]], "\(name)")
    }
  }

  @Test("a few diverged networks, and a collapse in a run that learns, are notes")
  func notes() throws {
    let few = Ailment.synthetic()
      .changing(Ailment.generations, "diverged") { [1] + $0.dropFirst() }
      .changing("runs/main-0/figures/drift.csv", "founders_q025") { $0.map { _ in 20 } }
    let findings = try #require(try Diagnosis(few).variants.first).findings
    #expect(findings.map(\.rule.name) == ["diverged networks", "collapse faster than drift"])
    #expect(findings.allSatisfy { $0.severity == .note })
  }

  @Test("selection that does not look is a note where training learns")
  func control() throws {
    let contents = Ailment.synthetic(
      .init(replacesWorst: true), ["selection.method": .text("random")])
    let findings = try #require(try Diagnosis(contents).variants.first).findings
    let finding = try #require(findings.first { $0.rule.name == "fitness ignored" })
    #expect(finding.severity == .note)
  }

  @Test("choices are counted for the fitter half, and ties left out")
  func choices() throws {
    func births(_ contents: BundleContents) throws -> Evidence.Births {
      try #require(try Diagnosis(contents).variants.first?.runs.first?.births)
    }
    // Parents are the best two of twenty. Nobody lives on, so that each was measured in the generation before.
    let fit = try births(Ailment.synthetic(.init(fraction: 0.1, elites: 0)))
    #expect(fit.count == 60 * 20 && fit.choices == fit.count)
    #expect(fit.preference == 1)
    let equal = try births(
      Ailment.synthetic().changing(Ailment.phylogeny, "fitness") { $0.map { _ in -2 } }
        .changing(Ailment.generations, "fitness_median") { $0.map { _ in -2 } })
    #expect(equal.count == 60 * 19 && equal.choices == 0)
    let replaced = try births(
      Ailment.synthetic(
        .init(crossover: 0, replacesWorst: true), ["selection.replace": .text("worst")]))
    #expect(replaced.choices == 60 * 4 && replaced.preference > 0.95)
  }

  /// Variants `well` and `ill` with three runs each, of which `illRuns` are ill.
  private func variants(illRuns: Int) -> BundleContents {
    let (well, ill) = (
      Ailment.synthetic().reading(0.16, then: 0.9), Ailment.synthetic().reading(0.16, then: 0.17)
    )
    let runs = (0..<3).flatMap { seed in
      ["well", "ill"].map { Plan.Run(variant: $0, replicate: seed, seed: UInt64(seed)) }
    }
    let sick = Set((0..<illRuns).map { "ill-\($0)" })
    return BundleContents(
      name: "synthetic", title: "Two", description: nil, runs: runs,
      plan: { _ in (well.settings, well.dataset) },
      table: { path in
        if path == "summary.csv" {
          return Table([
            .init("run", .texts(runs.map(\.id))),
            .init("test_accuracy", .reals(runs.map { sick.contains($0.id) ? 0.17 : 0.9 })),
            .init("test_images", .integers(runs.map { _ in 10_000 })),
          ])
        }
        let parts = path.split(separator: "/")
        let bundle = sick.contains(String(parts[1])) ? ill : well
        return try bundle.table("runs/main-0/" + parts.dropFirst(2).joined(separator: "/"))
      },
      bytes: { _ in nil }, tensors: { _ in nil })
  }

  @Test("a variant has the alarm that at least half of its runs have, and fewer are noted")
  func half() throws {
    let two = try Diagnosis(variants(illRuns: 2), threads: 2)
    #expect(two.variants.map(\.name) == ["well", "ill"])
    #expect(two.variants.map { $0.alarm?.rule.name } == [nil, "nothing above chance"])
    #expect(two.variants[1].alarm?.count == 2)
    let one = try Diagnosis(variants(illRuns: 1)).variants[1]
    #expect(one.alarm == nil)
    let note = one.findings.first { $0.rule.name == "nothing above chance" }
    #expect(note?.severity == .note && note?.count == 1)
  }

  @Test("several variants are a table with headers, sound and within its budget")
  func table() throws {
    let figure = try #require(try DiagnosisFigure(variants(illRuns: 3))?.figure)
    let reader = MarkupReader(figure.html.text)
    #expect(reader.faults.isEmpty)
    #expect(figure.html.text.utf8.count <= figure.budget)
    #expect(figure.finding.text.hasPrefix("1 of 2 variants raise"))
    #expect(reader.tags.filter { $0.name == "th" }.allSatisfy { $0["scope"] != nil })
    #expect(reader.text.contains("Alarm: nothing above chance. In 3 of 3 runs; ill-1: The last"))
    #expect(reader.text.contains("Nothing alarming."))
    let words = reader.text.split { !$0.isLetter }
    #expect(!words.contains { $0 == "nan" || $0 == "inf" || $0 == "NaN" })
  }

  @Test("a page that asks for other figures has no diagnosis")
  func unasked() throws {
    var contents = Ailment.synthetic()
    contents.figures = ["fitness"]
    #expect(try DiagnosisFigure(contents) == nil)
    contents.figures = ["diagnosis"]
    #expect(try DiagnosisFigure(contents) != nil)
  }
}

/// What the shipped bundles raise.
@Suite struct ShippedDiagnosisTests {
  private func alarms(_ name: String) throws -> [String: [String]] {
    let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
    let contents = try BundleContents(Bundle(folder: "\(root)/Results/\(name)"))
    return Dictionary(
      uniqueKeysWithValues: try Diagnosis(contents).variants.map { variant in
        (variant.name, variant.findings.filter { $0.severity == .alarm }.map(\.rule.name))
      })
  }

  @Test(
    "healthy experiments raise no alarm",
    arguments: [
      "quickstart", "baseline-chance", "genetic-algorithm", "learned-operator",
      "evolution-strategy", "promising", "sweet-spot",
    ])
  func healthy(name: String) throws {
    #expect(try alarms(name) == ["main": []])
  }

  @Test("experiments that are ill by design are named for what they are")
  func ill() throws {
    #expect(try alarms("baseline-selection")["main"]?.first == "copies without variation")
    #expect(try alarms("diversity-collapse")["main"]?.first == "mutation too small")
    let rates = try alarms("improved-but-still-poor")
    #expect(rates["both"]?.first == "learning rate too high")
    #expect(rates["rate-alone"]?.first == "learning rate too high")
    #expect(rates["kernel-alone"] == [])
  }
}
