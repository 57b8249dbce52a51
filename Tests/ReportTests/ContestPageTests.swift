import HerdbookAnalysis
import HerdbookModel
import HerdbookReport
import Testing

@Suite("The page of several bundles")
struct ContestPageTests {
  private static let gains = [0.01, 0.02, 0.03, 0.02, 0.01, 0.02, 0.03]

  private static func contender(
    _ bundle: String, _ variant: String, _ accuracies: [Double], seeds: Int = 1,
    images: Int = 100, steps: [Double]? = nil
  ) -> Contender {
    var values = ["test-accuracy": accuracies, "evaluations": accuracies.map { _ in 1200 }]
    values["target-steps"] = steps
    return Contender(
      bundle: bundle, variant: variant, isBaseline: false,
      seeds: accuracies.indices.map { UInt64($0 + seeds) }, seed: 3,
      testSet: .init(dataset: "digits", digest: "ab", images: images, classes: nil),
      fitness: "accuracy", rules: [], values: values)
  }

  private static let base = contender("a", "base", gains.map { _ in 0.9 })
  private static let better = contender("a", "better", gains.map { 0.9 + $0 })

  /// The contenders of each case, and the place of the baseline.
  private static let cases: [(name: String, contenders: [Contender], baseline: Int?)] = [
    ("one", [base], nil), ("two", [base, better], nil), ("baseline", [base, better], 0),
    (
      "all",
      [
        base, better, contender("b", "main", [0.99], seeds: 90),
        contender("c", "main", [0.8, 0.7]),
        contender("d", "main", [0.5], images: 99),
      ], 0
    ),
    (
      "infinite",
      [
        contender("a", "main", [0.9, 0.8], steps: [40, .infinity]),
        contender("b", "main", [0.7, 0.6], steps: [.infinity, .infinity]),
      ], nil
    ),
    ("nothing", [contender("a", "main", [.nan]), contender("b", "main", [.nan])], 0),
    ("hostile", [contender("</title><script>alert(1)", "<b>&\"", [0.5, 0.6])], nil),
    (
      "many",
      (10..<80).map { contender("experiment-\($0)", "kernel=gaussian,scale=0.\($0)", [0.5, 0.6]) },
      3
    ),
  ]

  private func page(_ name: String) throws -> String {
    let found = try #require(Self.cases.first { $0.name == name })
    let columns = ["test-accuracy", "evaluations", "target-steps"].filter { column in
      found.contenders.contains { $0.values[column] != nil }
    }
    let contest = Contest(
      found.contenders, columns: columns, ranking: "test-accuracy", baseline: found.baseline,
      threads: 1)
    return ContestPage(
      contest, header: ["rank", "experiment", "runs"],
      rows: contest.rows.map { ["1", $0.contender.name, "\($0.contender.seeds.count)"] },
      notes: ["Medians over runs."]
    ).html
  }

  @Test(
    "is sound, closed markup whose references meet and whose marks lie in their pictures",
    arguments: cases.map(\.name))
  func sound(name: String) throws {
    let page = try page(name)
    let reader = MarkupReader(page)
    #expect(reader.faults.isEmpty)
    #expect(reader.withoutNumber.isEmpty)
    #expect(reader.fetched.isEmpty && !page.contains("http") && !page.contains("<script"))
    #expect(reader.repeatedIDs.isEmpty)
    #expect(reader.unmetReferences.isEmpty)
    #expect(reader.outside.isEmpty)
    #expect(page.utf8.count <= 300_000)
    let levels = reader.tags.compactMap { ["h1": 1, "h2": 2, "h3": 3][$0.name] }
    #expect(levels.first == 1 && zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 1 })
  }

  @Test("says how rows stand to the baseline, and on top what cannot be compared")
  func standings() throws {
    let text = MarkupReader(try page("all")).text
    #expect(
      text.contains(
        """
        Against a/base, seed by seed: 1 better, 1 of too few seeds, 1 without a seed in common, 1 not comparable.
        """))
    #expect(text.contains("Not comparable: measured on different images"))
    #expect(text.contains("+0.0200, p = 0.016, better"))
    #expect(text.contains("Left out, as no seed is in common or the images are others: b, d."))
    let alone = MarkupReader(try page("two")).text
    #expect(!alone.contains("seed by seed") && alone.contains("No row is held against another"))
    #expect(MarkupReader(try page("nothing")).text.contains("No row has a value of test accuracy"))
  }

  @Test("draws medians and ends of intervals where the numbers lie, on one scale")
  func forest() throws {
    let page = try page("two")
    let start = try #require(page.firstRange(of: "<title id=\"ranking-title\"")).lowerBound
    let picture = page[start..<(try #require(page[start...].firstRange(of: "</svg>")).lowerBound)]
    // Discs of a radius of 5; those of single runs are smaller.
    let dots = MarkupReader(String(picture)).tags
      .filter { $0["stroke-linecap"] == "round" && $0["stroke-width"] == "10" }
      .compactMap { $0.points.first?.0 }
    // Best first: 0.92 lies right of 0.9, the edge of the domain 5 % of the range of all dots beyond either end.
    try #require(dots.count == 2)
    #expect(dots[0] > dots[1])
    let axis = MarkupReader(String(picture)).tags.filter { $0["text-anchor"] == "middle" }
      .compactMap { Double($0.content) }
    #expect(axis.contains(0.9) && axis.contains(0.92))
    let ticks = MarkupReader(String(picture)).tags.filter { $0["text-anchor"] == "middle" }
      .compactMap { $0["x"].flatMap { Double($0) } }
    #expect(ticks.contains { ($0 - dots[0]).magnitude < 0.02 })
    #expect(ticks.contains { ($0 - dots[1]).magnitude < 0.02 })
  }
}
