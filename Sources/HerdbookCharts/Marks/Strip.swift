/// Short strokes at values along the bottom or the left edge: a distribution without bins.
package struct Strip: Mark {
  package enum Edge: Sendable { case bottom, left }
  package var values: [Double]
  package var edge: Edge
  /// Length of a stroke in pixels, into the frame.
  package var length: Double
  package var style: Style

  package init(_ values: [Double], edge: Edge = .bottom, length: Double = 6, style: Style) {
    self.values = values
    self.edge = edge
    self.length = length
    self.style = style
  }

  package func elements(in frame: Frame) -> [Element] {
    var path = PathData()
    for value in values {
      switch edge {
      case .bottom:
        let x = frame.x(value)
        guard x.isFinite else { continue }
        path.move(x, frame.bottom)
        path.vertical(frame.bottom - length)
      case .left:
        let y = frame.y(value)
        guard y.isFinite else { continue }
        path.move(frame.left, y)
        path.horizontal(frame.left + length)
      }
    }
    return path.isEmpty ? [] : [.path(path, style)]
  }
}
