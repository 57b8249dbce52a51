import HerdbookCharts
import HerdbookModel
import HerdbookReport
import Testing

/// The figure of all runs, and what a page of several runs says.
@Suite struct VariantsFigureTests {
  private func page(_ name: String) throws -> String {
    String(decoding: try Report(Cases.named(name).contents).render().page, as: UTF8.self)
  }

  private func section(_ id: String, of page: String) throws -> String {
    let start = try #require(page.firstRange(of: "<section class=\"figure\" id=\"\(id)\""))
      .lowerBound
    let end = try #require(page[start...].firstRange(of: "</section>")).upperBound
    return String(page[start..<end])
  }

  @Test("a bundle of one run has no figure of variants")
  func single() throws {
    #expect(try VariantsFigure(Cases.genetic.contents) == nil)
    #expect(try !page("genetic").contains("id=\"variants\""))
  }

  @Test("it stands behind the diagnosis, and is left out where the spec asks for others")
  func place() throws {
    let page = try page("variants")
    let sections = page.ranges(of: "<section class=\"figure\" id=\"").map { range in
      String(page[range.upperBound...].prefix { $0 != "\"" })
    }
    #expect(sections.prefix(2) == ["f20", "variants"])
    var contents = try Cases.named("variants").contents
    contents.figures = ["fitness"]
    let fewer = String(decoding: try Report(contents).render().page, as: UTF8.self)
    #expect(!fewer.contains("id=\"variants\"") && fewer.contains("id=\"f1\""))
  }

