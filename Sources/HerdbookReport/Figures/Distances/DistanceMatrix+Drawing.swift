import HerdbookAnalysis
package import HerdbookCharts

extension DistanceMatrix {
  /// What puts the rows in order.
  package enum Order: String {
    case distance, descent
  }

  /// Families that have a column and a shape of their own.
  static func named(_ arrangement: Arrangement) -> ArraySlice<Arrangement.Family> {
    arrangement.families.prefix { $0.members.count > 1 }.prefix(shapes.count)
  }

  static let shapes: [Glyphs.Shape] = [.disc, .square, .triangle, .diamond, .cross, .plus]
  static let otherShape = Glyphs.Shape.bar

  /// Where the parts of one generation stand, in pixels.
  private struct Places {
    let tree: (left: Double, right: Double)
    let matrix: (left: Double, right: Double)
    let families: (left: Double, right: Double)
    let bars: (left: Double, right: Double)
    let top: Double
    let size: Double
    var bottom: Double { top + matrix.right - matrix.left }

    init(_ layout: Layout, columns: Int, top: Double) {
      let (treeWidth, side, column, barWidth) =
        layout.isNarrow ? (40.0, 208.0, 7.0, 36.0) : (66.0, 320.0, 10.0, 44.0)
      tree = (8, 8 + treeWidth)
      matrix = (tree.right + 5, tree.right + 5 + side)
      families = (matrix.right + 6, matrix.right + 6 + column * Double(columns))
      bars = (families.right + (columns > 0 ? 6 : 0), families.right + 6 + barWidth)
      self.top = top
      size = layout.isNarrow ? 11 : 13
    }
  }

  func picture(_ layout: Layout, _ order: Order) -> OverlaidPlot {
    let plot = plot(layout, order)
    let sprites = drawn(layout, order).enumerated().map { index, arrangement in
      let places = places(layout, index, arrangement)
      return OverlaidPlot.Sprite(
        image: sprite(arrangement.matrix, rows(arrangement, order)), x: places.matrix.left,
        y: places.top, width: places.matrix.right - places.matrix.left,
        height: places.bottom - places.top)
    }
    return OverlaidPlot(plot: plot, sprites: sprites)
  }

  private func rows(_ arrangement: Arrangement, _ order: Order) -> [Int] {
    order == .distance ? arrangement.byDistance ?? arrangement.byDescent : arrangement.byDescent
  }

  /// Heights of what stands above and below a matrix, of a map below it, and of all for one generation.
  private func pitch(_ layout: Layout) -> (head: Double, map: Double, whole: Double) {
    let hasMap = shown.contains { $0.map != nil }
    let map = layout.isNarrow && hasMap ? 285.0 : 0
    return (44, map, 44 + (layout.isNarrow ? 208 : 320) + 80 + map)
  }

  private func places(_ layout: Layout, _ index: Int, _ arrangement: Arrangement) -> Places {
    let named = DistanceMatrix.named(arrangement)
    let hasOthers = !named.isEmpty && named.count < arrangement.families.count
    let pitch = pitch(layout)
    return Places(
      layout, columns: named.count + (hasOthers ? 1 : 0),
      top: Double(index) * pitch.whole + pitch.head)
  }

  /// The picture without its rasters.
  package func plot(_ layout: Layout, _ order: Order) -> Plot {
    var panels: [Panel] = []
    let drawn = drawn(layout, order)
    for (index, arrangement) in drawn.enumerated() {
      let places = places(layout, index, arrangement)
      let rows = rows(arrangement, order)
      panels += matrixPanels(arrangement, rows, places)
      panels += treePanels(arrangement, rows, order, places)
      panels += familyPanels(arrangement, rows, places)
      panels += mapPanels(
        arrangement,
        layout.isNarrow
          ? (left: 48, top: places.bottom + 100, width: 290, height: 190)
          : (
            left: places.bars.right + 62, top: places.top,
            width: layout.width - places.bars.right - 74, height: places.bottom - places.top
          ), places.size)
    }
    return Plot(
      id: "f8-\(order.rawValue)\(layout.suffix)", width: layout.width,
      height: Double(drawn.count) * pitch(layout).whole - 6,
      title: "Matrix of distances between networks, and a map of them",
      summary:
        "Networks in the order of \(order.rawValue), its tree at the left; weights below the diagonal, "
        + "predictions above it, families and last fitness beside each row; a map of the weights. Generations "
        + drawn.map { "\($0.matrix.generation)" }.joined(separator: " and ") + ".",
      panels: panels)
  }

