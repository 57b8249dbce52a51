/// The surface between two lines over the same x: a band of quantiles, or an area over a baseline.
///
/// It is cut where either side has no place; a stretch of one point is drawn as a
/// hairline, and a ribbon of one point as a box.
package struct Ribbon: Mark {
  package var x: [Double]
  package var low: [Double]
  package var high: [Double]
  package var style: Style

  package init(x: [Double], low: [Double], high: [Double], style: Style) {
    precondition(x.count == low.count && x.count == high.count, "a ribbon's sides have one length")
    self.x = x
    self.low = low
    self.high = high
    self.style = style
  }

  /// The area between a line and `baseline`.
  package init(x: [Double], y: [Double], baseline: Double, style: Style) {
    self.init(
      x: x, low: [Double](repeating: baseline, count: x.count), high: y, style: style)
  }

  package func elements(in frame: Frame) -> [Element] {
    var path = PathData()
    var stretch: [(x: Double, low: Double, high: Double)] = []
    func finish() {
      defer { stretch = [] }
      guard let first = stretch.first else { return }
      if stretch.count == 1 {
        let half = x.count == 1 ? 12 : 0.5
        path.move(first.x - half, first.high)
        path.horizontal(first.x + half)
        path.vertical(first.low)
        path.horizontal(first.x - half)
        path.close()
        return
      }
      path.move(first.x, first.high)
      for point in stretch.dropFirst() { path.line(point.x, point.high) }
      for point in stretch.reversed() { path.line(point.x, point.low) }
      path.close()
    }
    for index in x.indices {
      let point = (frame.x(x[index]), frame.y.clamped(low[index]), frame.y.clamped(high[index]))
      if point.0.isFinite && point.1.isFinite && point.2.isFinite {
        stretch.append((x: point.0, low: point.1, high: point.2))
      } else {
        finish()
      }
    }
    finish()
    return path.isEmpty ? [] : [.path(path, style)]
  }
}
