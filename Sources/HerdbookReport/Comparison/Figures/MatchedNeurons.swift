import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel

/// F10 of two champions: the most important units of A's first layer, those of B that they are matched with, and what
/// lies between them, on one scale.
struct MatchedNeurons {
  private let sides: ComparedSides
  private let champions: Comparison.Champions
  /// Units of A, the most important first, and those of B that stand for them.
  private let units: [(a: Int, b: Int)]
  private let tiles: [BundleContents.Tensor]
  private let lit: [Double]

  private static let most = 12

  /// Nil where the two cannot be brought together, or their inputs are no plane.
  init?(_ sides: ComparedSides, _ champions: Comparison.Champions?) {
    guard let champions, let matrix = NeuronMatrix(sides.a.contents, sides.a.data) else {
      return nil
    }
    let (mine, theirs) = (sides.a.data.layers, sides.b.data.layers)
    guard mine.count > 1, mine.map(\.shape) == theirs.map(\.shape) else { return nil }
    self.sides = sides
    self.champions = champions
    units = matrix.order.prefix(Self.most).map { unit in
      switch champions {
      case .ofOneLineage: (unit, unit)
      case .matched(let matching, _): (unit, matching.units[0][unit])
      }
    }
    let shown = units
    // The columns of A's units, of B's, and of what lies between; then the rows of the next layer alike.
    let first = Self.columns(mine[0], shown.map(\.a))
    let second = Self.columns(theirs[0], shown.map(\.b))
    let (out, other) = (
      Self.rows(mine[1], shown.map(\.a)), Self.rows(theirs[1], shown.map(\.b))
    )
    let inputs = mine[0].shape[0]
    let count = shown.count
    var values: [Float] = []
    for input in 0..<inputs {
      let (a, b) = (
        first[input * count..<(input + 1) * count], second[input * count..<(input + 1) * count]
      )
      values += a + b + zip(a, b).map { $1 - $0 }
    }
    tiles = [
      .init(name: mine[0].name, shape: [inputs, 3 * count], values: values),
      .init(
        name: mine[1].name, shape: [3 * count, mine[1].shape[1]],
        values: out + other + zip(out, other).map { $1 - $0 }),
    ]
    let litOfB = sides.b.data.lit
    // A pixel that lights in either is shown.
    lit = sides.a.data.lit.enumerated().map {
      max($1, litOfB.indices.contains($0) ? litOfB[$0] : 1)
    }
  }

  /// Some columns of a matrix, row by row.
  private static func columns(_ tensor: BundleContents.Tensor, _ units: [Int]) -> [Float] {
    (0..<tensor.shape[0]).flatMap { row in
      units.map { tensor.values[row * tensor.shape[1] + $0] }
    }
  }

  private static func rows(_ tensor: BundleContents.Tensor, _ units: [Int]) -> [Float] {
    units.flatMap { tensor.values[$0 * tensor.shape[1]..<($0 + 1) * tensor.shape[1]] }
  }

  /// Tiles in groups of three rows: A, B, and B less A.
  private func sheet(across: Int) -> NeuronSheet? {
    let count = units.count
    let order = stride(from: 0, to: count, by: across).flatMap { start -> [Int] in
      let places = Array(start..<min(count, start + across))
      // The last group is filled up with its last unit, so that rows stay rows.
      let padded = places + Array(repeating: places[places.count - 1], count: across - places.count)
      return padded + padded.map { $0 + count } + padded.map { $0 + 2 * count }
    }
    return NeuronSheet(
      layers: tiles, rows: sides.a.contents.dataset.rows, columns: sides.a.contents.dataset.columns,
      lit: lit, order: order)
  }

  var figure: Figure? {
    guard !units.isEmpty, let sheet = sheet(across: units.count) else { return nil }
    return Figure(
      id: "neurons", short: "Neurons", question: "Do the champions know the same features?",
      finding: finding, body: Layout.overlaid(picture), notes: notes(limit: sheet.limit),
      tables: [table],
      budget: 110_000)
  }

