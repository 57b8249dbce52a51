package import HerdbookCharts
import HerdbookModel

/// F7: does the population collapse faster than drift?
package struct DiversityFigure {
  package let data: BundleRun

  package init(data: BundleRun) { self.data = data }

  private struct Measure {
    var title: String
    var unit: String
    var values: [Double]
    /// The drift envelope's name, where one was simulated.
    var null: String?
    /// The upper end of the scale, where it is known beforehand.
    var top: Double?
  }

  private var generations: Generations { data.generations }
  /// None of an evolution strategy, whose samples are no lines that could drift, nor where nobody is born.
  private var drift: BundleRun.Drift? {
    let isStill = data.phylogeny.birth.allSatisfy { $0 == 0 }
    return data.isEvolutionStrategy || isStill ? nil : data.drift
  }

  private var measures: [Measure] {
    let byNeuron = Measure(
      title: "Founders by neuron", unit: "founders that hidden units come from",
      values: generations.foundersByNeuron, null: "founders_by_neuron",
      top: generations.founders[0])
    return [
      Measure(
        title: "Effective founders", unit: "inverse Simpson index",
        values: generations.effectiveFounders, null: "effective_founders",
        top: generations.founders[0]),
      Measure(
        title: "Age of the common ancestor", unit: "generations", values: generations.ancestorAge,
        null: "ancestor_age", top: nil),
      Measure(
        title: "Distance of weights", unit: "mean pairwise L2, generation 0 = 1",
        values: generations.relativeDiversity, null: nil, top: nil),
      Measure(
        title: "Disagreement", unit: "share of images that two networks read differently",
        values: generations.disagreement, null: nil, top: 1),
    ].filter { $0.values.contains(where: \.isFinite) }
      + (generations.foundersByNeuron.isEmpty ? [] : [byNeuron])
  }

  package var figure: Figure? {
    guard data.phylogeny.birth.filter({ $0 == 0 }).count > 1, generations.count > 1 else {
      return nil
    }
    return Figure(
      id: "f7", short: "Diversity",
      question: drift == nil
        ? "What becomes of diversity?" : "Does diversity fall faster than by drift alone?",
      finding: finding, body: Layout.drawn(plot), notes: notes, tables: [table], budget: 90_000)
  }

  private var finding: HTML {
    let one = generations.oneFounder.map { "one founder is left from generation \(Int($0)) on" }
    let left = "\(Words.count(generations.founders[generations.last])) founders are left at the end"
    let reached = one ?? left
    let distance = Words.value(generations.relativeDiversity[generations.last])
    let units: HTML =
      generations.foundersByNeuron.last.map {
        " Hidden units still come from \(Words.plural(Int($0), "founder"))."
      } ?? ""
    return """
      \(answer.map { "\($0): \(reached)" } ?? reached.prefix(1).uppercased() + reached.dropFirst())\(null).\(units) The distance of weights ends at \(distance) of what it was at first.
      """
  }

  private var answer: String? {
    switch drift?.pace(of: generations) {
    case .faster: "Faster than in 97.5 % of neutral populations"
    case .slower: "Slower than in 97.5 % of neutral populations"
    case .alike: "No faster: 95 % of neutral populations do alike"
    case nil: nil
    }
  }

  /// The median of neutral populations.
  private var null: HTML {
    guard let drift, let founders = drift.bands["founders"] else { return "" }
    if let half = drift.oneFounder.half {
      return "; under neutral drift the median is generation \(Int(half))"
    }
    return """
      ; under neutral drift the median at the end is \(Words.value(founders.median.last ?? .nan, 2)) founders
      """
  }

  private var age: HTML {
    guard generations.ancestorAge.contains(where: \.isFinite) else { return "" }
    let band: HTML = drift == nil ? "" : "; the band is open to the top where simulations have none"
    return " Where there is no common ancestor, its age has no line\(band)."
  }

  private var notes: HTML {
    let null: HTML =
      drift == nil
      ? "No drift null was simulated for this run."
      : """
      Grey: neutral drift, lineages simulated with the same size, replacement, elites and \
      crossover but without selection; median, and the band that holds 95 % of them.
      """
    return """
      All living networks at every generation; founders along main parents.\(generations.drawnNote) \(null)\(age)\(data.strategyNote)
      """
  }

  private var table: NumberTable {
    let rows = NumberTable.rows(of: generations.count)
    return NumberTable(
      caption: rows.count < generations.count
        ? "The numbers, \(rows.count) of \(generations.count) generations" : "The numbers",
      header: [
        "generation", "founders", "effective founders", "age of ancestor", "distance",
        "disagreement",
      ],
      rows: rows.map { row in
        [Decimal.fixed(generations.generation[row], decimals: 0)]
          + [
            generations.founders, generations.effectiveFounders, generations.ancestorAge,
            generations.relativeDiversity, generations.disagreement,
          ].map { Words.value($0[row]) }
      }, source: "runs/\(data.run.id)/generations.csv, figures/drift.csv")
  }

  package func plot(_ layout: Layout) -> Plot {
    let columns = layout.isNarrow ? 1 : 2
    let gap = 56.0
    let width = (layout.width - 44 - Double(columns - 1) * gap - 20) / Double(columns)
    let panelHeight = layout.isNarrow ? 140.0 : 170
    let pitch = panelHeight + 104
    var panels: [Panel] = []
    let measures = measures
    for (index, measure) in measures.enumerated() {
      let left = 44 + Double(index % columns) * (width + gap)
      let top = 56 + Double(index / columns) * pitch
      panels += self.panels(
        measure, left: left, top: top, width: width, height: panelHeight,
        isLast: index >= measures.count - columns, layout)
    }
    let rows = (measures.count + columns - 1) / columns
    return Plot(
      id: "f7\(layout.suffix)", width: layout.width,
      height: 56 + Double(rows) * pitch - 104 + 50,
      title: "Measures of diversity over time",
      summary: measures.map { measure in
        "\(measure.title): \(Words.value(measure.values[0])) at first, "
          + "\(Words.value(measure.values[generations.last])) at last."
      }.joined(separator: " "), panels: panels)
  }

  private func panels(
    _ measure: Measure, left: Double, top: Double, width: Double, height: Double, isLast: Bool,
    _ layout: Layout
  ) -> [Panel] {
    let size = layout.isNarrow ? 11.0 : 13
    let limit = Generations.mostDrawn(isNarrow: layout.isNarrow)
    let band = measure.null.flatMap { drift?.bands[$0] }
    let all = measure.values + (band.map { $0.low + $0.median + $0.high } ?? [])
    let highest = measure.top ?? max(1, all.filter(\.isFinite).max() ?? 1)
    let frame = Frame(
      x: Scale(domain: generations.generation[0]...generations.end, from: left, to: left + width),
      y: Scale(domain: 0...(highest * 1.02), from: top + height, to: top))
    let axes: [any Mark] = [
      Axis(.left, grid: true, size: size),
      Axis(.bottom, title: isLast ? "generation" : "", wholeNumbers: true, size: size),
      Label(
        measure.title, x: generations.generation[0], y: highest * 1.02, offset: (0, -size - 14),
        size: size + 1, bold: true, color: Palette.ink),
      Label(
        measure.unit, x: generations.generation[0], y: highest * 1.02, offset: (0, -11),
        size: size - 1),
    ]
    var lines: [any Mark] = []
    if let band, let drift {
      let rows = Words.evenly(drift.generation.count, atMost: limit)
      let (x, high) = (rows.map { drift.generation[$0] }, open(band))
      lines.append(
        Ribbon(
          x: x, low: rows.map { band.low[$0] }, high: rows.map { high[$0] },
          style: .fill(Palette.null, opacity: 0.22)))
      lines.append(
        Line(x: x, y: rows.map { band.median[$0] }, style: .line(Palette.null, width: 1.25)))
    }
    let rows = Words.evenly(generations.count, atMost: limit)
    lines.append(
      Line(
        x: rows.map { generations.generation[$0] }, y: rows.map { measure.values[$0] },
        style: .line(Palette.accent, width: 2)))
    let names = self.names(measure, band: band, size: size).map { [$0] } ?? []
    return [Panel(frame, axes), Panel(frame, clips: true, lines), Panel(frame, names)]
  }

  /// The upper edge of a band, without end where no common ancestor sets one.
  private func open(
    _ band: (low: [Double], median: [Double], high: [Double])
  ) -> [Double] {
    zip(band.low, band.high).map { low, high in
      low.isFinite && high.isNaN ? .infinity : high
    }
  }

  /// Names beside the lines, where there are two.
  private func names(
    _ measure: Measure, band: (low: [Double], median: [Double], high: [Double])?, size: Double
  ) -> (any Mark)? {
    guard let band, let drift else { return nil }
    return LineNames(
      [
        .init(
          "this run", x: generations.generation, y: measure.values, bold: true,
          color: Palette.accent),
        .init("drift", x: drift.generation, y: band.median),
      ], size: size - 1)
  }
}
