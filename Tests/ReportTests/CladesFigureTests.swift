import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel
import HerdbookReport
import Testing

@Suite struct CladesFigureTests {
  private func data(_ bundle: SyntheticBundle) throws -> BundleRun {
    let contents = bundle.contents
    return try BundleRun(contents.runs[0], in: contents)
  }

  private func figure(_ name: String) throws -> CladesFigure {
    CladesFigure(try data(Cases.named(name)))
  }

  @Test("areas are as high as families are large, and lie within each other or apart")
  func areas() throws {
    let figure = try figure("genetic")
    let (clades, layout) = (figure.clades, figure.layout)
    #expect(clades.clades.count > 10 && clades.clades.count <= 60)
    for (index, clade) in clades.clades.enumerated() {
      for column in clades.living.indices {
        let (low, high) = (layout.low[index][column], layout.high[index][column])
        let share = Double(clade.members[column]) / Double(clades.living[column])
        #expect((high - low - share).magnitude < 1e-12)
        if let outer = clade.outer {
          #expect(low >= layout.low[outer][column] - 1e-12)
          #expect(high <= layout.high[outer][column] + 1e-12)
        }
      }
    }
    for side in layout.inner + [layout.outermost] {
      for (below, above) in zip(side, side.dropFirst()) {
        #expect(
          clades.living.indices.allSatisfy {
            layout.high[below][$0] <= layout.low[above][$0] + 1e-12
          })
        #expect((layout.step[below] - layout.step[above]).magnitude >= 2)
      }
    }
    for (index, clade) in clades.clades.enumerated() {
      if let outer = clade.outer {
        #expect((layout.step[index] - layout.step[outer]).magnitude >= 2)
      }
    }
    let ribbons = figure.plot(.wide).panels[0].marks.compactMap { $0 as? Ribbon }
    #expect(ribbons.count == 1 + clades.clades.count)
    for (ribbon, clade) in zip(ribbons.dropFirst(), clades.clades) {
      for (x, sides) in zip(ribbon.x, zip(ribbon.low, ribbon.high)) {
        let share = Double(clade.members[Int(x)]) / 20
        #expect((sides.1 - sides.0 - share).magnitude < 1e-12)
      }
    }
  }

  @Test("a name lies in the area of its family alone", arguments: ["genetic", "pbt", "large"])
  func names(name: String) throws {
    let figure = try figure(name)
    let labels = figure.plot(.wide).panels[1].marks.compactMap { $0 as? Label }
      .filter { $0.anchor == .middle }
    #expect(!labels.isEmpty && labels.count <= 12)
    for label in labels {
      let clade = try #require(
        figure.clades.clades.firstIndex {
          Decimal.grouped(figure.data.phylogeny.ids[$0.head]) == label.text
        })
      let column = try #require(figure.generations.firstIndex(of: Int(label.x)))
      let layout = figure.layout
      #expect(label.y > layout.low[clade][column] && label.y < layout.high[clade][column])
      for inner in layout.inner[clade] {
        #expect(!(label.y > layout.low[inner][column] && label.y < layout.high[inner][column]))
      }
    }
  }

  @Test("the finding counts sweeps, their median interval and the longest reign")
  func finding() throws {
    let figure = try figure("genetic")
    let sweeps = figure.clades.sweeps
    // The last sweep's ancestor is that of the survivors.
    #expect(sweeps.last?.ancestor == figure.data.phylogeny.commonAncestor?.position)
    let text = try #require(figure.figure).finding.text
    let lasting = zip(sweeps, sweeps.dropFirst()).map { $1.generation - $0.generation }.sorted()
    let median = Double(lasting[(lasting.count - 1) / 2] + lasting[lasting.count / 2]) / 2
    let interval = Decimal.fixed(median, decimals: 1, trimmed: true)
    #expect(text.contains("then others with a median of \(interval) generation"))
    #expect(text.hasPrefix("In \(sweeps.count) sweeps one network"))
    #expect(text.contains("in generation \(sweeps[0].generation) (under neutral drift"))
    // Twenty networks, one elite: log 2 x 20.
    #expect(text.contains("(about 14 under neutral drift)"))
    let ticks = figure.plot(.wide).panels[1].marks.compactMap { $0 as? Links }[0]
    #expect(ticks.items.map { Int($0.x0) } == sweeps.map(\.generation))
    let rules = figure.plot(.wide).panels[1].marks.compactMap { $0 as? Rule }
    #expect(rules.count >= 2 && rules.count <= 6)
  }

  @Test("nothing is claimed of an interval where the run is short")
  func short() throws {
    let figure = try figure("pbt")
    #expect(figure.neutralInterval == nil)
    #expect(figure.figure?.finding.text.contains("about") == false)
  }

  @Test("without a sweep the finding says so and names the largest family")
  func noSweep() throws {
    let bundle = SyntheticBundle(
      settings: .init(size: 20, iterations: 3, fraction: 1, crossover: 0))
    let figure = CladesFigure(try data(bundle))
    #expect(figure.clades.sweeps.isEmpty)
    let text = try #require(figure.figure).finding.text
    #expect(
      text.hasPrefix(
        "None took over: no network became the ancestor of all the living in 3 generations"))
    #expect(text.contains("the largest family at the end is that of founder"))
  }

  @Test("an evolution strategy, a lone network and a run without generations have no picture")
  func nothing() throws {
    let strategy = try #require(figure("strategy").figure)
    #expect(
      strategy.body.html.text.isEmpty && strategy.finding.text.hasPrefix("None: each of the 12"))
    #expect(try figure("lone").figure == nil)
    #expect(try figure("unmoved").figure == nil)
  }

  @Test("where many families last for long, fewer generations are drawn, and the budget holds")
  func slow() throws {
    let figure = try figure("large")
    let parts = figure.clades.clades.reduce(0) { sum, clade in
      sum + zip(clade.members, figure.clades.living).count { $0 > 0 && $0 < $1 }
    }
    #expect(parts > 700 && parts < 1_600)
    let shown = try #require(figure.figure)
    let drawn = figure.generations.count
    #expect(drawn >= 30 && figure.generations.first == 0 && figure.generations.last == 60)
    #expect(shown.notes.text.contains("Drawn at \(drawn) of 61 generations") == (drawn < 61))
    #expect(shown.html.text.utf8.count <= shown.budget)
  }

  @Test("a long run is drawn at 400 generations")
  func long() throws {
    let bundle = SyntheticBundle(settings: .init(size: 4, iterations: 1000, fraction: 0.5))
    let figure = CladesFigure(try data(bundle))
    #expect(figure.clades.living.count == 400)
    #expect(figure.figure?.notes.text.contains("Drawn at 400 of 1,001 generations") == true)
  }
}
