import HerdbookCharts
import HerdbookModel

/// F25: how do the weights of each layer spread, in good networks and in bad ones?
struct ZooWeightsFigure {
  /// A statistic of one tensor over generations: percentiles over the networks of a group.
  private struct Fan {
    var generation: [Double] = []
    /// 5, 25, 50, 75 and 95 %.
    var percentiles = [[Double]](repeating: [], count: 5)
    var median: [Double] { percentiles[2] }
  }
  private struct Layer {
    let tensor: String
    /// By group (`all`, `good`, `bad`).
    let deviation: [String: Fan]
    let low: [String: Fan]
    let high: [String: Fan]

    func deviation(_ group: String) -> Double { deviation[group]?.median.last ?? .nan }
    /// How many times as large the deviation of one group is as that of the other, at the end.
    var ratio: Double {
      let (good, bad) = (deviation("good"), deviation("bad"))
      guard good > 0, bad > 0 else { return 1 }
      return max(good / bad, bad / good)
    }
  }
  private let run: Plan.Run
  private let relatives: HTML
  private let layers: [Layer]
  private let tensors: Int
  /// How often a good network’s variance is the larger one, in both halves of the networks, and what chance gives.
  private struct Contrast {
    let fit: Double
    let held: Double
    let chance: Double
    /// How far the nearer half lies from no contrast; nothing where the halves are of different sides.
    var distance: Double {
      (fit - 0.5) * (held - 0.5) > 0 ? min((fit - 0.5).magnitude, (held - 0.5).magnitude) : 0
    }
  }
  private let contrasts: [String: Contrast]

  private static let most = 6
  private static let columns = ["p5", "p25", "p50", "p75", "p95"]

  init?(_ contents: BundleContents, _ run: Plan.Run) throws {
    guard contents.shows(.zooWeights), let table = try contents.zooTable("zoo-statistics", of: run)
    else { return nil }
    let fans = try Self.fans(table)
    var names: [String] = []
    for name in try table.texts("tensor") where ZooWords.isWeight(name) && !names.contains(name) {
      names.append(name)
    }
    tensors = names.count
    layers = Words.evenly(names.count, atMost: Self.most).map { names[$0] }.map { name in
      Layer(
        tensor: name, deviation: Self.group(fans, name, "variance"),
        low: Self.group(fans, name, "p1"), high: Self.group(fans, name, "p99"))
    }.filter { $0.deviation["all"]?.median.contains(where: \.isFinite) ?? false }
    contrasts =
      try contents.zooTable("zoo-contrasts", of: run).map { try Self.contrasts($0) } ?? [:]
    relatives = try contents.relatives(run)
    self.run = run
  }

  /// Of every tensor, statistic and group, by `TENSOR STATISTIC GROUP`; variances as deviations.
  private static func fans(_ table: Columns) throws(ReportError) -> [String: Fan] {
    let (tensor, statistic) = (try table.texts("tensor"), try table.texts("statistic"))
    let (group, generation) = (try table.texts("group"), try table.reals("generation"))
    var percentiles: [[Double]] = []
    for name in columns { percentiles.append(try table.reals(name)) }
    var fans: [String: Fan] = [:]
    for row in tensor.indices where ZooWords.isWeight(tensor[row]) {
      let kind = statistic[row]
      guard kind == "variance" || kind == "p1" || kind == "p99" else { continue }
      var fan = fans.removeValue(forKey: "\(tensor[row]) \(kind) \(group[row])") ?? Fan()
      fan.generation.append(generation[row])
      for column in columns.indices {
        let value = percentiles[column][row]
        fan.percentiles[column].append(
          kind == "variance" ? (value < 0 ? .nan : value.squareRoot()) : value)
      }
      fans["\(tensor[row]) \(kind) \(group[row])"] = fan
    }
    return fans
  }

  private static func group(_ fans: [String: Fan], _ tensor: String, _ kind: String) -> [String:
    Fan]
  {
    var out: [String: Fan] = [:]
    for group in ["all", "good", "bad"] { out[group] = fans["\(tensor) \(kind) \(group)"] }
    return out
  }

