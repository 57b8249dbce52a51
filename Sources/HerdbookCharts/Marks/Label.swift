/// Words at a point in data units, moved by pixels.
package struct Label: Mark {
  package enum Anchor: String, Sendable { case start, middle, end }
  package var text: String
  package var x: Double
  package var y: Double
  package var offset: (x: Double, y: Double)
  package var anchor: Anchor
  package var size: Double
  package var bold: Bool
  package var color: ThemeColor
  /// Whether a seam in the ground's colour keeps the letters apart from what they lie on.
  package var halo: Bool
  /// Degrees, clockwise around the point.
  package var rotation: Double

  package init(
    _ text: String, x: Double, y: Double, offset: (x: Double, y: Double) = (0, 0),
    anchor: Anchor = .start, size: Double = 12, bold: Bool = false,
    color: ThemeColor = Palette.muted, halo: Bool = false, rotation: Double = 0
  ) {
    self.text = text
    self.x = x
    self.y = y
    self.offset = offset
    self.anchor = anchor
    self.size = size
    self.bold = bold
    self.color = color
    self.halo = halo
    self.rotation = rotation
  }

  package func elements(in frame: Frame) -> [Element] {
    let (px, py) = (frame.x(x) + offset.x, frame.y(y) + offset.y)
    guard px.isFinite && py.isFinite, !text.isEmpty else { return [] }
    var style = Style.fill(color)
    if halo {
      style.stroke = .theme(Palette.ground)
      style.width = 3
    }
    var attributes = style.attributes
    if halo {
      attributes.append(.init("paint-order", "stroke"))
      attributes.append(.init("stroke-linejoin", "round"))
    }
    attributes.append(Element.number("x", px))
    attributes.append(Element.number("y", py))
    attributes.append(Element.number("font-size", size))
    if bold { attributes.append(.init("font-weight", "600")) }
    if anchor != .start { attributes.append(.init("text-anchor", anchor.rawValue)) }
    if rotation != 0 {
      let parts = [rotation, px, py].map(Decimal.coordinate).joined(separator: " ")
      attributes.append(.init("transform", "rotate(\(parts))"))
    }
    return [Element("text", attributes, text: text)]
  }
}
