import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel

/// F3: when does the distribution of weights stop changing, and how does one step relate to the next?
package struct DynamicsFigure {
  private struct Layer {
    let number: Int
    let generation: [Double]
    let dynamics: DistributionDynamics
    /// Two samples of one network's weights from the last distribution lie this far apart.
    let noise: Double

    /// The share of the way within which the distribution is where it ends: what two samples of it lie apart, where
    /// that is more than `DynamicsFigure.settledShare`.
    var end: Double {
      max(DynamicsFigure.settledShare, dynamics.span > 0 ? noise / dynamics.span : 0)
    }
  }
  private let data: BundleRun
  private let layers: [Layer]

  /// Layers that are drawn, and snapshots of each.
  private static let mostLayers = 3
  private static let mostSnapshots = 41
  /// Within this share of the way a layer has settled.
  private static let settledShare = 0.05

  package init(_ data: BundleRun) {
    self.data = data
    layers = data.distributions.filter { $0.inputs == "live" && $0.generation.count > 2 }
      .prefix(Self.mostLayers).map { whole in
        let layer = whole.thinned(to: Self.mostSnapshots)
        let last = layer.percentiles[layer.percentiles.count - 1]
        // The count is of the whole population, whose members are near copies: one network's are independent.
        let members = Double(max(data.phylogeny.survivors.count, 1))
        return Layer(
          number: layer.layer, generation: layer.generation,
          dynamics: DistributionDynamics(layer.percentiles),
          noise: samplingDistance(last, count: layer.count[layer.count.count - 1] / members))
      }
  }

  package var figure: Figure? {
    guard !layers.isEmpty, layers.contains(where: { $0.dynamics.span > 0 }) else { return nil }
    return Figure(
      id: "f3", short: "Dynamics", question: "When do the weights stop changing?",
      finding: finding, body: Layout.overlaid(plot), notes: notes, tables: layers.map(table),
      budget: 20_000 + 40_000 * layers.count)
  }

  private var finding: HTML {
    let parts = layers.map { layer -> HTML in
      let at = layer.dynamics.settled(within: layer.end)
      let generation = Words.count(layer.generation[at])
      let persistence = layer.dynamics.persistence.filter(\.isFinite).sorted()
      let middle = persistence.isEmpty ? Double.nan : persistence[persistence.count / 2]
      let end =
        at == layer.generation.count - 1
        ? "moves to the end" as HTML
        : layer.end > Self.settledShare
          ? "lies no further from its end than two samples of it from generation \(generation) on"
          : "lies within 5 % of its way from the end from generation \(generation) on"
      return """
        layer \(layer.number) \(end), and the median cosine between one step and the next is \
        \(Words.value(middle, 2))
        """
    }
    return "The distribution of weights: \(parts.joined(separator: "; "))."
  }

  private var notes: HTML {
    let snapshots = layers.map(\.generation.count).max() ?? 0
    let noise = layers.map { layer -> HTML in
      "\(Words.value(layer.noise, 2)) in layer \(layer.number)"
    }.joined(separator: ", ")
    return """
      Wasserstein-1 distances between the distributions of all weights into a layer (inputs that are lit) at every two of \
      \(Words.plural(snapshots, "snapshot")), from 101 percentiles: how far a weight has to move on average to turn one \
      into the other. Colour from 0 (the ground) to each layer’s largest. The lines to the right are one column of the \
      matrix and one row of it: the distance from the first snapshot and to the last, as shares of that between the two. \
      Below: the cosine between the change of the percentiles in one step and in the next, 1 where the distribution goes \
      on the same way; the null is 0, steps that have nothing to do with each other. Two samples of one network’s weights from \
      one distribution lie \(noise) apart.
      """
  }

  private func table(_ layer: Layer) -> NumberTable {
    let distances = layer.dynamics.distances
    let rows = Words.evenly(layer.generation.count, atMost: 12)
    return NumberTable(
      caption: "The numbers, layer \(layer.number)",
      header: [
        "generation", "from the first", "to the last", "to the next", "cosine with the next step",
      ],
      rows: rows.map { row in
        [
          Decimal.fixed(layer.generation[row], decimals: 0), Words.value(distances[0][row]),
          Words.value(distances[row][distances.count - 1]),
          Words.value(row + 1 < distances.count ? distances[row][row + 1] : .nan),
          Words.value(
            row > 0 && row <= layer.dynamics.persistence.count
              ? layer.dynamics.persistence[row - 1] : .nan, 2),
        ]
      }, source: "runs/\(data.run.id)/distributions.csv")
  }

  private func sprite(_ layer: Layer) -> PNG {
    let distances = layer.dynamics.distances
    let scale = DivergingScale(limit: distances.joined().max() ?? 0, levels: 60)
    return PNG(
      indices: distances.joined().map { scale.index(-$0) }, palette: scale.palette,
      width: distances.count, height: distances.count)
  }

  private func plot(_ layout: Layout) -> OverlaidPlot {
    let size = layout.isNarrow ? 11.0 : 13
    let side = layout.isNarrow ? 236.0 : 250
    let pitch = layout.isNarrow ? side + 378 : side + 96
    var panels: [Panel] = []
    var sprites: [OverlaidPlot.Sprite] = []
    for (index, layer) in layers.enumerated() {
      let top = 46 + Double(index) * pitch
      let left = 46.0
      sprites.append(
        .init(image: sprite(layer), x: left, y: top, width: side, height: side))
      panels += matrix(layer, left: left, top: top, side: side, size: size)
      let lines =
        layout.isNarrow
        ? (left: left, right: layout.width - 16, top: top + side + 74, height: 120.0)
        : (left: left + side + 84, right: layout.width - 16, top: top, height: 132.0)
      panels += courses(layer, lines, size: size)
    }
    let plot = Plot(
      id: "f3\(layout.suffix)", width: layout.width,
      height: 46 + Double(layers.count) * pitch - (layout.isNarrow ? 50 : 40),
      title: "Distances between the distributions of weights at every two snapshots",
      summary: layers.map { layer in
        "Layer \(layer.number): \(Words.value(layer.dynamics.span)) from the first snapshot to the last."
      }.joined(separator: " "), panels: panels)
    return OverlaidPlot(plot: plot, sprites: sprites)
  }

  private func matrix(
    _ layer: Layer, left: Double, top: Double, side: Double, size: Double
  ) -> [Panel] {
    let domain = layer.generation[0]...layer.generation[layer.generation.count - 1]
    let frame = Frame(
      x: Scale(domain: domain, from: left, to: left + side),
      y: Scale(domain: domain, from: top, to: top + side))
    let largest = layer.dynamics.distances.joined().max() ?? 0
    let ticks = frame.x.ticks(across: true).filter { $0 == $0.rounded() }
    return [
      Panel(
        frame,
        [
          Label(
            "layer \(layer.number)", x: domain.lowerBound, y: domain.lowerBound,
            offset: (0, -12), size: size + 1, bold: true, color: Palette.ink),
          Label(
            "0 to \(Words.value(largest, 2))", x: domain.upperBound, y: domain.lowerBound,
            offset: (0, -12), anchor: .end, size: size),
          Rule(
            [
              .horizontal(domain.lowerBound), .horizontal(domain.upperBound),
              .vertical(domain.lowerBound), .vertical(domain.upperBound),
            ], style: .line(Palette.faint, width: 1)),
        ]
          + ticks.flatMap { tick -> [any Mark] in
            [
              Label(
                Decimal.grouped(Int(tick)), x: tick, y: domain.upperBound,
                offset: (0, size + 6), anchor: .middle, size: size),
              Label(
                Decimal.grouped(Int(tick)), x: domain.lowerBound, y: tick,
                offset: (-8, size * 0.35), anchor: .end, size: size),
            ]
          }
          + [
            Label(
              "generation", x: domain.upperBound, y: domain.upperBound,
              offset: (0, 2 * size + 10), anchor: .end, size: size)
          ])
    ]
  }

  private func courses(
    _ layer: Layer, _ place: (left: Double, right: Double, top: Double, height: Double),
    size: Double
  ) -> [Panel] {
    let x = layer.generation
    let domain = x[0]...x[x.count - 1]
    let distances = layer.dynamics.distances
    let span = max(layer.dynamics.span, 1e-300)
    let (from, to) = (
      distances[0].map { $0 / span }, distances.map { $0[distances.count - 1] / span }
    )
    let top = max(1, (from + to).max() ?? 1) * 1.03
    let upper = Frame(
      x: Scale(domain: domain, from: place.left, to: place.right),
      y: Scale(domain: 0...top, from: place.top + place.height, to: place.top))
    let lowerTop = place.top + place.height + 66
    let lower = Frame(
      x: upper.x, y: Scale(domain: -1...1, from: lowerTop + 58, to: lowerTop))
    let cosines = layer.dynamics.persistence
    return [
      Panel(
        upper,
        [
          Axis(.left, grid: true, size: size), Axis(.bottom, wholeNumbers: true, size: size),
          Line(x: x, y: to, style: .line(Palette.herd, width: 2)),
          Line(x: x, y: from, style: .line(Palette.accent, width: 2)),
          Label(
            "share of the way", x: domain.lowerBound, y: top, offset: (0, -12), size: size,
            bold: true, color: Palette.ink),
          LineNames(
            [
              .init("from the first", x: x, y: from, bold: true, color: Palette.accent),
              .init("to the last", x: x, y: to, bold: true, color: Palette.herd),
            ], size: size),
        ]),
      Panel(
        lower,
        [
          Axis(.left, ticks: [-1, 0, 1], grid: true, size: size),
          Rule([.horizontal(0)], style: .line(Palette.null, width: 1.25)),
          Line(
            x: Array(x[1..<x.count - 1]), y: cosines, style: .line(Palette.ink, width: 1.5)),
          Label(
            "cosine of a step with the next", x: domain.lowerBound, y: 1, offset: (0, -12),
            size: size, bold: true, color: Palette.ink),
        ]),
    ]
  }
}
