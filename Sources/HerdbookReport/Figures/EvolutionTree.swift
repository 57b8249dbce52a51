package import HerdbookCharts
import HerdbookModel

/// F5: who are the ancestors of the survivors?
package struct EvolutionTree {
  package let data: BundleRun
  let chains: Chains
  private let selection: Chains.Selection
  private let layout: TreeLayout
  let time: TimeAxis
  private let fitness: QuantileScale
  private let ancestor: Phylogeny.CommonAncestor?
  private let end: Int
  private let tiles: LineTiles?

  package init(
    _ data: BundleRun, _ matrix: NeuronMatrix? = nil, survivors: Int = 120, extinct: Int = 180
  ) {
    self.data = data
    tiles = LineTiles(data, matrix)
    let phylogeny = data.phylogeny
    end = Int(data.generations.end)
    chains = Chains(phylogeny, champion: data.champion, end: end)
    selection = chains.selection(survivors: survivors, extinct: extinct)
    layout = TreeLayout(chains, kept: selection.isKept)
    ancestor = phylogeny.commonAncestor
    time = TimeAxis(
      end: end, founding: data.generations.oneFounder.map { Int($0) },
      ancestor: ancestor?.parting)
    fitness = QuantileScale(phylogeny.fitness.filter(\.isFinite))
  }

  /// nil without a generation after the first: there is no descent.
  package var figure: Figure? {
    guard end > 0 else { return nil }
    let few = fewer
    return Figure(
      id: "f5", short: "Tree", question: "Who are the ancestors of the survivors?",
      finding: finding, body: Layout.overlaid { $0.isNarrow ? few.picture($0) : picture($0) },
      notes: notes(few), tables: [table], budget: 150_000)
  }

  /// Nil without pictures of the champion's line, which are what can be read without the page.
  package var card: Card? {
    guard end > 0, tiles != nil, survivors.count > 1, !data.isEvolutionStrategy else { return nil }
    let becomesAll = ancestor != nil
    return Card(
      headline: becomesAll ? "One network becomes everyone" : "One network of many",
      finding: finding,
      picture: EvolutionTree(self, survivors: 80, extinct: 100)
        .picture(Card.layout, tallest: 400).flat)
  }

  private var survivors: [Int] { data.phylogeny.survivors }

  private var finding: HTML {
    let alive = survivors.count
    guard let ancestor, alive > 1 else {
      let founders = Set(survivors.map { data.phylogeny.lineage(of: $0)[0] }).count
      if alive <= 1 { return "One network is alive at the end; its line is drawn." }
      return """
        The \(alive) survivors have no common ancestor: they descend from \
        \(Words.plural(founders, "founder")).
        """
    }
    let id = data.phylogeny.ids[ancestor.position]
    let founder = data.phylogeny.ids[data.phylogeny.lineage(of: ancestor.position)[0]]
    let through: HTML = founder == id ? ", a founder" : ", and through it from founder \(founder)"
    return """
      \(alive == 2 ? "Both" : "All \(alive)") survivors descend from network \(Decimal.grouped(id))\(through); their lines part \
      after generation \(ancestor.parting), \
      \(Words.plural(end - ancestor.parting, "generation")) before the end.
      """
  }

  /// The same for narrow screens.
  private var fewer: EvolutionTree {
    EvolutionTree(self, survivors: 60, extinct: 80)
  }

  private init(_ whole: EvolutionTree, survivors: Int, extinct: Int) {
    data = whole.data
    (chains, time, fitness) = (whole.chains, whole.time, whole.fitness)
    (ancestor, end, tiles) = (whole.ancestor, whole.end, whole.tiles)
    selection = chains.selection(survivors: survivors, extinct: extinct)
    layout = TreeLayout(chains, kept: selection.isKept)
  }

  /// - Parameter few: the tree of narrow screens.
  private func notes(_ few: EvolutionTree) -> HTML {
    let kept = selection.isKept.filter { $0 }.count
    let keptFew = few.selection.isKept.filter { $0 }.count
    let narrow: HTML = keptFew < kept ? " (on narrow screens \(Decimal.grouped(keptFew)))" : ""
    var text: HTML = """
      \(Words.plural(data.phylogeny.count, "network")) ever lived, in \
      \(Words.plural(chains.chains.count, "line")) of descent along main parents; \
      \(Decimal.grouped(kept))\(narrow) are drawn. A line follows one child a generation: towards the \
      champion, else towards survivors, else towards whoever lasts longest.\(colorNote)
      """
    if selection.extinctLeftOut > 0 {
      text += """
         Left out: \(Decimal.grouped(selection.extinctLeftOut)) extinct lines that lasted less than \
        \(Words.plural(selection.shortestExtinct, "generation")) beyond their birth\(sampled).
        """
    }
    if selection.survivorsLeftOut > 0 {
      text += """
         Also left out: \(Decimal.grouped(selection.survivorsLeftOut)) survivors whose line parted \
        fewer than \(Words.plural(selection.shortestSurvivor, "generation")) before the end.
        """
    }
    if !time.stretches.isEmpty {
      let parts = time.stretches.map { stretch -> HTML in
        let from = Decimal.fixed(stretch.range.lowerBound, decimals: 0)
        let to = Decimal.fixed(stretch.range.upperBound, decimals: 0)
        return "\(from) to \(to) (\(Decimal.fixed(stretch.factor, decimals: 1)) times)"
      }
      text += " Time is stretched in generations \(parts.joined(separator: " and "))."
    }
    let crossed = secondParents.count
    if crossed > 0 {
      text += """
         Thin curves join \(Words.plural(crossed, "second parent")) to the champion’s line.
        """
    }
    return text + tilesNote + data.strategyNote
  }

  private var colorNote: HTML {
    let known = data.phylogeny.fitness.count(where: \.isFinite)
    let others: HTML =
      known < data.phylogeny.count && known > 0 ? "; whoever has none is faintest" : ""
    guard fitness.domain.lowerBound < fitness.domain.upperBound else { return "" }
    return """
       Colour: last fitness in \(fitness.colors.count) steps with as many networks in each, from \
      \(Words.value(fitness.domain.lowerBound)) (faint) to \
      \(Words.value(fitness.domain.upperBound)) (strong)\(others).
      """
  }

  private var tilesNote: HTML {
    guard let tiles else { return "" }
    let units = tiles.units.map { "\($0)" as HTML }.joined(separator: " and ")
    let between: HTML =
      tiles.stops.count > 2
      ? "in its ancestors, computed again from the seed"
      : end == 1
        ? "in its founder and in it"
        : "in its founder and in it, as for those between more than a quarter of the run would have to be computed again"
    return """
       Above: the weights into \(tiles.units.count == 1 ? "unit" : "units") \(units) of the first layer, the champion’s most important \
      (on narrow screens the first), \(between), on one scale, ±\(Words.value(tiles.scale.limit, 2)), blue negative and \
      orange positive; a ring marks each on the line, a disc the champion.
      """
  }

  private var sampled: HTML {
    guard selection.every < Int.max else { return "" }
    return """
      , but for about one in \(selection.every) of those that lasted \(Words.plural(selection.shortestExtinct - 1, "generation")), and for \
      founders where there are no more than 64
      """
  }

  private var table: NumberTable {
    let line = data.champion.map { data.phylogeny.lineage(of: $0) } ?? []
    let rows = Words.evenly(line.count, atMost: 25)
    return NumberTable(
      caption: "The champion’s line, \(rows.count) of \(Words.plural(line.count, "ancestor"))",
      header: ["network", "born in", "main parent", "second parent", "last fitness"],
      rows: rows.map { rank in
        let at = line[rank]
        let parent = data.phylogeny.parent[at]
        return [
          "\(data.phylogeny.ids[at])", "\(data.phylogeny.birth[at])",
          parent < 0 ? "none" : "\(data.phylogeny.ids[parent])",
          data.phylogeny.second[at].map { "\(data.phylogeny.ids[$0])" } ?? "none",
          Words.value(data.phylogeny.fitness[at], 4),
        ]
      }, source: "runs/\(data.run.id)/phylogeny.csv")
  }

  /// The tree, below the tiles of the champion's line where there are some.
  ///
  /// - Parameter tallest: pixels of the tree in a wide layout.
  package func picture(_ layout: Layout, tallest: Double = 640) -> OverlaidPlot {
    let rows = Double(self.layout.rowCount)
    let head = tiles.map { $0.height(layout) + 14 } ?? 0
    let height =
      head
      + (layout.isNarrow
        ? min(460, max(220, rows * 6 + 100)) : min(tallest, max(260, rows * 9 + 110)))
    let right = layout.width - (layout.isNarrow ? 66 : 96)
    let top = head + (layout.isNarrow ? 56.0 : 44)
    var panels = panels(
      left: 8, right: right, top: top, bottom: height - 46, size: layout.isNarrow ? 11 : 13,
      isNarrow: layout.isNarrow)
    var sprites: [OverlaidPlot.Sprite] = []
    if let tiles, let frame = panels.first?.frame {
      let above = tiles.arranged(left: 8, right: right, layout)
      let canvas = Frame.pixels(width: layout.width, height: height)
      panels =
        [Panel(canvas, leaders(tiles, above, frame))] + panels + [
          above.panel, Panel(frame, rings(tiles)),
        ]
      sprites = above.sprites
    }
    let plot = Plot(
      id: "f5\(layout.suffix)", width: layout.width, height: height,
      title: "Evolution tree: lines of descent over \(end) generations",
      summary: "\(selection.isKept.filter { $0 }.count) lines of descent of "
        + "\(data.phylogeny.count) networks; \(survivors.count) survive. "
        + (ancestor.map {
          "They have one ancestor up to generation \($0.parting)."
        } ?? "They have no common ancestor."), panels: panels)
    return OverlaidPlot(plot: plot, sprites: sprites)
  }

  /// The tree on a canvas of its own, for pages and covers.
  package func panels(
    left: Double, right: Double, top: Double, bottom: Double, size: Double, isNarrow: Bool = false,
    decorated: Bool = true
  ) -> [Panel] {
    // Below the tree there is room for the name of the ancestor, where tiles are above it.
    let room = decorated && tiles != nil && ancestor != nil ? 20.0 : 0
    let rowHeight = (bottom - top - room) / Double(layout.rowCount + 1)
    let frame = Frame(
      x: Scale(domain: 0...1, from: left, to: right),
      y: Scale(
        domain: -0.7...Double(layout.rowCount) - 0.3 + room / rowHeight, from: top, to: bottom))
    var marks = lines(width: max(0.75, min(1.5, rowHeight * 0.22)))
    marks += crossings
    marks += championMarks(width: max(2.5, min(4, rowHeight * 0.6)))
    var panels = [Panel(frame, marks)]
    if decorated { panels.append(Panel(frame, annotations(in: frame, size: size, isNarrow))) }
    return panels
  }

  func y(_ chain: Int) -> Double { Double(layout.row[chain]) }

  /// All drawn lines but the champion's, by colour; extinct ones thinner, below the others.
  private func lines(width: Double) -> [any Mark] {
    var items = [[Links.Item]](repeating: [], count: 2 * fitness.colors.count)
    var ends: (x: [Double], y: [Double]) = ([], [])
    for (index, chain) in chains.chains.enumerated() where selection.isKept[index] {
      let shift = chain.survives ? fitness.colors.count : 0
      for segment in segments(chain) {
        items[shift + segment.step].append(
          Links.Item(x0: segment.from, y0: y(index), x1: segment.to, y1: y(index)))
      }
      if let origin = chain.origin {
        let step = fitness.step(data.phylogeny.fitness[chain.members[0]]) ?? 0
        items[shift + step].append(
          Links.Item(
            x0: time(Double(max(0, chain.start - 1))), y0: y(origin),
            x1: time(Double(chain.start)), y1: y(index)))
      }
      if chain.survives && !chain.holdsChampion {
        ends.x.append(1)
        ends.y.append(y(index))
      }
    }
    var marks: [any Mark] = items.enumerated().filter { !$0.element.isEmpty }.map { index, items in
      let survives = index >= fitness.colors.count
      let color = fitness.colors[index % fitness.colors.count]
      return Links(
        items, shape: .arc,
        style: .line(color, width: survives ? width * 1.2 : width))
    }
    if ends.x.count <= 160 {
      marks.append(
        Dots(x: ends.x, y: ends.y, radius: max(1.5, width), style: .fill(Palette.herd)))
    }
    return marks
  }

  /// A line in pieces of one colour.
  private func segments(_ chain: Chains.Chain) -> [(from: Double, to: Double, step: Int)] {
    var out: [(from: Double, to: Double, step: Int)] = []
    for (rank, member) in chain.members.enumerated() {
      let from = time(Double(data.phylogeny.birth[member]))
      let next =
        rank + 1 < chain.members.count ? data.phylogeny.birth[chain.members[rank + 1]] : chain.end
      let to = time(Double(next))
      let step = fitness.step(data.phylogeny.fitness[member]) ?? 0
      if let last = out.last, last.step == step {
        out[out.count - 1].to = to
      } else {
        out.append((from, to, step))
      }
    }
    // A line of one generation gets a stub, so that it is seen.
    if let last = out.last, out[0].from == last.to {
      out[out.count - 1].to = time(min(Double(max(1, end)), Double(chain.end) + 0.4))
    }
    return out
  }

  /// Second parents of the champion's line that stand on another drawn line: from, to.
  private var secondParents: [(parent: Int, child: Int)] {
    guard let champion = data.champion else { return [] }
    let all = data.phylogeny.lineage(of: champion).compactMap { child -> (Int, Int)? in
      guard let second = data.phylogeny.second[child],
        selection.isKept[chains.chainOf[second]],
        chains.chainOf[second] != chains.chainOf[child]
      else { return nil }
      return (second, child)
    }
    return Words.evenly(all.count, atMost: 80).map { (parent: all[$0].0, child: all[$0].1) }
  }

  private var crossings: [any Mark] {
    let items = secondParents.map { pair in
      let birth = data.phylogeny.birth[pair.child]
      return Links.Item(
        x0: time(Double(max(0, birth - 1))), y0: y(chains.chainOf[pair.parent]),
        x1: time(Double(birth)), y1: y(chains.chainOf[pair.child]))
    }
    guard !items.isEmpty else { return [] }
    return [
      Links(
        items, shape: .arc, style: .line(Palette.accent, width: 0.75, opacity: 0.6, dash: [2, 2]))
    ]
  }

  private func championMarks(width: Double) -> [any Mark] {
    guard let champion = data.champion else { return [] }
    let line = data.phylogeny.lineage(of: champion)
    var items: [Links.Item] = []
    var start = time(Double(data.phylogeny.birth[line[0]]))
    for (rank, member) in line.enumerated() {
      let chain = chains.chainOf[member]
      let next = rank + 1 < line.count ? line[rank + 1] : nil
      guard let next else {
        items.append(Links.Item(x0: start, y0: y(chain), x1: 1, y1: y(chain)))
        continue
      }
      let nextChain = chains.chainOf[next]
      guard nextChain != chain else { continue }
      let birth = data.phylogeny.birth[next]
      let leave = time(Double(max(0, birth - 1)))
      items.append(Links.Item(x0: start, y0: y(chain), x1: leave, y1: y(chain)))
      items.append(
        Links.Item(x0: leave, y0: y(chain), x1: time(Double(birth)), y1: y(nextChain)))
      start = time(Double(birth))
    }
    let end = y(chains.chainOf[champion])
    return [
      Links(items, shape: .arc, style: .line(Palette.accent, width: width)),
      Dots(x: [1], y: [end], radius: width + 1.5, style: .fill(Palette.accent)),
    ]
  }

  private func annotations(in frame: Frame, size: Double, _ isNarrow: Bool) -> [any Mark] {
    let bottom = frame.y.domain.upperBound
    let ticks = time.ticks(width: frame.right - frame.left)
    var marks: [any Mark] = [
      Axis(
        .bottom, ticks: ticks.map { time($0) },
        labels: ticks.map { Decimal.fixed($0, decimals: 0) },
        title: "generation", size: size)
    ]
    for stretch in time.stretches {
      marks.append(
        Rule(
          [.horizontal(bottom, time(stretch.range.lowerBound)...time(stretch.range.upperBound))],
          style: .line(Palette.ink, width: 3)))
    }
    marks.append(FitnessKey(scale: fitness, size: size, below: 2 * size + 16))
    if let champion = data.champion {
      marks.append(
        Label(
          "champion", x: 1, y: y(chains.chainOf[champion]), offset: (12, size * 0.35), size: size,
          bold: true, color: Palette.accent))
    }
    if let ancestor {
      let x = time(Double(ancestor.parting))
      marks.append(Rule([.vertical(x)], style: .line(Palette.ink, width: 1, dash: [1, 3])))
      // Above, leaders of the tiles cross.
      let isBelow = tiles != nil
      let toLeft = x > 0.5
      let side: Double = isBelow ? -6 : 6
      marks.append(
        Label(
          "common ancestor, no. \(Decimal.grouped(data.phylogeny.ids[ancestor.position]))",
          x: x, y: isBelow ? bottom : -0.7, offset: (toLeft ? side : -side, -8),
          anchor: toLeft ? .end : .start, size: size, color: Palette.ink, halo: true))
    }
    return marks
  }
}
