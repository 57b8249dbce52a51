import HerdbookCharts
import HerdbookNumerics

/// Fields on the input plane side by side, all on one symmetric scale.
struct TilePicture {
  /// [tile][rows x columns]; NaN where no training image lights a pixel, which is hatched.
  let tiles: [[Double]]
  let rows: Int
  let columns: Int
  let scale: DivergingScale
  /// Pixels between tiles.
  let gutter: Int

  init(tiles: [[Double]], rows: Int, columns: Int, scale: DivergingScale, gutter: Int? = nil) {
    self.tiles = tiles
    self.rows = rows
    self.columns = columns
    self.scale = scale
    self.gutter = gutter ?? TilePicture.gutter(columns: columns)
  }

  static func gutter(columns: Int) -> Int { max(2, columns / 9) }

  /// Rows of `perRow` tiles.
  func image(perRow: Int) -> PNG {
    let lines = (tiles.count + perRow - 1) / perRow
    let width = perRow * columns + (perRow - 1) * gutter
    let height = lines * rows + (lines - 1) * gutter
    var pixels = [UInt8](repeating: 0, count: width * height)
    for (place, tile) in tiles.enumerated() {
      TilePicture.paint(
        tile, columns: columns, scale: scale, into: &pixels, width: width,
        left: place % perRow * (columns + gutter), top: place / perRow * (rows + gutter))
    }
    return PNG(indices: pixels, palette: scale.palette, width: width, height: height)
  }

  /// One tile with its upper left pixel at a place.
  static func paint(
    _ tile: [Double], columns: Int, scale: DivergingScale, into pixels: inout [UInt8], width: Int,
    left: Int, top: Int
  ) {
    for (index, value) in tile.enumerated() {
      let (y, x) = (index / columns, index % columns)
      let isHatched = value.isNaN && (x + y).isMultiple(of: 4)
      pixels[(top + y) * width + left + x] =
        value.isNaN ? (isHatched ? scale.hatchIndex : 0) : scale.index(value)
    }
  }

  /// The magnitude that 0.5 % of some values exceed: where a scale ends that few outliers must not set.
  static func limit(_ tiles: [[Double]]) -> Double {
    let magnitudes = sorted(tiles.joined().filter(\.isFinite).map { Float($0.magnitude) })
    return magnitudes.isEmpty
      ? 0 : Double(magnitudes[min(magnitudes.count - 1, magnitudes.count * 995 / 1000)])
  }
}

/// Tiles with words below each. A row is sprites of a few tiles, which wide and narrow drawings have in common.
struct TileGrid {
  struct Row {
    /// What the row shows, above it.
    var title: String
    var tiles: [[Double]]
    var scale: DivergingScale
    /// Below each tile, at most two lines.
    var labels: [[String]]
  }
  let rows: [Row]
  let planeRows: Int
  let planeColumns: Int
  /// Tiles side by side.
  let perRow: Int
  /// Tiles in a sprite; rows are multiples of it.
  let perSprite: Int

  private let left = 2.0

  /// What is drawn from `top` down over the width of the layout, and how high it is.
  func drawn(
    top: Double, _ layout: Layout
  ) -> (panels: [Panel], sprites: [OverlaidPlot.Sprite], height: Double) {
    let size = layout.isNarrow ? 11.0 : 13
    let gutter = Double(TilePicture.gutter(columns: planeColumns))
    let pixels = Double(perRow * planeColumns) + Double(perRow - 1) * gutter
    let widest = layout.isNarrow ? 84.0 : 96
    let scale = min((layout.width - 2 * left) / pixels, widest / Double(planeColumns))
    let canvas = Frame.pixels(width: layout.width, height: 10_000)
    var marks: [any Mark] = []
    var sprites: [OverlaidPlot.Sprite] = []
    var y = top
    for row in rows {
      if !row.title.isEmpty {
        marks.append(
          Label(row.title, x: 0, y: y + size, size: size, bold: true, color: Palette.ink))
        y += size + 9
      }
      for start in stride(from: 0, to: row.tiles.count, by: perRow) {
        let shown = Array(row.tiles[start..<min(start + perRow, row.tiles.count)])
        let height = Double(planeRows) * scale
        for place in stride(from: 0, to: shown.count, by: perSprite) {
          let tiles = Array(shown[place..<min(place + perSprite, shown.count)])
          let picture = TilePicture(
            tiles: tiles, rows: planeRows, columns: planeColumns, scale: row.scale
          ).image(perRow: tiles.count)
          sprites.append(
            .init(
              image: picture, x: left + Double(place) * (Double(planeColumns) + gutter) * scale,
              y: y, width: Double(picture.width) * scale, height: height))
        }
        y += height
        let lines = row.labels.isEmpty ? [] : row.labels[start..<start + shown.count]
        for (place, words) in lines.enumerated() {
          let middle =
            left + (Double(place) * (Double(planeColumns) + gutter) + Double(planeColumns) / 2)
            * scale
          for (line, text) in words.enumerated() {
            marks.append(
              Label(
                text, x: middle, y: y + Double(line + 1) * (size + 3), anchor: .middle,
                size: size - 1, color: line == 0 ? Palette.ink : Palette.muted))
          }
        }
        y += Double(lines.map(\.count).max() ?? 0) * (size + 3) + (layout.isNarrow ? 12 : 14)
      }
    }
    return ([Panel(canvas, marks)], sprites, y - top)
  }
}
