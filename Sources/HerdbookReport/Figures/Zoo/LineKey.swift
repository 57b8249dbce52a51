import HerdbookCharts

/// Lines with their names in rows, where panels are too full for names beside them.
struct LineKey {
  struct Item {
    let name: String
    let style: Style
    let color: ThemeColor
  }
  private let rows: [[(item: Item, x: Double)]]
  private let size: Double

  private static let stroke = 24.0

  /// - Parameter width: beyond which a row does not go.
  init(_ items: [Item], width: Double, size: Double) {
    self.size = size
    var rows: [[(item: Item, x: Double)]] = [[]]
    var x = 0.0
    for item in items {
      let own = Self.stroke + 6 + textWidth(item.name, size: size) * 1.06
      if x > 0, x + own > width {
        rows.append([])
        x = 0
      }
      rows[rows.count - 1].append((item, x))
      x += own + 18
    }
    self.rows = rows
  }

  private var pitch: Double { size + 8 }
  var height: Double { Double(rows.count) * pitch }

  /// - Parameter canvas: whose units are pixels.
  func panel(left: Double, top: Double, on canvas: Frame) -> Panel {
    var lines: [any Mark] = []
    var names: [any Mark] = []
    for (place, row) in rows.enumerated() {
      let y = top + (Double(place) + 0.5) * pitch
      for (item, x) in row {
        lines.append(
          Line(x: [left + x, left + x + Self.stroke], y: [y, y], style: item.style))
        names.append(
          Label(
            item.name, x: left + x + Self.stroke + 6, y: y + size * 0.35, size: size,
            color: item.color))
      }
    }
    return Panel(canvas, lines + names)
  }
}
