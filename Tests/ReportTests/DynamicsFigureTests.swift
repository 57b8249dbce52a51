import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel
import HerdbookReport
import Testing

/// Convergence, dynamics, forecast and path say what the tables hold.
@Suite struct DynamicsFigureTests {
  private func data(_ bundle: SyntheticBundle) throws -> BundleRun {
    try BundleRun(bundle.contents.runs[0], in: bundle.contents)
  }

  private func text(_ figure: Figure?) throws -> String {
    MarkupReader(try #require(figure).html.text).text
  }

  @Test(
    "the plateau is the first generation with 99 % of the rise, and the noise that of the images")
  func convergence() throws {
    let bundle = try Cases.named("pbt")
    let data = try data(bundle)
    let figure = ConvergenceFigure(bundle.contents, data)
    let accuracy = data.generations.validation
    var best = accuracy[0]
    let course = accuracy.map { value -> Double in
      best = max(best, value)
      return best
    }
    let plateau = try #require(
      course.firstIndex { $0 >= course[0] + 0.99 * (course[course.count - 1] - course[0]) })
    let words = try text(figure.figure)
    #expect(words.contains("by generation \(plateau)"), "\(words.prefix(400))")
    let rules = figure.plot(.wide).panels.flatMap(\.marks).compactMap { $0 as? Rule }
    #expect(rules.contains { $0.places == [.vertical(Double(plateau))] })
    // Twice the standard error on 5,000 images.
    let noise = 2 * (best * (1 - best) / 5000).squareRoot()
    #expect(rules.contains { $0.places == [.horizontal(noise)] })
    // What is zero has no place on a logarithmic scale.
    let step = figure.plot(.wide).panels[0].marks.compactMap { $0 as? Line }[0]
    for (drawn, value) in zip(step.y, data.generations.championChange) {
      #expect(value > 0 ? drawn == value : drawn.isNaN)
    }
  }

