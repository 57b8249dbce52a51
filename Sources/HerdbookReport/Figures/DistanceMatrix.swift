import HerdbookCharts
import HerdbookModel

/// F8: are there clusters?
package struct DistanceMatrix {
  package let data: BundleRun

  /// At most two generations: the first recorded one and the last.
  private var shown: [Distances] {
    guard let last = data.distances.last else { return [] }
    guard let first = data.distances.first, first.generation != last.generation else {
      return [last]
    }
    return [first, last]
  }

  package var figure: Figure? {
    guard let last = shown.last, last.ids.count > 1 else { return nil }
    return Figure(
      id: "f8", short: "Distances", question: "Are there clusters in the population?",
      finding: finding(last), body: isOne ? "" : Layout.overlaid(plot), notes: notes(last),
      tables: [table(last)],
      budget: 90_000)
  }

  private func pairs(_ values: [Double], _ size: Int) -> [Double] {
    var out: [Double] = []
    for i in 0..<size {
      for j in 0..<i where values[i * size + j].isFinite { out.append(values[i * size + j]) }
    }
    return out.sorted()
  }

  /// Whether all networks that would be shown are copies of one.
  private var isOne: Bool {
    shown.allSatisfy { highest($0.weights) == 0 && highest($0.predictions) == 0 }
  }

  private func finding(_ matrix: Distances) -> HTML {
    if isOne {
      return """
        No: the \(matrix.ids.count) networks of generation \(matrix.generation) are copies of one, \
        at distance 0 from each other.
        """
    }
    let weights = pairs(matrix.weights, matrix.ids.count)
    let predictions = pairs(matrix.predictions, matrix.ids.count)
    func range(_ values: [Double]) -> HTML {
      guard let first = values.first, let last = values.last else { return "n/a" }
      return """
        \(Words.value(first)) to \(Words.value(last)), median \(Words.value(values[values.count / 2]))
        """
    }
    return """
      Between the \(matrix.ids.count) networks of generation \(matrix.generation), distances of \
      weights run from \(range(weights)); the share of images read differently from \
      \(range(predictions)).
      """
  }

  private func notes(_ matrix: Distances) -> HTML {
    let living = data.phylogeny.survivors.count
    let sampled: HTML =
      matrix.ids.count < living
      ? "A seeded sample of \(matrix.ids.count) of \(Words.plural(living, "network"))."
      : "All living networks."
    return """
      \(sampled) Below the diagonal: L2 distance of weights (blue); \
      above it: share of fitness images that two networks read differently (orange). Each matrix and \
      half has a scale of its own, from 0 (the ground) to the number beside it. Rows in the order of lineage: \
      relatives stand together. Bars: last fitness. Distances are not matched for the order of \
      hidden units; between strangers they say little.
      """
  }

  private func table(_ matrix: Distances) -> NumberTable {
    let size = matrix.ids.count
    let order = self.order(matrix)
    let rows = Words.evenly(size, atMost: 20)
    return NumberTable(
      caption: "The numbers, \(rows.count) of \(size) networks",
      header: ["network", "last fitness", "mean distance of weights", "mean disagreement"],
      rows: rows.map { rank in
        let at = order[rank]
        func mean(_ values: [Double]) -> Double {
          let row = (0..<size).filter { $0 != at }.map { values[at * size + $0] }
          return row.reduce(0, +) / Double(row.count)
        }
        let fitness = data.phylogeny.position(matrix.ids[at]).map { data.phylogeny.fitness[$0] }
        return [
          "\(matrix.ids[at])", Words.value(fitness ?? .nan, 4), Words.value(mean(matrix.weights)),
          Words.value(mean(matrix.predictions)),
        ]
      }, source: "runs/\(data.run.id)/distances.csv")
  }

  /// Positions in the matrix, sorted by the lines of ancestors from the founder down.
  private func order(_ matrix: Distances) -> [Int] {
    let lines = matrix.ids.map { id in
      data.phylogeny.position(id).map { data.phylogeny.lineage(of: $0) } ?? []
    }
    return matrix.ids.indices.sorted { a, b in
      if lines[a] != lines[b] { return lines[a].lexicographicallyPrecedes(lines[b]) }
      return a < b
    }
  }

  private func highest(_ values: [Double]) -> Double { values.filter(\.isFinite).max() ?? 0 }

  private func sprite(_ matrix: Distances, _ order: [Int]) -> PNG {
    let size = matrix.ids.count
    let weights = DivergingScale(limit: highest(matrix.weights), levels: 60)
    let predictions = DivergingScale(limit: highest(matrix.predictions), levels: 60)
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

  package func plot(_ layout: Layout) -> OverlaidPlot {
    let matrices = shown
    let columns = layout.isNarrow ? 1 : 2
    let side = layout.isNarrow ? 250.0 : matrices.count == 1 ? 430 : 330
    let pitchX = layout.width / Double(columns)
    let pitchY = side + 84
    var panels: [Panel] = []
    var sprites: [OverlaidPlot.Sprite] = []
    for (index, matrix) in matrices.enumerated() {
      let left = 8 + Double(index % columns) * pitchX
      let top = 40 + Double(index / columns) * pitchY
      let order = self.order(matrix)
      sprites.append(
        .init(image: sprite(matrix, order), x: left, y: top, width: side, height: side))
      panels += self.panels(
        matrix, order, left: left, top: top, side: side, size: layout.isNarrow ? 11 : 13)
    }
    let rows = (matrices.count + columns - 1) / columns
    let plot = Plot(
      id: "f8\(layout.suffix)", width: layout.width, height: 40 + Double(rows) * pitchY - 50,
      title: "Matrix of distances between networks",
      summary:
        "Networks in the order of lineage; weights below the diagonal, predictions above it, "
        + "last fitness beside each row. Generations "
        + matrices.map { "\($0.generation)" }.joined(separator: " and ") + ".", panels: panels)
    return OverlaidPlot(plot: plot, sprites: sprites)
  }

  private func panels(
    _ matrix: Distances, _ order: [Int], left: Double, top: Double, side: Double, size: Double
  ) -> [Panel] {
    let count = Double(matrix.ids.count)
    let frame = Frame(
      x: Scale(domain: 0...count, from: left, to: left + side),
      y: Scale(domain: 0...count, from: top, to: top + side))
    let fitness = order.map { at in
      data.phylogeny.position(matrix.ids[at]).map { data.phylogeny.fitness[$0] } ?? .nan
    }
    let known = fitness.filter(\.isFinite)
    let low = known.min() ?? 0
    let high = known.max() ?? 1
    let strip = Frame(
      x: Scale(
        domain: low == high
          ? low - 1...low + 1 : low - 0.15 * (high - low)...high, from: left + side + 10,
        to: left + side + 58), y: frame.y)
    let champion = data.champion.map { data.phylogeny.ids[$0] }
    var bars: [[Rectangles.Item]] = [[], []]
    for (rank, value) in fitness.enumerated() where value.isFinite {
      let item = Rectangles.Item(
        x: strip.x.domain.lowerBound...value, y: Double(rank)...Double(rank + 1))
      bars[matrix.ids[order[rank]] == champion ? 1 : 0].append(item)
    }
    let inset = side / count > 4 ? 0.5 : 0
    return [
      Panel(
        frame,
        [
          Label(
            "generation \(matrix.generation)", x: 0, y: 0, offset: (0, -14), size: size + 1,
            bold: true, color: Palette.ink),
          Label(
            "predictions, 0 to \(Words.value(highest(matrix.predictions)))", x: count, y: 0,
            offset: (0, -14), anchor: .end, size: size),
          Label(
            "weights, 0 to \(Words.value(highest(matrix.weights)))", x: 0, y: count,
            offset: (0, size + 8), size: size),
          Rule(
            [.horizontal(0), .horizontal(count), .vertical(0), .vertical(count)],
            style: .line(Palette.faint, width: 1)),
        ]),
      Panel(
        strip,
        [
          Rectangles(bars[0], style: .fill(Palette.herd, opacity: 0.7), inset: inset),
          Rectangles(bars[1], style: .fill(Palette.accent), inset: inset),
          Label(
            "fitness", x: strip.x.domain.lowerBound, y: count, offset: (0, size + 8), size: size),
        ]),
    ]
  }
}
