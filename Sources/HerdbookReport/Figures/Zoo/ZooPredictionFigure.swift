import HerdbookCharts
import HerdbookModel

/// F24: do statistics of weights tell accuracy, and more than hyperparameters and present accuracy do?
struct ZooPredictionFigure {
  private let run: Plan.Run
  private let relatives: HTML
  /// r² on held-out networks, of the final accuracy and of the present one.
  private let final: [ZooCurve]
  private let present: [ZooCurve]
  /// What statistics add to hyperparameters and present accuracy.
  private let added: ZooCurve?

  private static let known = "hyperparameters+accuracy"
  /// Of the lowest r² that is drawn.
  private static let floor = -0.15

  init?(_ contents: BundleContents, _ run: Plan.Run) throws {
    guard contents.shows(.zooPrediction),
      let table = try contents.zooTable("zoo-prediction", of: run)
    else { return nil }
    let target = try table.texts("target")
    func curves(_ name: String) throws(ReportError) -> [ZooCurve] {
      try ZooCurve.read(
        table, rows: target.indices.filter { target[$0] == name }, by: "features",
        Self.looks.map(\.name), value: "r2", null: "null")
    }
    final = try curves("final")
    present = try curves("present")
    added = try ZooCurve.read(
      table, rows: target.indices.filter { target[$0] == "final" }, by: "features", ["all"],
      value: "added", null: "added_null"
    ).first
    relatives = try contents.relatives(run)
    self.run = run
  }

  private static let looks: [(name: String, short: String, style: Style, color: ThemeColor)] = [
    ("all", "all together", .line(Palette.accent, width: 2.25), Palette.accent),
    (known, "hyperparameters and present accuracy", .line(Palette.ink, width: 1.75), Palette.ink),
    (
      "accuracy", "present accuracy", .line(Palette.muted, width: 1.5, dash: [2, 3]), Palette.muted
    ),
    ("statistics", "weight statistics", .line(Palette.herd, width: 2), Palette.herd),
    (
      "hyperparameters", "hyperparameters", .line(Palette.herd, width: 1.5, dash: [6, 3]),
      Palette.herd
    ),
  ]

  var figure: Figure? {
    guard !final.isEmpty else { return nil }
    return Figure(
      id: "f24", short: "Prediction",
      question: "Do weights tell accuracy, and more than what is known without them?",
      finding: finding, body: Layout.drawn(plot), notes: notes, tables: tables, budget: 60_000)
  }

  // MARK: words

  /// The generation that the finding tells of: the third, else the last early one before the end.
  private var told: Double {
    let all = (added ?? final[0]).generation.filter { $0 > 0 }
    let early = all.filter { $0 <= 3 && $0 < (all.last ?? 0) }
    return early.last ?? all.first ?? 0
  }

  private func curve(_ name: String) -> ZooCurve? { final.first { $0.name == name } }
  private func r2(_ name: String) -> String {
    plain(curve(name)?.value(at: told) ?? .nan)
  }

  /// Generations between the first and the last, and those of them in which `added` exceeds 0 and its null.
  private var exceeding: (count: Int, of: Int) {
    guard let added else { return (0, 0) }
    let last = added.generation.last ?? 0
    let rows = added.generation.indices.filter {
      added.generation[$0] > 0 && added.generation[$0] < last && added.value[$0].isFinite
        && added.null[$0].isFinite
    }
    return (rows.count { added.value[$0] > max(added.null[$0], 0) }, rows.count)
  }

  private var finding: HTML {
    let null = Words.value(curve("statistics")?.null(at: told) ?? .nan, 2)
    let alone: HTML = """
      In generation \(Words.count(told)) weight statistics alone tell the final accuracy of held-out networks with an r² of \(r2("statistics")) \
      (95 % of chance lies below \(null)), hyperparameters and present accuracy with \(r2(Self.known))
      """
    guard let added, added.value(at: told).isFinite else { return "\(alone)." }
    let (value, chance) = (added.value(at: told), added.null(at: told))
    let (count, of) = exceeding
    let amount = "\(signed(value)), and 95 % of chance lies below \(Words.value(chance, 2))"
    let often: HTML =
      of > 0
      ? " Above 0 and above that it is in \(count) of \(Words.plural(of, "generation")) between the first and the last; by chance at most 5 % would be."
      : ""
    return value > max(chance, 0)
      ? "\(alone). Weights add to these: r² changes by \(amount).\(often)"
      : "\(alone). You cannot tell more from weights than from these: with weights r² changes by \(amount).\(often)"
  }

  private func plain(_ value: Double) -> String {
    (value < 0 ? "−" : "") + Words.value(value.magnitude, 2)
  }
  private func signed(_ value: Double) -> String { (value < 0 ? "" : "+") + plain(value) }

  private var notes: HTML {
    let lowest = (final + present).flatMap(\.value).filter(\.isFinite).min() ?? 0
    let cut: HTML =
      lowest < Self.floor
      ? " Lines are cut below \(plain(Self.floor)); the lowest r² is \(plain(lowest))."
      : ""
    return """
      r² of the logarithm of the share of errors: ridge regressions fitted on one half of the networks and tested on the other; below 0 the mean of all \
      tells more. Statistics are mean, variance and percentiles of every tensor’s weights. Grey bands hold 95 % of what the same \
      regressions give under accuracies that were dealt out anew, the largest of the lines drawn; for what weights add, with statistics dealt out \
      anew among networks. Present accuracy is part of the last generation’s answer.\(cut)\(relatives)
      """
  }

