import HerdbookCharts
import HerdbookModel
import HerdbookReport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Figures as files of their own.
@Suite struct FigureFileTests {
  private func files(_ name: String) throws -> [(name: String, text: String)] {
    try Report(Cases.named(name).contents).render().figures.map {
      ($0.name, String(decoding: $0.bytes, as: UTF8.self))
    }
  }

  @Test("every figure with a picture gives a file that has its id and what a spec calls it")
  func names() throws {
    #expect(
      try files("genetic").map(\.name) == [
        "f0-verdict.svg", "f1-fitness.svg", "cost.svg", "f4-convergence.svg", "f2-weights.svg",
        "f3-dynamics.svg", "f19-forecast.svg", "f9-path.svg", "f5-tree.svg", "f6-clades.svg",
        "f7-diversity.svg", "f15-schedule.svg", "f8-distances.svg", "f10-neurons.svg",
        "f11-ablation.svg", "f13-change.svg", "f12-activations.svg", "f18-preferred.svg",
        "f17-data.svg", "card-tree.svg",
      ])
    #expect(try files("variants").map(\.name).contains("courses.svg"))
    var contents = Cases.genetic.contents
    contents.figures = ["tree"]
    #expect(
      try Report(contents).render().figures.map(\.name) == [
        "f0-verdict.svg", "f5-tree.svg", "card-tree.svg",
      ])
  }

  @Test(
    "cards are 600 pixels wide with no type below 11, and say what ran and which run of several it is"
  )
  func cards() throws {
    let cards = try files("replicates").filter { $0.name.hasPrefix("card-") }
    #expect(cards.map(\.name) == ["card-forecast.svg", "card-tree.svg"])
    let contents = try Cases.named("replicates").contents
    let summary = Columns(
      path: "summary.csv", table: try #require(try contents.table("summary.csv")))
    let accuracies = try summary.reals("test_accuracy")
    let row = try #require(
      try summary.texts("run").firstIndex(of: ShownRun(contents).run.id))
    let place = 1 + accuracies.count { $0 > accuracies[row] }
    for (file, text) in cards {
      let reader = MarkupReader(text)
      #expect(reader.tags[0]["width"] == "600")
      let sizes = reader.tags.filter { $0.name == "text" }
        .compactMap { $0["font-size"].flatMap(Double.init) }
      #expect((sizes.min() ?? 0) >= 11 && sizes.max() == 24, "\(file)")
      let words = reader.tags.filter { $0.name == "text" }.map(\.content).joined(separator: " ")
      #expect(
        words.contains("populations of 20 networks, 8 iterations, 784-100-10, mnist"), "\(words)")
      #expect(
        words.contains("Number \(place) of 40 runs by test accuracy.")
          == (file == "card-tree.svg"))
    }
    let headlines = cards.map { MarkupReader($0.text).tags[1].content }
    #expect(headlines[1] == "One network becomes everyone", "\(headlines)")
    // Nothing travels that has nothing to show.
    #expect(try !files("unmoved").contains { $0.name.hasPrefix("card-") })
  }

  @Test(
    "a file is sound, complete in itself, and in light and dark", arguments: Cases.all.map(\.name))
  func sound(name: String) throws {
    for (file, text) in try files(name) {
      // With HERDBOOK_PAGES in the environment, the files are left there to be looked at.
      if let folder = ProcessInfo.processInfo.environment["HERDBOOK_PAGES"] {
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)-\(file)"))
      }
      let reader = MarkupReader(text)
      #expect(reader.faults.isEmpty, "\(file)")
      #expect(reader.tags.map(\.name).prefix(4) == ["svg", "title", "desc", "style"], "\(file)")
      #expect(reader.tags[0]["xmlns"] == "http://www.w3.org/2000/svg")
      #expect(reader.tags.filter { $0.name == "svg" }.count == 1)
      #expect(text.contains("@media screen and (prefers-color-scheme:dark){:root{"))
      #expect(!text.replacing("http://www.w3.org/2000/svg", with: "").contains("http"))
      #expect(!text.contains("<script"))
      let ids = reader.tags.compactMap { $0["id"] }
      #expect(Set(ids).count == ids.count, "\(file)")
      for tag in reader.tags {
        if let href = tag["href"] { #expect(href.hasPrefix("data:image/png;base64,")) }
        if let clip = tag["clip-path"] {
          #expect(ids.contains(String(clip.dropFirst(5).dropLast())), "\(file): \(clip)")
        }
        for attribute in tag.attributes where attribute.name != "href" {
          let words = attribute.value.split { !$0.isLetter }
          #expect(!words.contains { ["nan", "inf", "NaN"].contains($0) }, "\(file): \(tag)")
        }
      }
      #expect(reader.tags.contains { $0["class"] == "ink" } == text.contains(".ink{filter"))
    }
  }

  @Test("words and pictures lie within the file", arguments: Cases.all.map(\.name))
  func inside(name: String) throws {
    for (file, text) in try files(name) {
      let tags = MarkupReader(text).tags
      let box = try #require(tags[0]["viewBox"]).split(separator: " ").compactMap { Double($0) }
      var move = (x: 0.0, y: 0.0)
      for tag in tags {
        if let transform = tag["transform"], tag.name == "g" {
          let numbers = transform.matches(of: /[0-9.]+/).compactMap { Double($0.0) }
          move = (numbers[0], numbers[1])
        }
        // What a clipped group holds may be cut.
        guard ["text", "image"].contains(tag.name), tag["clip-path"] == nil else { continue }
        func number(_ name: String) -> Double { tag[name].flatMap { Double($0) } ?? 0 }
        let (x, y) = (number("x") + move.x, number("y") + move.y)
        #expect(x >= -1 && x + number("width") <= box[2] + 1, "\(tag.name) of \(file)")
        #expect(y >= -1 && y + number("height") <= box[3] + 1, "\(tag.name) of \(file)")
      }
    }
  }

  @Test("the file has the very marks of the wide page")
  func same() throws {
    let output = try Report(Cases.named("variants").contents).render()
    let page = String(decoding: output.page, as: UTF8.self)
    for (id, name) in [
      ("f0", "f0-verdict.svg"), ("f1", "f1-fitness.svg"), ("f8-distance", "f8-distances.svg"),
      ("f10", "f10-neurons.svg"), ("variants", "variants.svg"), ("f17", "f17-data.svg"),
    ] {
      let file = try #require(output.figures.first { $0.name == name })
      let text = String(decoding: file.bytes, as: UTF8.self)
      let start = try #require(page.firstRange(of: "<desc id=\"\(id)-desc\">")).upperBound
      let end = try #require(page[start...].firstRange(of: "</svg>")).lowerBound
      let marks = page[start..<end].split(separator: "\n").dropFirst()
      #expect(marks.count > 3)
      #expect(text.contains(marks.joined(separator: "\n")), "\(name)")
    }
  }

  @Test("the file tells question, finding and experiment, and nothing of them becomes a tag")
  func words() throws {
    let fitness = try #require(try files("genetic").first { $0.name == "f1-fitness.svg" }).text
    let told = MarkupReader(fitness).text
    #expect(told.contains("How does the whole population move?"))
    #expect(told.contains("Median fitness goes from"))
    #expect(told.contains("Herdbook / synthetic: A herd of twenty learns to read digits"))
    for (_, text) in try files("hostile") { #expect(text.contains("&lt;/title&gt;&lt;script&gt;")) }
    let markup: HTML = "<b class=\"a\">1 < 2</b> &amp; \("3 > 2 &lt; \"'")"
    #expect(
      HTML(verbatim: markup.text.replacing("1 < 2", with: "1 &lt; 2")).words
        == "1 < 2 & 3 > 2 &lt; \"'")
  }

  @Test("a file takes the place of a figure of its name, and of nothing else")
  func succeeding() throws {
    let files = try Report(Cases.named("quickstart").contents).render().figures
    let older = try Report(Cases.genetic.contents).render().figures
    #expect(files[1].isSucceeding(older[1].bytes) && !files[1].isSucceeding(older[2].bytes))
    #expect(!files[1].isSucceeding([]) && !files[1].isSucceeding(Array("<svg xmlns=\"x\"/>".utf8)))
    let cover = try Report(Cases.genetic.contents).render().cover
    #expect(!files[1].isSucceeding(cover))
  }

  @Test("the same bundle gives the same files")
  func deterministic() throws {
    #expect(try files("quickstart").map(\.text) == files("quickstart").map(\.text))
  }
}
