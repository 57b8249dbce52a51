import HerdbookNumerics

/// The hand that writes: from a skeleton's knots to the pen's way over the image.
extension DigitGenerator {
  /// A knot after the hand shook, with the pen's pressure at it.
  struct Knot {
    var x: Double
    var y: Double
    var pressure: Double
    var corner: Bool
  }

  static func jitter(
    _ stroke: [DigitSkeleton.Knot], _ stream: inout RandomStream
  ) -> [Knot] {
    stroke.map { knot in
      Knot(
        x: knot.x + 0.034 * stream.normal(),
        y: knot.y + 0.026 * stream.normal(),
        pressure: max(1 + 0.13 * stream.normal(), 0.6),
        corner: knot.corner)
    }
  }

  /// Appends the points of a stroke: cubic Hermite curves through its knots, broken at corners.
  ///
  /// The direction at a knot is the tangent of the circle through it and its two neighbours, and
  /// the curve's speed follows the distance of its ends, so that a ring of four knots is round.
  static func trace(_ knots: [Knot], width: Double, into points: inout [DigitPen.Point]) {
    let pieces = 7
    let places = knots.map { Vector(x: $0.x * width, y: $0.y) }
    for from in 0..<(knots.count - 1) {
      let (a, b) = (places[from], places[from + 1])
      let chord = b - a
      let into = from == 0 || knots[from].corner ? nil : tangent(places[from - 1], a, b)
      let out =
        from + 2 == knots.count || knots[from + 1].corner ? nil : tangent(a, b, places[from + 2])
      // An end or a corner has no tangent of its own: the curve arrives as it left.
      let start = into ?? out.map { $0.mirrored(at: chord) } ?? chord.unit
      let end = out ?? into.map { $0.mirrored(at: chord) } ?? chord.unit
      let speed = 1.1 * chord.length
      for piece in (from == 0 ? 0 : 1)...pieces {
        let t = Double(piece) / Double(pieces)
        let u = 1 - t
        let place =
          (u * u * (1 + 2 * t)) * a + (t * t * (1 + 2 * u)) * b
          + (speed * t * u) * (u * start - t * end)
        let pressure = knots[from].pressure * u + knots[from + 1].pressure * t
        points.append(DigitPen.Point(x: place.x, y: place.y, radius: pressure))
      }
    }
  }

  /// The unit tangent at `b` of the circle through three points.
  private static func tangent(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector {
    let back = b - a
    let forth = c - b
    return ((1 / back.squared) * back + (1 / forth.squared) * forth).unit
  }

  /// Shifts the points by a smooth random field: a lattice of 5 x 5 shifts between whose nodes
  /// quadratic B-splines blend.
  static func bend(_ points: inout [DigitPen.Point], _ stream: inout RandomStream) {
    let nodes = 5
    var shifts: [(x: Double, y: Double)] = []
    shifts.reserveCapacity(nodes * nodes)
    for _ in 0..<(nodes * nodes) {
      shifts.append((0.09 * stream.normal(), 0.09 * stream.normal()))
    }
    for index in points.indices {
      let point = points[index]
      let (column, across) = cell(point.x + 0.1)
      let (row, down) = cell(point.y)
      var dx = 0.0
      var dy = 0.0
      for i in 0..<3 {
        for j in 0..<3 {
          let shift = shifts[(row + i) * nodes + column + j]
          let weight = down[i] * across[j]
          dx += weight * shift.x
          dy += weight * shift.y
        }
      }
      points[index].x += dx
      points[index].y += dy
    }
  }

  /// The lattice cell (0, 1 or 2) of a coordinate from 0 to 1 and the weights of its three nodes.
  private static func cell(_ coordinate: Double) -> (Int, InlineArray<3, Double>) {
    let position = min(max(coordinate, 0), 1) * 3
    let index = min(Int(position), 2)
    let t = position - Double(index)
    let u = 1 - t
    return (index, [0.5 * u * u, 0.5 + t * u, 0.5 * t * t])
  }

  /// Slants, turns, scales and centres the points on the image, and gives the pen its radius in
  /// pixels.
  static func place(_ points: inout [DigitPen.Point], _ stream: inout RandomStream) {
    let slant = 0.06 + 0.2 * stream.normal()
    let angle = 0.11 * stream.normal()
    let squeeze = Elementary.exp(0.16 * stream.normal())
    let size = 20 * (0.96 + 0.07 * stream.normal())
    let radius = 1.12 * Elementary.exp(0.22 * stream.normal())
    let shiftX = 0.8 * stream.normal()
    let shiftY = 0.8 * stream.normal()
    let cosine = Elementary.cos(angle)
    let sine = Elementary.sin(angle)
    for index in points.indices {
      let y = points[index].y - 0.5
      let x = (points[index].x - slant * y) * squeeze
      points[index].x = cosine * x - sine * y
      points[index].y = sine * x + cosine * y
    }
    center(&points, size: size, x: 13.5 + shiftX, y: 13.5 + shiftY)
    for index in points.indices { points[index].radius *= radius }
  }

  /// Scales the points so that the longer side of their box is `size`, and moves its middle to
  /// (x, y).
  private static func center(
    _ points: inout [DigitPen.Point], size: Double, x: Double, y: Double
  ) {
    var left = points[0].x
    var right = left
    var top = points[0].y
    var bottom = top
    for point in points {
      left = min(left, point.x)
      right = max(right, point.x)
      top = min(top, point.y)
      bottom = max(bottom, point.y)
    }
    let scale = (size - 1) / max(right - left, bottom - top)
    let middleX = (left + right) / 2
    let middleY = (top + bottom) / 2
    for index in points.indices {
      points[index].x = x + (points[index].x - middleX) * scale
      points[index].y = y + (points[index].y - middleY) * scale
    }
  }
}

/// A direction or place in the box of a skeleton.
private struct Vector {
  var x: Double
  var y: Double

  /// Squared length, kept away from zero so that it may divide.
  var squared: Double { max(x * x + y * y, 1e-12) }
  var length: Double { squared.squareRoot() }
  var unit: Vector { (1 / length) * self }

  /// The vector seen in a mirror that lies along `axis`.
  func mirrored(at axis: Vector) -> Vector {
    let along = (x * axis.x + y * axis.y) / axis.squared
    return (2 * along) * axis - self
  }

  static func + (a: Vector, b: Vector) -> Vector { Vector(x: a.x + b.x, y: a.y + b.y) }
  static func - (a: Vector, b: Vector) -> Vector { Vector(x: a.x - b.x, y: a.y - b.y) }
  static func * (scale: Double, a: Vector) -> Vector { Vector(x: scale * a.x, y: scale * a.y) }
}
