import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel

/// F3 of two runs together: how far the distribution of weights at every snapshot of either lies from that at every other.
struct JointDynamics {
  private struct Layer {
    let number: Int
    /// Of the snapshots of A, then of B.
    let generation: [Double]
    /// How many of them are A's.
    let split: Int
    let distances: [[Double]]
    /// From A's first snapshot to its last, and the same of B.
    let spans: (a: Double, b: Double)
    /// Two samples of one network's weights from A's last distribution lie this far apart.
    let noise: Double

    /// How far each snapshot lies from the nearest of the other run.
    func nearest(ofFirst: Bool) -> [Double] {
      let (mine, theirs) =
        ofFirst ? (0..<split, split..<generation.count) : (split..<generation.count, 0..<split)
      return mine.map { row in theirs.map { distances[row][$0] }.min() ?? .nan }
    }

    /// How far B's snapshots lie from the nearest of A's on average.
    var apart: Double {
      let nearest = nearest(ofFirst: false)
      return nearest.reduce(0, +) / Double(max(1, nearest.count))
    }

    /// The same as a share of the shorter of both ways.
    var share: Double { apart / max(min(spans.a, spans.b), 1e-300) }

    var ends: Double { distances[split - 1][generation.count - 1] }
  }
  private let sides: ComparedSides
  private let layers: [Layer]

  private static let mostLayers = 3
  private static let mostSnapshots = 24
  /// Paths that lie no farther apart than this share of the shorter way are one.
  private static let nearShare = 0.1

  init(_ sides: ComparedSides) {
    self.sides = sides
    let live = sides.all.map { side in side.data.distributions.filter { $0.inputs == "live" } }
    layers = live[0].compactMap { whole -> Layer? in
      guard let other = live[1].first(where: { $0.layer == whole.layer }),
        whole.generation.count > 1, other.generation.count > 1
      else { return nil }
      let (a, b) = (whole.thinned(to: Self.mostSnapshots), other.thinned(to: Self.mostSnapshots))
      let distances = DistributionDynamics(a.percentiles + b.percentiles).distances
      let (split, last) = (a.generation.count, distances.count - 1)
      let members = Double(max(sides.a.data.phylogeny.survivors.count, 1))
      return Layer(
        number: whole.layer, generation: a.generation + b.generation, split: split,
        distances: distances, spans: (distances[0][split - 1], distances[split][last]),
        noise: samplingDistance(a.percentiles[split - 1], count: a.count[split - 1] / members))
    }.prefix(Self.mostLayers).map(\.self)
  }

  var figure: Figure? {
    guard layers.contains(where: { $0.distances.joined().contains { $0 > 0 } }) else { return nil }
    return Figure(
      id: "paths", short: "Paths", question: "Do the weights of both go one way?",
      finding: finding, body: Layout.overlaid(picture), notes: notes, tables: layers.map(table),
      budget: 20_000 + 30_000 * layers.count)
  }

  private var finding: HTML {
    let parts = layers.map { layer -> HTML in
      let isOne = layer.share <= Self.nearShare || layer.apart <= layer.noise
      let way: HTML = isOne ? "B goes the way of A" : "B goes a way of its own"
      return """
        in layer \(layer.number) \(way): its snapshots lie on average \(Words.value(layer.apart, 2)) from A’s nearest, \
        \(Words.percent(layer.share, decimals: 0)) of the shorter way, where sampling alone gives \
        \(Words.value(layer.noise, 2)); the ends lie \(Words.value(layer.ends, 2)) apart, where A goes \
        \(Words.value(layer.spans.a, 2)) and B \(Words.value(layer.spans.b, 2))
        """
    }
    let sentence = parts.joined(separator: "; ").text
    return HTML(verbatim: sentence.prefix(1).uppercased() + sentence.dropFirst() + ".")
  }

  private var notes: HTML {
    let noise = layers.map { layer -> HTML in
      "\(Words.value(layer.noise, 2)) in layer \(layer.number)"
    }.joined(separator: ", ")
    let counts = layers.first.map { ($0.split, $0.generation.count - $0.split) } ?? (0, 0)
    return """
      Wasserstein-1 distances between the distributions of all weights into a layer (inputs that are lit) at every two of \
      \(counts.0) snapshots of A and \(counts.1) of B, from 101 percentiles; the strokes part A from B, so that the two squares \
      beside the diagonal hold A against B. Colour from 0 (the ground) to each layer’s largest. The lines: how far \
      each snapshot lies from the nearest of the other run. Where B’s lie on average no farther than 10 % of the shorter way, or \
      than the null, both go one way. The null, grey: two samples of one network’s weights from one distribution, \(noise) apart.
      """
  }

  private func table(_ layer: Layer) -> NumberTable {
    func rows(_ name: String, _ places: Range<Int>, _ nearest: [Double], _ end: Int) -> [[String]] {
      Words.evenly(places.count, atMost: 9).map { row in
        [
          name, Decimal.fixed(layer.generation[places.lowerBound + row], decimals: 0),
          Words.value(nearest[row]), Words.value(layer.distances[places.lowerBound + row][end]),
        ]
      }
    }
    let last = layer.generation.count - 1
    return NumberTable(
      caption: "The numbers, layer \(layer.number)",
      header: ["run", "generation", "from the nearest of the other", "from the end of the other"],
      rows: rows("A", 0..<layer.split, layer.nearest(ofFirst: true), last)
        + rows(
          "B", layer.split..<layer.generation.count, layer.nearest(ofFirst: false), layer.split - 1),
      source: "distributions.csv of both")
  }

