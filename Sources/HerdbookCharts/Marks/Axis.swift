/// Ticks with their numbers along one edge of the frame, and the axis' title in place of a legend.
package struct Axis: Mark {
  package enum Edge: Sendable { case bottom, left }
  package var edge: Edge
  package var ticks: [Double]?
  package var labels: [String]?
  /// Below the axis at its end, or above it at the top; empty for none.
  package var title: String
  /// Whether faint lines cross the frame at the ticks.
  package var grid: Bool
  /// Whether only whole numbers get a tick: for counts and generations.
  package var wholeNumbers: Bool
  package var size: Double

  /// - Parameter ticks: nil for round values of the scale.
  /// - Parameter labels: nil for the ticks as numbers.
  package init(
    _ edge: Edge, ticks: [Double]? = nil, labels: [String]? = nil, title: String = "",
    grid: Bool = false, wholeNumbers: Bool = false, size: Double = 12
  ) {
    self.edge = edge
    self.ticks = ticks
    self.labels = labels
    self.title = title
    self.grid = grid
    self.wholeNumbers = wholeNumbers
    self.size = size
  }

  package func elements(in frame: Frame) -> [Element] {
    let scale = edge == .bottom ? frame.x : frame.y
    let values = (ticks ?? scale.ticks(across: edge == .bottom))
      .filter { !wholeNumbers || $0 == $0.rounded() }
    let texts = labels ?? Ticks.labels(values)
    var lines = PathData()
    var words: [Element] = []
    for (value, text) in zip(values, texts) {
      let position = scale(value)
      guard position.isFinite else { continue }
      switch edge {
      case .bottom:
        lines.move(position, grid ? frame.top : frame.bottom)
        lines.vertical(frame.bottom + (grid ? 0 : 4))
        words += label(text, x: position, y: frame.bottom + 6 + size, anchor: .middle, in: frame)
      case .left:
        lines.move(frame.left - (grid ? 0 : 4), position)
        lines.horizontal(grid ? frame.right : frame.left)
        words += label(
          text, x: frame.left - 8, y: position + size * 0.35, anchor: .end, in: frame)
      }
    }
    if !title.isEmpty {
      switch edge {
      case .bottom:
        words += label(
          title, x: frame.right, y: frame.bottom + 10 + 2 * size, anchor: .end, in: frame)
      case .left: words += label(title, x: frame.left, y: frame.top - 10, anchor: .start, in: frame)
      }
    }
    var out: [Element] = []
    if !lines.isEmpty {
      out.append(.path(lines, .line(grid ? Palette.faint : Palette.line, width: 1)))
    }
    if edge == .bottom {
      var base = PathData()
      base.move(frame.left, frame.bottom)
      base.horizontal(frame.right)
      out.append(.path(base, .line(Palette.line, width: 1)))
    }
    return out + words
  }

  /// A label at pixels: the scales are left out.
  private func label(
    _ text: String, x: Double, y: Double, anchor: Label.Anchor, in frame: Frame
  ) -> [Element] {
    let pixels = Frame(
      x: Scale(domain: 0...1, from: 0, to: 1), y: Scale(domain: 0...1, from: 0, to: 1))
    return Label(text, x: 0, y: 0, offset: (x, y), anchor: anchor, size: size).elements(in: pixels)
  }
}
