/// Lines from one point to another: parents and children. Those of one style share one path, each
/// on a line of its own.
package struct Links: Mark {
  package enum Shape: Sendable {
    case straight
    /// First up or down at the first point's x, then across: a branch of a tree.
    case elbow
    /// A curve that leaves and arrives level; between points of one height a straight line.
    case arc
  }
  package struct Item: Sendable, Equatable {
    package var x0: Double
    package var y0: Double
    package var x1: Double
    package var y1: Double
    package init(x0: Double, y0: Double, x1: Double, y1: Double) {
      self.x0 = x0
      self.y0 = y0
      self.x1 = x1
      self.y1 = y1
    }
  }
  package var items: [Item]
  package var shape: Shape
  package var style: Style

  package init(_ items: [Item], shape: Shape, style: Style) {
    self.items = items
    self.shape = shape
    self.style = style
  }

  package func elements(in frame: Frame) -> [Element] {
    var path = PathData()
    for item in items {
      let (x0, y0) = (frame.x(item.x0), frame.y(item.y0))
      let (x1, y1) = (frame.x(item.x1), frame.y(item.y1))
      guard [x0, y0, x1, y1].allSatisfy(\.isFinite) else { continue }
      if !path.isEmpty { path.newLine() }
      path.move(x0, y0)
      switch shape {
      case .straight: path.line(x1, y1)
      case .elbow:
        if y0 != y1 { path.vertical(y1) }
        if x0 != x1 { path.horizontal(x1) }
      case .arc where y0 == y1: path.horizontal(x1)
      case .arc:
        let middle = (x0 + x1) / 2
        path.curve(middle, y0, middle, y1, x1, y1)
      }
    }
    return path.isEmpty ? [] : [.path(path, style)]
  }
}
