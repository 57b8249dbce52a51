import HerdbookModel
import HerdbookReport
import Synchronization
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Which figures the page of a zoo shows, and how much of it there is.
@Suite struct ZooPageTests {
  static let zoo = (22...29).map { "f\($0)" }

  private func page(_ contents: BundleContents) throws -> String {
    String(decoding: try Report(contents).render(threads: 2).page, as: UTF8.self)
  }

  /// The ids of a page's sections, in their order.
  private func sections(_ contents: BundleContents) throws -> [String] {
    MarkupReader(try page(contents)).tags.filter { $0.name == "section" }.compactMap { $0["id"] }
  }

  @Test(
    "what is about all networks comes first, then the usual figures that make sense for so many")
  func arrangement() throws {
    #expect(
      try sections(Cases.zoo().contents) == Self.zoo + ["f20", "f10", "f18", "f17", "made"])
  }

  @Test("where somebody is selected, descent is drawn too")
  func selecting() throws {
    var contents = SyntheticBundle(settings: .init(iterations: 30))
    contents.zoo = SyntheticZoo(networks: 40)
    contents.selects = true
    #expect(
      try sections(contents.contents)
        == Self.zoo + ["f20", "f5", "f6", "f10", "f18", "f17", "made"])
  }

  @Test("of relatives it is said that chance reaches further than where each network stands alone")
  func relatives() throws {
    let words = "come from 5 founders, and those of one are alike"
    #expect(try !page(Cases.zoo().contents).contains("those of one are alike"))
    let contents = Cases.zoo().contents.changing("runs/main-0/figures/zoo-networks.csv", "founder")
    {
      $0.indices.map { Double($0 % 10) }
    }
    // Every other one is held out.
    let sections = try page(contents).split(separator: "<section class=\"figure\" id=\"")
    let told = sections.filter { $0.contains(words) }.map { String($0.prefix(3)) }
    #expect(told == ["f22", "f23", "f24", "f25", "f29"])
  }

  @Test("the page says by which rule, and a spec that names figures gets those")
  func rule() throws {
    var contents = Cases.zoo().contents
    #expect(try page(contents).contains("This is the page of a zoo"))
    contents.figures = ["fitness", "zoo-map"]
    #expect(try sections(contents) == ["f27", "f1", "made"])
    #expect(try !page(contents).contains("This is the page of a zoo"))
    #expect(try !page(Cases.genetic.contents).contains("This is the page of a zoo"))
  }

  @Test("a run that is no zoo has no such figure")
  func none() throws {
    #expect(try sections(Cases.genetic.contents).allSatisfy { !Self.zoo.contains($0) })
  }

  @Test("a figure whose table is absent is left out, and the others stay")
  func absent() throws {
    for (id, table) in zip(
      Self.zoo,
      [
        "course", "networks", "prediction", "statistics", "forecast", "map", "recurrence",
        "contrasts",
      ])
    {
      var bundle = Cases.zoo(SyntheticZoo(networks: 24, iterations: 6, layers: 1))
      bundle.missing = ["runs/main-0/figures/zoo-\(table).csv"]
      let found = try sections(bundle.contents).filter(Self.zoo.contains)
      #expect(found == Self.zoo.filter { $0 != id }, "without \(table)")
    }
  }

  @Test("tables that no figure of the page draws are not read")
  func unread() throws {
    var contents = Cases.zoo().contents
    let table = contents.table
    let read = Mutex<Set<String>>([])
    contents.table = { path in
      read.withLock { _ = $0.insert(path) }
      return try table(path)
    }
    _ = try Report(contents).render()
    let paths = read.withLock { $0 }
    for name in ["distributions", "distances", "figures/path", "figures/activations"] {
      #expect(!paths.contains("runs/main-0/\(name).csv"), "\(name)")
    }
    #expect(paths.contains("runs/main-0/figures/zoo-map.csv"))
  }

  @Test("the page of 1,000 networks, 31 generations and four layers keeps within 800 KB")
  func size() throws {
    let bundle = Cases.zoo(SyntheticZoo(networks: 1000))
    let text = try page(bundle.contents)
    // With HERDBOOK_PAGES in the environment, the page is left there to be looked at.
    if let folder = ProcessInfo.processInfo.environment["HERDBOOK_PAGES"] {
      try Data(text.utf8).write(to: URL(filePath: "\(folder)/zoo-large.html"))
    }
    #expect((300_000...800_000).contains(text.utf8.count), "\(text.utf8.count) bytes")
    let budgets = [
      "f22": 70_000, "f23": 80_000, "f24": 60_000, "f25": 140_000, "f26": 68_000, "f27": 90_000,
      "f28": 60_000, "f29": 50_000,
    ]
    for (id, budget) in budgets.sorted(by: { $0.key < $1.key }) {
      let start = try #require(text.firstRange(of: "<section class=\"figure\" id=\"\(id)\""))
        .lowerBound
      let end = try #require(text[start...].firstRange(of: "</section>")).upperBound
      #expect(text[start..<end].utf8.count <= budget, "\(id) takes \(text[start..<end].utf8.count)")
    }
  }

  @Test("of networks that have nothing to do with each other, nothing is said of descent")
  func independent() throws {
    let text = MarkupReader(try page(Cases.zoo().contents)).text
    #expect(text.contains("120 networks side by side over 30 generations: nobody is selected"))
    for words in ["founders left", "ranked last", "ever alive", "fitness ignored", "offspring"] {
      #expect(!text.contains(words), "\(words)")
    }
    #expect(text.contains("Nothing alarming: 4 rules looked at"))
  }

  @Test("the page of a tiny zoo is that of the golden file")
  func golden() throws {
    var bundle = Cases.zoo(
      SyntheticZoo(networks: 12, iterations: 4, layers: 1, diverged: 1))
    bundle.layers = [16, 4, 3]
    (bundle.rows, bundle.columns, bundle.dataset) = (4, 4, "idx")
    bundle.missing = ["runs/main-0/figures/samples.csv", "runs/main-0/figures/mistakes.csv"]
    try expectGolden(try page(bundle.contents), "zoo.html")
  }
}
