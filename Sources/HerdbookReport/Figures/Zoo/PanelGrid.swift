import HerdbookCharts

/// Where panels of one size stand, in pixels, row by row.
struct PanelGrid {
  let columns: Int
  let size: Double
  private let count: Int
  private let left: Double
  private let gap: Double
  private let width: Double
  private let height: Double
  /// Room for the words above a panel.
  private let head: Double

  /// - Parameters:
  ///   - left: room for the numbers of the leftmost axes.
  ///   - gap: between panels, with the numbers of the others.
  ///   - right: room for what is written beside the last panels.
  init(
    _ count: Int, columns: Int, height: Double, _ layout: Layout, left: Double = 56,
    gap: Double = 72, right: Double = 16, head: Double = 44
  ) {
    self.count = count
    self.columns = max(1, min(columns, count))
    self.left = left
    self.gap = gap
    self.height = height
    self.head = head
    size = layout.isNarrow ? 11 : 13
    let room = layout.width - left - right - Double(self.columns - 1) * gap
    width = room / Double(self.columns)
  }

  private var pitch: Double { head + height + size + 34 }
  var bottom: Double { Double((count + columns - 1) / columns) * pitch + size }
  /// Of the panels.
  var panelWidth: Double { width }

  /// Whether a panel is the first, or the last, of its row.
  func isFirst(_ index: Int) -> Bool { index.isMultiple(of: columns) }
  func isLast(_ index: Int) -> Bool { index % columns == columns - 1 || index == count - 1 }

  /// The frame of a panel, whose values rise to the top.
  func frame(
    _ index: Int, x: ClosedRange<Double>, y: ClosedRange<Double>, xKind: Scale.Kind = .linear,
    yKind: Scale.Kind = .linear
  ) -> Frame {
    let place = place(index)
    return Frame(
      x: Scale(xKind, domain: x, from: place.left, to: place.left + width),
      y: Scale(yKind, domain: y, from: place.top + height, to: place.top))
  }

  /// The same of accuracies, which rise to the top where errors fall.
  func accuracyFrame(
    _ index: Int, x: ClosedRange<Double>, errors: ClosedRange<Double>, xKind: Scale.Kind = .linear
  ) -> Frame {
    let place = place(index)
    return Frame(
      x: Scale(xKind, domain: x, from: place.left, to: place.left + width),
      y: Scale(.log, domain: errors, from: place.top, to: place.top + height))
  }

  private func place(_ index: Int) -> (left: Double, top: Double) {
    (
      left + Double(index % columns) * (width + gap), head + Double(index / columns) * pitch
    )
  }
}

extension Frame {
  /// Words above the upper left corner.
  func heading(_ text: String, size: Double, line: Int = 0) -> Label {
    let isRising = y(y.domain.upperBound) <= y(y.domain.lowerBound)
    return Label(
      text, x: x.domain.lowerBound, y: isRising ? y.domain.upperBound : y.domain.lowerBound,
      offset: (0, -12 - Double(line) * (size + 3)), size: size, bold: true, color: Palette.ink)
  }
}

/// Ranges of axes around values, which are wider than nothing.
func padded(_ values: [Double], by share: Double = 0.04) -> ClosedRange<Double> {
  let known = values.filter(\.isFinite)
  guard let low = known.min(), let high = known.max() else { return 0...1 }
  let pad = high > low ? (high - low) * share : max(low.magnitude * share, 1e-9)
  return low - pad...high + pad
}
