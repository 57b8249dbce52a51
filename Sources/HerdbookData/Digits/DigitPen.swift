/// A pen on the plane of one image: keeps for every pixel how deep in the ink its centre lies.
///
/// Pixel (row, column) has its centre at y = row, x = column.
struct DigitPen {
  static let side = 28
  /// Width in pixels over which the edge of a stroke fades.
  private let softness = 1.2
  /// For each pixel the largest (radius - distance) to any stroke so far; up to
  /// -softness / 2 there is no ink.
  private var depth: [Double]

  init() {
    depth = [Double](repeating: -1000, count: Self.side * Self.side)
  }

  /// A point of a stroke, in pixels, with the pen's radius there.
  struct Point {
    var x: Double
    var y: Double
    var radius: Double
  }

  /// Draws the straight piece from `a` to `b`; the radius changes evenly between them.
  mutating func line(from a: Point, to b: Point) {
    let reach = max(a.radius, b.radius) + softness / 2
    guard let columns = Self.span(min(a.x, b.x) - reach, max(a.x, b.x) + reach),
      let rows = Self.span(min(a.y, b.y) - reach, max(a.y, b.y) + reach)
    else { return }
    let dx = b.x - a.x
    let dy = b.y - a.y
    let squared = dx * dx + dy * dy
    let scale = squared > 0 ? 1 / squared : 0
    for row in rows {
      let py = Double(row) - a.y
      for column in columns {
        let px = Double(column) - a.x
        let along = min(max((px * dx + py * dy) * scale, 0), 1)
        let ex = px - along * dx
        let ey = py - along * dy
        let radius = a.radius + along * (b.radius - a.radius)
        let here = radius - (ex * ex + ey * ey).squareRoot()
        let pixel = row * Self.side + column
        if here > depth[pixel] { depth[pixel] = here }
      }
    }
  }

  /// The ink of a pixel from 0 (none) to 1.
  func ink(_ pixel: Int) -> Double {
    min(max(depth[pixel] / softness + 0.5, 0), 1)
  }

  /// The pixels whose centres lie between two coordinates, cut at the sheet's edge.
  private static func span(_ low: Double, _ high: Double) -> ClosedRange<Int>? {
    let first = max(low.rounded(.up), 0)
    let last = min(high.rounded(.down), Double(side - 1))
    return first <= last ? Int(first)...Int(last) : nil
  }
}
