/// A straight line at one value, across the frame or a part of it: references, thresholds, events.
package struct Rule: Mark {
  package enum Place: Sendable, Equatable {
    /// At this y, from edge to edge or between two values of x.
    case horizontal(Double, ClosedRange<Double>? = nil)
    /// At this x, from edge to edge or between two values of y.
    case vertical(Double, ClosedRange<Double>? = nil)
  }
  package var places: [Place]
  package var style: Style

  package init(_ places: [Place], style: Style) {
    self.places = places
    self.style = style
  }

  package func elements(in frame: Frame) -> [Element] {
    var path = PathData()
    for place in places {
      let (x0, y0, x1, y1) =
        switch place {
        case .horizontal(let y, let range):
          (
            range.map { frame.x($0.lowerBound) } ?? frame.left, frame.y(y),
            range.map { frame.x($0.upperBound) } ?? frame.right, frame.y(y)
          )
        case .vertical(let x, let range):
          (
            frame.x(x), range.map { frame.y($0.lowerBound) } ?? frame.bottom,
            frame.x(x), range.map { frame.y($0.upperBound) } ?? frame.top
          )
        }
      guard [x0, y0, x1, y1].allSatisfy(\.isFinite) else { continue }
      path.move(x0, y0)
      path.line(x1, y1)
    }
    return path.isEmpty ? [] : [.path(path, style)]
  }
}
