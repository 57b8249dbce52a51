import HerdbookCharts
import HerdbookModel
import HerdbookNumerics

/// F23: which hyperparameters make a network good?
struct ZooHyperparametersFigure {
  private struct Parameter {
    let name: String
    /// By row; NaN where it is unknown.
    let values: [Double]
    /// What the whole numbers from 0 on stand for, where it is no number.
    let categories: [String]

    var words: String { name.replacing("_", with: " ") }
    /// Whether its values span more than a factor of ten.
    var isLogarithmic: Bool {
      let known = values.filter(\.isFinite)
      guard categories.isEmpty, let low = known.min(), let high = known.max() else { return false }
      return low > 0 && high > 10 * low
    }
  }
  /// What a hyperparameter tells of good networks, on the half on which it was not looked for.
  private struct Contrast {
    let name: String
    let held: Double
    let chance: Double
    var distance: Double { (held - 0.5).magnitude }
  }
  private let run: Plan.Run
  private let relatives: HTML
  private let parameters: [Parameter]
  private let left: Int
  private let accuracy: [Double]
  private let diverged: [Int]
  private let contrasts: [Contrast]
  private let images: Double

  private static let others: Set<String> = [
    "network", "founder", "half", "accuracy", "loss", "test_accuracy", "diverged",
  ]
  private static let mostParameters = 8
  private static let mostCategories = 8
  private static func mostDots(isNarrow: Bool) -> Int { isNarrow ? 150 : 300 }
  private static let mostDiverged = 100

  init?(_ contents: BundleContents, _ run: Plan.Run) throws {
    guard contents.shows(.zooHyperparameters),
      let table = try contents.zooTable("zoo-networks", of: run)
    else { return nil }
    accuracy = try table.reals("accuracy")
    let isLost = try table.reals("diverged")
    diverged = isLost.indices.filter { isLost[$0] == 1 }
    let all = try table.names.filter { !Self.others.contains($0) }
      .compactMap { try Self.parameter($0, table) }
    parameters = Array(all.prefix(Self.mostParameters))
    left = table.names.count { !Self.others.contains($0) } - parameters.count
    images = Double(contents.dataset.validation)
    relatives = try contents.relatives(run)
    self.run = run
    contrasts =
      try contents.zooTable("zoo-contrasts", of: run)
      .map { try Self.contrasts($0, of: all.map(\.name)) } ?? []
  }

  /// Nil where it has one value alone, or more names than can be told apart.
  private static func parameter(_ name: String, _ table: Columns) throws(ReportError) -> Parameter?
  {
    if let values = try? table.reals(name) {
      let known = values.filter(\.isFinite)
      guard let first = known.first, known.contains(where: { $0 != first }) else { return nil }
      return Parameter(name: name, values: values, categories: [])
    }
    let texts = try table.texts(name)
    let kinds = Set(texts.filter { !$0.isEmpty }).sorted()
    guard (2...mostCategories).contains(kinds.count) else { return nil }
    return Parameter(
      name: name,
      values: texts.map { text in kinds.firstIndex(of: text).map(Double.init) ?? .nan },
      categories: kinds)
  }

  private static func contrasts(_ table: Columns, of names: [String]) throws(ReportError)
    -> [Contrast]
  {
    let (feature, generation) = (try table.texts("feature"), try table.reals("generation"))
    let (held, chance) = (try table.reals("auc_held"), try table.reals("chance"))
    let last = generation.max() ?? 0
    return feature.indices.filter {
      names.contains(feature[$0]) && generation[$0] == last && held[$0].isFinite
    }.map { Contrast(name: feature[$0], held: held[$0], chance: chance[$0]) }
      .sorted { $0.distance > $1.distance }
  }

  var figure: Figure? {
    guard !parameters.isEmpty, accuracy.contains(where: \.isFinite) else { return nil }
    return Figure(
      id: "f23", short: "Hyperparameters", question: "Which hyperparameters make a network good?",
      finding: finding, body: Layout.drawn(plot), notes: notes, tables: tables,
      budget: 20_000 + 20_000 * parameters.count)
  }

