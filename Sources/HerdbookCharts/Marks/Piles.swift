/// Dots at values along a level line; one that would touch another lies on it, so that piles are high where
/// values are dense. All share one path: each dot is a stroke without length, with round ends.
package struct Piles: Mark {
  package var values: [Double]
  /// Of the lowest dots, in data units.
  package var y: Double
  package var radius: Double
  /// Pixels between a dot and the one that lies on it; dots overlap where it is less than two radii.
  package var pitch: Double
  package var color: ThemeColor

  package init(_ values: [Double], y: Double, radius: Double, pitch: Double, color: ThemeColor) {
    self.values = values
    self.y = y
    self.radius = radius
    self.pitch = pitch
    self.color = color
  }

  /// The level that each of some ascending positions lies on: the lowest where it touches none before it.
  package static func levels(of ascending: [Double], radius: Double) -> [Int] {
    var ends: [Double] = []
    return ascending.map { position in
      let level = ends.firstIndex { $0 + 2 * radius <= position } ?? ends.count
      if level == ends.count {
        ends.append(position)
      } else {
        ends[level] = position
      }
      return level
    }
  }

  package func elements(in frame: Frame) -> [Element] {
    let positions = values.map { frame.x($0) }.filter(\.isFinite).sorted()
    let bottom = frame.y(y)
    guard bottom.isFinite else { return [] }
    var path = PathData()
    for (position, level) in zip(positions, Piles.levels(of: positions, radius: radius)) {
      if !path.isEmpty { path.newLine() }
      path.move(position, bottom - Double(level) * pitch)
      path.horizontal(position)
    }
    guard !path.isEmpty else { return [] }
    let style = Style.line(color, width: 2 * radius)
    return [
      Element(
        "path", style.attributes + [.init("stroke-linecap", "round"), .init("d", path.text)])
    ]
  }
}
