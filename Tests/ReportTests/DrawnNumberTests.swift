import HerdbookCharts
import HerdbookModel
import HerdbookReport
import Testing

/// What is drawn is what the tables hold.
@Suite struct DrawnNumberTests {
  private func data(_ bundle: SyntheticBundle) throws -> BundleRun {
    let contents = bundle.contents
    return try BundleRun(contents.runs[0], in: contents)
  }

  @Test("percentiles between whole ones lie on the straight line between their neighbours")
  func quantiles() throws {
    let layer = try #require(try data(Cases.genetic).distributions.first)
    for row in layer.percentiles.indices {
      #expect(layer.quantile(16)[row] == layer.percentiles[row][16])
      let expected = (layer.percentiles[row][2] + layer.percentiles[row][3]) / 2
      #expect((layer.quantile(2.5)[row] - expected).magnitude < 1e-12)
      #expect(layer.quantile(100)[row] == layer.percentiles[row][100])
    }
  }

  @Test("the drawn percentiles are the data's")
  func drawnPercentiles() throws {
    let data = try data(Cases.genetic)
    let plot = WeightDistributions(data: data).plot(.wide)
    // For each layer: axes, the clipped data, labels.
    for (index, whole) in data.distributions.enumerated() {
      let layer = whole.thinned(to: 32)
      #expect(layer.generation.last == whole.generation.last)
      let panel = plot.panels[3 * index + 1]
      let lines = panel.marks.compactMap { $0 as? Line }
      let percents: [Double] = [97.5, 84, 50, 16, 2.5, 0, 100]
      #expect(lines.count == percents.count)
      for (line, percent) in zip(lines, percents) {
        #expect(line.y == layer.quantile(percent) && line.x == layer.generation)
        let path = line.elements(in: panel.frame)[0].attributes.first { $0.name == "d" }?.value
        let y = Decimal.coordinate(panel.frame.y(layer.quantile(percent)[0]))
        let x = Decimal.coordinate(panel.frame.left)
        let start = "M\(x) \(y)"
        #expect(path?.hasPrefix(start) == true)
        #expect(path?.dropFirst(start.count).first.map { "lhv".contains($0) } == true)
      }
    }
  }

  @Test("a long run is drawn at 400 generations, its first and last among them, and says so")
  func longRun() throws {
    let bundle = SyntheticBundle(settings: .init(size: 4, iterations: 1000, fraction: 0.5))
    let data = try data(bundle)
    #expect(data.generations.count == 1001)
    let fitness = FitnessFan(contents: bundle.contents, data: data).plot(.wide)
    let diversity = DiversityFigure(data: data).plot(.wide)
    for (name, plot) in [("fitness", fitness), ("diversity", diversity)] {
      let marks = plot.panels.flatMap(\.marks)
      let lines =
        marks.compactMap { $0 as? Line }.map(\.x) + marks.compactMap { $0 as? Ribbon }.map(\.x)
      #expect(!lines.isEmpty && lines.allSatisfy { $0.count <= 400 }, "\(name)")
      let whole = lines.filter { $0.count == 400 }
      #expect(whole.count > 3 && whole.allSatisfy { $0.last == 1000 }, "\(name)")
      #expect(whole.contains { $0.first == 0 }, "\(name)")
    }
    let page = try Report(bundle.contents).render().page
    let text = String(decoding: page, as: UTF8.self)
    #expect(text.matches(of: /Drawn at 400 of 1,001 generations/).count == 4)
  }

  @Test("never-lit inputs are drawn apart, and hatched in every tile")
  func neverLit() throws {
    let data = try data(Cases.genetic)
    #expect(data.distributions.map(\.inputs) == ["live", "never-lit", "live"])
    #expect(data.lit.contains(0))
    let matrix = try #require(NeuronMatrix(Cases.genetic.contents, data))
    let whole = matrix.sheet(perRow: 10, ownScale: false).bytes
    #expect(whole != matrix.sheet(perRow: 10, ownScale: true).bytes)
  }

  @Test("units stand in the order of their importance")
  func importance() throws {
    let data = try data(Cases.genetic)
    let matrix = try #require(NeuronMatrix(Cases.genetic.contents, data))
    let neurons = try #require(data.neurons)
    let values = matrix.order.map { neurons.importance[$0] }
    #expect(values == values.sorted(by: >) && Set(matrix.order).count == 100)
  }

  @Test("an input that is no plane has no tiles")
  func noPlane() throws {
    let bundle = try Cases.named("no-plane")
    #expect(NeuronMatrix(bundle.contents, try data(bundle)) == nil)
  }

  @Test("anchors are shown for the dataset they were measured on, and only as it is")
  func anchors() throws {
    var bundle = Cases.genetic
    #expect(Verdict(contents: bundle.contents, data: try data(bundle)).anchors.count == 2)
    bundle.extraSettings = [
      .init(path: "dataset.shuffle-labels", value: .boolean(true), origin: .file)
    ]
    #expect(Verdict(contents: bundle.contents, data: try data(bundle)).anchors.isEmpty)
    bundle.extraSettings = []
    bundle.dataset = "digits"
    #expect(Verdict(contents: bundle.contents, data: try data(bundle)).anchors.isEmpty)
  }

  @Test("a phylogeny that names an unknown or later parent is refused")
  func phylogeny() throws {
    let columns = Columns(
      path: "p.csv",
      table: Table([
        .init("id", .integers([0, 1])), .init("ancestor_list", .texts(["[1]", "[none]"])),
        .init("origin_time", .integers([0, 0])), .init("destruction_time", .texts(["inf", "inf"])),
        .init("fitness", .texts(["", "0.5"])),
      ]))
    #expect(throws: ReportError.self) { try Phylogeny(columns) }
  }

  @Test("single networks are drawn with the percentiles of whom they come from at each time")
  func individuals() throws {
    let data = try data(Cases.genetic)
    let run = SyntheticRun(Cases.genetic.settings)
    let plot = try #require(IndividualDistributions(data)).plot(.wide)
    let times = [0, 29, 57, 86, 114, 143, 171, 200]
    let medians = plot.panels.flatMap(\.marks).compactMap { $0 as? Line }
    let bands = plot.panels.flatMap(\.marks).compactMap { $0 as? Ribbon }
    #expect(medians.count == 10 && bands.count == 20)
    let line = run.lineage(run.champion(200))
    let ids = times.map { time in line.last { run.book[$0].birth <= time } ?? -1 }
    #expect(medians[0].x == times.map(Double.init))
    let axes = plot.panels.flatMap(\.marks).compactMap { $0 as? Axis }
    #expect(axes.count == 2 && axes.allSatisfy { $0.ticks?.count == 3 && $0.ticks?[1] == 0 })
    for (step, id) in ids.enumerated() {
      let scale = 0.05 + 0.001 * Double(id)
      #expect((bands[0].low[step] - SyntheticRun.quantile(0.05) * scale).magnitude < 1e-9)
      #expect((bands[1].high[step] - SyntheticRun.quantile(0.75) * scale).magnitude < 1e-9)
    }
    #expect(IndividualDistributions(try self.data(Cases.named("unmoved"))) == nil)
  }
}
