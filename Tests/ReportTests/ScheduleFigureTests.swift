import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel
import HerdbookReport
import Testing

@Suite struct ScheduleFigureTests {
  private func data(_ bundle: SyntheticBundle) throws -> BundleRun {
    let contents = bundle.contents
    return try BundleRun(contents.runs[0], in: contents)
  }

  /// A run whose networks have learning rates: a tenth, halved at each birth but the first.
  private func withRates(_ name: String = "pbt", populations: Bool = true) throws -> BundleRun {
    var contents = try Cases.named(name).contents
    let table = contents.table
    contents.table = { path in
      guard var table = try table(path) else { return nil }
      if path.hasSuffix("phylogeny.csv") {
        table.columns.append(
          .init("learning_rate", .reals((0..<table.rowCount).map { 0.1 / Double(1 + $0 / 20) })))
        table.columns.append(.init("batch", .integers([Int](repeating: 16, count: table.rowCount))))
      }
      if path.hasSuffix("generations.csv"), populations {
        for (suffix, value) in [("min", 0.001), ("median", 0.06), ("max", 0.2)] {
          table.columns.append(
            .init(
              "learning_rate_\(suffix)", .reals([Double](repeating: value, count: table.rowCount))))
        }
      }
      return table
    }
    return try BundleRun(contents.runs[0], in: contents)
  }

  @Test("rows follow the champion's line, and only what differs has one")
  func rows() throws {
    let figure = ScheduleFigure(try withRates())
    #expect(figure.rows.map(\.hyperparameter.name) == ["learning_rate"])
    let row = figure.rows[0]
    #expect(row.y == (figure.line + figure.line.suffix(1)).map { 0.1 / Double(1 + $0 / 20) })
    #expect(row.x.dropLast() == figure.line.map { Double(figure.data.phylogeny.birth[$0]) }[...])
    #expect(row.x.last == 40)
    let line = try #require(
      figure.plot(.wide).panels.flatMap(\.marks).compactMap { $0 as? Line }
        .first { $0.shape == .steps })
    #expect(line.y == row.y && line.x == row.x)
    let band = try #require(
      figure.plot(.wide).panels.flatMap(\.marks).compactMap { $0 as? Ribbon }.first)
    #expect(band.low[0] == 0.001 && band.high[0] == 0.2)
    let text = try #require(figure.figure).finding.text
    let last = Words.value(row.y[row.y.count - 1])
    #expect(
      text.contains(
        "learning rate \(Words.value(row.y[0])) at first, \(last) at last, the population’s median 0.0600"
      ))
  }

  @Test("without columns of the population there is no band and no median")
  func unknownPopulation() throws {
    let figure = ScheduleFigure(try withRates(populations: false))
    #expect(figure.plot(.wide).panels.flatMap(\.marks).allSatisfy { !($0 is Ribbon) })
    #expect(figure.figure?.finding.text.contains("the population’s median") == false)
  }

  @Test("bars are the gains of the births, and the finding says what they add up to")
  func bars() throws {
    let data = try data(Cases.genetic)
    let figure = ScheduleFigure(data)
    let line = figure.line
    #expect(line == data.phylogeny.lineage(of: try #require(data.champion)))
    let gains = zip(line, line.dropFirst()).map {
      data.phylogeny.fitness[$1] - data.phylogeny.fitness[$0]
    }
    #expect(gains.count > 120)
    let bars = figure.plot(.wide).panels.flatMap(\.marks).compactMap { $0 as? Rectangles }[0]
    #expect(bars.items.count == 120)
    // Of each of 120 stretches of the line the greatest, so that none is left empty; and the champion's own.
    let expected =
      (0..<119).map { stretch in
        gains[stretch * gains.count / 120..<(stretch + 1) * gains.count / 120].reduce(0.0) {
          $1.magnitude > $0.magnitude ? $1 : $0
        }
      } + gains.suffix(1)
    #expect(bars.items.map { $0.y.lowerBound + $0.y.upperBound } == expected)
    let glyphs = figure.plot(.wide).panels.flatMap(\.marks).compactMap { $0 as? Glyphs }
    #expect(glyphs.map(\.x.count).reduce(0, +) == 120)
    let text = try #require(figure.figure).finding.text
    #expect(text.hasPrefix("\(gains.count) births lead from founder"))
    #expect(text.contains("all mutations"))
    let total = data.phylogeny.fitness[line[line.count - 1]] - data.phylogeny.fitness[line[0]]
    #expect(text.contains("fitness changed by +\(Words.value(total)) in all"))
    let share = gains.sorted(by: >).prefix(3).reduce(0, +) / total
    #expect(text.contains("\(Words.percent(share, decimals: 0)) of it in the best three"))
    #expect(text.contains("for all births of the run"))
    #expect(figure.figure?.question == "Which births made the champion?")
  }

  @Test("every operator has a shape and a lane of its own")
  func operators() throws {
    var contents = try Cases.named("pbt").contents
    let table = contents.table
    let kinds = Individual.Operator.allCases.dropFirst(2).map(\.rawValue)
    contents.table = { path in
      guard var table = try table(path), path.hasSuffix("phylogeny.csv") else {
        return try table(path)
      }
      let at = try #require(table.columns.firstIndex { $0.name == "operator" })
      table.columns[at] = .init(
        "operator", .texts((0..<table.rowCount).map { kinds[$0 % kinds.count] }))
      return table
    }
    let figure = ScheduleFigure(try BundleRun(contents.runs[0], in: contents))
    let glyphs = figure.plot(.wide).panels.flatMap(\.marks).compactMap { $0 as? Glyphs }
    #expect(glyphs.count == figure.operators.count)
    #expect(Set(glyphs.map(\.shape)).count == glyphs.count && glyphs.count > 2)
    #expect(Set(glyphs.compactMap(\.y.first)).count == glyphs.count)
    #expect(figure.operators.flatMap(\.births).sorted() == Array(figure.line.indices.dropLast()))
  }

  @Test("a champion that is a founder, or a run without generations, has no events")
  func founder() throws {
    let bundle = SyntheticBundle(settings: .init(size: 3, iterations: 4, elites: 3))
    let figure = ScheduleFigure(try data(bundle))
    #expect(figure.line.count == 1)
    let shown = try #require(figure.figure)
    #expect(shown.finding.text.hasPrefix("No birth: the champion is network"))
    #expect(shown.body.html.text.isEmpty)
    #expect(ScheduleFigure(try data(Cases.named("unmoved"))).figure == nil)
  }

  @Test("an evolution strategy has words of its own")
  func strategy() throws {
    let figure = try #require(ScheduleFigure(try data(Cases.named("strategy"))).figure)
    #expect(figure.finding.text.contains("from the first centre"))
    #expect(figure.notes.text.contains("its line is that of the centres"))
  }

  @Test("an operator that nobody knows is named with its place")
  func unknown() throws {
    let columns = Columns(
      path: "p.csv",
      table: Table([
        .init("id", .integers([0])), .init("ancestor_list", .texts(["[none]"])),
        .init("origin_time", .integers([0])), .init("destruction_time", .texts(["inf"])),
        .init("operator", .texts(["magic"])), .init("fitness", .texts(["0.5"])),
      ]))
    #expect(
      throws: ReportError.cell(path: "p.csv", row: 1, column: "operator", text: "magic")
    ) { try Phylogeny(columns) }
  }
}