  private func sprite(_ layer: Layer) -> PNG {
    let scale = DivergingScale(limit: layer.distances.joined().max() ?? 0, levels: 60)
    return PNG(
      indices: layer.distances.joined().map { scale.index(-$0) }, palette: scale.palette,
      width: layer.distances.count, height: layer.distances.count)
  }

  private func picture(_ layout: Layout) -> OverlaidPlot {
    let size = layout.isNarrow ? 11.0 : 13
    let side = layout.isNarrow ? 236.0 : 250
    let start = layout.isNarrow ? 50.0 : 34
    let pitch = layout.isNarrow ? side + 300 : side + 92
    var panels = [sides.key(x: 4, y: 16, size: size, isNarrow: layout.isNarrow)]
    var sprites: [OverlaidPlot.Sprite] = []
    for (index, layer) in layers.enumerated() {
      let top = start + 36 + Double(index) * pitch
      let left = 52.0
      sprites.append(.init(image: sprite(layer), x: left, y: top, width: side, height: side))
      panels.append(matrix(layer, left: left, top: top, side: side, size: size))
      let lines =
        layout.isNarrow
        ? (left: left, right: layout.width - 26, top: top + side + 88, height: 120.0)
        : (left: left + side + 92, right: layout.width - 26, top: top, height: side)
      panels.append(courses(layer, lines, size: size))
    }
    let plot = Plot(
      id: "paths\(layout.suffix)", width: layout.width,
      height: start + 36 + Double(layers.count) * pitch - 32,
      title: "Distances between the distributions of weights of both at every two snapshots",
      summary: layers.map {
        "Layer \($0.number): the ends lie \(Words.value($0.ends, 2)) apart."
      }.joined(separator: " "), panels: panels)
    return OverlaidPlot(plot: plot, sprites: sprites)
  }

  private func matrix(
    _ layer: Layer, left: Double, top: Double, side: Double, size: Double
  ) -> Panel {
    let count = Double(layer.generation.count)
    let split = Double(layer.split)
    let frame = Frame(
      x: Scale(domain: 0...count, from: left, to: left + side),
      y: Scale(domain: 0...count, from: top, to: top + side))
    let largest = layer.distances.joined().max() ?? 0
    var marks: [any Mark] = [
      Label(
        "layer \(layer.number)", x: 0, y: 0, offset: (0, -12), size: size + 1, bold: true,
        color: Palette.ink),
      Label(
        "0 to \(Words.value(largest, 2))", x: count, y: 0, offset: (0, -12), anchor: .end,
        size: size),
      Rule(
        [.horizontal(0), .horizontal(count), .vertical(0), .vertical(count)],
        style: .line(Palette.faint, width: 1)),
      Rule([.horizontal(split), .vertical(split)], style: .line(Palette.ink, width: 1.5)),
    ]
    let blocks = [
      ("A", 0.0, split, 0, layer.split - 1), ("B", split, count, layer.split, Int(count) - 1),
    ]
    for (name, from, to, first, last) in blocks {
      let ends = [first, last].map { Decimal.grouped(Int(layer.generation[$0])) }
      let words = "\(name): \(ends[0]) to \(ends[1])"
      marks.append(
        Label(
          words, x: (from + to) / 2, y: count, offset: (0, size + 8), anchor: .middle, size: size))
      marks.append(
        Label(
          name, x: 0, y: (from + to) / 2, offset: (-10, size * 0.35), anchor: .end, size: size,
          bold: true, color: Palette.ink))
    }
    marks.append(
      Label(
        "generations", x: count, y: count, offset: (0, 2 * size + 14), anchor: .end, size: size))
    return Panel(frame, marks)
  }

  private func courses(
    _ layer: Layer, _ place: (left: Double, right: Double, top: Double, height: Double),
    size: Double
  ) -> Panel {
    let nearest = [layer.nearest(ofFirst: true), layer.nearest(ofFirst: false)]
    let top = max((nearest.joined().max() ?? 0), layer.noise) * 1.05
    let frame = Frame(
      x: Scale(domain: sides.generations, from: place.left, to: place.right),
      y: Scale(
        domain: 0...max(top, 1e-12), from: place.top + place.height, to: place.top))
    let x = [
      Array(layer.generation[..<layer.split]), Array(layer.generation[layer.split...]),
    ]
    let ends = zip(x, nearest).map { (x: $0.last ?? .nan, y: $1.last ?? .nan) }
    return Panel(
      frame,
      [
        Axis(
          .left, title: "distance from the nearest snapshot of the other", grid: true, size: size),
        Axis(.bottom, title: "generation", wholeNumbers: true, size: size),
        Rule([.horizontal(layer.noise)], style: .line(Palette.null, width: 1.25, dash: [2, 3])),
      ]
        + zip(sides.all, zip(x, nearest)).map { side, course in
          Line(x: course.0, y: course.1, style: side.letter.line())
        } + sides.letters(ends, in: frame, size: size))
  }
}
