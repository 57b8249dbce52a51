import HerdbookModel
import HerdbookReport
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Runs of every shape that a page must stand: reference cases first.
enum Cases {
  static let genetic = SyntheticBundle(settings: .init(iterations: 200, fraction: 0.1))

  static let all: [(name: String, bundle: SyntheticBundle)] =
    [
      ("genetic", genetic),
      ("pbt", SyntheticBundle(settings: .init(iterations: 40, crossover: 0, replacesWorst: true))),
      ("quickstart", SyntheticBundle(settings: .init(size: 12, iterations: 20), dataset: "digits")),
      (
        "large",
        SyntheticBundle(settings: .init(size: 320, iterations: 60, fraction: 0.5, crossover: 0.2))
      ),
      (
        "lone", SyntheticBundle(settings: .init(size: 1, iterations: 10, fraction: 1, crossover: 0))
      ),
      ("unmoved", SyntheticBundle(settings: .init(iterations: 0))),
      ("one-step", SyntheticBundle(settings: .init(size: 2, iterations: 1))),
      ("constant", SyntheticBundle(settings: .init(iterations: 12, isConstant: true))),
      ("diverged", SyntheticBundle(settings: .init(iterations: 20, divergesAt: 12))),
      ("all-diverged", SyntheticBundle(settings: .init(iterations: 5, divergesAt: 0))),
      (
        "flat",
        SyntheticBundle(
          settings: .init(iterations: 10), layers: [784, 10],
          missing: ["runs/main-0/figures/neurons.csv"])
      ),
      (
        "no-plane",
        SyntheticBundle(
          settings: .init(iterations: 10), layers: [13, 6, 3], rows: 1, columns: 13, dataset: "idx")
      ),
      (
        "bare",
        SyntheticBundle(
          settings: .init(iterations: 10),
          missing: Set(
            [
              "distributions.csv", "distances.csv", "figures/drift.csv", "figures/neurons.csv",
              "figures/pixels.csv", "figures/confusion.csv", "figures/mistakes.csv",
              "figures/samples.csv", "figures/activations.csv", "figures/preferred.csv",
              "figures/path.csv", "champion.safetensors",
            ].map { "runs/main-0/" + $0 }))
      ),
      (
        "hostile",
        SyntheticBundle(
          title:
            "</title><script>alert('&\"')</script>\u{1}\u{202E} long title of sixty characters",
          description: "<img src=x onerror=alert(1)> \"quoted\" & ampersands",
          settings: .init(iterations: 8))
      ),
      ("strategy", Cases.with("approximator.kind", .text("evolution-strategy"))),
      ("trained", Cases.with("training.steps", .integer(10))),
      ("replicates", Cases.study(.init(names: ["main"], replicates: 40))),
      ("one-seed", Cases.study(.init(names: ["a", "b", "c"], replicates: 1))),
      ("zoo", zoo()), ("zoo-variants", zooVariants),
      (
        "zoo-imported",
        zoo(
          SyntheticZoo(
            networks: 40, iterations: 8, layers: 2, added: 0.002, isForetold: false,
            recurring: 0.15, conditions: ["fit", "held", "moved"], lateness: 40, contrast: 0,
            isAligned: false, diverged: 0, hasNames: true))
      ),
      (
        "zoo-short",
        zoo(SyntheticZoo(networks: 12, iterations: 1, layers: 1, conditions: ["fit", "held"]))
      ),
      ("four-seeds", Cases.study(.init(names: ["a", "b"], replicates: 4))),
    ] + comparing

  /// Those that compare variants.
  static let comparing: [(name: String, bundle: SyntheticBundle)] = [
    ("variants", Cases.study(.init(names: ["scratch", "filters", "neurons"], replicates: 8))),
    ("five-seeds", Cases.study(.init(names: ["a", "b", "c"], replicates: 5, effect: 0))),
    (
      "unreached",
      Cases.study(
        .init(names: ["scratch", "filters", "never"], replicates: 6, primary: .targetSteps))
    ),
    (
      "many",
      Cases.study(
        .init(
          names: (10..<50).map {
            "mutation.scale=0.0\($0),kernel.shape=gaussian,crossover=\($0 * 7)"
          },
          replicates: 12))
    ),
  ]

  /// A short run with one key more.
  private static func with(_ path: String, _ value: JSONValue) -> SyntheticBundle {
    var bundle = SyntheticBundle(settings: .init(iterations: 12))
    bundle.extraSettings = [.init(path: path, value: value, origin: .file)]
    return bundle
  }

