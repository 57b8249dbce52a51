/// A circle for each point that has a place.
package struct Dots: Mark {
  package var x: [Double]
  package var y: [Double]
  /// In pixels.
  package var radius: Double
  package var style: Style

  package init(x: [Double], y: [Double], radius: Double = 3, style: Style) {
    precondition(x.count == y.count, "dots have as many x as y")
    self.x = x
    self.y = y
    self.radius = radius
    self.style = style
  }

  package func elements(in frame: Frame) -> [Element] {
    zip(x, y).compactMap { x, y in
      let center = (frame.x(x), frame.y(y))
      guard center.0.isFinite && center.1.isFinite else { return nil }
      return Element(
        "circle",
        style.attributes + [
          Element.number("cx", center.0), Element.number("cy", center.1),
          Element.number("r", radius),
        ])
    }
  }
}
