import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel

/// F2 of two runs side by side, each layer on one scale.
struct JointDistributions {
  private struct Layer {
    let a: LayerDistribution
    let b: LayerDistribution
    /// Between the last snapshots of both.
    let distance: QuantileDistance
    /// Two samples of one network's weights from A's last distribution lie this far apart.
    let noise: Double
  }
  private let comparison: Comparison
  private let sides: ComparedSides
  private let layers: [Layer]

  private static let mostLayers = 3

  init(_ comparison: Comparison, _ sides: ComparedSides) {
    self.comparison = comparison
    self.sides = sides
    let live = sides.all.map { side in side.data.distributions.filter { $0.inputs == "live" } }
    layers = live[0].compactMap { a -> Layer? in
      guard let b = live[1].first(where: { $0.layer == a.layer }), let mine = a.percentiles.last,
        let theirs = b.percentiles.last, let count = a.count.last
      else { return nil }
      let members = Double(max(sides.a.data.phylogeny.survivors.count, 1))
      return Layer(
        a: a, b: b, distance: QuantileDistance(mine, theirs),
        noise: samplingDistance(mine, count: count / members))
    }.prefix(Self.mostLayers).map(\.self)
  }

  var figure: Figure? {
    guard !layers.isEmpty else { return nil }
    return Figure(
      id: "weights", short: "Weights", question: "Do the weights end alike?", finding: finding,
      body: Layout.drawn(plot), notes: notes,
      tables: layers.map(table) + comparison.tables(["distributions"]),
      budget: 30_000 + 50_000 * layers.count)
  }

  private var finding: HTML {
    let parts = layers.map { layer -> HTML in
      let spans = [layer.a, layer.b].map { side in
        (side.quantile(97.5).last ?? .nan) - (side.quantile(2.5).last ?? .nan)
      }
      return """
        in layer \(layer.a.layer) the middle 95 % span \(Words.value(spans[0])) in A and \(Words.value(spans[1])) in B, \
        Wasserstein-1 \(Words.value(layer.distance.wasserstein, 2)), where sampling alone gives \
        \(Words.value(layer.noise, 2))
        """
    }
    return "At the end of either run: \(parts.joined(separator: "; "))."
  }

  private var notes: HTML {
    """
    All weights of all living networks of one run of each, of inputs that are lit; bands of percentiles from 0.5 to 99.5, \
    lines at 2.5, 16, 50, 84 and 97.5 %, thin lines minimum and maximum, cut where they leave the frame. A and B of a layer \
    have one scale, and one of generations. Sampling: how far two samples of one network’s weights from A’s last \
    distribution lie apart.
    """
  }

  private func table(_ layer: Layer) -> NumberTable {
    let percents: [Double] = [0, 2.5, 16, 50, 84, 97.5, 100]
    return NumberTable(
      caption: "The last percentiles, layer \(layer.a.layer)",
      header: ["run", "min", "2.5 %", "16 %", "50 %", "84 %", "97.5 %", "max"],
      rows: [("A", layer.a), ("B", layer.b)].map { name, side in
        [name] + percents.map { Words.value(side.quantile($0).last ?? .nan) }
      } + [
        ["B less A"]
          + percents.map {
            Words.signed((layer.b.quantile($0).last ?? .nan) - (layer.a.quantile($0).last ?? .nan))
          }
      ], source: "distributions.csv of both")
  }

  private func plot(_ layout: Layout) -> Plot {
    let size = layout.isNarrow ? 11.0 : 13
    let height = layout.isNarrow ? 150.0 : 220
    let pitch = height + 72
    let start = layout.isNarrow ? 60.0 : 44
    var panels = [sides.key(x: 4, y: 16, size: size, isNarrow: layout.isNarrow)]
    for (index, layer) in layers.enumerated() {
      let both = [layer.a, layer.b].map { $0.thinned(to: layout.isNarrow ? 20 : 32) }
      let limit = max(1e-9, both.map(WeightDistributions.domain).max() ?? 0)
      for (place, distribution) in both.enumerated() {
        let side = sides.all[place]
        let row = layout.isNarrow ? 2 * index + place : index
        let top = start + 24 + Double(row) * pitch
        let left = layout.isNarrow ? 46.0 : 52 + Double(place) * 430
        let frame = Frame(
          x: Scale(
            domain: sides.generations, from: left, to: left + (layout.isNarrow ? 252 : 318)),
          y: Scale(domain: -limit...limit, from: top + height, to: top))
        panels += WeightDistributions(data: side.data).panels(
          distribution, in: frame, size: size, isLast: index == layers.count - 1,
          isNarrow: layout.isNarrow, title: "\(side.letter.rawValue), layer \(layer.a.layer)")
      }
    }
    let rows = Double(layout.isNarrow ? 2 * layers.count : layers.count)
    return Plot(
      id: "weights\(layout.suffix)", width: layout.width,
      height: start + 24 + rows * pitch - 72 + 48,
      title: "Percentiles of the weights of each layer over time, of both",
      summary: layers.map {
        "Layer \($0.a.layer): the last distributions lie \(Words.value($0.distance.wasserstein, 2)) apart."
      }.joined(separator: " "), panels: panels)
  }
}
