import HerdbookCharts
import HerdbookReport
import Testing

@Suite struct DiversityFigureTests {
  private func finding(
    low: Double, high: Double, from beginning: Int = 0, early: Double = 1.0005
  ) throws -> String {
    let contents = Cases.genetic.contents
      .changing("runs/main-0/figures/drift.csv", "effective_founders_q025") { values in
        // More than one founder, and fewer than the run has.
        values.indices.map { $0 < beginning ? early : low }
      }
      .changing("runs/main-0/figures/drift.csv", "effective_founders_q975") { values in
        values.indices.map { $0 < beginning ? 1000 : high }
      }
    let data = try BundleRun(contents.runs[0], in: contents)
    return try #require(DiversityFigure(data: data).figure).finding.text
  }

  @Test("the finding answers the question: faster than drift, slower, or neither")
  func answers() throws {
    let last = try BundleRun(Cases.genetic.contents.runs[0], in: Cases.genetic.contents)
      .generations.last
    #expect(
      try finding(low: 900, high: 1000).hasPrefix(
        "Faster: in \(last) of the \(last) generations in which nearly all neutral populations have more"
      ))
    #expect(
      try finding(low: 0, high: 0.5).hasPrefix(
        "Slower: in \(last) of the \(last) generations in which nearly all neutral populations have lost"
      ))
    #expect(
      try finding(low: 1.0005, high: 1000).hasPrefix("No faster: effective founders stay within"))
    // One generation in twenty lies outside by chance, and no more.
    let few = last / 20
    #expect(
      try finding(low: 900, high: 1000, from: last - few + 1).hasPrefix("No faster: "))
    #expect(
      try finding(low: 900, high: 1000, from: last - few).hasPrefix(
        "Faster: in \(few + 1) of the \(last) "))
    // Where neutral populations have one founder, too, a run cannot have fewer: these do not count.
    #expect(try finding(low: 1, high: 1000, from: 2).hasPrefix("No faster: "))
    #expect(
      try finding(low: 1, high: 1000, from: 2, early: 900).hasPrefix(
        "Faster: in 1 of the 1 generation "))
  }

  @Test("where nobody is born there is no drift, no age of an ancestor, and no family to draw")
  func still() throws {
    let bundle = SyntheticBundle(settings: .init(iterations: 12, elites: 20))
    let data = try BundleRun(bundle.contents.runs[0], in: bundle.contents)
    #expect(data.phylogeny.birth.allSatisfy { $0 == 0 })
    let figure = DiversityFigure(data: data)
    #expect(figure.figure?.question == "What becomes of diversity?")
    #expect(figure.figure?.finding.text.contains("drift") == false)
    let titles = figure.plot(.wide).title + figure.plot(.wide).summary
    #expect(titles.contains("Effective founders") && !titles.contains("Age of the common ancestor"))
    let families = try #require(CladesFigure(data).figure)
    #expect(families.finding.text.hasPrefix("None: nobody was born after generation 0"))
    #expect(!families.html.text.contains("<svg"))
  }
}
