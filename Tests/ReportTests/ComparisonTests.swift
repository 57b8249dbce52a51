import HerdbookAnalysis
import HerdbookModel
import HerdbookReport
import Testing

/// Pairs of bundles of every shape that a page must stand.
private enum Pairs {
  static let all: [(name: String, pair: SyntheticComparison)] = [
    ("single", SyntheticComparison()),
    ("lineage", SyntheticComparison(champions: .ofOneLineage)),
    ("same", SyntheticComparison(isSame: true)),
    ("other-data", with { $0.testImages = 500 }),
    (
      "other-data-of-all",
      {
        var pair = studies(["a", "b", "c"], ["a", "b", "c"], 5)
        pair.testImages = 500
        return pair
      }()
    ),
    ("other-fitness", with { $0.fitness = "accuracy, better higher" }),
    ("seeds", studies(["a", "b"], ["a", "b"], 8, gain: 0.02, alternation: 0.005)),
    ("noise", studies(["main"], ["main"], 8, alternation: 0.01)),
    ("few", studies(["main"], ["main"], 4, gain: 0.02, alternation: 0.005)),
    ("floor", studies(["main"], ["main"], 5, gain: 0.02, alternation: 0.005)),
    ("strangers", studies(["a", "b"], ["c"], 8, gain: 0.02, alternation: 0.002)),
    ("many", studies((10..<60).map { "scale=0.\($0),crossover=neuron" }, ["scale=0.10"], 6)),
    (
      "diverged",
      SyntheticComparison(
        second: SyntheticBundle(settings: .init(iterations: 20, divergesAt: 12)))
    ),
    (
      "all-diverged",
      SyntheticComparison(second: SyntheticBundle(settings: .init(iterations: 5, divergesAt: 0)))
    ),
    (
      "unmoved", SyntheticComparison(first: SyntheticBundle(settings: .init(iterations: 0)))
    ),
    (
      "other-layers",
      SyntheticComparison(
        second: SyntheticBundle(settings: .init(iterations: 10), layers: [784, 30, 20, 10]),
        champions: .ofOneLineage)
    ),
    (
      "no-plane",
      SyntheticComparison(
        second: SyntheticBundle(
          settings: .init(iterations: 10), layers: [13, 6, 3], rows: 1, columns: 13,
          dataset: "idx"))
    ),
    ("bare", SyntheticComparison(second: try! Cases.named("bare"))),
    (
      "hostile",
      SyntheticComparison(
        first: try! Cases.named("hostile"), names: ("</title><script>alert(1)", "<img src=x>&\""))
    ),
  ]

  private static func with(_ change: (inout SyntheticComparison) -> Void) -> SyntheticComparison {
    var pair = SyntheticComparison()
    change(&pair)
    return pair
  }

  /// Two studies of so many seeds.
  private static func studies(
    _ first: [String], _ second: [String], _ seeds: Int, gain: Double = 0, alternation: Double = 0
  ) -> SyntheticComparison {
    func bundle(_ names: [String]) -> SyntheticBundle {
      var bundle = SyntheticBundle(settings: .init(iterations: 6))
      bundle.study = SyntheticStudy(names: names, replicates: seeds)
      return bundle
    }
    return SyntheticComparison(
      first: bundle(first), second: bundle(second), gain: gain, alternation: alternation)
  }

  static func page(_ name: String) throws -> String {
    try #require(all.first { $0.name == name }).pair.page()
  }
}

@Suite("The page of two bundles")
struct ComparisonTests {
  @Test(
    "is sound, closed markup whose references meet and whose marks lie in their pictures",
    arguments: Pairs.all.map(\.name))
  func sound(name: String) throws {
    let page = try Pairs.page(name)
    let reader = MarkupReader(page)
    #expect(reader.faults.isEmpty)
    #expect(reader.withoutNumber.isEmpty)
    #expect(reader.fetched.isEmpty && !page.contains("http") && !page.contains("<script"))
    #expect(reader.repeatedIDs.isEmpty)
    #expect(reader.unmetReferences.isEmpty)
    #expect(reader.outside.isEmpty)
    #expect(page.utf8.count <= 600_000)
  }

