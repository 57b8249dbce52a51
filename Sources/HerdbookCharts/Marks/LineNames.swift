/// A name beside each of some lines, at the place where it lies on none of them, nor on another name, and nearest to
/// its own; of equal places the one furthest to the right.
package struct LineNames: Mark {
  package struct Item: Sendable {
    package var name: String
    package var x: [Double]
    package var y: [Double]
    package var bold: Bool
    package var color: ThemeColor

    package init(
      _ name: String, x: [Double], y: [Double], bold: Bool = false,
      color: ThemeColor = Palette.muted
    ) {
      precondition(x.count == y.count, "a line has as many x as y")
      self.name = name
      self.x = x
      self.y = y
      self.bold = bold
      self.color = color
    }
  }
  package var items: [Item]
  /// Lines without a name, which names keep clear of, too.
  package var others: [Line]
  package var size: Double

  package init(_ items: [Item], clearOf others: [Line] = [], size: Double = 12) {
    self.items = items
    self.others = others
    self.size = size
  }

  package func elements(in frame: Frame) -> [Element] {
    let paths =
      items.map { Path(x: $0.x, y: $0.y, in: frame) }
      + others.map { Path(x: $0.x, y: $0.y, in: frame) }
    var taken: [Box] = []
    var elements: [Element] = []
    for (index, item) in items.enumerated() {
      let width = textWidth(item.name, size: size) * (item.bold ? 1.06 : 1)
      guard
        let box = place(
          width, beside: paths[index],
          clearOf: paths.indices.filter { $0 != index }.map { paths[$0] },
          taken, in: frame)
          ?? paths[index].end.map({
            Box(
              left: max(frame.left, $0.x - width), top: $0.y - size - 4, width: width, height: size)
          })
      else { continue }
      taken.append(box)
      elements += Label(
        item.name, x: 0, y: 0, offset: (box.left, box.top + size * 0.85), size: size,
        bold: item.bold, color: item.color, halo: true
      ).elements(in: .pixels(width: 1, height: 1))
    }
    return elements
  }

  /// Nil where no place within the frame is free.
  private func place(
    _ width: Double, beside own: Path, clearOf others: [Path], _ taken: [Box], in frame: Frame
  ) -> Box? {
    var best: (cost: Double, box: Box)?
    var left = frame.right - width - 4
    while left >= frame.left + 4 {
      defer { left -= 4 }
      let columns = left - 3...left + width + 3
      guard let span = own.span(over: columns) else { continue }
      // A steep line beside a name would be nearer than its own.
      let around = left - size...left + width + size
      let ranges = others.compactMap { $0.span(over: around) }
      // Next to the line, above or below, or up to three names' height further away.
      let tops = (0..<4).flatMap { step -> [Double] in
        let away = 3 + Double(step) * size
        return [span.lowerBound - size - away, span.upperBound + away]
      }
      for top in tops {
        let box = Box(left: left, top: top, width: width, height: size)
        guard box.top >= frame.top, box.bottom <= frame.bottom,
          !ranges.contains(where: { $0.overlaps(box.top - 2...box.bottom + 2) }),
          !taken.contains(where: box.overlaps)
        else { continue }
        // A name that another line is nearer to would be taken for that one's.
        let distance = own.distance(from: box)
        let isNearest = others.allSatisfy { $0.distance(from: box) > 1.5 * distance }
        let cost = distance + (isNearest ? 0 : 1000)
        if cost < (best?.cost ?? .infinity) - 0.5 { best = (cost, box) }
      }
    }
    return best?.box
  }
}

/// In pixels.
private struct Box {
  let left: Double
  let top: Double
  let width: Double
  let height: Double
  var bottom: Double { top + height }
  var middle: (x: Double, y: Double) { (left + width / 2, top + height / 2) }

  func overlaps(_ other: Box) -> Bool {
    left < other.left + other.width + 4 && other.left < left + width + 4
      && top < other.bottom + 2 && other.top < bottom + 2
  }
}

/// A line in pixels.
private struct Path {
  private var points: [(x: Double, y: Double)]

  init(x: [Double], y: [Double], in frame: Frame) {
    points = zip(x, y).map { (frame.x($0), frame.y.clamped($1)) }
  }

  /// The last point that has a place.
  var end: (x: Double, y: Double)? { points.last { $0.x.isFinite && $0.y.isFinite } }

  /// From the highest to the lowest that it is in some columns; nil where it is not.
  func span(over columns: ClosedRange<Double>) -> ClosedRange<Double>? {
    var span: ClosedRange<Double>?
    func add(_ y: Double) {
      span = span.map { min($0.lowerBound, y)...max($0.upperBound, y) } ?? y...y
    }
    for (place, point) in points.enumerated() where point.x.isFinite && point.y.isFinite {
      if columns.contains(point.x) { add(point.y) }
      guard place + 1 < points.count else { continue }
      let next = points[place + 1]
      guard next.x.isFinite, next.y.isFinite, point.x != next.x else { continue }
      for edge in [columns.lowerBound, columns.upperBound]
      where (min(point.x, next.x)...max(point.x, next.x)).contains(edge) {
        add(point.y + (next.y - point.y) * (edge - point.x) / (next.x - point.x))
      }
    }
    return span
  }

  /// How far it passes above or below the middle of a box; infinite where it does not.
  func distance(from box: Box) -> Double {
    let (x, y) = box.middle
    guard let span = span(over: x...x) else { return .infinity }
    return span.contains(y)
      ? 0 : min((span.lowerBound - y).magnitude, (span.upperBound - y).magnitude)
  }
}
