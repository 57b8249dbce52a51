import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel

/// F11: what makes a neuron useful?
package struct AblationFigure {
  private let contents: BundleContents
  private let data: BundleRun
  private let matrix: NeuronMatrix?
  private let neurons: BundleRun.Neurons
  /// Rows of the neurons, those that cost most first; NaN last.
  private let order: [Int]

  /// Units of each end that are shown.
  private static let most = 8
  private static let few = 4

  /// Nil where nobody knows what units cost.
  package init?(_ contents: BundleContents, _ data: BundleRun, _ matrix: NeuronMatrix?) {
    guard let neurons = data.neurons, !neurons.ablationLoss.isEmpty else { return nil }
    self.contents = contents
    self.data = data
    self.matrix = matrix
    self.neurons = neurons
    let losses = neurons.ablationLoss
    order = losses.indices.sorted {
      (losses[$0].isNaN ? -.infinity : losses[$0], -$0)
        > (losses[$1].isNaN ? -.infinity : losses[$1], -$1)
    }
  }

  package var figure: Figure? {
    guard losses.contains(where: { $0.isFinite && $0 != 0 }) else { return nil }
    return Figure(
      id: "f11", short: "Good and bad", question: "What makes a neuron useful?",
      finding: finding, body: Layout.overlaid(picture), notes: notes, tables: [table],
      budget: 60_000)
  }

  /// In the order of the figure.
  private var losses: [Double] { order.map { neurons.ablationLoss[$0] } }

  /// What may go with usefulness, with the rank correlation; those that do not vary are left out.
  package var correlates: [(name: String, correlation: Double)] {
    let measures: [(String, [Double])] = [
      ("importance", neurons.importance), ("outgoing weights, L2", neurons.outgoingNorm),
      ("mean activation", neurons.meanActivation), ("smoothness, Moran’s I", neurons.moran),
      ("likeness to its beginning", neurons.founderCosine),
    ]
    return measures.compactMap { name, values in
      let known = values.indices.filter {
        values[$0].isFinite && neurons.ablationLoss[$0].isFinite
      }
      guard known.count > 3 else { return nil }
      let correlation = rankCorrelation(
        known.map { values[$0] }, known.map { neurons.ablationLoss[$0] })
      return correlation.isNaN ? nil : (name, correlation)
    }
  }

  /// 95 % of the correlations lie within it where one thing has nothing to do with the other.
  private var chance: Double { 1.96 / Double(max(2, order.count) - 1).squareRoot() }

  /// As many as show the largest cost to three digits.
  private var decimals: Int {
    let largest = losses.filter(\.isFinite).map(\.magnitude).max() ?? 0
    var (decimals, scaled) = (0, largest)
    while scaled < 100 && decimals < 9 { (decimals, scaled) = (decimals + 1, 10 * scaled) }
    return decimals
  }

  private func cost(_ value: Double) -> String {
    value.isFinite ? Decimal.fixed(value, decimals: decimals) : "n/a"
  }

  private var finding: HTML {
    let known = losses.filter(\.isFinite)
    let least = (0..<decimals).reduce(0.5) { least, _ in least / 10 }
    let idle = known.count { $0 < least }
    let first = order[0]
    let best = """
      Without unit \(neurons.neuron[first]) the mean cross-entropy rises by \(cost(losses[0])) nats, more than \
      without any other; \(idle) of \(known.count) units \(Words.verb(idle, "costs nothing, or does", "cost nothing, or do")) harm
      """ as HTML
    guard
      let strongest = correlates.max(by: { $0.correlation.magnitude < $1.correlation.magnitude })
    else { return "\(best)." }
    let correlation = Words.value(strongest.correlation, 2)
    return strongest.correlation.magnitude > chance
      ? "\(best). What goes with the cost best is \(strongest.name): rank correlation \(correlation)."
      : "\(best). Nothing that is measured of them goes with the cost beyond chance."
  }

  private var notes: HTML {
    let sizes = data.layers.first.map { [$0.shape[0]] + data.layers.map { $0.shape[1] } } ?? []
    let images =
      sizes.count > 2
      ? Ablation.images(of: contents.dataset.validation, sizes: sizes) : contents.dataset.validation
    let shown: HTML =
      matrix == nil
      ? ""
      : " Tiles: weights into the units, on the scale of the figure of neurons; grey where no image lights a pixel."
    return """
      One unit of the first hidden layer at a time is made to give 0; the rest of the champion stays as it is. Cost: by how much \
      the mean cross-entropy on \(Words.count(Double(images))) validation images rises, in nats, all \(order.count) units from the \
      most to the least costly; orange where it falls.\(shown) Rank correlations (Spearman) of the cost over all units; the grey band holds 95 % of those \
      of measures that have nothing to do with it.
      """
  }

  private var table: NumberTable {
    let ends = Array(order.prefix(Self.most)) + order.dropFirst(Self.most).suffix(Self.most)
    return NumberTable(
      caption: "The numbers, \(ends.count) of \(order.count) units",
      header: [
        "unit", "cost, nats", "accuracy lost", "importance", "outgoing L2", "mean activation",
        "Moran’s I",
      ],
      rows: ends.map { row in
        [
          "\(neurons.neuron[row])", cost(neurons.ablationLoss[row]),
          Words.percent(neurons.ablationAccuracy[row], decimals: 2),
          Words.value(neurons.importance[row]), Words.value(neurons.outgoingNorm[row]),
          Words.value(neurons.meanActivation[row]), Words.value(neurons.moran[row], 2),
        ]
      }, source: "runs/\(data.run.id)/figures/neurons.csv")
  }

  private func picture(_ layout: Layout) -> OverlaidPlot {
    let size = layout.isNarrow ? 11.0 : 13
    var (panels, top) = strip(layout, size)
    var sprites: [OverlaidPlot.Sprite] = []
    if let tiles = tiles(layout) {
      let drawn = tiles.drawn(top: top, layout)
      panels += drawn.panels
      sprites = drawn.sprites
      top += drawn.height + 10
    }
    let (dots, height) = correlations(layout, top: top, size)
    panels += dots
    let plot = Plot(
      id: "f11\(layout.suffix)", width: layout.width, height: top + height,
      title: "What removing each hidden unit costs", summary: finding.words, panels: panels)
    return OverlaidPlot(plot: plot, sprites: sprites)
  }

  /// All units, a bar each.
  private func strip(_ layout: Layout, _ size: Double) -> (panels: [Panel], bottom: Double) {
    let height = layout.isNarrow ? 110.0 : 140
    let known = losses.filter(\.isFinite)
    let (low, high) = (min(0, known.min() ?? 0), max(0, known.max() ?? 0))
    let frame = Frame(
      x: Scale(domain: 0...Double(order.count), from: 52, to: layout.width - 8),
      y: Scale(domain: low...(high > low ? high : low + 1), from: 34 + height, to: 34))
    func bars(_ isUseful: Bool) -> Rectangles {
      Rectangles(
        losses.enumerated().filter { $0.element.isFinite && ($0.element > 0) == isUseful }.map {
          .init(
            x: Double($0.offset) + 0.1...Double($0.offset) + 0.9,
            y: min(0, $0.element)...max(0, $0.element))
        }, style: .fill(isUseful ? Palette.herd : Palette.accent))
    }
    return (
      [
        Panel(
          frame,
          [
            Axis(.left, title: "cost of removal, nats", grid: true, size: size), bars(true),
            bars(false), Rule([.horizontal(0)], style: .line(Palette.line, width: 1)),
            Label(
              "\(order.count) units, the most costly first", x: Double(order.count), y: low,
              offset: (0, size + 8), anchor: .end, size: size),
          ])
      ], 34 + height + size + 30
    )
  }

  private func tiles(_ layout: Layout) -> TileGrid? {
    guard let matrix else { return nil }
    let count = min(layout.isNarrow ? Self.few : Self.most, order.count / 2)
    guard count > 0 else { return nil }
    func row(_ title: String, _ rows: [Int]) -> TileGrid.Row {
      let shown = rows.filter { matrix.field(of: neurons.neuron[$0]) != nil }
      return .init(
        title: title, tiles: shown.compactMap { matrix.field(of: neurons.neuron[$0]) },
        scale: matrix.scale,
        labels: shown.map {
          ["unit \(neurons.neuron[$0])", cost(neurons.ablationLoss[$0])]
        })
    }
    let rows = [
      row("The \(count) whose removal costs most", Array(order.prefix(count))),
      row("The \(count) whose removal costs least", order.suffix(count).reversed()),
    ].filter { !$0.tiles.isEmpty }
    return rows.isEmpty
      ? nil
      : TileGrid(
        rows: rows, planeRows: contents.dataset.rows, planeColumns: contents.dataset.columns,
        perRow: count, perSprite: 4)
  }

  private func correlations(
    _ layout: Layout, top: Double, _ size: Double
  ) -> (panels: [Panel], height: Double) {
    let correlates = correlates
    guard !correlates.isEmpty else { return ([], 0) }
    let pitch = size + 12
    let start = top + size + 16
    let names = correlates.map { textWidth($0.name, size: size) }.max() ?? 0
    let frame = Frame(
      x: Scale(
        domain: -1...1, from: names + 14,
        to: min(layout.width - 14, names + 14 + 420)),
      y: Scale(
        domain: 0...Double(correlates.count), from: start,
        to: start + pitch * Double(correlates.count)))
    let middles = correlates.indices.map { Double($0) + 0.5 }
    let band = min(1, chance)
    var marks: [any Mark] = [
      Rectangles(
        [.init(x: -band...band, y: 0...Double(correlates.count))],
        style: .fill(Palette.null, opacity: 0.22)),
      Rule([.vertical(0)], style: .line(Palette.line, width: 1)),
      Axis(.bottom, ticks: [-1, -0.5, 0, 0.5, 1], size: size),
      Label(
        "rank correlation with the cost", x: -1, y: 0, offset: (-names - 14, -10), size: size,
        bold: true, color: Palette.ink),
      Label("chance", x: band, y: 0, offset: (4, -4), size: size - 1),
      Dots(
        x: correlates.map(\.correlation), y: middles, radius: 4.5, style: .fill(Palette.herd)),
    ]
    for (index, entry) in correlates.enumerated() {
      marks.append(
        Label(
          entry.name, x: -1, y: middles[index], offset: (-12, size * 0.35), anchor: .end,
          size: size,
          color: Palette.ink))
      let isRight = entry.correlation > 0.8
      marks.append(
        Label(
          Words.value(entry.correlation, 2), x: entry.correlation, y: middles[index],
          offset: (isRight ? -9 : 9, size * 0.35), anchor: isRight ? .end : .start, size: size - 1,
          halo: true))
    }
    return ([Panel(frame, marks)], start - top + pitch * Double(correlates.count) + size + 16)
  }
}
