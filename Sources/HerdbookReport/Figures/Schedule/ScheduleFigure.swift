package import HerdbookAnalysis
import HerdbookCharts
package import HerdbookModel

/// F15: which hyperparameters and operators made the champion?
package struct ScheduleFigure {
  /// One hyperparameter along the champion's line, and in the population where that is known.
  package struct Row {
    package let hyperparameter: Hyperparameter
    /// When each member of the line was born and its value, and the last value again at the end.
    package let x: [Double]
    package let y: [Double]
    package let population: Generations.Range?
  }

  package let data: BundleRun
  package let gains: GainsOfDescent
  /// The champion's ancestors and itself, from the founder down.
  package let line: [Int]

  static let drawnEvents = 120

  package init(_ data: BundleRun) {
    self.data = data
    line = data.champion.map { data.phylogeny.lineage(of: $0) } ?? []
    gains = GainsOfDescent(
      line: line, parents: data.phylogeny.parent, fitness: data.phylogeny.fitness)
  }

  /// Nil where there was no time for a birth.
  package var figure: Figure? {
    guard !line.isEmpty, data.generations.count > 1 else { return nil }
    let isEmpty = births.isEmpty && rows.isEmpty
    return Figure(
      id: "f15", short: "Schedule",
      question: rows.isEmpty
        ? "Which births made the champion?"
        : "Which hyperparameters and operators made the champion?",
      finding: finding, body: isEmpty ? "" : Layout.drawn(plot),
      notes: isEmpty ? "No hyperparameter differs between networks." : notes,
      tables: births.isEmpty ? [] : [table], budget: 60_000)
  }

  /// All of the line but its founder.
  var births: [Int] { Array(line.dropFirst()) }
  var phylogeny: Phylogeny { data.phylogeny }

  /// Hyperparameters that differ between networks of the run.
  package var rows: [Row] {
    let end = data.generations.end
    return phylogeny.hyperparameters.compactMap { hyperparameter -> Row? in
      let known = hyperparameter.values.filter(\.isFinite)
      guard let first = known.first, known.contains(where: { $0 != first }) else { return nil }
      let values = line.map { hyperparameter.values[$0] }
      guard values.contains(where: \.isFinite) else { return nil }
      return Row(
        hyperparameter: hyperparameter, x: line.map { Double(phylogeny.birth[$0]) } + [end],
        y: values + values.suffix(1), population: data.generations.ranges[hyperparameter.name])
    }
  }

  /// The operators of the line, in a fixed order, with the places of their births in it.
  package var operators: [(kind: Individual.Operator, births: [Int])] {
    Individual.Operator.allCases.compactMap { kind in
      let places = births.indices.filter { phylogeny.operators[births[$0]] == kind }
      return places.isEmpty ? nil : (kind, places)
    }
  }

  static func words(_ kind: Individual.Operator) -> (one: String, many: String) {
    switch kind {
    case .initialization: ("founder", "founders")
    case .transfer: ("transfer", "transfers")
    case .copy: ("copy", "copies")
    case .mutation: ("mutation", "mutations")
    case .crossover: ("crossover", "crossovers")
    case .crossoverMutation: ("crossover with mutation", "crossovers with mutation")
    case .evolutionStrategy: ("move of the centre", "moves of the centre")
    }
  }

  static func shape(_ kind: Individual.Operator) -> Glyphs.Shape {
    switch kind {
    case .initialization: .disc
    case .transfer: .plus
    case .copy: .square
    case .mutation: .triangle
    case .crossover: .cross
    case .crossoverMutation: .diamond
    case .evolutionStrategy: .bar
    }
  }

  func name(_ individual: Int) -> String { Decimal.grouped(phylogeny.ids[individual]) }
  static func signed(_ value: Double) -> String {
    (value > 0 ? "+" : "") + Words.value(value)
  }

  var finding: HTML {
    let paths = rows.prefix(2).map(path).joined(separator: "; ")
    let ending: HTML = rows.isEmpty ? "." : "; \(paths)."
    guard let champion = line.last, !births.isEmpty else {
      return "No birth: the champion is network \(name(line[0])) of generation 0\(ending)"
    }
    let kinds = operators.map { kind, places in
      let words = ScheduleFigure.words(kind)
      return Words.plural(places.count, words.one, words.many) as String
    }
    let made: HTML =
      kinds.isEmpty
      ? ""
      : kinds.count == 1 && births.count > 1
        ? ", all \(ScheduleFigure.words(operators[0].kind).many)"
        : " (\(kinds.joined(separator: ", ")))"
    let from: HTML =
      data.isEvolutionStrategy ? "the first centre" : "founder \(name(line[0]))"
    var text: HTML = """
      \(Words.plural(births.count, "birth")) \(births.count == 1 ? "leads" : "lead") from \(from) to the \
      champion, network \(name(champion))\(made)
      """
    if gains.total.isFinite {
      text += "; fitness changed by \(ScheduleFigure.signed(gains.total)) in all"
      if let share = gains.share(ofBest: 3) {
        text +=
          share <= 1
          ? ", \(Words.percent(share, decimals: 0)) of it in the best three"
          : ", \(ScheduleFigure.signed(share * gains.total)) in the best three, of which others lost a part"
      }
    }
    if gains.median.isFinite {
      text += """
        , with a median of \(ScheduleFigure.signed(gains.median)) a birth against \
        \(ScheduleFigure.signed(gains.medianOfAll)) for all births of the run
        """
    }
    return text + ending
  }

  /// From where to where a hyperparameter went.
  func path(_ row: Row) -> HTML {
    let known = row.y.filter(\.isFinite)
    let first = Words.value(known.first ?? .nan)
    let last = Words.value(known.last ?? .nan)
    let median: HTML =
      (row.population?.median.last(where: \.isFinite)).map {
        ", the population’s median \(Words.value($0))"
      } ?? ""
    return first == last
      ? "\(row.hyperparameter.words) \(first) all along\(median)"
      : "\(row.hyperparameter.words) \(first) at first, \(last) at last\(median)"
  }

  var notes: HTML {
    var text: HTML =
      rows.isEmpty
      ? ""
      : """
      Thick: the value of the champion and of its ancestors along main parents, each from its birth to that of \
      the next; the dot is the champion’s. \(behind)
      """
    guard !births.isEmpty else { return text }
    let count = births.count
    text += """
       Bars: the gain of each birth of that line, the last fitness of the child less the last fitness of its main \
      parent, so that what either learned in its life counts, and the gains add up to the whole\(scaleNote). \
      Glyphs below: the operator. The line is selected, so the broken rule is its null: the median gain of \
      \(gains.births == 1 ? "the one birth" : "all \(Decimal.grouped(gains.births)) births") of the run, \(ScheduleFigure.signed(gains.medianOfAll)).
      """
    if count > ScheduleFigure.drawnEvents {
      text += """
         Drawn are \(ScheduleFigure.drawnEvents) of \(Decimal.grouped(count)) births, on narrow screens \
        \(ScheduleFigure.drawnEvents / 2): of as many stretches of the line the one with the largest absolute gain, and the last; of the \
        others, \(ScheduleFigure.drawnEvents) at most are ticks on the zero line.
        """
    } else if count > ScheduleFigure.drawnEvents / 2 {
      text += """
         On narrow screens only \(ScheduleFigure.drawnEvents / 2) are drawn, of as many stretches of the line the one with \
        the largest absolute gain, and the last; the others are ticks on the zero line.
        """
    }
    let lost = gains.gains.count { !$0.isFinite }
    if lost > 0 {
      text += " \(Words.plural(lost, "birth")) without a fitness on either side have no bar."
    }
    if data.isEvolutionStrategy {
      text += """
         This is an evolution strategy: its line is that of the centres, which are measured like the samples \
        around them, and nearly all other births are such samples.
        """
    }
    return text
  }

  var behind: HTML {
    let known = rows.contains { $0.population != nil }
    let scale = "Scales are logarithmic where all values are above zero."
    return known
      ? "Behind it the living population: minimum to maximum (light), and the median (thin).\(data.generations.drawnNote) \(scale)"
      : "\(scale)"
  }

  var table: NumberTable {
    let rows = NumberTable.rows(of: births.count)
    let hyperparameters = self.rows
    return NumberTable(
      caption: rows.count < births.count
        ? "The births, \(rows.count) of \(births.count)" : "The births",
      header: ["network", "born in", "operator", "gain in fitness"]
        + hyperparameters.map(\.hyperparameter.words),
      rows: rows.map { place in
        let at = births[place]
        return [
          "\(phylogeny.ids[at])", "\(phylogeny.birth[at])",
          phylogeny.operators[at]?.rawValue ?? "unknown",
          gains.gains[place].isFinite ? ScheduleFigure.signed(gains.gains[place]) : "n/a",
        ] + hyperparameters.map { Words.value($0.hyperparameter.values[at]) }
      }, source: "runs/\(data.run.id)/phylogeny.csv")
  }
}
