/// A disc or a ring for each point that has a place. Discs share one path, so that where they overlap they are one surface.
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
    if style.stroke == nil { return discs(in: frame) }
    return zip(x, y).compactMap { x, y in
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

  /// Strokes without length, with round ends.
  private func discs(in frame: Frame) -> [Element] {
    var path = PathData()
    for (x, y) in zip(x.map { frame.x($0) }, y.map { frame.y($0) }) {
      guard x.isFinite && y.isFinite else { continue }
      if !path.isEmpty { path.newLine() }
      path.move(x, y)
      path.horizontal(x)
    }
    let stroke = Style(
      fill: Paint.none, stroke: style.fill, width: 2 * radius, strokeOpacity: style.fillOpacity)
    return path.isEmpty
      ? []
      : [
        Element(
          "path", stroke.attributes + [.init("stroke-linecap", "round"), .init("d", path.text)])
      ]
  }
}
