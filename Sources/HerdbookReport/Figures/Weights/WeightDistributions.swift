package import HerdbookCharts
import HerdbookModel

/// F2: how do the weights of each layer spread, skew and die?
package struct WeightDistributions {
  package let data: BundleRun

  package init(data: BundleRun) { self.data = data }

  private static let bands: [(Double, Double)] = [
    (0.5, 99.5), (2.5, 97.5), (10, 90), (20, 80), (30, 70), (42, 58),
  ]
  /// What a narrow drawing has room for.
  private static let fewBands: [(Double, Double)] = [(0.5, 99.5), (2.5, 97.5), (10, 90), (25, 75)]
  private static let lines: [Double] = [97.5, 84, 50, 16, 2.5]

  package var figure: Figure? {
    guard !data.distributions.isEmpty else { return nil }
    return Figure(
      id: "f2", short: "Weights", question: "How do the weights of each layer spread?",
      finding: finding,
      body: Layout.drawn(plot) + (individuals.map { Layout.drawn($0.plot) } ?? ""),
      notes: individuals.map { notes + $0.notes } ?? notes,
      tables: data.distributions.map(table),
      budget: 40_000 + 30_000 * data.distributions.count)
  }

  private var individuals: IndividualDistributions? { IndividualDistributions(data) }

  private func name(_ layer: LayerDistribution) -> String {
    let split = data.distributions.contains { $0.layer == layer.layer && $0.inputs == "never-lit" }
    guard split else { return "layer \(layer.layer)" }
    return layer.inputs == "live"
      ? "layer \(layer.layer), inputs that are lit" : "layer \(layer.layer), inputs never lit"
  }

  private var finding: HTML {
    let parts = data.distributions.filter { $0.inputs == "live" }.map { layer -> HTML in
      let width = zip(layer.quantile(97.5), layer.quantile(2.5)).map { $0 - $1 }
      guard let first = width.first, let last = width.last, width.count > 1 else {
        return "in layer \(layer.layer) it spans \(Words.value(width.last ?? .nan))"
      }
      return """
        in layer \(layer.layer) it spans \(Words.value(first)) at first and \(Words.value(last)) \
        at last
        """
    }
    return "The middle 95 % of the weights: \(parts.joined(separator: "; "))."
  }

  private var notes: HTML {
    let snapshots = data.distributions.map(\.generation.count).max() ?? 0
    let extremes = data.distributions.map { layer -> HTML in
      let low = layer.percentiles.compactMap(\.first).min() ?? .nan
      let high = layer.percentiles.compactMap(\.last).max() ?? .nan
      return "\(name(layer)) from \(Words.value(low)) to \(Words.value(high))"
    }
    return """
      All weights of all living networks at \(Words.plural(snapshots, "generation")); bands of \
      percentiles from 0.5 to 99.5, drawn at no more than 32 of them (on narrow screens four, at no more than 16), \
      percentiles between whole ones by straight lines. Thin lines: \
      minimum and maximum, cut where they leave the frame; the true ones: \
      \(extremes.joined(separator: "; ")). Inputs that no training image lights are drawn \
      apart. Each panel has a scale of its own.
      """
  }

  private func table(_ layer: LayerDistribution) -> NumberTable {
    let rows = Words.evenly(layer.generation.count, atMost: 9)
    let percents: [Double] = [0, 2.5, 16, 50, 84, 97.5, 100]
    let columns = percents.map { layer.quantile($0) }
    return NumberTable(
      caption: "The numbers, \(name(layer))",
      header: ["generation", "weights", "min", "2.5 %", "16 %", "50 %", "84 %", "97.5 %", "max"],
      rows: rows.map { row in
        [
          Decimal.fixed(layer.generation[row], decimals: 0), Words.count(layer.count[row]),
        ] + columns.map { Words.value($0[row]) }
      }, source: "runs/\(data.run.id)/distributions.csv")
  }

  package func plot(_ layout: Layout) -> Plot {
    let panelHeight = layout.isNarrow ? 190.0 : 230
    let gap = 76.0
    var panels: [Panel] = []
    for (index, whole) in data.distributions.enumerated() {
      let layer = whole.thinned(to: layout.isNarrow ? 16 : 32)
      let top = 34 + Double(index) * (panelHeight + gap)
      let limit = max(1e-9, Self.domain(layer))
      let frame = Frame(
        x: Scale(
          domain: layer.domain, from: 52,
          to: layout.width - (layout.isNarrow ? 62 : 90)),
        y: Scale(domain: -limit...limit, from: top + panelHeight, to: top))
      panels += self.panels(
        layer, in: frame, size: layout.isNarrow ? 11 : 13,
        isLast: index == data.distributions.count - 1, isNarrow: layout.isNarrow)
    }
    let count = Double(data.distributions.count)
    return Plot(
      id: "f2\(layout.suffix)", width: layout.width,
      height: 34 + count * panelHeight + (count - 1) * gap + 48,
      title: "Percentiles of the weights of each layer over time",
      summary: data.distributions.map { layer in
        let last = layer.generation.count - 1
        return "\(name(layer)): median \(Words.value(layer.quantile(50)[last])), 2.5 % "
          + "\(Words.value(layer.quantile(2.5)[last])), 97.5 % "
          + "\(Words.value(layer.quantile(97.5)[last])) at last."
      }.joined(separator: " "), panels: panels)
  }

  /// Symmetric around zero, to a little beyond the outermost band.
  static func domain(_ layer: LayerDistribution) -> Double {
    let extremes = layer.quantile(0.5) + layer.quantile(99.5)
    let widest = (layer.quantile(0) + layer.quantile(100)).map(\.magnitude).max() ?? 1
    return min(widest * 1.03, (extremes.map(\.magnitude).max() ?? 1) * 1.35)
  }

  /// The bands and lines of a layer.
  ///
  /// - Parameter title: what stands above; the layer's name unless given.
  func panels(
    _ layer: LayerDistribution, in frame: Frame, size: Double, isLast: Bool, isNarrow: Bool,
    title: String? = nil
  ) -> [Panel] {
    let x = layer.generation
    let bands = (isNarrow ? Self.fewBands : Self.bands).map { band in
      Ribbon(
        x: x, low: layer.quantile(band.0), high: layer.quantile(band.1),
        style: .fill(Palette.herd, opacity: isNarrow ? 0.2 : 0.16))
    }
    let lines = Self.lines.map { percent in
      Line(
        x: x, y: layer.quantile(percent),
        style: .line(
          percent == 50 ? Palette.accent : Palette.ink, width: percent == 50 ? 2 : 0.75,
          opacity: percent == 50 ? 1 : 0.6))
    }
    let extremes = [0.0, 100].map { percent in
      Line(x: x, y: layer.quantile(percent), style: .line(Palette.null, width: 0.75, dash: [1, 2]))
    }
    let last = x.count - 1
    let names = ["97.5 %", "84 %", "median", "16 %", "2.5 %"]
    let places = spread(
      Self.lines.map { frame.y.clamped(layer.quantile($0)[last]) }, gap: size + 2,
      within: frame.top...frame.bottom)
    let labels = zip(names, places).map { name, place in
      Label(
        name, x: frame.x.domain.upperBound, y: 0, offset: (8, place + size * 0.35 - frame.y(0)),
        size: size - 1,
        bold: name == "median", color: name == "median" ? Palette.accent : Palette.muted)
    }
    return [
      Panel(
        frame,
        [
          Axis(.left, grid: true, size: size),
          Axis(.bottom, title: isLast ? "generation" : "", wholeNumbers: true, size: size),
          Label(
            title ?? name(layer), x: frame.x.domain.lowerBound, y: frame.y.domain.upperBound,
            offset: (0, -12), size: size + 1, bold: true, color: Palette.ink),
        ]),
      Panel(frame, clips: true, bands + lines + extremes),
      Panel(frame, labels),
    ]
  }
}