  private static func study(_ study: SyntheticStudy) -> SyntheticBundle {
    var bundle = SyntheticBundle(settings: .init(iterations: 8))
    bundle.study = study
    return bundle
  }

  static func zoo(_ zoo: SyntheticZoo = .init()) -> SyntheticBundle {
    var bundle = SyntheticBundle(
      settings: .init(
        size: zoo.networks, iterations: zoo.iterations, crossover: 0, isIndependent: true))
    bundle.zoo = zoo
    return bundle
  }

  /// A zoo beside one that was trained on something else.
  private static var zooVariants: SyntheticBundle {
    var bundle = zoo(SyntheticZoo(networks: 24, iterations: 8, layers: 2, diverged: 0))
    bundle.study = SyntheticStudy(names: ["main", "shuffled"], replicates: 1)
    return bundle
  }

  static func named(_ name: String) throws -> SyntheticBundle {
    try #require(all.first { $0.name == name }).bundle
  }
}

@Suite struct ReportTests {
  private func rendered(_ name: String) throws -> (page: String, cover: String) {
    let output = try Report(Cases.named(name).contents).render()
    return (
      String(decoding: output.page, as: UTF8.self), String(decoding: output.cover, as: UTF8.self)
    )
  }

  @Test(
    "pages and covers are sound markup without a number that is none",
    arguments: Cases.all.map(\.name))
  func sound(name: String) throws {
    let output = try rendered(name)
    // With HERDBOOK_PAGES in the environment, the pages are left there to be looked at.
    if let folder = ProcessInfo.processInfo.environment["HERDBOOK_PAGES"] {
      try Data(output.page.utf8).write(to: URL(filePath: "\(folder)/\(name).html"))
      try Data(output.cover.utf8).write(to: URL(filePath: "\(folder)/\(name).svg"))
    }
    for document in [output.page, output.cover] {
      let reader = MarkupReader(document)
      #expect(reader.faults.isEmpty)
      #expect(reader.withoutNumber.isEmpty)
      // What a value looks like to a programmer is no text.
      for description in ["HTML(", "Optional(", "HerdbookReport."] {
        #expect(!document.contains(description), "\(description)")
      }
    }
  }

