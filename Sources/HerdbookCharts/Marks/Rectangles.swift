/// Rectangles between data values: bars, cells, strips. Those of one style share one path.
package struct Rectangles: Mark {
  package struct Item: Sendable, Equatable {
    package var x: ClosedRange<Double>
    package var y: ClosedRange<Double>
    package init(x: ClosedRange<Double>, y: ClosedRange<Double>) {
      self.x = x
      self.y = y
    }
  }
  package var items: [Item]
  package var style: Style
  /// Pixels that are taken off each side.
  package var inset: Double

  package init(_ items: [Item], style: Style, inset: Double = 0) {
    self.items = items
    self.style = style
    self.inset = inset
  }

  package func elements(in frame: Frame) -> [Element] {
    var path = PathData()
    for item in items {
      let xs = [frame.x.clamped(item.x.lowerBound), frame.x.clamped(item.x.upperBound)].sorted()
      let ys = [frame.y.clamped(item.y.lowerBound), frame.y.clamped(item.y.upperBound)].sorted()
      guard (xs + ys).allSatisfy(\.isFinite) else { continue }
      if !path.isEmpty { path.newLine() }
      path.move(xs[0] + inset, ys[0] + inset)
      path.horizontal(max(xs[0] + inset, xs[1] - inset))
      path.vertical(max(ys[0] + inset, ys[1] - inset))
      path.horizontal(xs[0] + inset)
      path.close()
    }
    return path.isEmpty ? [] : [.path(path, style)]
  }
}
