package import HerdbookCharts
import HerdbookModel

/// F1: how does the whole population improve?
package struct FitnessFan {
  package let contents: BundleContents
  package let data: BundleRun

  package init(contents: BundleContents, data: BundleRun) {
    self.contents = contents
    self.data = data
  }

  private var generations: Generations { data.generations }

  package var metric: String {
    switch contents.text("fitness.metric") {
    case "cross-entropy"?: "fitness: negated cross-entropy, nats"
    case "accuracy"?: "fitness: accuracy on \(Words.count(images)) validation images"
    default: "fitness"
    }
  }

  package var figure: Figure {
    Figure(
      id: "f1", short: "Fitness", question: "How does the whole population move?",
      finding: finding,
      body: generations.median.contains(where: \.isFinite) ? Layout.drawn(plot) : "", notes: notes,
      tables: [table], budget: 90_000)
  }

  private var images: Double {
    contents.number("fitness.images") ?? Double(contents.dataset.validation)
  }

  private var finding: HTML {
    guard let known = generations.median.lastIndex(where: \.isFinite) else {
      return "Every network diverged: no fitness is finite."
    }
    let first = Words.value(generations.median[0], 4)
    let last = Words.value(generations.median[known], 4)
    let best = Words.value(generations.maximum[known], 4)
    if known < generations.last {
      return """
        Median fitness goes from \(first) to \(last) in generation \
        \(Int(generations.generation[known])); from then on every network has diverged.
        """
    }
    if generations.count == 1 {
      return "The median fitness of generation 0 is \(last), the best \(best)."
    }
    return """
      Median fitness goes from \(first) to \(last); the last champion has \(best)\
      \(born).
      """
  }

  private var born: HTML {
    guard let champion = data.champion else { return "" }
    let line = data.phylogeny.lineage(of: champion)
    let birth = data.phylogeny.birth[champion]
    guard line.count > 1 else { return " and is a founder" }
    return """
       and was born in generation \(birth), \(Words.plural(line.count - 1, "birth")) after its \
      founder
      """
  }

  private var notes: HTML {
    let resampled = contents.setting("fitness.resample") == .boolean(true)
    let drawn: HTML = resampled ? ", drawn afresh each generation" : ""
    let diverged = generations.diverged.filter { $0 > 0 }.count
    let lost: HTML =
      diverged > 0
      ? " Diverged networks are left out in \(Words.plural(diverged, "generation"))." : ""
    return """
      Every living network at every generation, measured on \(Words.count(images)) validation \
      images\(drawn). Bands: minimum to maximum, and quartiles. \(lineNote)\(generations.drawnNote)\(controlNote)\(lost)\(clipNote)
      """
  }

  private var lineNote: HTML {
    guard isLineShown else { return "" }
    return """
      The champion’s line holds its ancestors along main parents, each at its last evaluation where that came before the \
      next was born.
      """
  }

  /// What the dashed lines are.
  private var controlNote: HTML {
    guard !data.controls.isEmpty else { return "" }
    let ends = data.controls.map { control in
      let accuracy = Words.value(control.testAccuracy, 4)
      return "\(FitnessFan.name(of: control)) ends with \(accuracy)"
    }
    return """
       Broken lines: the best of as many networks without evolution, on the same budget of images; on test images \
      \(ends.joined(separator: ", ")), the champion of this run with \(Words.value(data.testAccuracy, 4)).
      """
  }

  private static func name(of control: BundleRun.Control) -> String {
    control.name == "sgd" ? "gradient descent" : "random search"
  }

  private var table: NumberTable {
    let rows = NumberTable.rows(of: generations.count)
    return NumberTable(
      caption: rows.count < generations.count
        ? "The numbers, \(rows.count) of \(generations.count) generations" : "The numbers",
      header: ["generation", "min", "q25", "median", "q75", "max", "validation accuracy"],
      rows: rows.map { row in
        [Decimal.fixed(generations.generation[row], decimals: 0)]
          + [
            generations.minimum, generations.lowerQuartile, generations.median,
            generations.upperQuartile, generations.maximum, generations.validation,
          ].map { Words.value($0[row], 4) }
      }, source: "runs/\(data.run.id)/generations.csv")
  }

  /// From the quartiles' reach downwards; what lies far below is cut, and the notes say so.
  package var domain: ClosedRange<Double> {
    let controls = data.controls.flatMap(\.fitness)
    let top = (generations.maximum + controls).filter(\.isFinite).max() ?? 1
    let bottom = generations.minimum.filter(\.isFinite).min() ?? 0
    let quartile = generations.lowerQuartile.filter(\.isFinite).min() ?? bottom
    return FitnessFan.padded(max(bottom, quartile - 0.75 * (top - quartile)), top)
  }

  private static func padded(_ low: Double, _ high: Double) -> ClosedRange<Double> {
    guard high > low else { return low - 0.5...low + 0.5 }
    return low - 0.03 * (high - low)...high + 0.03 * (high - low)
  }

  /// The second half on a scale of its own, where the first leaves it no room: its first generation
  /// and its range of fitness.
  private var enlarged: (start: Double, domain: ClosedRange<Double>)? {
    guard generations.count >= 12 else { return nil }
    let rows = generations.count / 2..<generations.count
    guard rows.allSatisfy({ generations.median[$0].isFinite }) else { return nil }
    let top = rows.map { generations.maximum[$0] }.filter(\.isFinite).max()
    let quartile = rows.map { generations.lowerQuartile[$0] }.filter(\.isFinite).min()
    guard let top, let quartile, top > quartile else { return nil }
    let bottom = rows.map { generations.minimum[$0] }.filter(\.isFinite).min() ?? quartile
    let range = FitnessFan.padded(max(bottom, quartile - (top - quartile)), top)
    let whole = domain.upperBound - domain.lowerBound
    guard range.upperBound - range.lowerBound < 0.3 * whole else { return nil }
    return (generations.generation[rows.lowerBound], range)
  }

  private var clipNote: HTML {
    let bottom = generations.minimum.filter(\.isFinite).min() ?? 0
    if bottom < domain.lowerBound {
      return " The lowest fitness, \(Words.value(bottom)), lies below the frame."
    }
    guard let enlarged else { return "" }
    let rows = generations.generation.indices.filter {
      generations.generation[$0] >= enlarged.start
    }
    let lowest = rows.map { generations.minimum[$0] }.filter(\.isFinite).min() ?? .infinity
    return lowest < enlarged.domain.lowerBound
      ? " The lowest fitness of the second half, \(Words.value(lowest)), lies below the enlarged frame."
      : ""
  }

  package func plot(_ layout: Layout) -> Plot {
    let enlarged = enlarged
    let each = layout.isNarrow ? 230.0 : enlarged == nil ? 300 : 250
    let size = layout.isNarrow ? 11.0 : 13
    func frame(_ start: Double, _ domain: ClosedRange<Double>, top: Double) -> Frame {
      Frame(
        x: Scale(
          domain: start...generations.domain.upperBound, from: layout.isNarrow ? 44 : 52,
          to: layout.width - (layout.isNarrow ? 96 : 140)),
        y: Scale(domain: domain, from: top + each, to: top))
    }
    let whole = frame(generations.domain.lowerBound, domain, top: 34)
    var panels = panels(
      in: whole, size: size, title: metric, labelled: enlarged == nil, isNarrow: layout.isNarrow)
    var height = 34 + each + 48
    if let enlarged {
      let half = frame(enlarged.start, enlarged.domain, top: height + 34)
      panels += self.panels(
        in: half, size: size, title: "the second half, enlarged", labelled: true,
        isNarrow: layout.isNarrow)
      height += 34 + each + 48
    }
    return Plot(
      id: "f1\(layout.suffix)", width: layout.width, height: height,
      title: "Fitness of the population over \(Int(generations.end)) generations",
      summary: "Bands from minimum to maximum and between the quartiles, the median, and the "
        + "champion's ancestral line. Median \(Words.value(generations.median[0], 4)) at first, "
        + "\(Words.value(generations.median[generations.last], 4)) at last.",
      panels: panels)
  }

  package func panels(
    in frame: Frame, size: Double, title: String, labelled: Bool, isNarrow: Bool = false
  ) -> [Panel] {
    let drawn = generations.drawn(isNarrow: isNarrow)
    let x = drawn.map { generations.generation[$0] }
    func y(_ values: [Double]) -> [Double] { drawn.map { values[$0] } }
    let lineage = drawnChampionLine(isNarrow: isNarrow)
    var panels = [
      Panel(
        frame,
        [
          Axis(.left, title: title, grid: true, size: size),
          Axis(.bottom, title: "generation", wholeNumbers: true, size: size),
        ]),
      Panel(
        frame, clips: true,
        [
          Ribbon(
            x: x, low: y(generations.minimum), high: y(generations.maximum),
            style: .fill(Palette.herd, opacity: 0.16)),
          Ribbon(
            x: x, low: y(generations.lowerQuartile), high: y(generations.upperQuartile),
            style: .fill(Palette.herd, opacity: 0.3)),
          Line(x: x, y: y(generations.median), style: .line(Palette.herd, width: 2)),
          Line(x: x, y: y(generations.maximum), style: .line(Palette.ink, width: 1)),
          Line(x: lineage.x, y: lineage.y, style: .line(Palette.accent, width: 2)),
        ]
          + data.controls.map {
            Line(
              x: $0.generation, y: $0.fitness,
              style: .line(Palette.muted, width: 1.5, dash: $0.name == "sgd" ? [6, 3] : [2, 3]))
          }),
    ]
    if labelled { panels.append(Panel(frame, labels(in: frame, size: size))) }
    return panels
  }

  /// The champion's ancestors: when each was last evaluated, and its fitness then.
  package var championLine: (x: [Double], y: [Double]) {
    guard let champion = data.champion else { return ([], []) }
    let phylogeny = data.phylogeny
    var x: [Double] = []
    var y: [Double] = []
    var heir = Int.max
    for ancestor in phylogeny.lineage(of: champion).reversed() {
      let last = phylogeny.death[ancestor].map { $0 - 1 } ?? Int(generations.end)
      // One that outlived the birth of its heir was measured when the line had left it.
      if last < heir || ancestor == champion {
        x.append(Double(last))
        y.append(phylogeny.fitness[ancestor])
      }
      heir = phylogeny.birth[ancestor]
    }
    return (x.reversed(), y.reversed())
  }

  /// Whether they make a line: where ancestors outlive the births of their heirs, only the last of them do not.
  private var isLineShown: Bool {
    let x = championLine.x
    guard x.count > 1 else { return false }
    return x[x.count - 1] - x[0] >= 0.1 * generations.end
  }

  /// As many of them as a line needs.
  private func drawnChampionLine(isNarrow: Bool) -> (x: [Double], y: [Double]) {
    let line: (x: [Double], y: [Double]) = isLineShown ? championLine : ([], [])
    let rows = Words.evenly(line.x.count, atMost: Generations.mostDrawn(isNarrow: isNarrow))
    return (rows.map { line.x[$0] }, rows.map { line.y[$0] })
  }

  private func labels(in frame: Frame, size: Double) -> [any Mark] {
    // Beside the ends of lines, which end where all networks have diverged.
    let last = generations.median.lastIndex(where: \.isFinite) ?? generations.last
    let low = generations.minimum[last]
    let controls = data.controls.compactMap { control in
      control.fitness.last.flatMap { value in
        value.isFinite
          ? (text: FitnessFan.name(of: control), value: value, color: Palette.muted, bold: false)
          : nil
      }
    }
    let wanted: [(text: String, value: Double, color: ThemeColor, bold: Bool)] =
      [
        ("best", generations.maximum[last], Palette.ink, false),
        (
          "champion’s line", isLineShown ? championLine.y.last ?? .nan : .nan,
          Palette.accent, true
        ),
        ("median", generations.median[last], Palette.herd, true),
        ("quartiles", generations.lowerQuartile[last], Palette.herd, false),
        ("min to max", (low + generations.lowerQuartile[last]) / 2, Palette.muted, false),
      ].filter { $0.value.isFinite } + controls
    let places = spread(
      wanted.map { frame.y.clamped($0.value) }, gap: size + 4,
      within: frame.top...frame.bottom - 4)
    return zip(wanted, places).map { label, place in
      Label(
        label.text, x: frame.x.domain.upperBound, y: frame.y.domain.lowerBound,
        offset: (8, place + size * 0.35 - frame.bottom), size: size, bold: label.bold,
        color: label.color)
    }
  }
}