  // MARK: words

  private var finding: HTML {
    guard let largest = contrasts.first else {
      return
        "\(Words.plural(parameters.count, "hyperparameter")) of \(Words.count(Double(known.count))) networks differ; none was held against chance."
    }
    let name = largest.name.replacing("_", with: " ")
    let chance = "50 ± \(Words.percent(largest.chance, decimals: 0))"
    guard largest.distance > largest.chance else {
      return """
        None of \(Words.plural(contrasts.count, "hyperparameter")) tells good networks from bad: the largest contrast is that of \
        \(name), which is higher in the good one of \(Words.percent(largest.held, decimals: 0)) of held-out pairs, and chance gives \(chance).
        """
    }
    let found = contrasts.count { $0.distance > $0.chance }
    let way = largest.held > 0.5 ? "higher" : "lower"
    let share = largest.held > 0.5 ? largest.held : 1 - largest.held
    return """
      \(name.prefix(1).uppercased() + name.dropFirst()) has the largest contrast: of a good and a bad network that were held out, the \
      good one has the \(way) one in \(Words.percent(share, decimals: 0)) of pairs, where chance gives \(chance). \
      \(found) of \(Words.plural(contrasts.count, "hyperparameter")) \(Words.verb(found, "lies", "lie")) beyond chance.
      """
  }

  private var known: [Int] { accuracy.indices.filter { accuracy[$0].isFinite } }

  private var notes: HTML {
    let (wide, narrow) = (
      shown(isNarrow: false).count, shown(isNarrow: true).count
    )
    let dots: HTML =
      wide < known.count
      ? "Dots: \(wide) of \(Words.count(Double(known.count))) networks, evenly by rank of final accuracy (on narrow screens \(narrow))."
      : "Dots: all \(wide) networks\(narrow < wide ? " (on narrow screens \(narrow), evenly by rank of final accuracy)" : "")."
    let strokes = min(diverged.count, Self.mostDiverged)
    let lost: HTML =
      diverged.isEmpty
      ? ""
      : """
       Strokes at the foot: \(strokes < diverged.count ? "\(strokes) of " : "")\(Words.plural(diverged.count, "network")) that diverged, which have \
      no accuracy.
      """
    let medians: HTML =
      parameters.contains { !self.medians($0).isEmpty }
      ? " Line: the median accuracy of each tenth of all networks by that hyperparameter." : ""
    let logarithmic = parameters.filter(\.isLogarithmic).map(\.words)
    let scale: HTML =
      logarithmic.isEmpty
      ? ""
      : " Logarithmic: \(ZooWords.list(logarithmic)), which \(Words.verb(logarithmic.count, "spans", "span")) more than a factor of 10."
    let rest: HTML =
      left > 0
      ? " \(Words.plural(left, "column")) with one value, or with too many names, \(Words.verb(left, "is", "are")) left out."
      : ""
    return """
      Final validation accuracy, on the scale of the logarithm of the errors. \(dots)\(medians)\(lost)\(scale) Good and bad are the highest and the lowest quarter by final accuracy. A contrast sees what \
      rises or falls, not what is highest in the middle; where two went together it is no effect of one alone.\(rest)\(relatives)
      """
  }

  private var tables: [NumberTable] {
    guard !contrasts.isEmpty else { return [] }
    return [
      NumberTable(
        caption: "The numbers, contrasts of hyperparameters",
        header: ["hyperparameter", "higher in good networks, held-out half", "chance"],
        rows: contrasts.map {
          [$0.name, Words.value($0.held), "0.5 ± \(Words.value($0.chance, 2))"]
        }, source: "runs/\(run.id)/figures/zoo-contrasts.csv, zoo-networks.csv")
    ]
  }

  // MARK: picture

  /// Rows of the networks that are drawn, evenly by rank of accuracy.
  private func shown(isNarrow: Bool) -> [Int] {
    let ranked = known.sorted { (accuracy[$0], $0) < (accuracy[$1], $1) }
    return Words.evenly(ranked.count, atMost: Self.mostDots(isNarrow: isNarrow)).map { ranked[$0] }
  }

