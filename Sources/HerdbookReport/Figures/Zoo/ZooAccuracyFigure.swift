import HerdbookCharts
import HerdbookModel

/// F22: how good did the networks of a zoo get, and when can you tell who will be?
struct ZooAccuracyFigure {
  private struct Course {
    let generation: [Double]
    let networks: [Double]
    /// By column: `p0` ... `p100`, and the medians of those that are good and bad at the end.
    let accuracy: [String: [Double]]

    func of(_ name: String) -> [Double] { accuracy[name] ?? [] }
    func end(_ name: String) -> Double { of(name).last ?? .nan }
  }
  private let run: Plan.Run
  private let relatives: HTML
  private let course: Course
  private let methods: [ZooCurve]
  /// Held-out networks that are ranked; NaN where none are.
  private let ranked: Double
  private let images: Double
  private let isImported: Bool
  /// Networks that diverged in some generation.
  private let lost: Int

  private static let columns = ["p0", "p5", "p25", "p50", "p75", "p95", "p100", "good", "bad"]

  init?(_ contents: BundleContents, _ run: Plan.Run) throws {
    guard contents.shows(.zooAccuracy), let table = try contents.zooTable("zoo-course", of: run)
    else { return nil }
    var accuracy: [String: [Double]] = [:]
    for name in Self.columns { accuracy[name] = try table.reals(name) }
    course = Course(
      generation: try table.reals("generation"), networks: try table.reals("networks"),
      accuracy: accuracy)
    let ranking = try contents.zooTable("zoo-ranking", of: run)
    methods =
      try ranking.map {
        try ZooCurve.read(
          $0, by: "method", Self.looks.map(\.name), value: "correlation", null: "chance")
      } ?? []
    ranked = try ranking.flatMap { try $0.reals("networks").filter(\.isFinite).max() } ?? .nan
    images = Double(contents.dataset.validation)
    isImported = contents.isImported
    lost =
      try contents.zooTable("zoo-networks", of: run)
      .map { try $0.reals("diverged").count { $0 == 1 } } ?? 0
    relatives = try contents.relatives(run)
    self.run = run
  }

  /// By method: its name in prose, and its line.
  private static let looks: [(name: String, words: String, style: Style, color: ThemeColor)] = [
    ("all", "everything together", .line(Palette.accent, width: 2.25), Palette.accent),
    ("persistence", "present accuracy", .line(Palette.ink, width: 1.5), Palette.ink),
    ("statistics", "weight statistics", .line(Palette.herd, width: 2), Palette.herd),
    (
      "hyperparameters", "hyperparameters", .line(Palette.herd, width: 1.5, dash: [6, 3]),
      Palette.herd
    ),
    ("linear", "a straight line", .line(Palette.muted, width: 1.5, dash: [2, 3]), Palette.muted),
  ]

  private static func words(_ name: String) -> String {
    looks.first { $0.name == name }?.words ?? name
  }

  var figure: Figure? {
    guard course.of("p50").contains(where: \.isFinite) else { return nil }
    return Figure(
      id: "f22", short: "Accuracies",
      question: "How good did they get, and when can you tell who will be?", finding: finding,
      body: Layout.drawn(plot), notes: notes, tables: tables, budget: 70_000)
  }

  private func share(_ value: Double) -> String {
    value.isNaN ? "n/a" : Words.share(value, of: images)
  }

  // MARK: words

  /// A rank correlation that tells much of the order, and more than chance does.
  private var telling: Double { max(0.5, chance) }

  private var finding: HTML {
    let ends: HTML = """
      The median network ends at \(share(course.end("p50"))), the middle half between \
      \(share(course.end("p25"))) and \(share(course.end("p75"))), the highest at \(share(course.end("p100")))
      """
    return methods.isEmpty ? "\(ends)." : "\(ends). \(told)"
  }

  /// From when on each method tells the order.
  private var told: HTML {
    let settled = methods.compactMap { method in
      method.settled(at: telling).map { (method.name, $0) }
    }.sorted { $0.1 < $1.1 }
    let others = methods.filter { $0.settled(at: telling) == nil }
    let late = others.filter { $0.value.last ?? .nan >= telling }.map { Self.words($0.name) }
    let never = others.filter { !($0.value.last ?? .nan >= telling) }.map { Self.words($0.name) }
    let level = Words.value(telling, 2)
    guard !settled.isEmpty else {
      return """
        You cannot tell before the end: no method keeps a rank correlation of \(level) with the final order of \
        \(Words.count(ranked)) held-out networks; \(early)
        """
    }
    let parts = settled.enumerated().map { place, item in
      let time = Words.count(item.1)
      return "from \(place == 0 ? "generation \(time) on" : time) by \(Self.words(item.0))"
    }
    let atEnd: HTML = late.isEmpty ? "" : ", only at the end by \(ZooWords.list(late))"
    let nowhere: HTML = never.isEmpty ? "" : ", never by \(ZooWords.list(never))"
    return """
      A rank correlation of \(level) and more with the final order of \(Words.count(ranked)) held-out networks is kept \
      \(ZooWords.list(parts))\(atEnd)\(nowhere); \(early)
      """
  }

