import HerdbookCharts
import HerdbookModel

/// F29: what do good networks share?
struct ZooContrastsFigure {
  private struct Feature {
    let name: String
    let good: Double
    let bad: Double
    let fit: Double
    let held: Double
    let chance: Double

    /// How far both halves lie from no contrast.
    var distance: Double { min((held - 0.5).magnitude, (fit - 0.5).magnitude) }
    /// In both halves, which are of one size.
    var isBeyondChance: Bool { distance > chance }
    /// Whether good networks have more of it, or less, in both halves.
    var isOfOneSide: Bool { (fit - 0.5) * (held - 0.5) > 0 }
  }
  private let run: Plan.Run
  private let relatives: HTML
  /// By generation, ascending.
  private let features: [(generation: Double, all: [Feature])]

  private static let most = 16

  init?(_ contents: BundleContents, _ run: Plan.Run) throws {
    guard contents.shows(.zooContrasts),
      let table = try contents.zooTable("zoo-contrasts", of: run)
    else { return nil }
    let (name, generation) = (try table.texts("feature"), try table.reals("generation"))
    let (good, bad) = (try table.reals("good"), try table.reals("bad"))
    let (fit, held) = (try table.reals("auc_fit"), try table.reals("auc_held"))
    let chance = try table.reals("chance")
    features = Set(generation).sorted().map { time in
      (
        time,
        name.indices.filter {
          generation[$0] == time && fit[$0].isFinite && held[$0].isFinite && chance[$0].isFinite
        }.map {
          Feature(
            name: name[$0], good: good[$0], bad: bad[$0], fit: fit[$0], held: held[$0],
            chance: chance[$0])
        }
      )
    }.filter { !$0.all.isEmpty }
    relatives = try contents.relatives(run)
    self.run = run
  }

  var figure: Figure? {
    guard let last = features.last else { return nil }
    return Figure(
      id: "f29", short: "Contrasts", question: "What do good networks share?", finding: finding,
      body: shown.isEmpty ? "" : Layout.drawn(plot), notes: notes, tables: [table(last.all)],
      budget: 50_000)
  }

  /// Of the last generation: the largest contrasts of those with the same side in both halves.
  private var shown: [Feature] {
    let found = (features.last?.all ?? []).filter(\.isOfOneSide)
      .sorted { ($1.distance, $0.name) < ($0.distance, $1.name) }
    return Array(found.prefix(Self.most))
  }

  // MARK: words

  private var finding: HTML {
    guard let last = features.last else { return "" }
    let found = last.all.filter { $0.isOfOneSide && $0.isBeyondChance }.count
    // On one side in both halves: of 2.5 % of 2.5 %, twice.
    let expected = 0.00125 * Double(last.all.count)
    let chance = expected < 1 ? "fewer than 1" : "about \(Words.value(expected, 2))"
    let count: HTML = """
      Of \(Words.plural(last.all.count, "feature")) in generation \(Words.count(last.generation)), \(found) \(Words.verb(found, "parts", "part")) good \
      from bad beyond chance and to one side in both halves of the networks; chance gives \(chance)
      """
    guard let first = shown.first, Double(found) > 2 * expected, found > 0 else {
      return "\(count): you cannot tell what good networks share."
    }
    return """
      \(count). Most of all it is \(ZooWords.feature(first.name)): it is \(first.held > 0.5 ? "higher" : "lower") in the good one in \
      \(Words.percent(0.5 + (first.held - 0.5).magnitude, decimals: 0)) of held-out pairs, where chance gives 50 ± \(Words.percent(first.chance, decimals: 0))\(earlier).
      """
  }

  /// How many part them at the first generation that is shown.
  private var earlier: HTML {
    guard features.count > 1 else { return "" }
    let first = features[0]
    let found = first.all.filter { $0.isOfOneSide && $0.isBeyondChance }.count
    return "; in generation \(Words.count(first.generation)), \(found) did"
  }

  private var notes: HTML {
    let all = features.last?.all.count ?? 0
    return """
      The highest and the lowest quarter by final accuracy. Dots: the probability that of a good and a bad network the good one has the higher value, on the \
      half that is held out (filled) and on the other (hollow); 0.5 is no contrast, and the band holds 95 % of what chance gives on the held-out half. \
      \(shown.count) of \(Words.plural(all, "feature")): of those on the same side in both halves, those of which the nearer half is farthest from 0.5, so that \
      neither flatters. p1 to p99 are percentiles of a layer’s weights. Features that go together are not told apart.\(relatives)
      """
  }

