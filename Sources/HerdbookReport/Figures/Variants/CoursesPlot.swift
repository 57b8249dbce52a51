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

  /// What is still read wrongly; none at all counts as half an image.
  private func error(_ accuracy: Double) -> Double {
    accuracy.isNaN ? .nan : max(1 - accuracy, 0.5 / max(1, images))
  }

  private var errors: ClosedRange<Double> {
    let known = courses.flatMap { $0.low + $0.high }.filter { !$0.isNaN }.map(error)
    guard let low = known.min(), let high = known.max() else { return 0.1...1 }
    let margin = max((high / low - 1) * 0.04, 0.002)
    return low / (1 + margin)...high * (1 + margin)
  }

  /// Round accuracies from the top, no closer than `gap` pixels; evenly over the range where it holds few of them.
  private func ticks(_ scale: Scale, gap: Double) -> [Double] {
    let round = [
      0.9999, 0.9998, 0.9995, 0.999, 0.998, 0.995, 0.99, 0.98, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4,
      0.3, 0.2, 0.1, 0,
    ]
    var kept: [Double] = []
    for value in round where scale.domain.contains(1 - value) {
      if let last = kept.last, scale(1 - value) - scale(1 - last) < gap { continue }
      kept.append(value)
    }
    guard kept.count < 3 else { return kept }
    return Ticks.linear(
      1 - scale.domain.upperBound, max(1 - scale.domain.upperBound, 1 - scale.domain.lowerBound),
      count: 4)
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
    let ticks = ticks(frame.y, gap: grid.size + 6)
    let isFirst = column == 0
    let axes: [any Mark] = [
      Axis(
        .left, ticks: ticks.map { 1 - $0 },
        labels: isFirst
          ? ticks.map { Decimal.fixed($0, decimals: 4, trimmed: true) } : ticks.map { _ in "" },
        grid: true, size: grid.size),
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
          x: x, low: rows.map { error(course.low[$0]) }, high: rows.map { error(course.high[$0]) },
          style: .fill(Palette.herd, opacity: 0.24)))
    }
    if let baseline, baseline.variant != course.variant {
      let rows = Words.evenly(
        baseline.generation.count, atMost: Self.points(isNarrow: grid.isNarrow))
      lines.append(
        Line(
          x: rows.map { baseline.generation[$0] }, y: rows.map { error(baseline.median[$0]) },
          style: .line(Palette.null, width: 1.5)))
    }
    lines.append(
      Line(
        x: x, y: rows.map { error(course.median[$0]) }, style: .line(Palette.accent, width: 2)))
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