  /// The highest correlation in the first iterations, beside chance.
  private var early: HTML {
    let chance = Words.value(chance, 2)
    guard
      let time = ZooWords.early.last(where: { time in
        methods.contains { $0.value(at: time).isFinite && time < ($0.generation.last ?? 0) }
      }),
      let highest = methods.filter({ $0.value(at: time).isFinite })
        .max(by: { $0.value(at: time) < $1.value(at: time) })
    else { return "chance stays within ±\(chance)." }
    return """
      in generation \(Words.count(time)) the highest is that of \(Self.words(highest.name)), \
      \(Words.value(highest.value(at: time), 2)), where chance stays within ±\(chance).
      """
  }

  private var notes: HTML {
    let networks = course.networks.last ?? .nan
    let diverged: HTML =
      lost > 0
      ? " \(Words.plural(lost, "network")) that diverged \(Words.verb(lost, "is", "are")) left out."
      : ""
    let measured: HTML =
      isImported
      ? ", as they were measured elsewhere" : " on \(Words.count(images)) validation images"
    var text: HTML = """
      \(Words.count(networks)) networks\(measured); the scale is that of the logarithm of \
      the errors. Bands: 5 to 95 % of the networks, and quartiles. Good and bad: the median of the quarter that is highest, or \
      lowest, at the end, so that they part by construction at the last generation.\(diverged)
      """
    if !methods.isEmpty {
      text += """
         Rank correlation: Spearman’s, on networks of the half on which nothing was fitted. Present \
        accuracy, the null to exceed, says that the order stays as it is; a straight line goes on through all accuracies so far; the others \
        are ridge regressions, fitted on the other half, on hyperparameters alone, statistics of weights alone, or both with present \
        accuracy and loss. The band holds 95 % of what orders by chance give.\(relatives)
        """
    }
    return text + drawnNote
  }

  private var drawnNote: HTML {
    let most = Generations.mostDrawn(isNarrow: true)
    let count = course.generation.count
    return count > most
      ? " Narrow screens show \(most) of \(Decimal.grouped(count)) generations." : ""
  }

  private var tables: [NumberTable] {
    let rows = NumberTable.rows(of: course.generation.count)
    var tables = [
      NumberTable(
        caption: "The numbers, accuracies", header: ["generation"] + Self.columns,
        rows: rows.map { row in
          [Words.count(course.generation[row])]
            + Self.columns.map { share(course.of($0)[row]) }
        }, source: "runs/\(run.id)/figures/zoo-course.csv")
    ]
    if let first = methods.first {
      let times = NumberTable.rows(of: first.generation.count).map { first.generation[$0] }
      let told = Set(times + ZooWords.early.filter(first.generation.contains)).sorted()
      tables.append(
        NumberTable(
          caption: "The numbers, rank correlation with the final accuracy",
          header: ["generation"] + methods.map { Self.words($0.name) } + ["chance"],
          rows: told.map { time in
            [Words.count(time)] + methods.map { Words.value($0.value(at: time), 2) }
              + [Words.value(first.null(at: time), 2)]
          }, source: "runs/\(run.id)/figures/zoo-ranking.csv"))
    }
    return tables
  }

  // MARK: picture

  func plot(_ layout: Layout) -> Plot {
    let count = methods.isEmpty ? 1 : 2
    let grid = PanelGrid(
      count, columns: layout.isNarrow ? 1 : count, height: layout.isNarrow ? 220 : 300, layout,
      left: layout.isNarrow ? 46 : 54, gap: layout.isNarrow ? 0 : 150,
      right: layout.isNarrow ? 86 : count == 1 ? 110 : 16)
    let curves = PanelGrid(
      count, columns: layout.isNarrow ? 1 : count, height: layout.isNarrow ? 220 : 300, layout,
      left: layout.isNarrow ? 46 : 54, gap: layout.isNarrow ? 0 : 150, right: 16)
    let ends =
      "Median at the end \(share(course.end("p50"))), highest \(share(course.end("p100")))."
    let title = "Accuracies of all networks over generations, and what tells their final order"
    guard !methods.isEmpty else {
      return Plot(
        id: "f22\(layout.suffix)", width: layout.width, height: grid.bottom, title: title,
        summary: ends, panels: fan(grid, layout))
    }
    let frame = correlationFrame(curves)
    let key = LineKey(
      methods.compactMap { method in
        Self.looks.first { $0.name == method.name }.map {
          .init(name: $0.words, style: $0.style, color: $0.color)
        }
      }, width: layout.width - 8 - frame.left, size: grid.size - 1)
    let height = grid.bottom + key.height
    return Plot(
      id: "f22\(layout.suffix)", width: layout.width, height: height, title: title,
      summary: "\(ends) \(told.words)",
      panels: fan(grid, layout) + correlations(frame, grid.size, layout) + [
        key.panel(
          left: frame.left, top: grid.bottom - 4, on: .pixels(width: layout.width, height: height))
      ])
  }

