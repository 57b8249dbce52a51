import HerdbookCharts
import HerdbookModel
import HerdbookReport
import Synchronization
import Testing

/// The small multiples over generations.
@Suite struct CoursesFigureTests {
  private func figure(_ name: String) throws -> CoursesFigure {
    try #require(try CoursesFigure(Cases.named(name).contents))
  }

  @Test("a course is the median, lowest and highest over its runs of the best so far")
  func course() throws {
    let course = try #require(
      VariantCourse("a", accuracies: [[0.1, 0.4, 0.3, 0.5], [0.2, 0.1], [0.3, 0.6, 0.9, 0.9]]))
    #expect(course.generation == [0, 1, 2, 3] && course.runs == 3 && course.hasEarlierEnd)
    #expect(course.median == [0.2, 0.4, 0.4, 0.5])
    #expect(course.low == [0.1, 0.2, 0.2, 0.2])
    #expect(course.high == [0.3, 0.6, 0.9, 0.9])
    #expect(course.generation(of: 0.4) == 1 && course.generation(of: 0.51) == nil)
    let even = try #require(VariantCourse("a", accuracies: [[0.1], [0.2]]))
    #expect((even.median[0] - 0.15).magnitude < 1e-12 && !even.hasEarlierEnd)
    #expect(VariantCourse("a", accuracies: []) == nil)
  }

  @Test("a generation without an accuracy keeps the best before it, and has none before the first")
  func unknown() throws {
    let course = try #require(VariantCourse("a", accuracies: [[.nan, 0.3, .nan, 0.2]]))
    #expect(course.median[0].isNaN && Array(course.median[1...]) == [0.3, 0.3, 0.3])
  }

  @Test("lines and bands are those of the runs, on one scale", arguments: [true, false])
  func drawn(isNarrow: Bool) throws {
    let figure = try figure("variants")
    let study = try #require(try Cases.named("variants").study)
    #expect(figure.courses.map(\.variant) == study.names && figure.courses[0].runs == 8)
    let panels = figure.plot.plot(isNarrow ? .narrow : .wide).panels
    // Of each variant the data, then the words above them.
    #expect(panels.count == 2 * study.names.count)
    let frames = panels.map(\.frame)
    #expect(Set(frames.map(\.x.domain)).count == 1 && Set(frames.map(\.y.domain)).count == 1)
    let baseline = figure.courses[0].median.map { 1 - $0 }
    for (index, course) in figure.courses.enumerated() {
      let lines = panels[2 * index].marks.compactMap { $0 as? Line }
      let own = try #require(lines.last)
      #expect(own.x == course.generation && own.y == course.median.map { 1 - $0 })
      #expect(own.style.stroke == .theme(Palette.accent))
      let control = lines.dropLast()
      #expect(control.map(\.y) == (index == 0 ? [] : [baseline]))
      #expect(control.allSatisfy { $0.style.stroke == .theme(Palette.null) })
      let band = try #require(panels[2 * index].marks.compactMap { $0 as? Ribbon }.first)
      #expect(band.low == course.low.map { 1 - $0 } && band.high == course.high.map { 1 - $0 })
    }
  }

  @Test("what stands higher has the smaller error, and ticks tell accuracies where they are")
  func scale() throws {
    let panel = try figure("variants").plot.plot(.wide).panels[0]
    #expect(panel.frame.y(0.1) < panel.frame.y(0.5))
    let axis = try #require(panel.marks.compactMap { $0 as? Axis }.first { $0.edge == .left })
    let (ticks, labels) = (try #require(axis.ticks), try #require(axis.labels))
    #expect(ticks.count >= 3)
    for (tick, label) in zip(ticks, labels) {
      #expect((1 - tick - (try #require(Double(label)))).magnitude < 1e-9)
    }
  }

  @Test("the finding tells the baseline's end, and who comes that far first")
  func finding() throws {
    let courses = try figure("variants").courses
    let level = courses[0].median[8]
    let generations = courses.dropFirst().map { $0.generation(of: level) }
    #expect(generations.allSatisfy { $0.map { $0 < 8 } ?? false })
    let (other, neurons) = (try #require(generations[0]), try #require(generations[1]))
    #expect(neurons < other)
    func share(_ value: Double) -> String { Decimal.fixed(value, decimals: 3) }
    let text = try figure("variants").figure.finding.words
    #expect(
      text == """
        The median of scratch, the baseline, comes to \(share(level)) of the validation images by generation 8, \
        single runs between \(share(courses[0].low[8])) and \(share(courses[0].high[8])). Of 2 other variants 2 come that \
        far: neurons first, in generation \(Int(neurons)).
        """)
  }

  @Test("of several seeds of one variant it tells how far apart they lie")
  func seeds() throws {
    let figure = try figure("replicates")
    #expect(figure.courses.count == 1 && figure.courses[0].runs == 40)
    let course = figure.courses[0]
    let text = figure.figure.finding.words
    #expect(text.hasPrefix("The median of 40 runs goes from 0.100 to"))
    #expect(
      text.contains("then lie \(Decimal.fixed(course.high[8] - course.low[8], decimals: 3)) apart"))
    #expect(figure.figure.question == "How does each seed get there?")
  }

  @Test("of many variants twelve are drawn, the baseline among them, and the page says so")
  func many() throws {
    let figure = try figure("many")
    #expect(figure.courses.count == 12)
    #expect(figure.courses[0].variant == (try Cases.named("many").study?.names[0]))
    #expect(figure.figure.notes.words.contains("Drawn are 12 of 40 variants"))
  }

  @Test("there is none of one run, none of generation 0 alone, and none where others are asked for")
  func absent() throws {
    #expect(try CoursesFigure(Cases.genetic.contents) == nil)
    var unmoved = try Cases.named("variants")
    unmoved.settings = .init(iterations: 0)
    #expect(try CoursesFigure(unmoved.contents) == nil)
    var contents = try Cases.named("variants").contents
    contents.figures = ["fitness"]
    let table = contents.table
    contents.table = { path in
      Issue.record("\(path) is read for nothing")
      return try table(path)
    }
    #expect(try CoursesFigure(contents) == nil)
  }

  @Test("only runs of variants that are drawn are read")
  func read() throws {
    var contents = try Cases.named("many").contents
    let table = contents.table
    let count = Atomic(0)
    contents.table = { path in
      if path.hasSuffix("generations.csv") { count.add(1, ordering: .relaxed) }
      return try table(path)
    }
    _ = try CoursesFigure(contents, threads: 2)
    #expect(count.load(ordering: .relaxed) == 12 * 12)
  }
}