  private static func contrasts(
    _ table: Columns
  ) throws(ReportError) -> [String: Contrast] {
    let (feature, generation) = (try table.texts("feature"), try table.reals("generation"))
    let (fit, held) = (try table.reals("auc_fit"), try table.reals("auc_held"))
    let chance = try table.reals("chance")
    let last = generation.max() ?? 0
    var out: [String: Contrast] = [:]
    for row in feature.indices
    where generation[row] == last && feature[row].hasSuffix(" variance") && held[row].isFinite
      && fit[row].isFinite
    {
      out[String(feature[row].dropLast(" variance".count))] = Contrast(
        fit: fit[row], held: held[row], chance: chance[row])
    }
    return out
  }

  var figure: Figure? {
    guard !layers.isEmpty else { return nil }
    return Figure(
      id: "f25", short: "Layers",
      question: "How do the weights of each layer spread, in good networks and in bad ones?",
      finding: finding, body: Layout.drawn(plot), notes: notes, tables: [table],
      budget: 20_000 + 30_000 * layers.count)
  }

  // MARK: words

  /// The layer in which good and bad networks differ most: where it was tested, by that test.
  private var widest: Layer {
    let tested = layers.filter { contrasts[$0.tensor] != nil }
    func distance(_ layer: Layer) -> Double {
      contrasts[layer.tensor]?.distance ?? 0
    }
    return tested.max { distance($0) < distance($1) }
      ?? layers.max { $0.ratio < $1.ratio } ?? layers[0]
  }

  private var finding: HTML {
    let layer = widest
    let first = Words.value(layer.deviation["all"]?.median.first ?? .nan, 2)
    let last = Words.value(layer.deviation("all"), 2)
    let name = ZooWords.tensor(layer.tensor)
    let groups: HTML = """
      In \(name) the standard deviation of the median network goes from \(first) to \(last); at the end the good quarter has \
      \(Words.value(layer.deviation("good"), 2)) and the bad \(Words.value(layer.deviation("bad"), 2))
      """
    guard let contrast = contrasts[layer.tensor] else { return "\(groups)." }
    let chance = "50 ± \(Words.percent(contrast.chance, decimals: 0))"
    let held = Words.percent(contrast.held, decimals: 0)
    return contrast.distance > contrast.chance
      ? """
      \(groups). No other layer parts them so well: a good network’s is the wider one in \(held) of held-out pairs, where chance gives \(chance).
      """
      : """
      \(groups). By the width of their weights you cannot tell good networks from bad: even here a good network’s is the wider one in \
      \(Words.percent(contrast.fit, decimals: 0)) of pairs of one half and in \(held) of the other, held-out one, and chance gives \(chance).
      """
  }

  private var notes: HTML {
    let some: HTML =
      layers.count < tensors ? ", \(layers.count) of \(tensors) layers" : ""
    return """
      Statistics of each network’s weights by layer\(some), without biases; then percentiles of these over networks. Left: the standard deviation; bands hold 5 to 95 % of \
      all networks, and quartiles. Right: the 1st and the 99th percentile of a network’s weights; bands hold 5 to 95 % of all networks. Good \
      and bad: the median of the highest and of the lowest quarter by final accuracy, known only at the end.\(relatives)
      """
  }

  private var table: NumberTable {
    NumberTable(
      caption: "The numbers, standard deviations of weights in the last generation",
      header: [
        "layer", "5 %", "25 %", "median", "75 %", "95 %", "good", "bad",
        "wider in good networks, held-out half",
      ],
      rows: layers.map { layer in
        [ZooWords.tensor(layer.tensor)]
          + (layer.deviation["all"]?.percentiles ?? []).map { Words.value($0.last ?? .nan) }
          + [
            Words.value(layer.deviation("good")), Words.value(layer.deviation("bad")),
            contrasts[layer.tensor].map {
              "\(Words.value($0.held, 2)) (chance 0.5 ± \(Words.value($0.chance, 2)))"
            } ?? "n/a",
          ]
      }, source: "runs/\(run.id)/figures/zoo-statistics.csv, zoo-contrasts.csv")
  }

  // MARK: picture