  private var tables: [NumberTable] {
    let all = final.map { ("final", $0) } + present.map { ("present", $0) }
    let times = final[0].generation
    let told = Set(
      NumberTable.rows(of: times.count).map { times[$0] } + ZooWords.early.filter(times.contains)
    ).sorted()
    var header = ["generation"]
    for (target, curve) in all { header.append("\(target): \(Self.short(curve.name))") }
    if added != nil { header += ["added by weights", "95 % of chance"] }
    return [
      NumberTable(
        caption: "The numbers, r² on held-out networks", header: header,
        rows: told.map { time in
          [Words.count(time)] + all.map { Words.value($0.1.value(at: time)) }
            + (added.map { [Words.value($0.value(at: time)), Words.value($0.null(at: time))] } ?? [])
        }, source: "runs/\(run.id)/figures/zoo-prediction.csv")
    ]
  }

  private static func short(_ name: String) -> String {
    looks.first { $0.name == name }?.short ?? name
  }

  // MARK: picture

  private var count: Int { 1 + (added == nil ? 0 : 1) + (present.isEmpty ? 0 : 1) }

  func plot(_ layout: Layout) -> Plot {
    let grid = PanelGrid(
      count, columns: layout.isNarrow ? 1 : 3, height: layout.isNarrow ? 190 : 250, layout,
      left: 46, gap: 60)
    let most = Generations.mostDrawn(isNarrow: layout.isNarrow)
    let title = { (target: String) in "r² of the \(target) accuracy" }
    var panels = self.panels(final, 0, grid, title: title("final"), most: most)
    if let added { panels += self.panels(added.thinned(to: most), grid) }
    if !present.isEmpty {
      panels += self.panels(present, count - 1, grid, title: title("present"), most: most)
    }
    let key = LineKey(
      Self.looks.filter { look in (final + present).contains { $0.name == look.name } }.map {
        .init(name: $0.short, style: $0.style, color: $0.color)
      }, width: layout.width - 8 - 46, size: grid.size - 1)
    let height = grid.bottom + key.height
    panels.append(
      key.panel(
        left: 46, top: grid.bottom - 4, on: .pixels(width: layout.width, height: height)))
    return Plot(
      id: "f24\(layout.suffix)", width: layout.width, height: height,
      title: "How well sets of features tell accuracies of held-out networks",
      summary: finding.words, panels: panels)
  }

  private func panels(
    _ curves: [ZooCurve], _ index: Int, _ grid: PanelGrid, title: String, most: Int
  ) -> [Panel] {
    let drawn = curves.map { $0.thinned(to: most) }
    let x = drawn[0].generation
    let null = x.indices.map { row in
      drawn.compactMap { $0.null.indices.contains(row) ? $0.null[row] : nil }.filter(\.isFinite)
        .max() ?? .nan
    }
    let lowest = (drawn.flatMap(\.value) + [0]).filter(\.isFinite).min() ?? 0
    let low = max(Self.floor, lowest - 0.03)
    let frame = grid.frame(index, x: ZooWords.domain(x), y: min(low, -0.05)...1.02)
    return [
      Panel(
        frame,
        [
          Axis(.left, grid: true, size: grid.size),
          Axis(.bottom, title: "generation", wholeNumbers: true, size: grid.size),
          frame.heading(title, size: grid.size),
        ]),
      Panel(
        frame, clips: true,
        [
          Ribbon(
            x: x, low: x.map { _ in frame.y.domain.lowerBound }, high: null,
            style: .fill(Palette.null, opacity: 0.22))
        ]
          + drawn.reversed().map { curve in
            Line(
              x: curve.generation, y: curve.value,
              style: Self.looks.first { $0.name == curve.name }?.style ?? .line(Palette.muted))
          }),
    ]
  }

  private func panels(_ added: ZooCurve, _ grid: PanelGrid) -> [Panel] {
    let known = (added.value + added.null).filter(\.isFinite)
    let frame = grid.frame(
      1, x: ZooWords.domain(added.generation), y: padded(known + [0], by: 0.12))
    return [
      Panel(
        frame,
        [
          Axis(.left, grid: true, size: grid.size),
          Axis(.bottom, title: "generation", wholeNumbers: true, size: grid.size),
          frame.heading("r² that weights add", size: grid.size),
          Ribbon(
            x: added.generation, low: added.generation.map { _ in frame.y.domain.lowerBound },
            high: added.null, style: .fill(Palette.null, opacity: 0.22)),
          Rule([.horizontal(0)], style: .line(Palette.line, width: 1)),
          Line(x: added.generation, y: added.value, style: .line(Palette.accent, width: 2)),
          Label(
            "95 % of chance", x: added.generation.last ?? 0, y: frame.y.domain.lowerBound,
            offset: (-6, -6), anchor: .end, size: grid.size - 1, halo: true),
        ])
    ]
  }
}
