import HerdbookCharts
import HerdbookReport
import Testing

@Suite struct DiversityFigureTests {
  /// What is said of a run of which 2.5 % and 97.5 % of neutral populations have so many founders, by generation.
  private func finding(
    _ bundle: SyntheticBundle, fewest: @escaping @Sendable (Int) -> Double,
    most: @escaping @Sendable (Int) -> Double
  ) throws -> String {
    let file = "runs/main-0/figures/drift.csv"
    let contents = bundle.contents
      .changing(file, "founders_q025") { $0.indices.map(fewest) }
      .changing(file, "founders_q975") { $0.indices.map(most) }
    let data = try BundleRun(contents.runs[0], in: contents)
    return try #require(DiversityFigure(data: data).figure).finding.text
  }

  private func founders(_ bundle: SyntheticBundle) throws -> [Double] {
    try BundleRun(bundle.contents.runs[0], in: bundle.contents).generations.founders
  }

  @Test("one founder is left sooner than by drift, later, or neither")
  func collapsed() throws {
    let bundle = Cases.genetic
    let one = try #require(try founders(bundle).firstIndex { $0 <= 1 })
    let words = "one founder is left from generation \(one) on"
    let faster = "Faster than in 97.5 % of neutral populations: \(words)"
    #expect(try finding(bundle, fewest: { _ in 2 }, most: { _ in 20 }).hasPrefix(faster))
    #expect(
      try finding(bundle, fewest: { $0 > one ? 1 : 2 }, most: { _ in 20 }).hasPrefix(faster))
    let alike = "No faster: 95 % of neutral populations do alike: \(words)"
    #expect(
      try finding(bundle, fewest: { $0 >= one ? 1 : 2 }, most: { _ in 20 }).hasPrefix(alike))
    #expect(
      try finding(bundle, fewest: { _ in 1 }, most: { $0 >= one ? 1 : 2 }).hasPrefix(alike))
    #expect(
      try finding(bundle, fewest: { _ in 1 }, most: { $0 >= one - 1 ? 1 : 2 }).hasPrefix(
        "Slower than in 97.5 % of neutral populations: \(words)"))
  }

  @Test("where more are left, those at the end are held against drift")
  func left() throws {
    let bundle = SyntheticBundle(settings: .init(iterations: 2, fraction: 0.6))
    let end = try #require(try founders(bundle).last)
    #expect(end > 2)
    let words = "\(Int(end)) founders are left at the end"
    for (low, high, answer) in [
      (end + 1, end + 2, "Faster than in 97.5 % of neutral populations"),
      (end, end + 1, "No faster: 95 % of neutral populations do alike"),
      (1, end, "No faster: 95 % of neutral populations do alike"),
      (1, end - 1, "Slower than in 97.5 % of neutral populations"),
    ] {
      let text = try finding(bundle, fewest: { _ in low }, most: { _ in high })
      #expect(text.hasPrefix("\(answer): \(words)"), "\(text)")
    }
  }

  @Test("where nobody is born there is no drift, no age of an ancestor, and no family to draw")
  func still() throws {
    let bundle = SyntheticBundle(settings: .init(iterations: 12, elites: 20))
    let data = try BundleRun(bundle.contents.runs[0], in: bundle.contents)
    #expect(data.phylogeny.birth.allSatisfy { $0 == 0 })
    let figure = DiversityFigure(data: data)
    #expect(figure.figure?.question == "What becomes of diversity?")
    #expect(figure.figure?.finding.text.hasPrefix("20 founders are left at the end. ") == true)
    let titles = figure.plot(.wide).title + figure.plot(.wide).summary
    #expect(titles.contains("Effective founders") && !titles.contains("Age of the common ancestor"))
    let families = try #require(CladesFigure(data).figure)
    #expect(families.finding.text.hasPrefix("None: nobody was born after generation 0"))
    #expect(!families.html.text.contains("<svg"))
  }
}