  @Test("the finding tells medians, difference, interval, p and the number of comparisons")
  func finding() throws {
    let bundle = try Cases.named("variants")
    let rows = try #require(try VariantRows(bundle.contents))
    let neurons = try #require(rows.ofPrimary.first { $0.variant == "neurons" })
    let text = MarkupReader(try section("variants", of: page("variants"))).text
    let difference = try #require(neurons.difference)
    #expect(difference.verdict == "better" && difference.corrected == 0.03125)
    let low = Decimal.fixed(difference.low, decimals: 4)
    let high = Decimal.fixed(difference.high, decimals: 4)
    #expect(
      text.contains(
        "is \(Decimal.fixed(neurons.median, decimals: 4)) with neurons, against "))
    #expect(text.contains("(+\(low) to +\(high)), p = 0.031 after Holm over 4 comparisons."))
    #expect(text.contains("Of 2 variants 2 are better than scratch, 0 are worse"))
  }

  @Test("below five seeds it says that nothing is compared, and draws no difference")
  func few() throws {
    let one = try section("variants", of: page("one-seed"))
    #expect(one.contains("No comparison: one seed each."))
    let four = try section("variants", of: page("four-seeds"))
    #expect(four.contains("No comparison: 4 seeds each, where a test asks for five."))
    #expect(!four.contains("Difference from"))
    #expect(try section("variants", of: page("variants")).contains("Difference from scratch"))
  }

  @Test(
    "the numbers of axes lie within their picture, as wide as they are about to be",
    arguments: ["one-seed", "four-seeds"] + Cases.comparing.map(\.name))
  func numbers(name: String) throws {
    let pictures = try section("variants", of: page(name)).split(separator: "<svg ").dropFirst()
    for picture in pictures {
      let width = try #require(picture.firstMatch(of: #/viewBox="0 0 ([0-9.]+) /#)?.1)
      let numbers = MarkupReader("<svg " + picture).tags.filter {
        $0.name == "text" && $0["text-anchor"] == "middle"
      }
      #expect(numbers.count >= 2)
      for number in numbers {
        let x = try #require(number["x"].flatMap(Double.init))
        let size = try #require(number["font-size"].flatMap(Double.init))
        let half = textWidth(number.content, size: size) / 2
        #expect(x >= half && x + half <= Double(width)!, "\(number.content) at \(x) of \(width)")
      }
    }
  }

  @Test("five seeds are told to be too few for any difference")
  func five() throws {
    let text = MarkupReader(try section("variants", of: page("five-seeds"))).text
    #expect(text.contains("With 5 pairs p is at least 0.063, and 0.25 after the correction"))
    #expect(text.contains("No variant differs from a in test accuracy"))
  }

  @Test("a target that was not reached is named, and infinite in words")
  func unreached() throws {
    let text = MarkupReader(try section("variants", of: page("unreached"))).text
    #expect(text.contains("3 of 6 not reached") && text.contains("6 of 6 not reached"))
    #expect(text.contains("reaches it at infinity"))
  }

  @Test("of many variants thirty are drawn, the baseline among them, and the page says so")
  func many() throws {
    let rows = try #require(try VariantRows(Cases.named("many").contents))
    let plot = VariantsPlot(rows)
    #expect(plot.rows.count == 30 && plot.rows[0].difference == nil)
    let medians = rows.ofPrimary.filter { $0.difference != nil }.map(\.median).sorted()
    let drawn = plot.rows.map(\.median)
    #expect(drawn.contains(medians[0]) && drawn.contains(medians[medians.count - 1]))
    let text = MarkupReader(try section("variants", of: page("many"))).text
    #expect(text.contains("Drawn are 30 of 40 variants"))
    #expect(
      text.contains(
        "Long names are shortened in the middle, and where all begin alike, at the beginning."))
  }

  @Test(
    "every run is a dot at its value, every median a stroke at its own", arguments: [true, false])
  func drawn(isNarrow: Bool) throws {
    let rows = try #require(try VariantRows(Cases.named("variants").contents))
    let panel = VariantsPlot(rows).plot(isNarrow ? .narrow : .wide).panels[0]
    let piles = panel.marks.compactMap { $0 as? Piles }
    let study = try #require(try Cases.named("variants").study)
    let column = study.summary.columns.first { $0.name == "test_accuracy" }
    guard case .reals(let all)? = column?.values else {
      Issue.record("the study has no accuracies")
      return
    }
    for (index, pile) in piles.enumerated() {
      #expect(pile.values == all.indices.filter { $0 % 3 == index }.map { all[$0] })
    }
    let ticks = try #require(panel.marks.compactMap { $0 as? Links }.last)
    #expect(ticks.items.map(\.x0) == rows.ofPrimary.map(\.median))
  }

  @Test(
    "words on the figures of variants, courses and cost neither meet nor leave the picture",
    arguments: Cases.all.map(\.name))
  func overlaps(name: String) throws {
    let page = try page(name)
    for id in ["variants", "courses", "cost"]
    where page.contains("<section class=\"figure\" id=\"\(id)\"") {
      let tags = MarkupReader(try section(id, of: page)).tags
      var box: [Double] = []
      var words: [(left: Double, right: Double, top: Double, bottom: Double)] = []
      for tag in try textTags(section(id, of: page)) {
        if let viewBox = tag.viewBox {
          box = viewBox
          words = []
          continue
        }
        #expect(tag.left >= -2 && tag.right <= box[2] + 2, "\(tag.text) in \(id) of \(name)")
        for other in words {
          #expect(
            tag.left >= other.right || tag.right <= other.left || tag.top >= other.bottom
              || tag.bottom <= other.top, "\(tag.text) in \(id) of \(name)")
        }
        words.append((tag.left, tag.right, tag.top, tag.bottom))
      }
      #expect(tags.contains { $0.name == "svg" } && !words.isEmpty)
    }
  }

  /// A picture's box, or a text of it with the box of its letters.
  private struct Placed {
    var viewBox: [Double]?
    var text = ""
    var left = 0.0
    var right = 0.0
    var top = 0.0
    var bottom = 0.0
  }

  private func textTags(_ markup: String) throws -> [Placed] {
    MarkupReader(markup).tags.compactMap { tag -> Placed? in
      if tag.name == "svg" {
        return Placed(viewBox: tag["viewBox"]?.split(separator: " ").compactMap { Double($0) })
      }
      guard tag.name == "text", let x = tag["x"].flatMap(Double.init),
        let y = tag["y"].flatMap(Double.init), let size = tag["font-size"].flatMap(Double.init)
      else { return nil }
      let text = tag.content
      // Letters as Helvetica has them; a little less, since widths are rounded up.
      let width = textWidth(text, size: size) * 0.94
      let left =
        tag["text-anchor"] == "end" ? x - width : tag["text-anchor"] == "middle" ? x - width / 2 : x
      return Placed(
        text: text, left: left, right: left + width, top: y - 0.7 * size, bottom: y + 0.15 * size)
    }
  }

  @Test(
    "the figures of variants, courses and cost keep within their budgets",
    arguments: Cases.all.map(\.name))
  func budgets(name: String) throws {
    let page = try page(name)
    for (id, budget) in [("variants", 120_000), ("courses", 60_000), ("cost", 90_000)]
    where page.contains("<section class=\"figure\" id=\"\(id)\"") {
      #expect(try section(id, of: page).utf8.count <= budget, "\(id)")
    }
  }

  @Test("the headline says which run it shows, and what the median of all is")
  func shown() throws {
    let all = MarkupReader(try page("variants")).text
    #expect(all.contains("of run scratch-0"))
    #expect(
      all.contains(
        "Shown is run scratch-0, of 24 runs the one that came first on validation images"))
    #expect(!MarkupReader(try page("genetic")).text.contains("Shown is"))
  }

  @Test("of an evolution strategy the tree and the diversity say that nobody lives on")
  func strategy() throws {
    let page = try page("strategy")
    for id in ["f5", "f7"] {
      #expect(try section(id, of: page).contains("nobody lives on"))
      #expect(try !section(id, of: self.page("genetic")).contains("nobody lives on"))
    }
  }
}