  func plot(_ layout: Layout) -> Plot {
    let grid = PanelGrid(
      2 * layers.count, columns: 2, height: layout.isNarrow ? 120 : 170, layout,
      left: layout.isNarrow ? 38 : 56, gap: layout.isNarrow ? 40 : 72,
      right: layout.isNarrow ? 8 : 64)
    let most = Generations.mostDrawn(isNarrow: layout.isNarrow)
    return Plot(
      id: "f25\(layout.suffix)", width: layout.width, height: grid.bottom,
      title: "Weights of each layer over generations, in all networks, good ones and bad ones",
      summary: finding.words,
      panels: layers.enumerated().flatMap { row, layer in
        panels(
          [layer.deviation], 2 * row, grid, most, layer,
          title: ZooWords.tensor(layer.tensor) + (layout.isNarrow ? "" : ", standard deviation"))
          + panels(
            [layer.low, layer.high], 2 * row + 1, grid, most, layer,
            title: layout.isNarrow ? "1 % and 99 %" : "1st and 99th percentile")
      })
  }

  private func panels(
    _ fans: [[String: Fan]], _ index: Int, _ grid: PanelGrid, _ most: Int, _ layer: Layer,
    title: String
  ) -> [Panel] {
    let all = fans.compactMap { $0["all"] }
    let shown = all.flatMap { $0.percentiles[0] + $0.percentiles[4] }
    guard let times = all.first?.generation, shown.contains(where: \.isFinite) else { return [] }
    let medians = fans.flatMap { fan in ["good", "bad"].flatMap { fan[$0]?.median ?? [] } }
    let frame = grid.frame(
      index, x: ZooWords.domain(times),
      y: padded(shown + medians + (fans.count == 1 ? [0] : [])))
    var marks: [any Mark] = []
    for fan in fans {
      if let band = fan["all"] { marks += bands(band, most, isWide: fans.count == 1) }
      for (group, style) in [
        ("bad", Style.line(Palette.herd, width: 2, dash: [5, 3])),
        ("good", Style.line(Palette.accent, width: 2)),
      ] {
        guard let line = fan[group] else { continue }
        let rows = Words.evenly(line.generation.count, atMost: most)
        marks.append(
          Line(
            x: rows.map { line.generation[$0] }, y: rows.map { line.median[$0] }, style: style))
      }
    }
    return [
      Panel(
        frame,
        [
          Axis(.left, grid: true, size: grid.size),
          Axis(
            .bottom, title: index >= 2 * layers.count - 2 ? "generation" : "", wholeNumbers: true,
            size: grid.size), frame.heading(title, size: grid.size),
        ]), Panel(frame, clips: true, marks),
      Panel(frame, names(fans, in: frame, grid, isSecond: index % 2 == 1)),
    ]
  }

  private func bands(_ fan: Fan, _ most: Int, isWide: Bool) -> [any Mark] {
    let rows = Words.evenly(fan.generation.count, atMost: most)
    let x = rows.map { fan.generation[$0] }
    func y(_ percentile: Int) -> [Double] { rows.map { fan.percentiles[percentile][$0] } }
    let outer = Ribbon(x: x, low: y(0), high: y(4), style: .fill(Palette.null, opacity: 0.22))
    return isWide
      ? [outer, Ribbon(x: x, low: y(1), high: y(3), style: .fill(Palette.null, opacity: 0.3))]
      : [outer]
  }

  /// Beside the ends of lines on wide screens, in the first panel on narrow ones.
  private func names(
    _ fans: [[String: Fan]], in frame: Frame, _ grid: PanelGrid, isSecond: Bool
  ) -> [any Mark] {
    let isNarrow = grid.size < 13
    let ends = ["good", "bad"].compactMap { group in
      (isSecond ? fans.last : fans.first)?[group]?.median.last.map { (group, $0) }
    }.filter { $0.1.isFinite }
    if isNarrow || !isSecond {
      guard isNarrow, !isSecond, frame.top < 60 else { return [] }
      return ends.enumerated().map { place, end in
        Label(
          end.0 == "good" ? "good, solid" : "bad, broken", x: frame.x.domain.lowerBound,
          y: frame.y.domain.lowerBound,
          offset: (6, -6 - Double(1 - place) * (grid.size + 3)), size: grid.size - 1, bold: true,
          color: end.0 == "good" ? Palette.accent : Palette.herd, halo: true)
      }
    }
    let places = spread(
      ends.map { frame.y.clamped($0.1) }, gap: grid.size + 3, within: frame.top...frame.bottom)
    return zip(ends, places).map { end, place in
      Label(
        end.0, x: frame.x.domain.upperBound, y: frame.y.domain.upperBound,
        offset: (8, place - frame.top + grid.size * 0.35), size: grid.size, bold: true,
        color: end.0 == "good" ? Palette.accent : Palette.herd)
    }
  }
}
