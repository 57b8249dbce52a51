import HerdbookCharts
import HerdbookModel

/// F26: can the final weights of a network be told from its first iterations?
struct ZooForecastFigure {
  /// The error of a method over that of no change, by what it knows.
  private struct Course {
    let tensor: String
    let method: String
    var known: [Double] = []
    var ratio: [Double] = []
    var nearer: [Double] = []

    func ratio(at time: Double) -> Double {
      known.firstIndex(of: time).map { ratio[$0] } ?? .nan
    }
  }
  private let run: Plan.Run
  /// Of all tensors.
  private let courses: [Course]
  /// Those of weights.
  private let tensors: [String]
  private let known: [Double]

  /// A forecast that is worth having has at most half the error of no change.
  private static let aim = 0.5
  private static let most = 6
  /// Ratios beyond it are drawn at the edge.
  private static let highest = 8.0

  private static let looks: [(name: String, words: String, style: Style, color: ThemeColor)] = [
    ("ridge", "ridge regression", .line(Palette.accent, width: 2.25), Palette.accent),
    ("logarithmic", "logarithmic trend", .line(Palette.herd, width: 2), Palette.herd),
    ("linear", "straight line", .line(Palette.herd, width: 1.5, dash: [3, 3]), Palette.herd),
  ]

  init?(_ contents: BundleContents, _ run: Plan.Run) throws {
    guard contents.shows(.zooForecast), let table = try contents.zooTable("zoo-forecast", of: run)
    else { return nil }
    let (tensor, method) = (try table.texts("tensor"), try table.texts("method"))
    let (known, ratio) = (try table.reals("known"), try table.reals("ratio"))
    let nearer = try table.reals("nearer")
    var courses: [Course] = []
    for row in tensor.indices.sorted(by: { (known[$0], $0) < (known[$1], $1) })
    where Self.looks.contains(where: { $0.name == method[row] }) && ratio[row].isFinite {
      let place =
        courses.firstIndex { $0.tensor == tensor[row] && $0.method == method[row] } ?? courses.count
      if place == courses.count {
        courses.append(Course(tensor: tensor[row], method: method[row]))
      }
      courses[place].known.append(known[row])
      courses[place].ratio.append(ratio[row])
      courses[place].nearer.append(nearer[row])
    }
    self.courses = courses.sorted { ($0.tensor, $0.method) < ($1.tensor, $1.method) }
    tensors = Set(courses.map(\.tensor)).filter(ZooWords.isWeight).sorted()
    self.known = Set(known).sorted()
    self.run = run
  }

  private var methods: [(name: String, words: String, style: Style, color: ThemeColor)] {
    Self.looks.filter { look in courses.contains { $0.method == look.name } }
  }

  private func ratio(_ tensor: String, _ method: String, _ time: Double) -> Double {
    courses.first { $0.tensor == tensor && $0.method == method }?.ratio(at: time) ?? .nan
  }

  var figure: Figure? {
    guard !tensors.isEmpty, !known.isEmpty else { return nil }
    return Figure(
      id: "f26", short: "Weights ahead",
      question: "Can the final weights be told from the first iterations?", finding: finding,
      body: Layout.drawn(plot), notes: notes, tables: [table],
      budget: 20_000 + 12_000 * min(tensors.count, Self.most))
  }

  // MARK: words

  /// The third iteration, else the last that is known.
  private var told: Double { known.last { $0 <= 3 } ?? known[known.count - 1] }

  /// Layers in which a method halves the error, knowing so much.
  private func met(_ method: String, _ time: Double) -> [String] {
    tensors.filter { ratio($0, method, time) <= Self.aim }
  }

  /// The method that meets the aim in most layers; of equal ones the one with the lower ratios.
  private func leading(_ time: Double) -> String {
    methods.map(\.name).min {
      let (a, b) = ($0, $1)
      let counts = (met(a, time).count, met(b, time).count)
      func sum(_ method: String) -> Double {
        tensors.map { ratio($0, method, time) }.reduce(0) { $0 + ($1.isFinite ? $1 : 1e9) }
      }
      return counts.0 != counts.1 ? counts.0 > counts.1 : sum(a) < sum(b)
    } ?? ""
  }

  private func words(_ method: String) -> String {
    Self.looks.first { $0.name == method }?.words ?? method
  }

  private var finding: HTML {
    let method = leading(told)
    let ratios = tensors.map {
      "\(Words.value(ratio($0, method, told), 2)) in \(ZooWords.tensor($0))"
    }
    let shown = ratios.count > 4 ? ratios.prefix(4) + ["others as drawn"] : ratios[...]
    let found: HTML = """
      From iteration \(Words.count(told)) the \(words(method)) is off by \(ZooWords.list(Array(shown))) of the error of no \
      change
      """
    let count = met(method, told).count
    if count == tensors.count {
      return
        "\(found): the aim, half of it, is met in \(count == 1 ? "the only layer" : "all \(count) layers")."
    }
    let later = known.filter { $0 > told }.first { met(leading($0), $0).count == tensors.count }
    let then: HTML =
      later.map { ", and in all from iteration \(Words.count($0))" }
      ?? ", and not in all from iteration \(Words.count(known[known.count - 1])) either"
    let elsewhere: HTML = told == known[known.count - 1] ? "" : then
    if count == 0 {
      let isWorse = tensors.allSatisfy { ratio($0, method, told) >= 1 }
      return isWorse
        ? "\(found): you cannot tell. Nothing is nearer than no change at all\(elsewhere.text.isEmpty ? "" : "; the aim, half of it, is met nowhere")."
        : "\(found): the aim, half of it, is met in no layer\(elsewhere)."
    }
    return
      "\(found): the aim, half of it, is met in \(count) of \(tensors.count) layers\(elsewhere)."
  }