  @Test("a run that stands still has not converged, and one that diverged has no such figure")
  func still() throws {
    let constant = try Cases.named("constant")
    #expect(
      try text(ConvergenceFigure(constant.contents, data(constant)).figure).contains(
        "never rose above that of generation 0"))
    let diverged = try Cases.named("all-diverged")
    let figure = try ConvergenceFigure(diverged.contents, data(diverged)).figure
    let words = try figure.map { try text($0) }
    #expect(words?.contains("nan") != true)
    #expect(try ConvergenceFigure(constant.contents, data(Cases.named("one-step"))).figure == nil)
  }

  @Test("numbers on a logarithmic axis tell its ticks apart", arguments: Cases.all.map(\.name))
  func logarithmicTicks(name: String) throws {
    let bundle = try Cases.named(name)
    let figure = try ConvergenceFigure(bundle.contents, data(bundle))
    guard figure.figure != nil else { return }
    for layout in [Layout.wide, .narrow] {
      let axes = figure.plot(layout).panels.flatMap(\.marks).compactMap { $0 as? Axis }
      for labels in axes.filter({ $0.edge == .left }).compactMap(\.labels) {
        #expect(Set(labels).count == labels.count, "\(labels)")
      }
    }
  }

  @Test("the finding of the dynamics is that of the percentiles, layer by layer")
  func dynamics() throws {
    let data = try data(Cases.genetic)
    let words = try text(DynamicsFigure(data).figure)
    for whole in data.distributions where whole.inputs == "live" {
      let layer = whole.thinned(to: 41)
      let dynamics = DistributionDynamics(layer.percentiles)
      let members = Double(data.phylogeny.survivors.count)
      let noise = samplingDistance(
        layer.percentiles[layer.percentiles.count - 1],
        count: layer.count[layer.count.count - 1] / members)
      let isNoisy = noise > 0.05 * dynamics.span
      let settled = dynamics.settled(within: isNoisy ? noise / dynamics.span : 0.05)
      let told =
        isNoisy
        ? "lies no further from its end than two samples of it"
        : "lies within 5 % of its way from the end"
      #expect(
        words.contains(
          "layer \(layer.layer) \(told) from generation \(Int(layer.generation[settled])) on"),
        "\(words.prefix(300))")
    }
    #expect(DynamicsFigure(try self.data(Cases.named("unmoved"))).figure == nil)
    #expect(DynamicsFigure(try self.data(Cases.named("bare"))).figure == nil)
  }

  @Test("forecasts know the first six snapshots alone")
  func forecast() throws {
    let data = try data(Cases.genetic)
    let figure = try ForecastFigure(Cases.genetic.contents, data)
    let layer = try #require(data.distributions.first)
    let known = Array(layer.generation.prefix(6))
    let panel = figure.plot(.wide).panels[1]
    let lines = panel.marks.compactMap { $0 as? Line }
    #expect(lines.count == 4)
    let end = layer.generation.count - 1
    let drawn = stride(from: 1, through: 99, by: 2)
    #expect(lines[3].y == drawn.map { layer.percentiles[end][$0] })
    #expect(lines[0].y == drawn.map { layer.percentiles[5][$0] })
    for percent in [5, 51, 91] {
      let told = Forecast.logarithmic(
        known, layer.percentiles.prefix(6).map { $0[percent] }, at: layer.generation[end])
      #expect((lines[2].y[(percent - 1) / 2] - told).magnitude < 1e-12)
    }
    #expect(
      try text(figure.figure).contains("From generation \(Int(known[5])) the logarithmic trend"))
    #expect(
      try ForecastFigure(Cases.genetic.contents, self.data(Cases.named("one-step"))).figure == nil)
  }

  @Test("where the weights stay as they are there is nothing to tell")
  func stillForecast() throws {
    var contents = Cases.genetic.contents
    let whole = contents.table
    contents.table = { path in
      guard path == "runs/main-0/distributions.csv", let table = try whole(path) else {
        return try whole(path)
      }
      // All snapshots are the first one.
      let columns = Columns(path: path, table: table)
      let layers = try columns.integers("layer")
      let inputs = try columns.texts("inputs")
      let kinds = zip(layers, inputs).map { "\($0) \($1)" }
      return try Table(
        table.columns.map { column throws -> Table.Column in
          guard column.name.hasPrefix("p"), Int(column.name.dropFirst()) != nil else {
            return column
          }
          let values = try columns.reals(column.name)
          return .init(
            column.name, .reals(kinds.map { kind in values[kinds.firstIndex(of: kind) ?? 0] }))
        })
    }
    let figure = try ForecastFigure(
      contents, BundleRun(contents.runs[0], in: contents))
    #expect(try text(figure.figure).contains("by 0: there was no change to tell"))
  }

  @Test("the order of runs is held against the order at the end, generation by generation")
  func ranking() throws {
    let bundle = try Cases.named("replicates")
    var contents = bundle.contents
    let table = contents.table
    // Runs keep their order from generation 3 on; before it, it is reversed. The first has a course of its own, and is the
    // best at the end.
    let rank = Dictionary(
      uniqueKeysWithValues: contents.runs.enumerated().map { ($1.id, $0 == 0 ? 99 : Double($0)) })
    contents.table = { path in
      let parts = path.split(separator: "/")
      if path == "summary.csv" {
        return Table([
          .init("run", .texts(rank.keys.sorted())),
          .init("test_accuracy", .reals(rank.keys.sorted().map { 0.5 + (rank[$0] ?? 0) / 1000 })),
          .init("test_images", .integers(rank.map { _ in 10_000 })),
        ])
      }
      guard parts.count == 3, parts[2] == "generations.csv", let place = rank[String(parts[1])],
        parts[1] != "main-0"
      else { return try table(path) }
      return Table([
        .init(
          "validation_accuracy",
          .reals((0...8).map { $0 < 3 ? 0.4 - place / 100 : 0.4 + place / 100 }))
      ])
    }
    let figure = try ForecastFigure(contents, BundleRun(contents.runs[0], in: contents))
    let words = try text(figure.figure)
    #expect(words.contains("From generation 3 on the order of"), "\(words.prefix(300))")
    let line = try #require(figure.plot(.wide).panels[0].marks.compactMap { $0 as? Line }.first)
    #expect(line.x == (0...8).map(Double.init))
    #expect(line.y[0] < -0.8 && line.y[5] > 0.8)
  }

  @Test("the path's bars are its shares, its ticks those of a random walk")
  func path() throws {
    let data = try data(Cases.genetic)
    let figure = PathFigure(data)
    #expect(try text(figure.figure).contains("One component holds 80 % of the variance"))
    #expect(try text(figure.figure).contains("61 %: more of one direction than chance gives"))
    let marks = try #require(figure.drawn(.wide)).panels.flatMap(\.marks)
    let bars = marks.compactMap { $0 as? Rectangles }[0].items
    #expect(bars.map(\.y.upperBound) == [0.8, 0.15, 0.05])
    let line = marks.compactMap { $0 as? Line }[0]
    #expect(line.x == (0...8).map { Double($0) - 4 })
    #expect(PathFigure(try self.data(Cases.named("bare"))).figure == nil)
  }
}