  @Test("nothing in a page is fetched, run or dated", arguments: Cases.all.map(\.name))
  func closed(name: String) throws {
    let output = try rendered(name)
    #expect(!output.page.contains("http"))
    #expect(MarkupReader(output.page).fetched.isEmpty)
    #expect(
      output.cover.replacing("http://www.w3.org/2000/svg", with: "").contains("http") == false)
  }

  @Test("every id is there once, and every reference meets one", arguments: Cases.all.map(\.name))
  func references(name: String) throws {
    let reader = MarkupReader(try rendered(name).page)
    #expect(reader.repeatedIDs.isEmpty)
    #expect(reader.unmetReferences.isEmpty)
  }

  @Test("marks lie within their picture", arguments: Cases.all.map(\.name))
  func inside(name: String) throws {
    let output = try rendered(name)
    for document in [output.page, output.cover] {
      #expect(MarkupReader(document).outside.isEmpty)
    }
  }

  @Test(
    "the reference pages keep within 600 KB and every figure within its budget",
    arguments: ["genetic", "pbt", "quickstart", "large"])
  func budgets(name: String) throws {
    let page = try rendered(name).page
    #expect(page.utf8.count <= 600_000)
    let budgets = [
      "f1": 90_000, "f2": 160_000, "f3": 100_000, "f4": 110_000, "f5": 150_000, "f6": 80_000,
      "f7": 90_000, "f8": 90_000, "f9": 60_000, "f10": 260_000, "f11": 60_000, "f12": 90_000,
      "f13": 60_000, "f15": 60_000,
      "f17": 130_000, "f18": 60_000, "f19": 90_000, "f20": 60_000,
    ]
    for (id, budget) in budgets.sorted(by: { $0.key < $1.key }) {
      let start = try #require(page.firstRange(of: "<section class=\"figure\" id=\"\(id)\""))
        .lowerBound
      let end = try #require(page[start...].firstRange(of: "</section>")).upperBound
      #expect(page[start..<end].utf8.count <= budget, "\(id) takes \(page[start..<end].utf8.count)")
    }
    #expect(try rendered(name).cover.utf8.count <= 150_000)
  }

  @Test("the page of 64 networks, 200 iterations and two variants keeps within 600 KB")
  func referenceCase() throws {
    var bundle = SyntheticBundle(settings: .init(size: 64, iterations: 200))
    bundle.study = SyntheticStudy(names: ["plain", "crossed"], replicates: 1)
    bundle.keepsChampions = true
    let page = try Report(bundle.contents).render(threads: 2).page
    #expect((300_000...600_000).contains(page.count), "\(page.count) bytes")
  }

  @Test("the page and the cover of a tiny run are those of the golden files")
  func golden() throws {
    let bundle = SyntheticBundle(
      settings: .init(size: 5, iterations: 6), layers: [16, 4, 3], rows: 4, columns: 4,
      dataset: "idx",
      missing: ["runs/main-0/figures/samples.csv", "runs/main-0/figures/mistakes.csv"])
    let output = try Report(bundle.contents).render()
    try expectGolden(String(decoding: output.page, as: UTF8.self), "tiny.html")
    try expectGolden(String(decoding: output.cover, as: UTF8.self), "tiny.svg")
  }

  @Test("the same bundle gives the same bytes")
  func deterministic() throws {
    #expect(try rendered("quickstart") == rendered("quickstart"))
  }

  @Test("a hostile title stays text")
  func hostile() throws {
    let output = try rendered("hostile")
    #expect(!output.page.contains("<script"))
    #expect(!output.page.contains("<img src=x"))
    #expect(!output.cover.contains("<script"))
    #expect(output.page.contains("&lt;/title&gt;&lt;script&gt;"))
  }

  @Test(
    "a page of one run, or of fewer than five seeds, uses no comparing word",
    arguments: Cases.all.map(\.name).filter { name in
      !Cases.comparing.contains { $0.name == name }
    })
  func honest(name: String) throws {
    let text = MarkupReader(try rendered(name).page).text.lowercased()
    for word in ["better", "worse ", "beats", "outperform", "improve", "superior", "wins"] {
      #expect(!text.contains(word), "\(word)")
    }
  }

  @Test("every figure has a heading, a picture with a title and a description, and its numbers")
  func accessible() throws {
    let reader = MarkupReader(try rendered("genetic").page)
    let pictures = reader.tags.filter { $0.name == "svg" }
    #expect(pictures.count >= 12)
    #expect(pictures.allSatisfy { $0["role"] == "img" && $0["aria-labelledby"] != nil })
    for (index, tag) in reader.tags.enumerated() where tag.name == "svg" {
      #expect(reader.tags[index + 1].name == "title")
      #expect(reader.tags[index + 2].name == "desc")
    }
    #expect(reader.tags.filter { $0.name == "img" }.allSatisfy { $0["alt"] != nil })
    #expect(reader.tags.filter { $0.name == "th" }.allSatisfy { $0["scope"] != nil })
    #expect(reader.tags.first { $0.name == "html" }?["lang"] == "en")
    let levels = reader.tags.compactMap { tag in
      ["h1": 1, "h2": 2, "h3": 3][tag.name]
    }
    #expect(levels.first == 1 && levels.filter { $0 == 1 }.count == 1)
    #expect(zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 1 })
    #expect(
      ["header", "nav", "main", "footer"].allSatisfy { name in
        reader.tags.contains { $0.name == name }
      })
  }

  @Test(
    "tables that scroll have names of their own, also where several have one caption",
    arguments: Cases.all.map(\.name))
  func regions(name: String) throws {
    let regions = MarkupReader(try rendered(name).page).tags.filter { $0["role"] == "region" }
    let names = regions.map { $0["aria-labelledby"] ?? $0["aria-label"] ?? "" }
    #expect(!names.isEmpty && !names.contains(""))
    #expect(Set(names).count == names.count)
  }

  @Test("a bundle without its generations says which file is missing")
  func missing() throws {
    var bundle = Cases.genetic
    bundle.missing = ["runs/main-0/generations.csv"]
    #expect(throws: ReportError.missing(path: "runs/main-0/generations.csv")) {
      try Report(bundle.contents).render()
    }
  }

  @Test("a cell that is no number is named with its place")
  func cell() throws {
    var contents = Cases.genetic.contents
    let table = contents.table
    contents.table = { path in
      guard path == "summary.csv", var table = try table(path) else { return try table(path) }
      table.columns[2] = .init("test_accuracy", .texts(["much"]))
      return table
    }
    #expect(
      throws: ReportError.cell(path: "summary.csv", row: 1, column: "test_accuracy", text: "much")
    ) {
      try Report(contents).render()
    }
  }
}