  private func sprite(_ matrix: Distances, _ order: [Int]) -> PNG {
    let size = matrix.ids.count
    let weights = DivergingScale(limit: DistanceMatrix.highest(matrix.weights), levels: 60)
    let predictions = DivergingScale(limit: DistanceMatrix.highest(matrix.predictions), levels: 60)
    var pixels: [UInt8] = []
    for row in 0..<size {
      for column in 0..<size {
        let at = order[row] * size + order[column]
        if row == column {
          pixels.append(0)
        } else if row > column {
          pixels.append(weights.index(-matrix.weights[at]))
        } else {
          pixels.append(predictions.index(matrix.predictions[at]))
        }
      }
    }
    return PNG(indices: pixels, palette: weights.palette, width: size, height: size)
  }

  /// Names and scales of the matrix, and the bars of fitness.
  private func matrixPanels(_ arrangement: Arrangement, _ order: [Int], _ places: Places) -> [Panel]
  {
    let (matrix, size) = (arrangement.matrix, places.size)
    let count = Double(order.count)
    let y = Scale(domain: 0...count, from: places.top, to: places.bottom)
    let frame = Frame(
      x: Scale(domain: 0...count, from: places.matrix.left, to: places.matrix.right), y: y)
    let known = arrangement.fitness.filter(\.isFinite)
    let (low, high) = (known.min() ?? 0, known.max() ?? 1)
    let strip = Frame(
      x: Scale(
        domain: low == high ? low - 1...low + 1 : low - 0.15 * (high - low)...high,
        from: places.bars.left, to: places.bars.right), y: y)
    var bars: [[Rule.Place]] = [[], []]
    for (rank, place) in order.enumerated() where arrangement.fitness[place].isFinite {
      bars[place == arrangement.champion ? 1 : 0].append(
        .horizontal(
          Double(rank) + 0.5, strip.x.domain.lowerBound...arrangement.fitness[place]))
    }
    let pitch = (places.bottom - places.top) / count
    let width = pitch > 4 ? pitch - 1 : pitch
    return [
      Panel(
        frame,
        [
          Label(
            "generation \(matrix.generation)", x: 0, y: 0,
            offset: (places.tree.left - places.matrix.left, -14), size: size + 1, bold: true,
            color: Palette.ink),
          Label(
            "predictions, 0 to \(Words.value(DistanceMatrix.highest(matrix.predictions)))",
            x: count,
            y: 0, offset: (0, -14), anchor: .end, size: size),
          Label(
            "weights, 0 to \(Words.value(DistanceMatrix.highest(matrix.weights)))", x: count,
            y: count,
            offset: (0, size + 8), anchor: .end, size: size),
          Rule(
            [.horizontal(0), .horizontal(count), .vertical(0), .vertical(count)],
            style: .line(Palette.faint, width: 1)),
        ]),
      Panel(
        strip,
        [
          Rule(bars[0], style: .line(Palette.herd, width: width, opacity: 0.7)),
          Rule(bars[1], style: .line(Palette.accent, width: width)),
          Label(
            "fitness", x: strip.x.domain.upperBound, y: count, offset: (0, size + 8), anchor: .end,
            size: size),
        ]),
    ]
  }

  /// The tree that gives the order, its leaves at the rows, and the cut that makes groups which stand apart.
  private func treePanels(
    _ arrangement: Arrangement, _ rows: [Int], _ order: Order, _ places: Places
  ) -> [Panel] {
    let tree = order == .distance ? arrangement.tree ?? arrangement.descent : arrangement.descent
    guard let top = tree.merges.last?.height, top > 0 else { return [] }
    let frame = Frame(
      x: Scale(domain: 0...top, from: places.tree.right, to: places.tree.left),
      y: Scale(domain: 0...Double(rows.count), from: places.top, to: places.bottom))
    var nodes = [(x: Double, y: Double)](repeating: (0, 0), count: rows.count)
    for (rank, leaf) in rows.enumerated() { nodes[leaf] = (0, Double(rank) + 0.5) }
    // One bracket a merge; NaN lifts the pen.
    var (x, y): ([Double], [Double]) = ([], [])
    for merge in tree.merges {
      let (a, b) = (nodes[merge.left], nodes[merge.right])
      x += [a.x, merge.height, merge.height, b.x, .nan]
      y += [a.y, a.y, b.y, b.y, .nan]
      nodes.append((merge.height, (a.y + b.y) / 2))
    }
    var marks: [any Mark] = [
      Axis(.bottom, ticks: [0, frame.x.ticks(2).last ?? 0], size: places.size),
      Line(x: x, y: y, style: .line(Palette.muted, width: 1)),
      Label(
        order == .distance
          ? "tree: mean distance of weights" : "tree: generations since lines parted",
        x: top, y: Double(rows.count), offset: (0, 2 * places.size + 14), size: places.size),
    ]
    if order == .distance, arrangement.matrix.generation == shown.last?.matrix.generation, let test,
      test.silhouette.isBeyond
    {
      let first = rows.count - test.cut.sizes.count
      let height = (tree.merges[first - 1].height + tree.merges[first].height) / 2
      marks.append(
        Rule([.vertical(height)], style: .line(Palette.accent, width: 1.5, dash: [3, 3])))
    }
    return [Panel(frame, marks)]
  }

