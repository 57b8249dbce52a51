package import HerdbookCharts
import HerdbookModel

/// A row for each variant: its runs as dots, their median with its interval, and the paired difference
/// from the baseline.
package struct VariantsPlot {
  /// Those that are drawn, in the order of the plan.
  package let rows: [VariantRows.Row]
  let metric: Experiment.Compare.Metric
  let baseline: String?
  /// The scale of all values, and of all differences where there are any.
  private let domain: ClosedRange<Double>
  let differences: ClosedRange<Double>?
  private let names: (narrow: [String: String], wide: [String: String])

  private static let limit = 30

  package init(_ data: VariantRows) {
    rows = data.shown(atMost: Self.limit)
    metric = data.primary
    baseline = data.baseline
    names = (Self.names(rows, true), Self.names(rows, false))
    domain = Self.padded(rows.flatMap { $0.values + [$0.low, $0.high] })
    let found = rows.compactMap(\.difference).filter { !$0.p.isNaN }
    differences =
      found.isEmpty
      ? nil : Self.withRoomForInfinity(found.flatMap { [$0.median, $0.low, $0.high] })
  }

  /// The range of finite values and zero, and beyond it a third of it on each side on which some are infinite.
  private static func withRoomForInfinity(_ values: [Double]) -> ClosedRange<Double> {
    let range = padded([0] + values)
    let room = (range.upperBound - range.lowerBound) / 3
    let low = range.lowerBound - (values.contains(-.infinity) ? room : 0)
    let high = range.upperBound + (values.contains(.infinity) ? room : 0)
    return low...high
  }

  /// The range of the finite values, and a little beyond.
  static func padded(_ values: [Double]) -> ClosedRange<Double> {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return 0...1 }
    let margin = high > low ? 0.05 * (high - low) : max(0.001, 0.05 * low.magnitude)
    return low - margin...high + margin
  }

  // MARK: layout

  /// Where things stand, in pixels.
  struct Places {
    /// Of the picture.
    let width: Double
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

    /// Of a row of the panel of differences, which stands by itself on narrow screens.
    var differenceHeight: Double { isNarrow ? size + 24 : rowHeight }
    /// Of a difference, below the top of its row.
    var difference: Double { isNarrow ? size + 13 : dots }
    /// Room for words at the right.
    static let words = 110.0
  }

  private static func nameWidth(_ isNarrow: Bool) -> Double { isNarrow ? 220 : 216 }

  /// Whether names are cut on one of the layouts.
  var areNamesShortened: Bool {
    [names.narrow, names.wide].contains { $0.contains { $0.key != $0.value } }
  }

  /// As they are drawn on either layout, by variant.
  private static func names(_ rows: [VariantRows.Row], _ isNarrow: Bool) -> [String: String] {
    let variants = rows.map(\.variant)
    let short = Words.shortened(variants, to: nameWidth(isNarrow), size: isNarrow ? 11 : 13)
    return Dictionary(zip(variants, short)) { first, _ in first }
  }

  private func places(_ layout: Layout) -> Places {
    let isNarrow = layout.isNarrow
    let size = isNarrow ? 11.0 : 13
    let longest =
      rows.map { row in
        max(
          textWidth(label(row, isNarrow, remark: ""), size: size) * 1.06,
          textWidth(remark(row), size: size - 2))
      }.max() ?? 0
    let names = isNarrow ? 0 : max(60, min(Self.nameWidth(false), longest)) + 20
    let right = layout.width - 14
    let radius = rows.reduce(0) { $0 + $1.values.count } > 400 ? 2.0 : 3.5
    let hasDifferences = differences != nil && !isNarrow
    let middle = names + (right - Places.words - names) * 0.56
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
      width: layout.width, size: size, radius: radius, isNarrow: isNarrow, names: names,
      values: values,
      differences: isNarrow ? (10, right) : (middle + 22, right - Places.words),
      rowHeight: max(head + pile + 16, isNarrow ? 0 : 2 * size + 12),
      dots: head + pile - radius, pitch: pitch)
  }

  package func plot(_ layout: Layout) -> Plot {
    let places = places(layout)
    var panels = valuePanels(places)
    var height = places.top + places.rowHeight * Double(rows.count) + places.size + 24
    if differences != nil {
      let top = places.isNarrow ? height + 34 : places.top
      panels += differencePanels(places, top: top)
      let each = places.differenceHeight * Double(rowsOfDifferences(places).count)
      height = top + each + places.size + 24
    }
    let medians = rows.prefix(12).map { "\($0.variant) \(metric.text($0.median))" }
    let more = rows.count > 12 ? ", and \(rows.count - 12) more" : ""
    return Plot(
      id: "\(VariantsFigure.id)\(layout.suffix)", width: layout.width, height: height,
      title: "\(metric.words) of every run\(rows.count > 1 ? ", by variant" : "")",
      summary: "Medians: \(medians.joined(separator: ", "))\(more).", panels: panels)
  }

  /// A frame in which y is in pixels.
  func frame(
    _ domain: ClosedRange<Double>, _ ends: (Double, Double), top: Double, height: Double
  ) -> Frame {
    Frame(
      x: Scale(domain: domain, from: ends.0, to: ends.1),
      y: Scale(domain: top...top + height, from: top, to: top + height))
  }

  /// About one tick for every 60 pixels: numbers of a metric are short.
  /// One whose number would stick out of the picture is left out.
  func axis(in frame: Frame, _ places: Places) -> Axis {
    let ticks = frame.x.ticks(max(2, Int((frame.right - frame.left) / 60)))
    let shown = zip(ticks, Ticks.labels(ticks)).filter { tick, label in
      let half = textWidth(label, size: places.size) / 2
      return frame.x(tick) >= half && frame.x(tick) + half <= places.width
    }
    return Axis(
      .bottom, ticks: shown.map(\.0), labels: shown.map(\.1), grid: true, size: places.size)
  }

  func title(_ text: String, in frame: Frame, _ places: Places) -> Label {
    Label(
      text, x: frame.x.domain.lowerBound, y: frame.top, offset: (0, -12), size: places.size,
      bold: true, color: Palette.ink)
  }

  /// A name, and beside it, or on a wide screen below it, what is to be known of the variant.
  func label(_ row: VariantRows.Row, _ isNarrow: Bool, remark: String) -> String {
    let name = (isNarrow ? names.narrow : names.wide)[row.variant] ?? row.variant
    return remark.isEmpty || !isNarrow ? name : "\(name) (\(remark))"
  }

  private func remark(_ row: VariantRows.Row) -> String {
    [
      row.variant == baseline ? "baseline" : "",
      row.infinite > 0 ? "\(row.infinite) of \(row.runs) \(metric.infiniteWords)" : "",
    ].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  // MARK: values

  private func names(in frame: Frame, _ places: Places) -> [any Mark] {
    rows.enumerated().flatMap { index, row -> [any Mark] in
      let remark = remark(row)
      let y = frame.top + Double(index) * places.rowHeight
      func line(_ text: String, down: Double, isMain: Bool) -> Label {
        Label(
          text, x: frame.x.domain.lowerBound, y: y,
          offset: (places.isNarrow ? 0 : -places.names, down),
          size: isMain ? places.size : places.size - 2, bold: isMain && row.variant == baseline,
          color: isMain ? Palette.ink : Palette.muted, halo: places.isNarrow)
      }
      let name = label(row, places.isNarrow, remark: remark)
      if places.isNarrow { return [line(name, down: places.size + 1, isMain: true)] }
      guard !remark.isEmpty else {
        return [line(name, down: places.dots + places.size * 0.35, isMain: true)]
      }
      return [
        line(name, down: places.dots - 2, isMain: true),
        line(remark, down: places.dots + places.size - 1, isMain: false),
      ]
    }
  }

  private func valuePanels(_ places: Places) -> [Panel] {
    let frame = frame(
      domain, places.values, top: places.top, height: places.rowHeight * Double(rows.count))
    let way =
      differences == nil ? "" : rows[0].isHigherBetter ? ", more is better" : ", less is better"
    let name = metric.words.prefix(1).uppercased() + metric.words.dropFirst()
    var intervals: [Links.Item] = []
    var ticks: [Links.Item] = []
    var dots: [any Mark] = []
    for (index, row) in rows.enumerated() {
      let level = frame.top + Double(index) * places.rowHeight + places.dots
      let below = level + places.radius + 6
      intervals.append(
        Links.Item(
          x0: frame.x.nearest(row.low), y0: below, x1: frame.x.nearest(row.high), y1: below))
      if row.runs > 1 {
        ticks.append(Links.Item(x0: row.median, y0: below - 5, x1: row.median, y1: below + 5))
      }
      dots.append(
        Piles(
          row.values, y: level, radius: places.radius, pitch: places.pitch, color: Palette.herd))
    }
    return [
      Panel(
        frame,
        [axis(in: frame, places), title(name + way, in: frame, places)]
          + names(in: frame, places) + dots + [
            Links(intervals, shape: .straight, style: .line(Palette.ink, width: 2)),
            Links(ticks, shape: .straight, style: .line(Palette.accent, width: 3)),
          ])
    ]
  }
}

extension Scale {
  /// The value of the domain that is nearest: its edge for what lies outside, also at infinity.
  func nearest(_ value: Double) -> Double {
    value.isNaN ? .nan : max(domain.lowerBound, min(domain.upperBound, value))
  }
}
