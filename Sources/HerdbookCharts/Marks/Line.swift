/// A line through points in their order; a point without a place lifts the pen. A line of one point is
/// a dash.
package struct Line: Mark {
  package enum Shape: Sendable {
    case straight
    /// Each value holds until the next.
    case steps
  }
  package var x: [Double]
  package var y: [Double]
  package var style: Style
  package var shape: Shape

  package init(x: [Double], y: [Double], style: Style, shape: Shape = .straight) {
    precondition(x.count == y.count, "a line has as many x as y")
    self.x = x
    self.y = y
    self.style = style
    self.shape = shape
  }

  package func elements(in frame: Frame) -> [Element] {
    var path = PathData()
    var down = false
    for (x, y) in zip(x.map { frame.x($0) }, y.map { frame.y($0) }) {
      guard x.isFinite && y.isFinite else {
        down = false
        continue
      }
      if !down {
        path.move(x, y)
        down = true
      } else if shape == .steps {
        path.horizontal(x)
        path.vertical(y)
      } else {
        path.line(x, y)
      }
    }
    if x.count == 1, down {
      let (x, y) = (frame.x(x[0]), frame.y(y[0]))
      path = PathData()
      path.move(x - 12, y)
      path.horizontal(x + 12)
    }
    return path.isEmpty ? [] : [.path(path, style)]
  }
}
