import HerdbookCharts
import HerdbookModel

/// A row for each of some things on one scale: single values as dots, their median with its interval, and a rule that
/// they are held against.
struct ForestPlot {
  struct Item {
    let name: String
    /// Which of two bundles it is of; nil where there are not two.
    var letter: ComparedSide.Letter?
    var dots: [Double] = []
    let median: Double
    let interval: ClosedRange<Double>?
    /// In words, at the right.
    var remark = ""
    /// Whether it stands out: the baseline, or a difference beyond noise.
    var isMarked = false
  }

  let items: [Item]
  let title: String
  /// A value that rows are held against: zero of differences, the baseline's median.
  var rule: Double?
  /// A value in words.
  let text: (Double) -> String

  /// More rows are too many to read; the first are kept.
  static let mostRows = 40

  private var shown: ArraySlice<Item> { items.prefix(Self.mostRows) }

  private var domain: ClosedRange<Double> {
    VariantsPlot.padded(
      shown.flatMap { item in
        item.dots + [item.median] + (item.interval.map { [$0.lowerBound, $0.upperBound] } ?? [])
      } + (rule.map { [$0] } ?? []))
  }

  /// Room for the remarks at the right of a drawing.
  private func remarkWidth(_ size: Double) -> Double {
    let longest = shown.map { textWidth($0.remark, size: size - 1) }.max() ?? 0
    return longest == 0 ? 0 : longest * 1.06 + 14
  }

  private func label(_ item: Item) -> String {
    item.letter.map { "\($0.rawValue)  \(item.name)" } ?? item.name
  }

  // MARK: places

  /// Of a drawing of some width.
  struct Places {
    let size: Double
    let isNarrow: Bool
    /// Edges of the frame, and where names begin.
    let left: Double
    let right: Double
    let nameLeft: Double
    /// A row: its height, and its value's place in it.
    let row: Double
    let level: Double
    let pitch: Double
    let radius: Double
  }

  /// - Parameter names: whether rows are named; at the left, or above them on a narrow drawing.
  /// - Parameter width: of the names at the left; as wide as the longest unless given.
  func places(
    left: Double, right: Double, isNarrow: Bool, size: Double, names: Bool = true,
    nameWidth width: Double? = nil
  ) -> Places {
    let isAbove = isNarrow && names
    let nameWidth =
      names && !isNarrow
      ? width ?? min(230, (shown.map { textWidth(label($0), size: size) }.max() ?? 0) * 1.06) + 16
      : 0
    let frameLeft = left + max(nameWidth, 10)
    let frameRight = right - (isNarrow ? 10 : max(14, remarkWidth(size)))
    let radius = 3.0
    let scale = Scale(domain: domain, from: frameLeft, to: frameRight)
    let levels =
      shown.map { item in
        Piles.levels(of: item.dots.map { scale.clamped($0) }.sorted(), radius: radius).max() ?? 0
      }.max() ?? 0
    let pitch = levels == 0 ? 0 : min(2 * radius, 24 / Double(levels))
    let hasDots = shown.contains { !$0.dots.isEmpty }
    let pile = hasDots ? pitch * Double(levels) + 2 * radius + 6 : 0
    let head = isAbove ? size + 6 : 0
    return Places(
      size: size, isNarrow: isNarrow, left: frameLeft, right: frameRight, nameLeft: left,
      row: head + pile + 22, level: head + pile + 9, pitch: pitch, radius: radius)
  }

  /// Of the rows and the axis below them, from the top of the first row.
  func height(_ places: Places) -> Double { places.row * Double(shown.count) + places.size + 14 }

  // MARK: marks

  /// - Parameter names: whether rows are named; at the left, or above them on a narrow drawing.
  func panel(_ places: Places, top: Double, names: Bool = true) -> Panel {
    let bottom = top + places.row * Double(shown.count)
    let frame = Frame(
      x: Scale(domain: domain, from: places.left, to: places.right),
      y: Scale(domain: top...bottom, from: top, to: bottom))
    let start = domain.lowerBound
    let ticks = frame.x.ticks(max(2, Int((places.right - places.left) / 70)))
    var marks: [any Mark] = [
      Axis(.bottom, ticks: ticks, grid: true, size: places.size),
      Label(
        title, x: start, y: top, offset: (0, -10), size: places.size, bold: true,
        color: Palette.ink),
    ]
    if let rule { marks.append(Rule([.vertical(rule)], style: .line(Palette.null, width: 1.5))) }
    for (index, item) in shown.enumerated() {
      let y = top + Double(index) * places.row
      marks += self.marks(item, head: y, places, frame)
      guard names else { continue }
      if places.isNarrow {
        let words = item.remark.isEmpty ? label(item) : "\(label(item)), \(item.remark)"
        marks.append(
          Label(
            Words.shortened(words, to: places.right - places.left, size: places.size), x: start,
            y: y, offset: (0, places.size + 2), size: places.size, bold: item.isMarked,
            color: Palette.ink, halo: true))
      } else {
        let room = places.left - places.nameLeft - 12
        marks.append(
          Label(
            Words.shortened(label(item), to: room / 1.06, size: places.size), x: start, y: y,
            offset: (places.nameLeft - places.left, places.level + places.size * 0.35),
            size: places.size, bold: item.isMarked, color: Palette.ink))
      }
    }
    return Panel(frame, marks)
  }

  private func marks(
    _ item: Item, head: Double, _ places: Places, _ frame: Frame
  ) -> [any Mark] {
    let y = head + places.level
    let paint: Paint = item.letter.map { .fixed($0.color) } ?? .theme(Palette.accent)
    let median = frame.x.nearest(item.median)
    var marks: [any Mark] = [
      Piles(
        item.dots.map { frame.x.nearest($0) }, y: y - places.radius - 8, radius: places.radius,
        pitch: places.pitch, color: Palette.herd)
    ]
    if let interval = item.interval {
      marks.append(
        Links(
          [
            .init(
              x0: frame.x.nearest(interval.lowerBound), y0: y,
              x1: frame.x.nearest(interval.upperBound), y1: y)
          ], shape: .straight, style: .line(Palette.ink, width: 2)))
    }
    marks.append(
      Dots(
        x: [median], y: [y], radius: 5,
        style: item.letter == .b
          ? Style(fill: .theme(Palette.ground), stroke: paint, width: 2.5) : Style(fill: paint)))
    if !item.remark.isEmpty, !places.isNarrow {
      marks.append(
        Label(
          item.remark, x: domain.upperBound, y: head,
          offset: (10, places.level + places.size * 0.35), size: places.size - 1,
          bold: item.isMarked, color: item.isMarked ? Palette.ink : Palette.muted))
    }
    return marks
  }

  /// The plot alone in a picture.
  func plot(id: String, width: Double, isNarrow: Bool) -> Plot {
    let size = isNarrow ? 11.0 : 13
    let places = places(left: 0, right: width, isNarrow: isNarrow, size: size)
    let rows = shown.prefix(12).map { item in
      "\(label(item)) \(text(item.median))"
        + (item.interval.map { ", \(text($0.lowerBound)) to \(text($0.upperBound))" } ?? "")
    }
    return Plot(
      id: id, width: width, height: 34 + height(places), title: title,
      summary: "Medians, with intervals: \(rows.joined(separator: "; ")).",
      panels: [panel(places, top: 34)])
  }
}
