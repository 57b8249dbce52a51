import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel

/// What units of the champion's line saw, from its founder to itself: pictures that stand above a tree.
struct LineTiles {
  struct Stop {
    let generation: Int
    /// [unit][pixel]; NaN where no training image lights a pixel.
    let fields: [[Double]]
  }
  /// The champion's most important ones.
  let units: [Int]
  /// Ascending; the last is the champion.
  let stops: [Stop]
  private let rows: Int
  private let columns: Int
  /// That all tiles share.
  let scale: DivergingScale

  /// Nil without a beginning that can be shown, and without time.
  init?(_ data: BundleRun, _ matrix: NeuronMatrix?) {
    let end = Int(data.generations.end)
    guard let matrix, end > 0, let first = data.line.first, first.generation == 0 else {
      return nil
    }
    let shown = Set(ChampionLine.generations(through: end))
    let known = data.line.filter { shown.contains($0.generation) }
    // Those that every stop has.
    units = Array(
      first.fields.map(\.unit).filter { unit in
        known.allSatisfy { $0.fields.contains { $0.unit == unit } }
      }.prefix(ChampionLine.units))
    guard !units.isEmpty else { return nil }
    let last = units.compactMap { matrix.field(of: $0) }
    guard last.count == units.count else { return nil }
    var stops = known.compactMap { [units] stop -> Stop? in
      let fields = zip(units, last).compactMap { unit, after -> [Double]? in
        guard let field = stop.fields.first(where: { $0.unit == unit })?.weights,
          field.count == after.count
        else { return nil }
        return zip(field, after).map { $1.isNaN ? .nan : $0 }
      }
      return fields.count == units.count ? Stop(generation: stop.generation, fields: fields) : nil
    }
    // A founder that nobody trained is what it was.
    guard let beginning = stops.first, beginning.generation == 0,
      zip(beginning.fields, last).contains(where: { before, after in
        zip(before, after).contains { $0 != $1 && !$1.isNaN }
      })
    else { return nil }
    stops.append(Stop(generation: end, fields: last))
    self.stops = stops
    (rows, columns) = (matrix.contents.dataset.rows, matrix.contents.dataset.columns)
    scale = DivergingScale(limit: TilePicture.limit(stops.flatMap(\.fields)))
  }

  /// How the tiles stand above a frame of the layout.
  struct Arrangement {
    let panel: Panel
    let sprites: [OverlaidPlot.Sprite]
    /// For each stop where its column of tiles is left, in pixels.
    let feet: [(x: Double, y: Double)]
  }

  private func count(_ layout: Layout) -> Int { layout.isNarrow ? 1 : units.count }
  private func side(_ layout: Layout) -> Double { layout.isNarrow ? 40 : 68 }
  private func size(_ layout: Layout) -> Double { layout.isNarrow ? 11 : 13 }

  /// Pixels from the top of the plot to the feet.
  func height(_ layout: Layout) -> Double {
    let tile = side(layout) * Double(rows) / Double(columns)
    return size(layout) + 12 + Double(count(layout)) * (tile + 6) + size(layout) + 4
  }

  /// Tiles in columns that are evenly spread between two places.
  func arranged(left: Double, right: Double, _ layout: Layout) -> Arrangement {
    let (size, side) = (size(layout), side(layout))
    let pixel = side / Double(columns)
    let between = stops.count > 1 ? (right - left - side) / Double(stops.count - 1) : 0
    // Whole pixels of the picture, so that all tiles are one.
    let gutter = max(2, Int((between / pixel).rounded(.down)) - columns)
    let tall = Double(rows) * pixel
    var marks: [any Mark] = [
      Label(
        "weights into \(units.prefix(count(layout)).count == 1 ? "a unit" : "two units") of the champion’s line",
        x: left, y: size, size: size, bold: true, color: Palette.ink)
    ]
    var sprites: [OverlaidPlot.Sprite] = []
    for row in 0..<count(layout) {
      let picture = TilePicture(
        tiles: stops.map { $0.fields[row] }, rows: rows, columns: columns, scale: scale,
        gutter: gutter
      ).image(perRow: stops.count)
      let top = size + 12 + Double(row) * (tall + 6)
      sprites.append(
        .init(
          image: picture, x: left, y: top, width: Double(picture.width) * pixel, height: tall))
      marks.append(
        Label(
          "unit \(units[row])", x: left + Double(picture.width) * pixel + 8,
          y: top + tall / 2 + size * 0.35, size: size - 1))
    }
    let bottom = height(layout)
    var feet: [(x: Double, y: Double)] = []
    for (place, stop) in stops.enumerated() {
      let x = left + (Double(place * (columns + gutter)) + Double(columns) / 2) * pixel
      marks.append(
        Label(
          place == 0 && !layout.isNarrow ? "generation 0" : "\(stop.generation)", x: x,
          y: bottom - 3, anchor: .middle, size: size - 1, color: Palette.ink))
      feet.append((x, bottom + 3))
    }
    return Arrangement(
      panel: Panel(.pixels(width: layout.width, height: bottom), marks), sprites: sprites,
      feet: feet)
  }
}
