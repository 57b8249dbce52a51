import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel

/// F14: do independent runs find the same features?
package struct RecurrenceFigure {
  /// The runs of a variant whose champions are kept.
  private struct Group {
    let variant: String
    let runs: [Plan.Run]
    let recurrence: Recurrence
  }
  private let contents: BundleContents
  private let lit: [Bool]
  private let groups: [Group]
  /// The group of the run that is shown, else the first.
  private let shown: Int

  /// Champions of a variant without which nothing recurs, and those that are looked at.
  private static let fewest = 3
  private static let most = 12
  /// Units of each: beyond it, those with the largest weights.
  private static let mostUnits = 100
  private static let mostPatterns = 16

  /// Nil where no variant has champions enough, or they have no plane to look at.
  package init?(_ contents: BundleContents, _ data: BundleRun, threads: Int) throws {
    let (rows, columns) = (contents.dataset.rows, contents.dataset.columns)
    guard rows >= 4, columns >= 4 else { return nil }
    let lit = (0..<rows * columns).map { $0 >= data.lit.count || data.lit[$0] > 0 }
    var variants: [String] = []
    for run in contents.runs where !variants.contains(run.variant) { variants.append(run.variant) }
    var groups: [Group] = []
    for variant in variants {
      let runs = contents.runs.filter { $0.variant == variant }
      guard runs.count >= Self.fewest else { continue }
      let fields = try Self.fields(of: runs, in: contents, inputs: rows * columns)
      guard fields.runs.count >= Self.fewest else { continue }
      groups.append(
        Group(
          variant: variant, runs: fields.runs,
          recurrence: Recurrence(
            fields.values, rows: rows, columns: columns, lit: lit, threads: threads)))
    }
    guard !groups.isEmpty else { return nil }
    self.contents = contents
    self.lit = lit
    self.groups = groups
    shown = groups.firstIndex { $0.variant == data.run.variant } ?? 0
  }

  /// The weights into units of the first hidden layer, [run][unit][pixel], of runs that keep a champion of one shape.
  private static func fields(
    of runs: [Plan.Run], in contents: BundleContents, inputs: Int
  ) throws -> (runs: [Plan.Run], values: [[[Double]]]) {
    var found: (runs: [Plan.Run], values: [[[Double]]]) = ([], [])
    for run in runs where found.runs.count < most {
      guard let tensors = try contents.tensors("runs/\(run.id)/champion.safetensors"),
        let first = tensors.first(where: { $0.name == "layers.1.weight" }),
        tensors.contains(where: { $0.name == "layers.2.weight" }),
        first.shape.count == 2, first.shape[0] == inputs
      else { continue }
      let units = first.shape[1]
      let fields = (0..<units).map { unit in
        (0..<inputs).map { Double(first.values[$0 * units + unit]) }
      }
      let lengths = fields.map { $0.reduce(0) { $0 + ($1.isFinite ? $1 * $1 : 0) } }
      let chosen = lengths.indices.sorted { (-lengths[$0], $0) < (-lengths[$1], $1) }
        .prefix(mostUnits).sorted()
      if let count = found.values.first?.count, count != chosen.count { continue }
      found.runs.append(run)
      found.values.append(chosen.map { fields[$0] })
    }
    return found
  }

  package var figure: Figure {
    Figure(
      id: "f14", short: "Recurring", question: "Do independent runs find the same features?",
      finding: finding, body: Layout.overlaid(picture), notes: notes, tables: [table],
      budget: 70_000)
  }

  package var card: Card? {
    guard !group.recurrence.patterns.isEmpty else { return nil }
    let others = groups.indices.filter { $0 != shown }.map { index -> HTML in
      "; in \(groups[index].variant), \(Words.percent(groups[index].recurrence.rate, decimals: 0))"
    }.joined()
    return Card(
      headline: "What \(group.runs.count) networks agree on",
      finding: """
        Of the hidden units of \(group.runs.count) champions that never met, \(Words.percent(group.recurrence.rate, decimals: 0)) \
        look like one in at least half of the other champions\(others). By chance \
        \(Words.percent(group.recurrence.shiftedRate, decimals: 0)) would. Below: what such units look for, and in how many \
        champions each was found.
        """,
      picture: picture(Card.layout, isCard: true).flat)
  }

  private var group: Group { groups[shown] }

  private func name(_ group: Group) -> HTML {
    groups.count > 1 ? "of \(group.variant) " : ""
  }

  private var finding: HTML {
    let (own, runs) = (group.recurrence, group.runs.count)
    let everywhere = own.patterns.count { $0.members.count == runs }
    let others = groups.indices.filter { $0 != shown }.map { index -> HTML in
      "\(groups[index].variant) \(Words.percent(groups[index].recurrence.rate, decimals: 0))"
    }
    let beside: HTML = others.isEmpty ? "" : "; of \(others.joined(separator: ", of "))"
    return """
      \(Words.percent(own.rate, decimals: 0)) of the hidden units \(name(group))have one like them in at least half of the other \
      \(runs - 1) runs, and \(Words.plural(everywhere, "feature")) in all \(runs)\(beside). By chance, moved aside, \
      \(Words.percent(own.shiftedRate, decimals: 0)) would.
      """
  }

  private var notes: HTML {
    let pattern = group.recurrence.patterns
    let drawn = min(pattern.count, Self.mostPatterns)
    let units = group.recurrence.patterns.reduce(0) { $0 + $1.members.count }
    return """
      Weights into the units of the first hidden layer of \(group.runs.count) champions a variant, each smoothed by a Gaussian of one \
      pixel and less its mean, over pixels that some training image lights. Alike: a cosine of \(Words.value(Recurrence.threshold, 1)) or more, a \
      threshold that was set before any run was looked at. Tiles: the means of fields that are alike, one of each run at most, \
      \(drawn) of \(pattern.count) with \(units) units in all; each on a scale of its own, blue negative, orange positive. Null: the same \
      fields against those of the other runs moved \(Recurrence.shift) pixels right and down, as smooth as they are and in the wrong place. \
      Matched similarity: the mean cosine where each unit of one run has its own partner in the other, chosen so that the sum is largest \
      (Hungarian matching).
      """
  }

  private var table: NumberTable {
    NumberTable(
      caption: "The numbers, by variant",
      header: [
        "variant", "runs", "units that recur", "moved aside", "matched similarity", "moved aside",
        "features", "in all runs",
      ],
      rows: groups.map { group in
        let own = group.recurrence
        return [
          group.variant, "\(group.runs.count)", Words.percent(own.rate),
          Words.percent(own.shiftedRate), Words.value(similarity(own), 2),
          Words.value(own.shiftedSimilarity, 2), "\(own.patterns.count)",
          "\(own.patterns.count { $0.members.count == group.runs.count })",
        ]
      }, source: "runs/*/champion.safetensors")
  }

  /// The mean over pairs of runs.
  private func similarity(_ recurrence: Recurrence) -> Double {
    let pairs = recurrence.similarity.enumerated().flatMap { $1.dropFirst($0 + 1) }
    return pairs.isEmpty ? .nan : pairs.reduce(0, +) / Double(pairs.count)
  }

  private func picture(_ layout: Layout) -> OverlaidPlot { picture(layout, isCard: false) }

  private func picture(_ layout: Layout, isCard: Bool) -> OverlaidPlot {
    let size = layout.isNarrow ? 11.0 : 13
    var (panels, top) = rates(layout, size)
    var sprites: [OverlaidPlot.Sprite] = []
    let patterns = group.recurrence.patterns.prefix(
      isCard ? Self.mostPatterns / 2 : Self.mostPatterns)
    if !patterns.isEmpty {
      let drawn = TileGrid(
        rows: rows(Array(patterns), perRow: layout.isNarrow || isCard ? 4 : 8),
        planeRows: contents.dataset.rows, planeColumns: contents.dataset.columns,
        perRow: layout.isNarrow || isCard ? 4 : 8, perSprite: 4
      ).drawn(top: top, layout)
      panels += drawn.panels
      sprites += drawn.sprites
      top += drawn.height + 12
    }
    if !isCard {
      let matrices = similarities(layout, top: top, size)
      panels += matrices.panels
      sprites += matrices.sprites
      top = matrices.bottom
    }
    let plot = Plot(
      id: "f14\(layout.suffix)", width: layout.width, height: top,
      title: "Features that recur in independent runs", summary: finding.words, panels: panels)
    return OverlaidPlot(plot: plot, sprites: sprites)
  }

  /// Consensus tiles, all lengths alike, so that one scale is one for each.
  private func rows(_ patterns: [Recurrence.Pattern], perRow: Int) -> [TileGrid.Row] {
    stride(from: 0, to: patterns.count, by: perRow).map { start in
      let shown = patterns[start..<min(start + perRow, patterns.count)]
      let tiles = shown.map { pattern in
        let largest = pattern.consensus.map(\.magnitude).max() ?? 0
        return pattern.consensus.indices.map {
          lit[$0] ? pattern.consensus[$0] / max(largest, 1e-300) : .nan
        }
      }
      let title =
        start == 0
        ? "features found in most runs\(groups.count > 1 ? ", \(group.variant)" : "")" : ""
      return .init(
        title: title, tiles: tiles, scale: DivergingScale(limit: 1),
        labels: shown.map { ["\($0.members.count) of \(group.runs.count)"] })
    }
  }

  /// The share of units that recur, a row a variant, with that of the null.
  private func rates(_ layout: Layout, _ size: Double) -> (panels: [Panel], bottom: Double) {
    let pitch = size + 14
    let names = groups.map { textWidth($0.variant, size: size) }.max() ?? 0
    let left = min(names + 14, layout.width / 2)
    let frame = Frame(
      x: Scale(domain: 0...1, from: left, to: min(layout.width - 60, left + 480)),
      y: Scale(domain: 0...Double(groups.count), from: 40, to: 40 + pitch * Double(groups.count)))
    let middles = groups.indices.map { Double($0) + 0.5 }
    var marks: [any Mark] = [
      Axis(
        .bottom, ticks: [0, 0.25, 0.5, 0.75, 1], labels: ["0", "25 %", "50 %", "75 %", "100 %"],
        grid: true, size: size),
      Label(
        "units with one like them in half of the other runs", x: 0, y: 0, offset: (-left, -14),
        size: size, bold: true, color: Palette.ink),
      Rule(
        zip(groups, middles).map { group, y in
          .horizontal(
            y,
            min(
              group.recurrence.rate, group.recurrence.shiftedRate)...max(
                group.recurrence.rate, group.recurrence.shiftedRate))
        }, style: .line(Palette.null, width: 1.5)),
      Dots(
        x: groups.map(\.recurrence.shiftedRate), y: middles, radius: 4,
        style: .line(Palette.null, width: 1.75)),
      Dots(
        x: groups.map(\.recurrence.rate), y: middles, radius: 5, style: .fill(Palette.accent)),
    ]
    for (group, y) in zip(groups, middles) {
      marks.append(
        Label(
          group.variant, x: 0, y: y, offset: (-12, size * 0.35), anchor: .end, size: size,
          color: Palette.ink))
      let right = max(group.recurrence.rate, group.recurrence.shiftedRate)
      marks.append(
        Label(
          "\(Words.percent(group.recurrence.rate, decimals: 0)); by chance \(Words.percent(group.recurrence.shiftedRate, decimals: 0))",
          x: right, y: y, offset: right > 0.55 ? (-10, -size * 0.5) : (10, size * 0.35),
          anchor: right > 0.55 ? .end : .start, size: size - 1, halo: true))
    }
    return ([Panel(frame, marks)], 40 + pitch * Double(groups.count) + size + 32)
  }

  /// A matrix of runs for each variant.
  private func similarities(
    _ layout: Layout, top: Double, _ size: Double
  ) -> (panels: [Panel], sprites: [OverlaidPlot.Sprite], bottom: Double) {
    let side = layout.isNarrow ? 150.0 : 200
    let gap = layout.isNarrow ? 20.0 : 64
    let across = max(1, Int((layout.width - 8 + gap) / (side + gap)))
    let drawn = groups.prefix(2 * across)
    let largest =
      drawn.flatMap { $0.recurrence.similarity.enumerated().flatMap { $1.dropFirst($0 + 1) } }
      .max() ?? 1
    let scale = DivergingScale(limit: max(largest, 1e-9))
    let canvas = Frame.pixels(width: layout.width, height: 10_000)
    var marks: [any Mark] = [
      Label(
        "matched similarity of every two runs, 0 to \(Words.value(largest, 2))", x: 0,
        y: top + size, size: size, bold: true, color: Palette.ink)
    ]
    var sprites: [OverlaidPlot.Sprite] = []
    let start = top + size + 14
    for (index, group) in drawn.enumerated() {
      let left = 2 + Double(index % across) * (side + gap)
      let y = start + Double(index / across) * (side + 2 * size + 26)
      let own = group.recurrence
      let runs = group.runs.count
      sprites.append(
        .init(
          image: PNG(
            indices: own.similarity.enumerated().flatMap { row, values in
              values.enumerated().map {
                $0.offset == row ? scale.hatchIndex : scale.index($0.element)
              }
            }, palette: scale.palette, width: runs, height: runs), x: left, y: y, width: side,
          height: side))
      marks.append(
        Label(group.variant, x: left, y: y + side + size + 4, size: size, color: Palette.ink))
      marks.append(
        Label(
          "mean \(Words.value(similarity(own), 2)), moved aside \(Words.value(own.shiftedSimilarity, 2))",
          x: left, y: y + side + 2 * size + 8, size: size - 1))
    }
    let lines = (drawn.count + across - 1) / across
    return (
      [Panel(canvas, marks)], sprites, start + Double(lines) * (side + 2 * size + 26) + 4
    )
  }
}
