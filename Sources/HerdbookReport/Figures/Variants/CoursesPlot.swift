package import HerdbookCharts

/// A small panel for each variant, all on one scale.
package struct CoursesPlot {
  let courses: [VariantCourse]
  /// Whose median stands in every panel, in grey.
  let baseline: VariantCourse?
  /// Validation images, which tell the smallest error that can be measured.
  let images: Double

  /// Points of a line.
  static func points(isNarrow: Bool) -> Int { isNarrow ? 32 : 60 }

  /// Where the panels stand, in pixels.
  private struct Grid {
    let columns: Int
    let rows: Int
    let size: Double
    let left: Double
    let gap: Double
    let width: Double
    let height: Double
    let isNarrow: Bool

    init(_ count: Int, _ layout: Layout) {
      isNarrow = layout.isNarrow
      size = isNarrow ? 11 : 13
      columns =
        isNarrow ? min(2, count) : count <= 4 ? count : [5, 6, 9].contains(count) ? 3 : 4
      rows = (count + columns - 1) / columns
      left = isNarrow ? 44 : 54
      gap = isNarrow ? 18 : 26
      let room = layout.width - left - 16 - Double(columns - 1) * gap
      width = min(room / Double(columns), 560)
      height = columns == 1 ? 220 : isNarrow ? 112 : columns < 4 ? 170 : 132
    }

    /// Room for two lines of words above a panel, and from one row to the next.
    var head: Double { 2 * size + 14 }
    var pitch: Double { head + height + size + 28 }
    var bottom: Double { Double(rows) * pitch + size }
  }

  package func plot(_ layout: Layout) -> Plot {
    let grid = Grid(courses.count, layout)
    let ends = courses.prefix(12).map { "\($0.variant) \(share($0.median[$0.last]))" }
    return Plot(
      id: "\(CoursesFigure.id)\(layout.suffix)", width: layout.width, height: grid.bottom,
      title:
        "Best validation accuracy so far over generations\(courses.count > 1 ? ", by variant" : "")",
      summary: "Medians at the end: \(ends.joined(separator: ", ")).",
      panels: courses.indices.flatMap { panels($0, grid) })
  }

  private func share(_ value: Double) -> String {
    value.isNaN ? "n/a" : Words.share(value, of: images)
  }

  // MARK: scales

  private var scale: AccuracyScale { AccuracyScale(images: images) }

  private var errors: ClosedRange<Double> {
    scale.domain(courses.flatMap { $0.low + $0.high })
  }

  // MARK: panels

  private func panels(_ index: Int, _ grid: Grid) -> [Panel] {
    let course = courses[index]
    let (row, column) = (index / grid.columns, index % grid.columns)
    let left = grid.left + Double(column) * (grid.width + grid.gap)
    let top = Double(row) * grid.pitch + grid.head
    let end = max(1, courses.map { $0.generation[$0.last] }.max() ?? 1)
    let frame = Frame(
      x: Scale(domain: 0...end, from: left, to: left + grid.width),
      y: Scale(.log, domain: errors, from: top, to: top + grid.height))
    let axes: [any Mark] = [
      AccuracyScale.axis(frame.y, labelled: column == 0, size: grid.size),
      Axis(
        .bottom, title: index == courses.count - 1 ? "generation" : "", wholeNumbers: true,
        size: grid.size),
    ]
    let rows = Words.evenly(course.generation.count, atMost: Self.points(isNarrow: grid.isNarrow))
    let x = rows.map { course.generation[$0] }
    var lines: [any Mark] = []
    if course.runs > 1 {
      lines.append(
        Ribbon(
          x: x, low: rows.map { scale.error(course.low[$0]) },
          high: rows.map { scale.error(course.high[$0]) },
          style: .fill(Palette.herd, opacity: 0.24)))
    }
    if let baseline, baseline.variant != course.variant {
      let rows = Words.evenly(
        baseline.generation.count, atMost: Self.points(isNarrow: grid.isNarrow))
      lines.append(
        Line(
          x: rows.map { baseline.generation[$0] }, y: rows.map { scale.error(baseline.median[$0]) },
          style: .line(Palette.null, width: 1.5)))
    }
    lines.append(
      Line(
        x: x, y: rows.map { scale.error(course.median[$0]) }, style: .line(Palette.accent, width: 2)
      ))
    return [Panel(frame, axes + lines), Panel(frame, head(index, in: frame, grid))]
  }

  /// The variant, and where it ends.
  private func head(_ index: Int, in frame: Frame, _ grid: Grid) -> [any Mark] {
    let course = courses[index]
    let room = grid.width / 1.06
    let small = grid.size - 1
    let isBaseline = course.variant == baseline?.variant
    let end = (isBaseline ? "baseline, " : "") + share(course.median[course.last])
    let range = "\(share(course.low[course.last])) to \(share(course.high[course.last]))"
    let both = "\(end) (\(range))"
    let fits = course.runs > 1 && textWidth(both, size: small) <= room
    let top = frame.y.domain.lowerBound
    return [
      Label(
        courses.count == 1
          ? Words.plural(course.runs, "run")
          : Words.shortened(courses.map(\.variant), to: room, size: grid.size)[index], x: 0, y: top,
        offset: (0, -small - 13), size: grid.size, bold: true, color: Palette.ink),
      Label(fits ? both : end, x: 0, y: top, offset: (0, -9), size: small),
    ]
  }
}
