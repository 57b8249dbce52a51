package import HerdbookCharts
import HerdbookModel

/// A row for each variant: its runs as dots, their median with its interval, and the paired difference
/// from the baseline.
package struct VariantsPlot {
  /// Those that are drawn, in the order of the plan.
  package let rows: [VariantRows.Row]
  private let metric: Experiment.Compare.Metric
  private let baseline: String?
  /// The scale of all values, and of all differences where there are any.
  private let domain: ClosedRange<Double>
  private let differences: ClosedRange<Double>?

  private static let limit = 30

  package init(_ data: VariantRows) {
    let all = data.ofPrimary
    let others = all.indices.filter { all[$0].difference != nil }
      .sorted { (all[$0].median, $0) < (all[$1].median, $1) }
    let kept = Set(Words.evenly(others.count, atMost: Self.limit - 1).map { others[$0] })
    rows = all.indices.filter { all[$0].difference == nil || kept.contains($0) }.map { all[$0] }
    metric = data.primary
    baseline = data.baseline
    domain = Self.padded(rows.flatMap { $0.values + [$0.low, $0.high] })
    let found = rows.compactMap(\.difference).filter { !$0.p.isNaN }
    differences =
      found.isEmpty ? nil : Self.padded([0] + found.flatMap { [$0.median, $0.low, $0.high] })
  }

  private static func padded(_ values: [Double]) -> ClosedRange<Double> {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return 0...1 }
    let margin = high > low ? 0.05 * (high - low) : max(0.001, 0.05 * low.magnitude)
    return low - margin...high + margin
  }

  // MARK: layout

  /// Where things stand, in pixels.
  private struct Places {
    let size: Double
    let radius: Double
    let isNarrow: Bool
    let names: Double
    /// Left and right of the panel of values, and of that of differences.
    let values: (Double, Double)
    let differences: (Double, Double)
    let rowHeight: Double
    /// Of the lowest dots, below the top of a row.
    let dots: Double
    let pitch: Double
    let top = 38.0
  }

  private static func nameWidth(_ isNarrow: Bool) -> Double { isNarrow ? 220 : 216 }

  /// Whether a name is cut on one of the layouts.
  static func isShortened(_ name: String) -> Bool {
    [true, false].contains { isNarrow in
      let size = isNarrow ? 11.0 : 13
      return Words.shortened(name, to: nameWidth(isNarrow), size: size) != name
    }
  }

  private func places(_ layout: Layout) -> Places {
    let isNarrow = layout.isNarrow
    let size = isNarrow ? 11.0 : 13
    let longest =
      rows.map { textWidth(label($0, isNarrow), size: size) * 1.06 }.max() ?? 0
    let names = isNarrow ? 0 : max(60, min(Self.nameWidth(false), longest)) + 20
    let right = layout.width - 14
    let radius = rows.reduce(0) { $0 + $1.values.count } > 400 ? 2.0 : 3.5
    let hasDifferences = differences != nil && !isNarrow
    let middle = names + (right - 110 - names) * 0.56
    let values = (isNarrow ? 10 : names, hasDifferences ? middle - 22 : right)
    let scale = Scale(domain: domain, from: values.0, to: values.1)
    let levels =
      rows.map { row in
        Piles.levels(of: row.values.map { scale($0) }.sorted(), radius: radius).max() ?? 0
      }.max() ?? 0
    let room = max(4 * radius, min(110, 420 / Double(rows.count)))
    let pitch = levels == 0 ? 0 : min(2 * radius, room / Double(levels))
    let pile = pitch * Double(levels) + 2 * radius
    let head = isNarrow ? size + 6 : 5
    return Places(
      size: size, radius: radius, isNarrow: isNarrow, names: names, values: values,
      differences: isNarrow ? (10, right) : (middle + 22, right - 110),
      rowHeight: max(head + pile + 16, isNarrow ? 0 : 2 * size + 12),
      dots: head + pile - radius, pitch: pitch)
  }

  package func plot(_ layout: Layout) -> Plot {
    let places = places(layout)
    let each = places.rowHeight * Double(rows.count)
    var panels = valuePanels(places, top: places.top)
    var height = places.top + each + places.size + 24
    if differences != nil {
      let top = places.isNarrow ? height + 34 : places.top
      panels += differencePanels(places, top: top)
      height = top + each + places.size + 24
    }
    let medians = rows.prefix(12).map { "\($0.variant) \(metric.text($0.median))" }
    let more = rows.count > 12 ? ", and \(rows.count - 12) more" : ""
    return Plot(
      id: "variants\(layout.suffix)", width: layout.width, height: height,
      title: "\(metric.words) of every run\(rows.count > 1 ? ", by variant" : "")",
      summary: "Medians: \(medians.joined(separator: ", "))\(more).", panels: panels)
  }

  /// A frame in which y is in pixels.
  private func frame(
    _ domain: ClosedRange<Double>, _ ends: (Double, Double), top: Double, _ places: Places
  ) -> Frame {
    let bottom = top + places.rowHeight * Double(rows.count)
    return Frame(
      x: Scale(domain: domain, from: ends.0, to: ends.1),
      y: Scale(domain: top...bottom, from: top, to: bottom))
  }

  private func label(_ row: VariantRows.Row, _ isNarrow: Bool) -> String {
    let name = Words.shortened(
      row.variant, to: Self.nameWidth(isNarrow), size: isNarrow ? 11 : 13)
    let more = remark(row)
    return more.isEmpty || !isNarrow ? name : "\(name) (\(more))"
  }

  /// What is to be known of a variant beside its name.
  private func remark(_ row: VariantRows.Row) -> String {
    [
      row.variant == baseline ? "baseline" : "",
      row.infinite > 0 ? "\(row.infinite) of \(row.runs) \(metric.infiniteWords)" : "",
    ].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  // MARK: panels

  private func names(in frame: Frame, _ places: Places) -> [any Mark] {
    rows.enumerated().flatMap { index, row -> [any Mark] in
      let isBaseline = row.variant == baseline
      let x = places.isNarrow ? 0 : -places.names
      let y = frame.top + Double(index) * places.rowHeight
      func line(_ text: String, down: Double, size: Double, isMain: Bool) -> Label {
        Label(
          text, x: frame.x.domain.lowerBound, y: y, offset: (x, down), size: size,
          bold: isMain && isBaseline, color: isMain ? Palette.ink : Palette.muted)
      }
      let second = remark(row)
      if places.isNarrow {
        let name = line(label(row, true), down: places.size + 1, size: places.size, isMain: true)
        return [name]
      }
      let middle = places.dots + (second.isEmpty ? places.size * 0.35 : -2)
      return [line(label(row, false), down: middle, size: places.size, isMain: true)]
        + (second.isEmpty
          ? []
          : [line(second, down: middle + places.size + 1, size: places.size - 2, isMain: false)])
    }
  }

  private func title(_ text: String, in frame: Frame, _ places: Places) -> Label {
    let width = frame.right - frame.left
    return Label(
      Words.shortened(text, to: width / 1.06, size: places.size), x: frame.x.domain.lowerBound,
      y: frame.top, offset: (0, -12), size: places.size, bold: true, color: Palette.ink)
  }

  /// Levels of rows below `top`: of dots, and of the interval under them.
  private func level(_ index: Int, in frame: Frame, _ places: Places, below: Double) -> Double {
    frame.top + Double(index) * places.rowHeight + places.dots + below
  }

  private func valuePanels(_ places: Places, top: Double) -> [Panel] {
    let frame = frame(domain, places.values, top: top, places)
    let way =
      differences == nil ? "" : rows[0].isHigherBetter ? ", more is better" : ", less is better"
    let name = metric.words.prefix(1).uppercased() + metric.words.dropFirst()
    var intervals: [Links.Item] = []
    var ticks: [Links.Item] = []
    var dots: [any Mark] = []
    for (index, row) in rows.enumerated() {
      let below = level(index, in: frame, places, below: places.radius + 6)
      intervals.append(
        Links.Item(
          x0: clamped(row.low, domain), y0: below, x1: clamped(row.high, domain), y1: below))
      ticks.append(Links.Item(x0: row.median, y0: below - 5, x1: row.median, y1: below + 5))
      dots.append(
        Piles(
          row.values, y: level(index, in: frame, places, below: 0), radius: places.radius,
          pitch: places.pitch, color: Palette.herd))
    }
    return [
      Panel(
        frame,
        [Axis(.bottom, grid: true, size: places.size), title(name + way, in: frame, places)]
          + names(in: frame, places) + dots + [
            Links(intervals, shape: .straight, style: .line(Palette.ink, width: 2)),
            Links(ticks, shape: .straight, style: .line(Palette.accent, width: 3)),
          ])
    ]
  }

  /// An end of an interval, at the edge of the frame where it is infinite.
  private func clamped(_ value: Double, _ domain: ClosedRange<Double>) -> Double {
    value.isNaN ? .nan : max(domain.lowerBound, min(domain.upperBound, value))
  }

  private func differencePanels(_ places: Places, top: Double) -> [Panel] {
    guard let domain = differences, let baseline else { return [] }
    let frame = frame(domain, places.differences, top: top, places)
    var intervals: [Links.Item] = []
    var (found, open): ([(Double, Double)], [(Double, Double)]) = ([], [])
    var verdicts: [any Mark] = []
    for (index, row) in rows.enumerated() {
      guard let difference = row.difference, !difference.p.isNaN else { continue }
      let y = level(index, in: frame, places, below: 0)
      intervals.append(
        Links.Item(
          x0: clamped(difference.low, domain), y0: y, x1: clamped(difference.high, domain), y1: y))
      let place = (clamped(difference.median, domain), y)
      let isFound = ["better", "worse"].contains(difference.verdict)
      if isFound { found.append(place) } else { open.append(place) }
      let word = isFound ? "\(difference.verdict), " : ""
      verdicts.append(
        Label(
          word + Words.p(difference.corrected), x: domain.upperBound, y: y,
          offset: (10, places.size * 0.35), size: places.size - 1, bold: isFound,
          color: isFound ? Palette.ink : Palette.muted))
    }
    func dots(_ places: [(Double, Double)], _ style: Style) -> Dots {
      Dots(x: places.map(\.0), y: places.map(\.1), radius: 4.5, style: style)
    }
    let hollow = Style(fill: .theme(Palette.ground), stroke: .theme(Palette.accent), width: 2)
    return [
      Panel(
        frame,
        [
          Axis(.bottom, grid: true, size: places.size),
          title("Difference from \(baseline)", in: frame, places),
          Rule([.vertical(0)], style: .line(Palette.line, width: 1.5)),
          Links(intervals, shape: .straight, style: .line(Palette.ink, width: 2)),
          dots(found, .fill(Palette.accent)), dots(open, hollow),
        ] + (places.isNarrow ? names(in: frame, places) : verdicts))
    ]
  }
}
