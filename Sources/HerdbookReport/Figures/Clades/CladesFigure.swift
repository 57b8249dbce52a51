package import HerdbookAnalysis
package import HerdbookCharts
import HerdbookModel
import HerdbookNumerics

/// F6: which families took over, and when?
package struct CladesFigure {
  package let data: BundleRun
  package let clades: Clades
  package let layout: MullerLayout
  /// The generations that are drawn.
  package let generations: [Int]
  private let end: Int

  /// Clades that are drawn at most, and those that are named.
  private static let limit = 60
  /// Generations in which clades are a part of the living, all together; where there are more, fewer generations are drawn.
  private static let corners = 240
  static let named = 12

  package init(_ data: BundleRun) {
    self.data = data
    end = Int(data.generations.end)
    let (phylogeny, end) = (data.phylogeny, end)
    func clades(at sampled: [Int]) -> Clades {
      Clades(
        parents: phylogeny.parent, births: phylogeny.birth, deaths: phylogeny.death, end: end,
        sampled: sampled, limit: CladesFigure.limit)
    }
    let drawn = data.generations.drawn(isNarrow: false).map { Int(data.generations.generation[$0]) }
    let whole = clades(at: drawn)
    let corners = whole.clades.reduce(0) { sum, clade in
      sum + zip(clade.members, whole.living).count { $0 > 0 && $0 < $1 }
    }
    if corners <= CladesFigure.corners {
      (generations, self.clades) = (drawn, whole)
    } else {
      let count = max(30, drawn.count * CladesFigure.corners / corners)
      generations = Words.evenly(drawn.count, atMost: count).map { drawn[$0] }
      self.clades = clades(at: generations)
    }
    layout = MullerLayout(self.clades, steps: Palette.sequence.count)
  }

  /// Nil where nobody can take over from anybody.
  package var figure: Figure? {
    guard founders > 1, data.generations.count > 1 else { return nil }
    guard data.phylogeny.count > founders else {
      return Figure(
        id: "f6", short: "Families", question: "Which families took over, and when?",
        finding: """
          None: nobody was born after generation 0, and each of the \(Decimal.grouped(founders)) founders is a family by itself.
          """,
        body: "", notes: "No picture is drawn of families that stay as they are.", budget: 2_000)
    }
    if data.isEvolutionStrategy {
      return Figure(
        id: "f6", short: "Families", question: "Which families took over, and when?",
        finding: """
          None: each of the \(Words.plural(end, "generation")) of an evolution strategy is one centre and \
          the samples around it, so that all the living always descend from one.
          """,
        body: "", notes: "No picture is drawn of lines that cannot compete.", budget: 2_000)
    }
    return Figure(
      id: "f6", short: "Families", question: "Which families took over, and when?",
      finding: finding, body: Layout.drawn(plot), notes: notes,
      tables: (sweeps.isEmpty ? [] : [sweepTable]) + [cladeTable], budget: 80_000)
  }

  private var founders: Int { data.phylogeny.birth.count { $0 == 0 } }
  var sweeps: [Clades.Sweep] { clades.sweeps }
  func name(_ individual: Int) -> String {
    Decimal.grouped(data.phylogeny.ids[individual])
  }

  /// Generations from each sweep to the next, or to the end.
  package var lasting: [Int] {
    let next = sweeps.dropFirst().map(\.generation) + [end]
    return zip(sweeps, next).map { $1 - $0.generation }
  }

  /// The median time from one sweep to the next; nil below two sweeps.
  package var interval: Double? {
    sweeps.count > 1 ? quantile(lasting.dropLast().map(Double.init).sorted(), 0.5) : nil
  }

  /// The same where all are equally fit; nil where the formula does not hold: in populations that change
  /// their size, and in runs shorter than ten of the mean time, which see the short ones only.
  package var neutralInterval: Double? {
    let phylogeny = data.phylogeny
    let births = phylogeny.count - founders
    guard births > 0, Set(clades.living).count == 1 else { return nil }
    // A single one that lives on is the elite, and not all that children could have come from.
    let liveOn =
      births < (founders - 1) * end
      && phylogeny.parent.indices.allSatisfy { child in
        let parent = phylogeny.parent[child]
        return parent < 0 || phylogeny.death[parent].map { $0 > phylogeny.birth[child] } ?? true
      }
    let mean = Clades.neutralInterval(
      size: founders, births: Double(births) / Double(end), parentsLiveOn: liveOn)
    return 10 * mean <= Double(end) ? Elementary.log(2) * mean : nil
  }

  /// The generation of the first sweep under neutral drift, in words.
  private var driftWords: HTML {
    guard let drift = data.drift, drift.bands["founders"] != nil else { return "" }
    guard let half = drift.oneFounder.half else {
      return " (under neutral drift, in the median, not within the run)"
    }
    return " (under neutral drift, in the median, in generation \(Int(half)))"
  }

  /// Of several that became ancestors of all at once, the eldest heads the family; the youngest is told as well.
  private func inner(_ sweep: Clades.Sweep) -> HTML {
    sweep.ancestor == sweep.head ? "" : " (all of them already from \(name(sweep.ancestor)) in it)"
  }

  private var finding: HTML {
    guard let first = sweeps.first, let longest = lasting.max() else {
      let last = clades.living.count - 1
      let outermost = layout.outermost.max {
        clades.clades[$0].members[last] < clades.clades[$1].members[last]
      }
      let largest: HTML =
        outermost.map { clade in
          let share =
            Double(clades.clades[clade].members[last]) / Double(max(1, clades.living[last]))
          return """
            ; the largest family at the end is that of founder \(name(clades.clades[clade].head)), with \
            \(Words.percent(share, decimals: 0)) of the living
            """
        } ?? ""
      return """
        None took over: no network became the ancestor of all the living in \
        \(Words.plural(end, "generation"))\(driftWords)\(largest).
        """
    }
    let reign = lasting.firstIndex(of: longest) ?? 0
    let held = Words.percent(Double(longest) / Double(end), decimals: 0)
    if sweeps.count == 1 {
      return """
        One family took over: from generation \(first.generation) on\(driftWords) all the living descend \
        from network \(name(first.head))\(inner(first)), and in the rest of the run, \(held) of it, no family in it took over.
        """
    }
    let null: HTML =
      neutralInterval.map { " (about \(Words.value($0, 2)) under neutral drift)" } ?? ""
    let median = interval ?? .nan
    if sweeps.count == 2 {
      let second = sweeps[1]
      return """
        In two sweeps one network became the ancestor of all the living: first \(name(first.head)) in generation \
        \(first.generation)\(driftWords), then \(name(second.head)) in generation \(second.generation)\(inner(second)).
        """
    }
    let between =
      Decimal.fixed(median, decimals: 1, trimmed: true)
      + (median == 1 ? " generation" : " generations")
    return """
      In \(Decimal.grouped(sweeps.count)) sweeps one network became the ancestor of all the living: first \
      \(name(first.head)) in generation \(first.generation)\(driftWords), then others with a median of \
      \(between) between two sweeps\(null); the family that lasted longest until the next sweep, that of \
      \(name(sweeps[reign].head)) from generation \(sweeps[reign].generation) on, held all for \(held) of the run.
      """
  }

  private var drawnNote: HTML {
    generations.count < data.generations.count
      ? " Drawn at \(generations.count) of \(Decimal.grouped(data.generations.count)) generations."
      : ""
  }

  private var notes: HTML {
    var text: HTML = """
      All \(Decimal.grouped(data.phylogeny.count)) networks that ever lived.\(drawnNote) The \
      height of an area is the share of the living that descend, along main parents, from the network that it \
      is named after; families lie within the family that they come from, what is grey is in none. Bold names: \
      ancestors of the champion. Shades tell neighbours apart and mean nothing else. Drawn: \(Words.plural(clades.clades.count, "family", "families")), each of which reached 5 % of the living \
      and two networks, while relatives of theirs live: those of founders, then the branches of those ancestors, \
      in each twentieth of the run, that tell most pairs of contemporaries apart; others have the shade of the family around them. \
      \(Words.percent(clades.told, decimals: 0)) of all pairs of contemporaries lie in different areas. Ticks above the frame: \
      sweeps, the generations from which on all the living descend from one network more, or from several at once, of which \
      the eldest is named, who heads the family; the table also has the youngest.
      """
    if sweeps.count > labelLimit(.wide) {
      text += """
         Rules and words mark the first, the last, and those after which it took longest to the next, as far as \
        there is room.
        """
    }
    if neutralInterval != nil, sweeps.count > 1 {
      text += """
         Under neutrality sweeps follow a Poisson process, one in the mean time that two lines take to meet \
        (Pfaffelhuber and Wakolbinger, 2006), here from the population’s size and its births; its median \
        interval is 0.69 of that.
        """
    }
    return text
  }

  private var sweepTable: NumberTable {
    let rows = NumberTable.rows(of: sweeps.count)
    let lasting = lasting
    return NumberTable(
      caption: rows.count < sweeps.count
        ? "The sweeps, \(rows.count) of \(sweeps.count)" : "The sweeps",
      header: [
        "generation", "all descend from", "born in", "youngest such", "generations to the next",
      ],
      rows: rows.map { row in
        [
          "\(sweeps[row].generation)", "\(data.phylogeny.ids[sweeps[row].head])",
          "\(data.phylogeny.birth[sweeps[row].head])",
          "\(data.phylogeny.ids[sweeps[row].ancestor])",
          row < sweeps.count - 1 ? "\(lasting[row])" : "\(lasting[row]) to the end",
        ]
      }, source: "runs/\(data.run.id)/phylogeny.csv")
  }

  private var cladeTable: NumberTable {
    let rows = Words.evenly(clades.clades.count, atMost: 40)
    return NumberTable(
      caption: rows.count < clades.clades.count
        ? "The families that are drawn, \(rows.count) of \(clades.clades.count)"
        : "The families that are drawn",
      header: ["headed by", "born in", "within", "largest share", "share at the end"],
      rows: rows.map { row in
        let clade = clades.clades[row]
        let shares = zip(clade.members, clades.living).map { Double($0) / Double(max(1, $1)) }
        return [
          "\(data.phylogeny.ids[clade.head])", "\(data.phylogeny.birth[clade.head])",
          clade.outer.map { "\(data.phylogeny.ids[clades.clades[$0].head])" } ?? "none",
          Words.percent(shares.max() ?? 0), Words.percent(shares.last ?? 0),
        ]
      }, source: "runs/\(data.run.id)/phylogeny.csv")
  }

  package func plot(_ layout: Layout) -> Plot {
    let size = layout.isNarrow ? 11.0 : 13
    let rows = labelRows(layout)
    let top = 30 + Double(rows) * (size + 5)
    let height = layout.isNarrow ? 260.0 : 340
    let frame = Frame(
      x: Scale(
        domain: data.generations.domain, from: layout.isNarrow ? 42 : 48,
        to: layout.width - (layout.isNarrow ? 14 : 16)),
      y: Scale(domain: 0...1, from: top + height, to: top))
    return Plot(
      id: "f6\(layout.suffix)", width: layout.width, height: top + height + 48,
      title: "Shares of families in the living population over \(end) generations",
      summary:
        "\(Words.plural(clades.clades.count, "family", "families")), each within the one it comes from; "
        + (sweeps.isEmpty
          ? "none becomes the whole population."
          : "\(Words.plural(sweeps.count, "sweep")), from generation "
            + "\(sweeps[0].generation) to \(sweeps[sweeps.count - 1].generation)."),
      panels: [
        Panel(frame, clips: true, areas),
        Panel(frame, axes(size) + sweepMarks(in: frame, layout, size) + names(in: frame, size)),
      ])
  }

  /// The living as a whole, then families, outer ones below inner ones.
  private var areas: [any Mark] {
    let x = generations.map(Double.init)
    let edge: (Double) -> Style = { width in
      Style(stroke: .theme(Palette.ground), width: width)
    }
    var marks: [any Mark] = [
      Ribbon(
        x: x, low: x.map { _ in 0 }, high: x.map { _ in 1 },
        style: .fill(Palette.faint))
    ]
    for (index, clade) in clades.clades.enumerated() {
      // From the column before its first member to the one after its last: it opens and closes in a point.
      guard let first = clade.members.firstIndex(where: { $0 > 0 }),
        let last = clade.members.lastIndex(where: { $0 > 0 })
      else { continue }
      let columns = max(0, first - 1)...min(x.count - 1, last + 1)
      var style = edge(0.6)
      style.fill = .theme(Palette.sequence[layout.step[index]])
      marks.append(
        Ribbon(
          x: Array(x[columns]), low: Array(layout.low[index][columns]),
          high: Array(layout.high[index][columns]), style: style))
    }
    return marks
  }

  private func axes(_ size: Double) -> [any Mark] {
    [
      Axis(.left, ticks: [0, 0.5, 1], labels: ["0 %", "50 %", "100 %"], size: size),
      Axis(.bottom, title: "generation", wholeNumbers: true, size: size),
    ]
  }
}