  @Test("has one first heading, no level left out, and a name for each scrolling table")
  func accessible() throws {
    for (name, _) in Pairs.all {
      let reader = MarkupReader(try Pairs.page(name))
      let levels = reader.tags.compactMap { ["h1": 1, "h2": 2, "h3": 3][$0.name] }
      #expect(levels.first == 1 && levels.filter { $0 == 1 }.count == 1)
      #expect(zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 1 })
      #expect(reader.tags.filter { $0.name == "img" }.allSatisfy { $0["alt"] != nil })
      let regions = reader.tags.filter { $0["role"] == "region" }
        .map { $0["aria-labelledby"] ?? $0["aria-label"] ?? "" }
      #expect(!regions.contains("") && Set(regions).count == regions.count)
    }
  }

  @Test(
    "says whether a difference lies within noise, beyond it, or cannot be told",
    arguments: [
      ("seeds", "It lies beyond noise, and B is better."), ("noise", "It lies within noise"),
      ("few", "Too few seeds: below five nothing is tested."),
      ("floor", "Too few seeds: all differ one way, and p cannot be smaller than 0.063"),
      ("other-data", "Test accuracy is not comparable: measured on different images"),
      ("other-data-of-all", ", and so in 2 other variants."),
      ("other-fitness", "Fitness is not comparable: fitness is another metric"),
      ("strangers", "No variant is in both; the best of either are held against each other (b, c)"),
      ("same", "identical"),
    ])
  func verdict(name: String, words: String) throws {
    let text = MarkupReader(try Pairs.page(name)).text
    #expect(text.contains(words))
    let isJudged = ["beyond noise", "within noise"].contains { text.contains("It lies \($0)") }
    #expect(isJudged == ["seeds", "noise", "strangers"].contains(name))
  }

  @Test("draws the figures of both where both have what they are about")
  func figures() throws {
    func ids(_ name: String) throws -> [String] {
      MarkupReader(try Pairs.page(name)).tags.filter { $0["class"] == "figure" }
        .compactMap { $0["id"] }
    }
    let all = ["made", "outcome", "fitness", "weights", "paths", "diversity"]
    #expect(try ids("lineage") == all + ["neurons", "confusion", "rest"])
    #expect(try ids("single") == all + ["confusion", "rest"])
    #expect(try ids("other-layers") == all + ["confusion", "rest"])
    #expect(try ids("other-data") == all + ["rest"])
    #expect(try ids("bare") == ["made", "outcome", "fitness", "diversity", "rest"])
    #expect(try ids("same") == ["made", "rest"])
  }

  @Test("keeps every figure within its budget", arguments: ["lineage", "many"])
  func budgets(name: String) throws {
    let page = try Pairs.page(name)
    let budgets = [
      "outcome": 160_000, "fitness": 90_000, "weights": 130_000, "paths": 80_000,
      "diversity": 60_000, "neurons": 110_000, "confusion": 50_000,
    ]
    for (id, budget) in budgets.sorted(by: { $0.key < $1.key }) {
      guard let start = page.firstRange(of: "<section class=\"figure\" id=\"\(id)\"") else {
        continue
      }
      let end = try #require(page[start.lowerBound...].firstRange(of: "</section>")).upperBound
      let size = page[start.lowerBound..<end].utf8.count
      #expect(size <= budget, "\(id) takes \(size)")
    }
  }

  @Test("is the same whatever the number of threads")
  func deterministic() throws {
    let pair = try #require(Pairs.all.first { $0.name == "lineage" }).pair
    #expect(try pair.page(threads: 1) == pair.page(threads: 3))
  }

  @Test("the difference of the medians is that of the tables, generation by generation")
  func difference() throws {
    let pair = SyntheticComparison()
    let medians = try [pair.first, pair.second].map { bundle -> [Double] in
      let table = try #require(try bundle.contents.table("runs/main-0/generations.csv"))
      guard
        case .reals(let values)? = table.columns.first(where: { $0.name == "fitness_median" })?
          .values
      else { return [] }
      return values
    }
    let last = medians[1][12] - medians[0][12]
    let words = "at the last one by \(last < 0 ? "−" : "+")\(Words.value(last.magnitude))."
    #expect(MarkupReader(try pair.page()).text.contains(words))
  }
}