  /// A column for each of the largest families, under its glyph, and one for all others.
  private func familyPanels(_ arrangement: Arrangement, _ rows: [Int], _ places: Places) -> [Panel]
  {
    let named = DistanceMatrix.named(arrangement)
    guard !named.isEmpty else { return [] }
    let columns = named.count < arrangement.families.count ? named.count + 1 : named.count
    let count = Double(rows.count)
    let frame = Frame(
      x: Scale(domain: 0...Double(columns), from: places.families.left, to: places.families.right),
      y: Scale(domain: 0...count, from: places.top, to: places.bottom))
    let family = arrangement.familyOf
    // Neighbours of one family are one bar.
    var cells: [Rectangles.Item] = []
    for (rank, place) in rows.enumerated() {
      let column = Double(min(family[place], named.count))
      if let last = cells.last, last.x.lowerBound == column {
        cells[cells.count - 1].y = last.y.lowerBound...Double(rank + 1)
      } else {
        cells.append(.init(x: column...column + 1, y: Double(rank)...Double(rank + 1)))
      }
    }
    let above = -8 * count / (places.bottom - places.top)
    var marks: [any Mark] = [
      Rectangles(
        cells, style: .fill(Palette.ink), inset: (places.bottom - places.top) / count > 4 ? 0.5 : 0),
      Rule(
        (0...columns).map { .vertical(Double($0)) }, style: .line(Palette.faint, width: 1)),
      Label(
        "family", x: Double(columns) / 2, y: count, offset: (0, 2 * places.size + 14),
        anchor: .middle, size: places.size),
    ]
    for column in 0..<columns {
      marks.append(
        Glyphs(
          x: [Double(column) + 0.5], y: [above], shape: DistanceMatrix.shape(column, named.count),
          radius: places.size > 11 ? 4 : 3, color: Palette.ink))
    }
    return [Panel(frame, marks)]
  }

  private static func shape(_ family: Int, _ named: Int) -> Glyphs.Shape {
    named == 0 ? shapes[0] : family < named ? shapes[family] : otherShape
  }

  private func mapPanels(
    _ arrangement: Arrangement,
    _ place: (left: Double, top: Double, width: Double, height: Double), _ size: Double
  ) -> [Panel] {
    guard let map = arrangement.map, map.scores.count > 1 else { return [] }
    let (x, y) = (map.scores[0], map.scores[1])
    let frame = Frame.ofOneUnit(
      x, y, left: place.left, top: place.top, width: place.width, height: place.height)
    let scale = QuantileScale(arrangement.fitness)
    let named = DistanceMatrix.named(arrangement).count
    let family = arrangement.familyOf
    var marks: [any Mark] = [
      Axis(
        .left, title: "axis 2, \(Words.percent(map.shares[1], decimals: 0))", grid: true, size: size
      ),
      Axis(
        .bottom, title: "axis 1, \(Words.percent(map.shares[0], decimals: 0))", grid: true,
        size: size
      ),
      FitnessKey(scale: scale, size: size, below: 3 * size + 24),
    ]
    for number in 0...named {
      for step in -1..<scale.colors.count {
        let members = family.indices.filter {
          min(family[$0], named) == number && (scale.step(arrangement.fitness[$0]) ?? -1) == step
        }
        guard !members.isEmpty else { continue }
        marks.append(
          Glyphs(
            x: members.map { x[$0] }, y: members.map { y[$0] },
            shape: DistanceMatrix.shape(number, named), radius: 4.5,
            color: step < 0 ? Palette.null : scale.colors[step]))
      }
    }
    if let champion = arrangement.champion {
      let isRight = frame.x(x[champion]) > (frame.left + frame.right) / 2
      marks.append(
        Dots(
          x: [x[champion]], y: [y[champion]], radius: 8, style: .line(Palette.accent, width: 1.75)))
      marks.append(
        Label(
          "champion", x: x[champion], y: y[champion], offset: (isRight ? -11 : 11, -8),
          anchor: isRight ? .end : .start, size: size, bold: true, color: Palette.accent, halo: true
        ))
    }
    return [Panel(frame, marks)]
  }
}
