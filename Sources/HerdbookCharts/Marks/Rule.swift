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
    places.compactMap { place in
      let ends: [Double] =
        switch place {
        case .horizontal(let y, let range):
          [
            range.map { frame.x($0.lowerBound) } ?? frame.left, frame.y(y),
            range.map { frame.x($0.upperBound) } ?? frame.right, frame.y(y),
          ]
        case .vertical(let x, let range):
          [
            frame.x(x), range.map { frame.y($0.lowerBound) } ?? frame.bottom,
            frame.x(x), range.map { frame.y($0.upperBound) } ?? frame.top,
          ]
        }
      guard ends.allSatisfy(\.isFinite) else { return nil }
      return Element(
        "line",
        style.attributes + zip(["x1", "y1", "x2", "y2"], ends).map { Element.number($0, $1) })
    }
  }
}