  private var finding: HTML {
    switch champions {
    case .ofOneLineage:
      return """
        The two champions are of one lineage, whose hidden units keep their numbers. Of the \(units.count) most important \
        ones of A the weights in B have a median correlation of \(Words.value(median(correlations), 2)).
        """
    case .matched(let matching, let control):
      return """
        Hidden units matched, the champions have a cosine of \(Words.value(matching.matched.cosine, 2)) over all weights; as \
        they are numbered \(Words.value(matching.unmatched.cosine, 2)), and \(Words.value(control.matched.cosine, 2)) where \
        B’s weights are put in random order and matched alike. Of the \(units.count) most important units of A the partners \
        have a median correlation of \(Words.value(median(correlations), 2)).
        """
    }
  }

  private func notes(limit: Double) -> HTML {
    let way: HTML =
      switch champions {
      case .ofOneLineage: "Units of one number are one unit, whose number stands above it."
      case .matched:
        """
        Each unit of A stands above the one of B that it is matched with, by the least distance of all weights (Hungarian \
        algorithm); the numbers of both stand above them.
        """
      }
    let bars: HTML =
      tiles[1].shape[1] <= sides.a.contents.dataset.rows
      ? " Beside each tile the weights to the outputs, on a scale of their own." : ""
    return """
      \(way) Most important of A first. Rows: A, B, B less A. Blue is negative, orange positive, zero is the ground; one scale \
      for all, ±\(Words.value(limit)), which 0.5 % of the weights of lit pixels exceed and are clipped at.\(bars)
      """
  }

  /// Of the weights into each pair of units, over inputs that are lit.
  private var correlations: [Double] {
    let count = units.count
    let shown = (0..<tiles[0].shape[0]).filter { $0 >= lit.count || lit[$0] > 0 }
    return units.indices.map { place in
      let a = shown.map { Double(tiles[0].values[$0 * 3 * count + place]) }
      let b = shown.map { Double(tiles[0].values[$0 * 3 * count + count + place]) }
      return correlation(a, b)
    }
  }

  private var table: NumberTable {
    NumberTable(
      caption: "The numbers, \(units.count) units",
      header: ["unit of A", "unit of B", "correlation"],
      rows: zip(units, correlations).map { pair, correlation in
        ["\(pair.a)", "\(pair.b)", Words.value(correlation, 2)]
      }, source: "champion.safetensors of both")
  }

  private func picture(_ layout: Layout) -> OverlaidPlot {
    let across = min(units.count, layout.isNarrow ? 4 : 12)
    guard let sheet = sheet(across: across) else {
      preconditionFailure("what is drawn at one width can be drawn at the other")
    }
    let picture = sheet.picture(perRow: across, ownScale: false)
    let size = layout.isNarrow ? 11.0 : 13
    let left = 52.0
    let groups = (units.count + across - 1) / across
    // Pixels of the sheet: a cell, and what lies between two.
    let scale = min((layout.width - left) / Double(picture.width), 6)
    let height = Double(picture.height) * scale
    let row = height / Double(3 * groups)
    let names = (0..<3 * groups).map { place -> Label in
      let isDifference = place % 3 == 2
      let middle = 24 + (Double(place) + 0.5) * row
      return Label(
        ["A", "B", "B less A"][place % 3], x: 0, y: middle, offset: (0, size * 0.35),
        size: isDifference ? size - 1 : size + 1, bold: !isDifference, color: Palette.ink)
    }
    let pitch = Double(picture.width) * scale / Double(across)
    let shown = groups > 1 ? [] : units
    let numbers = shown.enumerated().map { place, pair -> Label in
      let words = pair.a == pair.b ? "\(pair.a)" : "\(pair.a), \(pair.b)"
      return Label(words, x: left + Double(place) * pitch, y: 14, size: size - 2)
    }
    let plot = Plot(
      id: "neurons\(layout.suffix)", width: layout.width, height: 28 + height,
      title:
        "Weights into \(units.count) hidden units of A, their partners in B, and the difference",
      summary:
        "Rows: A, B, B less A. Units of A: \(units.map { "\($0.a)" }.joined(separator: ", ")).",
      panels: [Panel(.pixels(width: 1, height: 1), names + numbers)])
    return OverlaidPlot(
      plot: plot,
      sprites: [
        .init(
          image: picture, x: left, y: 24, width: Double(picture.width) * scale, height: height)
      ]
    )
  }
}