  private var notes: HTML {
    let highest =
      drawn.flatMap { tensor in
        courses.filter { $0.tensor == tensor }.flatMap(\.ratio)
      }.max() ?? 0
    let cut: HTML =
      highest > Self.highest
      ? " Ratios above \(Words.value(Self.highest, 1)) are drawn at the edge; the highest is \(Words.value(highest))."
      : ""
    let some: HTML =
      drawn.count < tensors.count ? ", \(drawn.count) of \(tensors.count) layers" : ""
    return """
      The distribution of each held-out network’s final weights in a layer\(some), forecast from what is known until an iteration. Errors are \
      Wasserstein-1 distances, means over networks; no change, the null, is 1, on a logarithmic scale. Trends use the network alone; the ridge \
      regression was fitted on networks of the other half.\(cut)
      """
  }

  private var table: NumberTable {
    NumberTable(
      caption: "The numbers, error over that of no change",
      header: ["tensor", "method"] + known.map { "from iteration \(Words.count($0))" }
        + ["nearer than no change from iteration \(Words.count(told))"],
      rows: courses.prefix(60).map { course in
        [course.tensor, words(course.method)] + known.map { Words.value(course.ratio(at: $0)) }
          + [
            course.known.firstIndex(of: told).map {
              Words.percent(course.nearer[$0], decimals: 0)
            } ?? "n/a"
          ]
      }, source: "runs/\(run.id)/figures/zoo-forecast.csv")
  }

  // MARK: picture

  private var drawn: [String] {
    Words.evenly(tensors.count, atMost: Self.most).map { tensors[$0] }
  }

  func plot(_ layout: Layout) -> Plot {
    let columns = layout.isNarrow ? 1 : drawn.count <= 2 || drawn.count == 4 ? 2 : 3
    let grid = PanelGrid(
      drawn.count, columns: columns, height: layout.isNarrow ? 170 : 200, layout,
      left: 42, gap: 52, right: 66)
    return Plot(
      id: "f26\(layout.suffix)", width: layout.width, height: grid.bottom,
      title: "Errors of forecasts of the final weights, over the error of no change",
      summary: finding.words, panels: drawn.indices.flatMap { panels($0, grid) })
  }

  private func panels(_ index: Int, _ grid: PanelGrid) -> [Panel] {
    let own = methods.compactMap { look in
      courses.first { $0.tensor == drawn[index] && $0.method == look.name }.map { (look, $0) }
    }
    // One scale for all, so that layers can be held against each other.
    let all = courses.filter { drawn.contains($0.tensor) }.flatMap(\.ratio)
    let low = min(0.4, max(0.02, (all.filter { $0 > 0 }.min() ?? 0.4) / 1.15))
    let high = max(1.4, min(Self.highest, (all.max() ?? 1) * 1.15))
    let places = known.indices.map(Double.init)
    let frame = grid.frame(
      index, x: -0.3...Double(known.count) - 0.7, y: low...high, yKind: .log)
    func line(_ course: Course) -> (x: [Double], y: [Double]) {
      (
        course.known.map { Double(known.firstIndex(of: $0) ?? 0) },
        course.ratio.map { min(high, max(low, $0)) }
      )
    }
    let ticks = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5].filter((low...high).contains)
    return [
      Panel(
        frame,
        [
          Axis(
            .left, ticks: ticks,
            labels: ticks.map { Decimal.fixed($0, decimals: 2, trimmed: true) },
            grid: true, size: grid.size),
          Axis(
            .bottom, ticks: places, labels: known.map { Words.count($0) },
            title: index == drawn.count - 1 ? "iterations that are known" : "", size: grid.size),
          Rule([.horizontal(1)], style: .line(Palette.null, width: 1.75)),
          Rule([.horizontal(Self.aim)], style: .line(Palette.ink, width: 1.25, dash: [6, 3])),
          frame.heading(ZooWords.tensor(drawn[index]), size: grid.size),
        ]
          + own.reversed().flatMap { look, course -> [any Mark] in
            let line = line(course)
            return [
              Line(x: line.x, y: line.y, style: look.style),
              Dots(x: line.x, y: line.y, radius: 3, style: .fill(look.color)),
            ]
          }),
      Panel(
        frame,
        [
          LineNames(
            own.map { look, course in
              let line = line(course)
              return LineNames.Item(
                look.words, x: line.x, y: line.y, bold: look.name == "ridge", color: look.color)
            },
            clearOf: [1, Self.aim].map { level in
              Line(
                x: [frame.x.domain.lowerBound, frame.x.domain.upperBound], y: [level, level],
                style: .line(Palette.null))
            }, size: grid.size - 1)
        ] + (grid.isLast(index) ? levels(frame, grid.size) : [])),
    ]
  }

  /// Names of the levels, beside the last panel of a row.
  private func levels(_ frame: Frame, _ size: Double) -> [any Mark] {
    [(1, "no change", Palette.muted), (Self.aim, "the aim", Palette.ink)].map {
      Label(
        $1, x: frame.x.domain.upperBound, y: $0, offset: (6, size * 0.35), size: size - 1,
        color: $2)
    }
  }
}
