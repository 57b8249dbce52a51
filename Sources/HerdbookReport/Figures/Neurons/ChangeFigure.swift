import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel

/// F13: what changed from the network that the champion's line began with to the champion?
package struct ChangeFigure {
  private let contents: BundleContents
  private let data: BundleRun
  private let neurons: BundleRun.Neurons
  /// Most important first: what led into a unit at first, and at last; NaN where no image lights a pixel.
  private let fields: [(unit: Int, before: [Double], after: [Double])]
  private let scale: DivergingScale
  /// What the champion's birth added to its parent, and training to it; nil of a founder, and where nobody lived it again.
  private let step: (generation: Int, parent: Int, fields: [[Double]], scale: DivergingScale)?

  /// Units of a narrow drawing.
  private static let few = 4

  /// Nil without a beginning that can be shown, or where there was no time to change.
  package init?(_ contents: BundleContents, _ data: BundleRun, _ matrix: NeuronMatrix?) {
    guard let neurons = data.neurons, let matrix, data.generations.count > 1,
      let first = data.line.first, first.generation == 0
    else { return nil }
    func compared(_ stop: BundleRun.Stop) -> [(unit: Int, before: [Double], after: [Double])] {
      stop.fields.compactMap { unit, weights in
        guard let after = matrix.field(of: unit), after.count == weights.count else { return nil }
        return (unit, zip(weights, after).map { $1.isNaN ? .nan : $0 }, after)
      }
    }
    fields = compared(first)
    let isMoved = fields.contains { field in
      zip(field.before, field.after).contains { $0 != $1 && !$1.isNaN }
    }
    guard isMoved else { return nil }
    let champion = data.champion
    let birth = champion.map { data.phylogeny.birth[$0] } ?? 0
    if let champion, birth > 1, data.phylogeny.parent[champion] >= 0,
      let before = data.line.first(where: { $0.generation == birth - 1 })
    {
      let changes = compared(before).map { field in
        zip(field.before, field.after).map { $1 - $0 }
      }
      step = (
        birth, data.phylogeny.ids[data.phylogeny.parent[champion]], changes,
        DivergingScale(limit: TilePicture.limit(changes))
      )
    } else {
      step = nil
    }
    self.contents = contents
    self.data = data
    self.neurons = neurons
    scale = DivergingScale(
      limit: TilePicture.limit(
        fields.flatMap { [$0.before, $0.after, zip($0.before, $0.after).map { $1 - $0 }] }))
  }

  /// Nil where nobody was born and nobody learned, so that nothing can have changed.
  package var figure: Figure? {
    guard births > 0 || contents.isTrained(data.run) else { return nil }
    return Figure(
      id: "f13", short: "Before, after", question: "What changed from the founder to the champion?",
      finding: finding, body: Layout.overlaid(picture), notes: notes, tables: [table],
      budget: 60_000)
  }

  private var cosines: [Double] { neurons.founderCosine.filter(\.isFinite).sorted() }

  /// The standard deviation of the cosine of two fields that have nothing to do with each other.
  private var noise: Double {
    let lit = data.lit.isEmpty ? fields[0].after.count : data.lit.count { $0 > 0 }
    return 1 / Double(max(lit, 1)).squareRoot()
  }

  private var births: Int { data.champion.map { data.phylogeny.lineage(of: $0).count - 1 } ?? 0 }

  private var beginning: HTML {
    guard let take = contents.text("transfer.take") else { return "it began with" }
    return "the transfer gave it (\(take))"
  }

  private var finding: HTML {
    let middle = cosines.isEmpty ? Double.nan : cosines[cosines.count / 2]
    let kept = cosines.count { $0 > 1.96 * noise }
    let since: HTML =
      births == 0
      ? "The champion is a founder: after its own life"
      : "\(Words.plural(births, "birth")) after its founder"
    return """
      \(since), the weights into the champion’s median unit have a cosine of \
      \(Words.value(middle, 2)) with what \(beginning); in \(kept) of \(cosines.count) units the beginning can still be told.
      """
  }

  private var notes: HTML {
    let limit = Words.value(scale.limit)
    return """
      The \(fields.count) most important units of the champion’s first layer (on narrow screens \(min(Self.few, fields.count))), as they were in \
      the founder of its line in generation 0, as they are, and the difference; all on one scale, ±\(limit), beyond \
      which 0.5 % are clipped. Units are inherited in their order along main parents, so that they need no matching.\(crossed) Below: the cosine between \
      before and after for all \(cosines.count) units, over pixels that some training image lights; fields that have nothing to do with \
      each other have 0 ± \(Words.value(1.96 * noise, 2)) (95 %), the grey band.\(stepNote)\(source)
      """
  }

  /// Where the champions of a transfer and of its source stand side by side.
  private var source: HTML {
    guard let source = contents.text("transfer.from") else { return "" }
    return """
       Figures of both side by side: <code>herdbook diff \(source) \(contents.name) --format html</code>.
      """
  }

  /// What crossover by unit makes of the comparison.
  private var crossed: HTML {
    guard let founders = data.generations.foundersByNeuron.last, founders > 1 else { return "" }
    return """
       Crossover exchanged units: those of the living come from \(Words.plural(Int(founders), "founder")), and one that came \
      from another than the main line’s is held against a unit that is not its ancestor, with a cosine near 0.
      """
  }

  private var stepNote: HTML {
    guard let step else { return "" }
    return """
       The last step is what the champion’s own birth in generation \(step.generation) and its life since added to its parent, network \
      \(Decimal.grouped(step.parent)), on a scale of its own, ±\(Words.value(step.scale.limit, 2)).
      """
  }

  private var table: NumberTable {
    NumberTable(
      caption: "The numbers, \(fields.count) of \(neurons.neuron.count) units",
      header: ["unit", "cosine", "L2 before", "L2 after", "L2 of the change"],
      rows: fields.map { field in
        let cosine = neurons.neuron.firstIndex(of: field.unit).map { neurons.founderCosine[$0] }
        return [
          "\(field.unit)", Words.value(cosine ?? .nan, 2), Words.value(length(field.before)),
          Words.value(length(field.after)),
          Words.value(length(zip(field.before, field.after).map { $1 - $0 })),
        ]
      },
      source:
        "runs/\(data.run.id)/figures/neurons.csv, figures/line.safetensors, champion.safetensors"
    )
  }

  private func length(_ field: [Double]) -> Double {
    field.filter(\.isFinite).reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  private func picture(_ layout: Layout) -> OverlaidPlot {
    let size = layout.isNarrow ? 11.0 : 13
    let shown = fields.prefix(layout.isNarrow ? Self.few : fields.count)
    var rows = [
      TileGrid.Row(
        title: "before, generation 0", tiles: shown.map(\.before), scale: scale, labels: []),
      TileGrid.Row(
        title: "after, the champion", tiles: shown.map(\.after), scale: scale, labels: []),
      TileGrid.Row(
        title: "difference", tiles: shown.map { zip($0.before, $0.after).map { $1 - $0 } },
        scale: scale, labels: []),
    ]
    if let step {
      rows.append(
        TileGrid.Row(
          title: "the last step, on a scale of its own",
          tiles: Array(step.fields.prefix(shown.count)), scale: step.scale, labels: []))
    }
    rows[rows.count - 1].labels = shown.map { ["unit \($0.unit)"] }
    let drawn = TileGrid(
      rows: rows, planeRows: contents.dataset.rows, planeColumns: contents.dataset.columns,
      perRow: shown.count, perSprite: 2
    ).drawn(top: 4, layout)
    let top = drawn.height + size + 30
    let frame = Frame(
      x: Scale(domain: min(-0.2, (cosines.first ?? 0) - 0.05)...1, from: 12, to: layout.width - 12),
      y: Scale(domain: 0...1, from: top + 30, to: top))
    let panel = Panel(
      frame,
      [
        Rectangles(
          [.init(x: -1.96 * noise...1.96 * noise, y: 0...1)],
          style: .fill(Palette.null, opacity: 0.22)),
        Strip(cosines, length: 26, style: .line(Palette.herd, width: 1.5)),
        Axis(.bottom, size: size),
        Label(
          "cosine between before and after, all \(cosines.count) units",
          x: frame.x.domain.lowerBound,
          y: 1, offset: (0, -10), size: size, bold: true, color: Palette.ink),
      ])
    let plot = Plot(
      id: "f13\(layout.suffix)", width: layout.width, height: top + 30 + size + 16,
      title: "Units of the founder, of the champion, and their difference", summary: finding.words,
      panels: drawn.panels + [panel])
    return OverlaidPlot(plot: plot, sprites: drawn.sprites)
  }
}