  func plot(_ layout: Layout) -> Plot {
    let columns = layout.isNarrow ? 1 : min(parameters.count, parameters.count == 4 ? 2 : 3)
    let grid = PanelGrid(
      parameters.count, columns: columns, height: layout.isNarrow ? 170 : columns == 1 ? 300 : 230,
      layout, left: 54, gap: 30)
    return Plot(
      id: "f23\(layout.suffix)", width: layout.width, height: grid.bottom,
      title: "Final accuracy against each hyperparameter",
      summary: finding.words,
      panels: parameters.indices.flatMap { panels($0, grid, shown(isNarrow: layout.isNarrow)) })
  }

  private func panels(_ index: Int, _ grid: PanelGrid, _ rows: [Int]) -> [Panel] {
    let parameter = parameters[index]
    let scale = AccuracyScale(images: images)
    let frame = grid.accuracyFrame(
      index, x: domain(parameter), errors: scale.domain(rows.map { accuracy[$0] }, widest: 0.08),
      xKind: parameter.isLogarithmic ? .log : .linear)
    let lost = Words.evenly(diverged.count, atMost: Self.mostDiverged)
      .map { parameter.values[diverged[$0]] }
    let line = medians(parameter)
    let ticks = parameter.categories.isEmpty ? nil : parameter.categories.indices.map(Double.init)
    let room = grid.panelWidth / Double(max(1, parameter.categories.count)) / 1.06
    return [
      Panel(
        frame,
        [
          AccuracyScale.axis(frame.y, labelled: grid.isFirst(index), size: grid.size),
          Axis(
            .bottom, ticks: ticks,
            labels: ticks.map { _ in
              Words.shortened(parameter.categories, to: room, size: grid.size)
            } ?? logarithmicLabels(frame.x, parameter), size: grid.size),
          frame.heading(parameter.words, size: grid.size),
        ]),
      Panel(
        frame, clips: true,
        [
          Dots(
            x: rows.map { parameter.values[$0] }, y: rows.map { scale.error(accuracy[$0]) },
            radius: 2, style: .fill(Palette.herd, opacity: 0.6)),
          Strip(lost, length: 9, style: .line(Palette.accent, width: 1)),
          Line(
            x: line.map(\.x), y: line.map { scale.error($0.accuracy) },
            style: .line(Palette.ink, width: 2)),
        ]),
    ]
  }

  /// Ticks of a logarithmic axis need digits of their own: 0.001 to 1 would all have three decimals.
  private func logarithmicLabels(_ scale: Scale, _ parameter: Parameter) -> [String]? {
    parameter.isLogarithmic
      ? scale.ticks(across: true).map {
        Decimal.fixed($0, decimals: 6, trimmed: true, grouped: true)
      } : nil
  }

  private func domain(_ parameter: Parameter) -> ClosedRange<Double> {
    if !parameter.categories.isEmpty { return -0.5...Double(parameter.categories.count) - 0.5 }
    let known = parameter.values.filter(\.isFinite)
    guard parameter.isLogarithmic, let low = known.min(), let high = known.max() else {
      return padded(known)
    }
    return low / 1.12...high * 1.12
  }

  /// The median accuracy of each tenth by a hyperparameter; none where its values are few.
  private func medians(_ parameter: Parameter) -> [(x: Double, accuracy: Double)] {
    let rows = known.filter { parameter.values[$0].isFinite }
      .sorted { (parameter.values[$0], $0) < (parameter.values[$1], $1) }
    guard parameter.categories.isEmpty, rows.count >= 50,
      Set(rows.map { parameter.values[$0] }).count > 20
    else { return [] }
    return (0..<10).map { part in
      let tenth = rows[part * rows.count / 10..<(part + 1) * rows.count / 10]
      return (
        parameter.values[tenth[tenth.startIndex + tenth.count / 2]],
        quantile(tenth.map { accuracy[$0] }.sorted(), 0.5)
      )
    }
  }
}
