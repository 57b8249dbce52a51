import HerdbookCharts
import HerdbookModel

/// F7 of two runs in one panel a measure.
struct JointDiversity {
  private struct Measure {
    let title: String
    let unit: String
    let values: (Generations) -> [Double]
    var top: Double?
  }
  private let comparison: Comparison
  private let sides: ComparedSides

  init(_ comparison: Comparison, _ sides: ComparedSides) {
    self.comparison = comparison
    self.sides = sides
  }

  private var measures: [Measure] {
    [
      Measure(
        title: "Effective founders", unit: "inverse Simpson index", values: \.effectiveFounders),
      Measure(
        title: "Age of the common ancestor", unit: "generations", values: \.ancestorAge),
      Measure(
        title: "Distance of weights", unit: "mean pairwise L2, generation 0 = 1",
        values: \.relativeDiversity),
      Measure(
        title: "Disagreement", unit: "share of images that two networks read differently",
        values: \.disagreement),
    ].filter { measure in
      sides.all.contains { measure.values($0.generations).contains(where: \.isFinite) }
    }
  }

  var figure: Figure? {
    let measures = measures
    guard !measures.isEmpty, sides.all.contains(where: { $0.generations.count > 1 }) else {
      return nil
    }
    return Figure(
      id: "diversity", short: "Diversity", question: "Which population stays more diverse?",
      finding: finding, body: Layout.drawn { plot(measures, $0) },
      notes: """
        All living networks of one run of each at every generation, one scale a panel; A in full lines, B in broken ones. \
        Where there is no common ancestor, its age has no line. What drift alone would do is in the report of either.
        """,
      tables: comparison.tables(["lineage", "diversity"]), budget: 60_000)
  }

  private var finding: HTML {
    let parts = sides.all.map { side -> HTML in
      let generations = side.generations
      let last = generations.last
      let one: HTML =
        generations.oneFounder.map {
          "one founder is left from generation \(Words.count($0)) on"
        }
        ?? "\(Words.count(generations.founders[last])) of \(Words.count(generations.founders[0])) founders are left at the end"
      return """
        in \(side.letter.rawValue) \(one), and the weights end at \
        \(Words.value(generations.relativeDiversity[last])) of their distance at first
        """
    }
    let sentence = parts.joined(separator: "; ").text
    return HTML(verbatim: sentence.prefix(1).uppercased() + sentence.dropFirst() + ".")
  }

  private func plot(_ measures: [Measure], _ layout: Layout) -> Plot {
    let size = layout.isNarrow ? 11.0 : 13
    let columns = layout.isNarrow ? 1 : 2
    let gap = 62.0
    let start = layout.isNarrow ? 50.0 : 34
    let width = (layout.width - 44 - Double(columns - 1) * gap - 26) / Double(columns)
    let height = layout.isNarrow ? 130.0 : 160
    let pitch = height + 100
    var panels = [sides.key(x: 4, y: 16, size: size, isNarrow: layout.isNarrow)]
    for (index, measure) in measures.enumerated() {
      let left = 44 + Double(index % columns) * (width + gap)
      let top = start + 56 + Double(index / columns) * pitch
      let courses = sides.all.map { side -> (x: [Double], y: [Double]) in
        let kept = side.generations.drawn(isNarrow: layout.isNarrow)
        let values = measure.values(side.generations)
        return (kept.map { side.generations.generation[$0] }, kept.map { values[$0] })
      }
      let highest = courses.flatMap(\.y).filter(\.isFinite).max() ?? 1
      let frame = Frame(
        x: Scale(domain: sides.generations, from: left, to: left + width),
        y: Scale(domain: 0...max(highest, 1e-9) * 1.04, from: top + height, to: top))
      let ends = courses.map { course -> (x: Double, y: Double) in
        guard let last = course.y.lastIndex(where: \.isFinite) else { return (.nan, .nan) }
        return (course.x[last], course.y[last])
      }
      let origin = (frame.x.domain.lowerBound, frame.y.domain.upperBound)
      panels += [
        Panel(
          frame,
          [
            Axis(.left, grid: true, size: size), Axis(.bottom, wholeNumbers: true, size: size),
            Label(
              measure.title, x: origin.0, y: origin.1, offset: (0, -size - 14), size: size + 1,
              bold: true, color: Palette.ink),
            Label(measure.unit, x: origin.0, y: origin.1, offset: (0, -11), size: size - 1),
          ]),
        Panel(
          frame, clips: true,
          zip(sides.all, courses).map { side, course in
            Line(x: course.x, y: course.y, style: side.letter.line())
          }),
        Panel(frame, sides.letters(ends, in: frame, size: size)),
      ]
    }
    let rows = (measures.count + columns - 1) / columns
    return Plot(
      id: "diversity\(layout.suffix)", width: layout.width,
      height: start + 56 + Double(rows) * pitch - 60,
      title: "Diversity of both populations over the generations",
      summary: measures.map { measure in
        let ends = sides.all.map { Words.value(measure.values($0.generations).last ?? .nan) }
        return "\(measure.title): A ends at \(ends[0]), B at \(ends[1])."
      }.joined(separator: " "), panels: panels)
  }
}