  private func table(_ all: [Feature]) -> NumberTable {
    NumberTable(
      caption: "The numbers, \(shown.count) of \(all.count) features",
      header: ["feature", "median of good", "of bad", "one half", "held-out half", "chance"],
      rows: shown.map {
        [
          ZooWords.feature($0.name), Words.value($0.good), Words.value($0.bad),
          Words.value($0.fit, 2), Words.value($0.held, 2), "0.5 ± \(Words.value($0.chance, 2))",
        ]
      }, source: "runs/\(run.id)/figures/zoo-contrasts.csv")
  }

  // MARK: picture

  /// The last generation, and the first.
  private var times: [(generation: Double, all: [Feature])] {
    guard let last = features.last else { return [] }
    return features.count > 1 ? [last, features[0]] : [last]
  }

  func plot(_ layout: Layout) -> Plot {
    let size = layout.isNarrow ? 11.0 : 13
    let names = shown.map { ZooWords.feature($0.name) }
    let widest = names.map { textWidth($0, size: size) }.max() ?? 0
    let left = min(widest + 16, layout.isNarrow ? 150 : 250)
    let pitch = size + (layout.isNarrow ? 8 : 9)
    let height = pitch * Double(shown.count)
    let columns = layout.isNarrow ? 1 : times.count
    let gap = 40.0
    let width = min(
      (layout.width - left - 20 - gap * Double(columns - 1)) / Double(columns),
      layout.isNarrow ? 400 : 420)
    let frames = times.indices.map { index in
      let x = left + (columns == 1 ? 0 : Double(index) * (width + gap))
      let top = 40 + (columns == 1 ? Double(index) * (height + 86) : 0)
      return Frame(
        x: Scale(domain: 0...1, from: x, to: x + width),
        y: Scale(domain: 0...Double(shown.count), from: top, to: top + height))
    }
    return Plot(
      id: "f29\(layout.suffix)", width: layout.width,
      height: (frames.last?.bottom ?? 0) + 2 * size + 22,
      title: "How often a good network has more of a feature than a bad one",
      summary: finding.words,
      panels: frames.indices.map { index in
        panel(
          times[index], in: frames[index], size,
          names: index == 0 || columns == 1
            ? Words.shortened(names, to: left - 16, size: size) : [])
      })
  }

  private func panel(
    _ time: (generation: Double, all: [Feature]), in frame: Frame, _ size: Double, names: [String]
  ) -> Panel {
    let rows = shown.map { feature in time.all.first { $0.name == feature.name } }
    let middles = rows.indices.map { Double($0) + 0.5 }
    func x(_ value: (Feature) -> Double) -> [Double] { rows.map { $0.map(value) ?? .nan } }
    let chance = rows.compactMap { $0?.chance }.max() ?? 0
    var marks: [any Mark] = [
      Rectangles(
        [.init(x: 0.5 - chance...0.5 + chance, y: 0...Double(rows.count))],
        style: .fill(Palette.null, opacity: 0.22)),
      Axis(
        .bottom, ticks: [0, 0.25, 0.5, 0.75, 1], labels: ["0", ".25", ".5", ".75", "1"],
        title: "good is higher", grid: true, size: size),
      frame.heading("generation \(Words.count(time.generation))", size: size),
      Rule(
        zip(rows, middles).compactMap { row, y in
          row.map { .horizontal(y, min($0.fit, $0.held)...max($0.fit, $0.held)) }
        }, style: .line(Palette.null, width: 1.25)),
      Dots(x: x(\.fit), y: middles, radius: 3.5, style: .line(Palette.herd, width: 1.5)),
      Dots(x: x(\.held), y: middles, radius: 4, style: .fill(Palette.accent)),
    ]
    for (name, y) in zip(names, middles) {
      marks.append(
        Label(
          name, x: 0, y: y, offset: (-10, size * 0.35), anchor: .end, size: size,
          color: Palette.ink))
    }
    return Panel(frame, marks)
  }
}
