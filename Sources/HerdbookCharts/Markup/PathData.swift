/// The `d` of a path, grown point by point.
///
/// Points are rounded to hundredths of a pixel; each is then told by its distance from the one before, in as few
/// characters as the grammar of SVG allows (SVG 2, 9.3), so that nothing is lost and nothing adds up.
package struct PathData: Sendable {
  private var written = ""
  /// The stretch of a straight line along an axis that may go on.
  private var pending: (axis: Axis, length: Int)?
  /// The command of the last number, which needs no repetition.
  private var command: Character?
  /// Whether the last number has a point, so that a second point begins another number.
  private var hasPoint = false
  /// Where the pen is, and where the subpath began, in hundredths.
  private var at = (x: 0, y: 0)
  private var start = (x: 0, y: 0)

  private enum Axis { case horizontal, vertical }

  package init() {}

  package var isEmpty: Bool { written.isEmpty && pending == nil }

  package var text: String {
    var whole = self
    whole.flush()
    return whole.written
  }

  package mutating func move(_ x: Double, _ y: Double) {
    flush()
    at = (PathData.hundredths(x), PathData.hundredths(y))
    start = at
    append("M", [at.x, at.y])
    // A second pair after it would be a line.
    command = nil
  }

  package mutating func line(_ x: Double, _ y: Double) {
    let step = step(to: x, y)
    if step.y == 0 { return go(.horizontal, step.x) }
    if step.x == 0 { return go(.vertical, step.y) }
    flush()
    append("l", [step.x, step.y])
    at = (at.x + step.x, at.y + step.y)
  }

  package mutating func horizontal(_ x: Double) { go(.horizontal, PathData.hundredths(x) - at.x) }
  package mutating func vertical(_ y: Double) { go(.vertical, PathData.hundredths(y) - at.y) }

  package mutating func curve(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ x: Double, _ y: Double
  ) {
    let (first, second, end) = (step(to: x1, y1), step(to: x2, y2), step(to: x, y))
    flush()
    append("c", [first.x, first.y, second.x, second.y, end.x, end.y])
    at = (at.x + end.x, at.y + end.y)
  }

  package mutating func close() {
    flush()
    written += "z"
    command = "z"
    at = start
  }

  /// Begins a line of the file, where a path has many parts.
  package mutating func newLine() {
    flush()
    written += "\n"
    command = nil
  }

  /// Goes along an axis; stretches in one direction are one.
  private mutating func go(_ axis: Axis, _ length: Int) {
    switch axis {
    case .horizontal: at.x += length
    case .vertical: at.y += length
    }
    if let pending, pending.axis == axis, (pending.length < 0) == (length < 0) || length == 0 {
      self.pending = (axis, pending.length + length)
      return
    }
    flush()
    pending = (axis, length)
  }

  private mutating func flush() {
    guard let (axis, length) = pending else { return }
    pending = nil
    append(axis == .horizontal ? "h" : "v", [length])
  }

  private mutating func append(_ command: Character, _ values: [Int]) {
    var followsNumber = self.command == command
    if !followsNumber { written.append(command) }
    self.command = command
    for value in values {
      let text = PathData.text(value)
      let parts = text.first == "-" || text.first == "." && hasPoint
      if followsNumber && !parts { written += " " }
      written += text
      hasPoint = text.contains(".")
      followsNumber = true
    }
  }

  private func step(to x: Double, _ y: Double) -> (x: Int, y: Int) {
    (PathData.hundredths(x) - at.x, PathData.hundredths(y) - at.y)
  }

  /// Half away from zero, as `Decimal.coordinate` rounds; what lies a million pixels off is as good as further away.
  private static func hundredths(_ value: Double) -> Int {
    precondition(!value.isNaN, "a point of a path has a place")
    return Int((min(max(value, -1e6), 1e6) * 100).rounded(.toNearestOrAwayFromZero))
  }

  private static func text(_ hundredths: Int) -> String {
    let text = Decimal.coordinate(Double(hundredths) / 100)
    if text.hasPrefix("0.") { return String(text.dropFirst()) }
    return text.hasPrefix("-0.") ? "-" + text.dropFirst(2) : text
  }
}
