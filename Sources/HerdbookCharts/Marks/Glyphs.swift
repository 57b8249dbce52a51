/// Small figures of one shape at points: categories that are told by form, not by colour. All share one path.
package struct Glyphs: Mark {
  package enum Shape: Sendable, CaseIterable {
    case disc, square, triangle, diamond, cross, plus, bar
  }
  package var x: [Double]
  package var y: [Double]
  package var shape: Shape
  /// Half of its width, in pixels.
  package var radius: Double
  package var color: ThemeColor

  package init(x: [Double], y: [Double], shape: Shape, radius: Double = 3.5, color: ThemeColor) {
    precondition(x.count == y.count, "glyphs have as many x as y")
    self.x = x
    self.y = y
    self.shape = shape
    self.radius = radius
    self.color = color
  }

  package func elements(in frame: Frame) -> [Element] {
    if shape == .disc {
      return Dots(x: x, y: y, radius: radius, style: .fill(color)).elements(in: frame)
    }
    var path = PathData()
    for (x, y) in zip(x.map { frame.x($0) }, y.map { frame.y($0) }) {
      guard x.isFinite && y.isFinite else { continue }
      if !path.isEmpty { path.newLine() }
      draw(x, y, in: &path)
    }
    guard !path.isEmpty else { return [] }
    switch shape {
    case .cross, .plus: return [.path(path, .line(color, width: 1.5))]
    case .disc, .square, .triangle, .diamond, .bar: return [.path(path, .fill(color))]
    }
  }

  private func draw(_ x: Double, _ y: Double, in path: inout PathData) {
    let r = radius
    func polygon(_ points: [(Double, Double)]) {
      path.move(x + points[0].0, y + points[0].1)
      for point in points.dropFirst() { path.line(x + point.0, y + point.1) }
      path.close()
    }
    func stroke(_ dx: Double, _ dy: Double) {
      path.move(x - dx, y - dy)
      path.line(x + dx, y + dy)
    }
    switch shape {
    case .disc: break
    case .square:
      let side = 0.85 * r
      polygon([(-side, -side), (side, -side), (side, side), (-side, side)])
    case .triangle: polygon([(0, -r), (r, 0.8 * r), (-r, 0.8 * r)])
    case .diamond: polygon([(0, -1.2 * r), (r, 0), (0, 1.2 * r), (-r, 0)])
    case .bar: polygon([(-0.3 * r, -r), (0.3 * r, -r), (0.3 * r, r), (-0.3 * r, r)])
    case .cross:
      stroke(0.85 * r, 0.85 * r)
      stroke(0.85 * r, -0.85 * r)
    case .plus:
      stroke(r, 0)
      stroke(0, r)
    }
  }
}
