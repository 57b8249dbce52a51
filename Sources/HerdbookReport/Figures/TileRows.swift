import HerdbookCharts

/// Tiles of a strip with words below each, in rows: the picture of what a page lays out as a list.
struct TileRows {
  let id: String
  let title: String
  let summary: String
  /// A PNG, whose tiles stand side by side.
  let strip: [UInt8]
  /// Lines below each tile; as many as there are tiles.
  let words: [[String]]

  private static let perRow = 12
  private static let size = 12.0

  /// Nil where the strip is no picture.
  var plot: Plot? {
    guard let image = PNG(file: strip), !words.isEmpty else { return nil }
    let width = Layout.wide.width
    let side = width / Double(Self.perRow)
    let tall = side * Double(image.height) / (Double(image.width) / Double(words.count))
    let lines = words.map(\.count).max() ?? 0
    let pitch = tall + Double(lines) * (Self.size + 4) + 18
    let rows = (words.count + Self.perRow - 1) / Self.perRow
    let height = 30 + Double(rows) * pitch
    let canvas = Frame.pixels(width: width, height: height)
    var labels: [any Mark] = [
      Label(title, x: 0, y: 14, size: 13, bold: true, color: Palette.ink)
    ]
    var panels: [Panel] = []
    for row in 0..<rows {
      let top = 30 + Double(row) * pitch
      let first = row * Self.perRow
      let tiles = words[first..<min(first + Self.perRow, words.count)]
      // The whole strip, moved to the left by the rows before, and cut to this row.
      let row = Frame(
        x: Scale(domain: 0...Double(tiles.count), from: 0, to: side * Double(tiles.count)),
        y: Scale(domain: 0...1, from: top, to: top + tall))
      panels.append(
        Panel(
          row, clips: true,
          [
            Picture(
              image, x: -Double(first)...Double(words.count - first), y: 0...1, isInk: true)
          ]))
      for (column, tile) in tiles.enumerated() {
        for (line, text) in tile.enumerated() {
          labels.append(
            Label(
              text, x: side * (Double(column) + 0.5),
              y: top + tall + Double(line + 1) * (Self.size + 4), anchor: .middle, size: Self.size))
        }
      }
    }
    return Plot(
      id: id, width: width, height: height, title: title, summary: summary,
      panels: panels + [Panel(canvas, labels)])
  }
}