  private func fan(_ grid: PanelGrid, _ layout: Layout) -> [Panel] {
    let scale = AccuracyScale(images: images)
    let rows = Words.evenly(
      course.generation.count, atMost: Generations.mostDrawn(isNarrow: layout.isNarrow))
    let x = rows.map { course.generation[$0] }
    func y(_ name: String) -> [Double] { rows.map { scale.error(course.of(name)[$0]) } }
    let shown = ["p5", "p100", "good", "bad"].flatMap(course.of)
    let frame = grid.accuracyFrame(
      0, x: ZooWords.domain(course.generation), errors: scale.domain(shown, widest: 0.08))
    let names: [(String, String, Bool, ThemeColor)] = [
      ("p100", "highest", false, Palette.ink), ("good", "good quarter", true, Palette.accent),
      ("p50", "median", true, Palette.ink), ("bad", "bad quarter", true, Palette.herd),
      ("p5", "lowest 5 %", false, Palette.muted),
    ]
    let places = spread(
      names.map { frame.y.clamped(scale.error(course.end($0.0))) }, gap: grid.size + 3,
      within: frame.top...frame.bottom - 2)
    let labels = zip(names, places).filter { course.end($0.0.0).isFinite }.map { name, place in
      Label(
        name.1, x: frame.x.domain.upperBound, y: frame.y.domain.lowerBound,
        offset: (8, place - frame.top + grid.size * 0.35), size: grid.size, bold: name.2,
        color: name.3)
    }
    return [
      Panel(
        frame,
        [
          AccuracyScale.axis(frame.y, labelled: true, size: grid.size),
          Axis(.bottom, title: "generation", wholeNumbers: true, size: grid.size),
          frame.heading("validation accuracy", size: grid.size),
        ]),
      Panel(
        frame, clips: true,
        [
          Ribbon(x: x, low: y("p5"), high: y("p95"), style: .fill(Palette.null, opacity: 0.2)),
          Ribbon(x: x, low: y("p25"), high: y("p75"), style: .fill(Palette.null, opacity: 0.3)),
          Line(x: x, y: y("p100"), style: .line(Palette.ink, width: 1)),
          Line(x: x, y: y("p50"), style: .line(Palette.ink, width: 2)),
          Line(x: x, y: y("bad"), style: .line(Palette.herd, width: 2, dash: [5, 3])),
          Line(x: x, y: y("good"), style: .line(Palette.accent, width: 2)),
        ]), Panel(frame, labels),
    ]
  }

  private var chance: Double { min(1, methods.flatMap(\.null).filter(\.isFinite).max() ?? 1) }

  private func correlationFrame(_ grid: PanelGrid) -> Frame {
    let lowest = methods.flatMap(\.value).filter(\.isFinite).min() ?? 0
    return grid.frame(
      1, x: ZooWords.domain(methods.flatMap(\.generation)),
      y: max(-1, min(-chance, lowest) - 0.06)...1.02)
  }

  private func correlations(_ frame: Frame, _ size: Double, _ layout: Layout) -> [Panel] {
    let drawn = methods.map { $0.thinned(to: Generations.mostDrawn(isNarrow: layout.isNarrow)) }
    let x = frame.x.domain
    return [
      Panel(
        frame,
        [
          Axis(.left, grid: true, size: size),
          Axis(.bottom, title: "generation", wholeNumbers: true, size: size),
          Ribbon(
            x: [x.lowerBound, x.upperBound], low: [-chance, -chance], high: [chance, chance],
            style: .fill(Palette.null, opacity: 0.22)),
        ]
          + drawn.reversed().map { curve in
            Line(
              x: curve.generation, y: curve.value,
              style: Self.looks.first { $0.name == curve.name }?.style ?? .line(Palette.muted))
          }),
      Panel(
        frame,
        [
          Label(
            "chance", x: x.upperBound, y: max(frame.y.domain.lowerBound, -chance), offset: (-4, -5),
            anchor: .end,
            size: size - 1, halo: true),
          frame.heading("rank correlation with the final accuracy", size: size),
        ]),
    ]
  }
}
