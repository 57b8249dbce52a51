package import HerdbookAnalysis
package import HerdbookCharts
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

  private static let drawnEvents = 120

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
  private var births: [Int] { Array(line.dropFirst()) }
  private var phylogeny: Phylogeny { data.phylogeny }

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

  private static func words(_ kind: Individual.Operator) -> (one: String, many: String) {
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

  private static func shape(_ kind: Individual.Operator) -> Glyphs.Shape {
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

  private func name(_ individual: Int) -> String { Decimal.grouped(phylogeny.ids[individual]) }
  private static func signed(_ value: Double) -> String {
    (value > 0 ? "+" : "") + Words.value(value)
  }

  private var finding: HTML {
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
        text += ", \(Words.percent(share, decimals: 0)) of it in the best three"
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
  private func path(_ row: Row) -> HTML {
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

  private var notes: HTML {
    var text: HTML =
      rows.isEmpty
      ? ""
      : """
      Thick: the value of the champion and of its ancestors along main parents, each from its birth to that of \
      the next. \(behind)
      """
    guard !births.isEmpty else { return text }
    let count = births.count
    text += """
       Bars: the gain of each birth of that line, the last fitness of the child less the last fitness of its main \
      parent, so that what either learned in its life counts, and the gains add up to the whole\(scaleNote). \
      Glyphs below: the operator. The line is selected, so the broken rule is its null: the median gain of all \
      \(Words.plural(gains.births, "birth")) of the run, \(ScheduleFigure.signed(gains.medianOfAll)).
      """
    if count > ScheduleFigure.drawnEvents {
      text += """
         Drawn are the \(ScheduleFigure.drawnEvents) of \(Decimal.grouped(count)) births with the largest \
        absolute gain, on narrow screens \(ScheduleFigure.drawnEvents / 2); of the others, \
        \(ScheduleFigure.drawnEvents) at most are ticks on the zero line.
        """
    } else if count > ScheduleFigure.drawnEvents / 2 {
      text += """
         On narrow screens only the \(ScheduleFigure.drawnEvents / 2) of largest absolute gain are drawn; \
        the others are ticks on the zero line.
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

  private var behind: HTML {
    let known = rows.contains { $0.population != nil }
    let scale = "Scales are logarithmic where all values are above zero."
    return known
      ? "Behind it the living population: minimum to maximum, and the median.\(data.generations.drawnNote) \(scale)"
      : "\(scale)"
  }

  private var table: NumberTable {
    let rows = Words.evenly(births.count, atMost: 26)
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

  // MARK: The picture

  package func plot(_ layout: Layout) -> Plot {
    let size = layout.isNarrow ? 11.0 : 13
    let (left, right) = (
      layout.isNarrow ? 48.0 : 64, layout.width - (layout.isNarrow ? 14 : 150)
    )
    let x = Scale(domain: data.generations.domain, from: left, to: right)
    var panels: [Panel] = []
    var top = 34.0
    let each = layout.isNarrow ? 84.0 : 100
    for (index, row) in rows.enumerated() {
      let frame = Frame(
        x: x, y: scale(row, from: top + each, to: top))
      let isLast = index == rows.count - 1 && births.isEmpty
      panels += self.panels(row, in: frame, size: size, isFirst: index == 0, isLast: isLast, layout)
      top += each + 42
    }
    if !births.isEmpty {
      panels += events(x: x, top: &top, size: size, layout)
    } else {
      top += 6
    }
    return Plot(
      id: "f15\(layout.suffix)", width: layout.width, height: top,
      title: "Hyperparameters and births along the champion’s line",
      summary: rows.map { row in
        let known = row.y.filter(\.isFinite)
        return "\(row.hyperparameter.words): \(Words.value(known.first ?? .nan)) at first, "
          + "\(Words.value(known.last ?? .nan)) at last. "
      }.joined() + "\(Words.plural(births.count, "birth")) from founder to champion.",
      panels: panels)
  }

  private func scale(_ row: Row, from bottom: Double, to top: Double) -> Scale {
    let values = (row.y + (row.population.map { $0.low + $0.high } ?? [])).filter(\.isFinite)
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    if low > 0 {
      let domain = low < high ? low / 1.05...high * 1.05 : low / 2...high * 2
      return Scale(.log, domain: domain, from: bottom, to: top)
    }
    let margin = low < high ? 0.04 * (high - low) : 0.5
    return Scale(domain: low - margin...high + margin, from: bottom, to: top)
  }

  private func panels(
    _ row: Row, in frame: Frame, size: Double, isFirst: Bool, isLast: Bool, _ layout: Layout
  ) -> [Panel] {
    let isLog = frame.y.kind == .log
    var axes: [any Mark] = [
      Axis(
        .left,
        labels: frame.y.ticks(across: false).map {
          Decimal.fixed($0, decimals: 9, trimmed: true, grouped: true)
        },
        title: row.hyperparameter.words + (isLog ? " (log)" : ""), grid: true, size: size)
    ]
    if isLast { axes.append(Axis(.bottom, title: "generation", wholeNumbers: true, size: size)) }
    var marks: [any Mark] = []
    if let population = row.population {
      let drawn = data.generations.drawn
      let x = drawn.map { data.generations.generation[$0] }
      marks.append(
        Ribbon(
          x: x, low: drawn.map { population.low[$0] }, high: drawn.map { population.high[$0] },
          style: .fill(Palette.herd, opacity: 0.18)))
      marks.append(
        Line(x: x, y: drawn.map { population.median[$0] }, style: .line(Palette.herd, width: 1.5)))
    }
    let drawn = Words.evenly(row.x.count, atMost: Generations.drawnLimit)
    marks.append(
      Line(
        x: drawn.map { row.x[$0] }, y: drawn.map { row.y[$0] },
        style: .line(Palette.accent, width: 2.25), shape: .steps))
    return [
      Panel(frame, axes), Panel(frame, clips: true, marks),
      Panel(frame, labels(row, in: frame, size: size, isFirst: isFirst, layout)),
    ]
  }

  /// Names at the end of the lines; on narrow screens, over the first row.
  private func labels(
    _ row: Row, in frame: Frame, size: Double, isFirst: Bool, _ layout: Layout
  ) -> [any Mark] {
    let end = frame.x.domain.upperBound
    let champion = row.y.last ?? .nan
    let median = row.population?.median.last ?? .nan
    var wanted: [(text: String, value: Double, color: ThemeColor, bold: Bool)] = [
      ("champion’s line", champion, Palette.accent, true),
      ("population’s median", median, Palette.herd, false),
    ].filter { $0.1.isFinite }
    if let population = row.population, let low = population.low.last, low.isFinite {
      wanted.append(("min to max", low, Palette.muted, false))
    }
    if layout.isNarrow {
      guard isFirst else { return [] }
      var right = frame.right
      var marks: [any Mark] = []
      for label in wanted.filter({ $0.text != "min to max" }).reversed() {
        marks.append(
          Label(
            label.text, x: end, y: frame.y.domain.upperBound, offset: (right - frame.right, -22),
            anchor: .end, size: size, bold: label.bold, color: label.color))
        right -= textWidth(label.text, size: size) + 14
      }
      return marks
    }
    let places = spread(
      wanted.map { frame.y.clamped($0.value) }, gap: size + 3, within: frame.top...frame.bottom)
    return zip(wanted, places).map { label, place in
      Label(
        label.text, x: end, y: frame.y.domain.lowerBound,
        offset: (8, place + size * 0.35 - frame.bottom), size: size, bold: label.bold,
        color: label.color)
    }
  }

  /// Gains are on a symmetric logarithmic scale where the largest is more than ten times the median one.
  private var symlog: Double? {
    let known = gains.gains.filter(\.isFinite).map(\.magnitude).filter { $0 > 0 }.sorted()
    guard let largest = known.last else { return nil }
    let middle = known[known.count / 2]
    return largest > 10 * middle ? middle : nil
  }

  private var scaleNote: HTML {
    symlog.map { "; the scale is linear up to ±\(Words.value($0)), logarithmic beyond" } ?? ""
  }

  private func events(x: Scale, top: inout Double, size: Double, _ layout: Layout) -> [Panel] {
    let height = layout.isNarrow ? 100.0 : 130
    let shown = gains.greatest(
      layout.isNarrow ? ScheduleFigure.drawnEvents / 2 : ScheduleFigure.drawnEvents)
    let known = (gains.gains + [gains.medianOfAll, 0]).filter(\.isFinite)
    let (low, high) = (known.min() ?? 0, known.max() ?? 0)
    let margin = low < high ? 0.06 * (high - low) : 1
    let kind: Scale.Kind = symlog.map { .symlog(constant: $0) } ?? .linear
    let frame = Frame(
      x: x,
      y: Scale(
        kind, domain: (low < 0 || low == high ? low - margin : 0)...high + margin,
        from: top + height, to: top))
    let ticks = symlog == nil ? nil : symlogTicks(frame)
    var panels = [
      Panel(
        frame,
        [
          Axis(
            .left, ticks: ticks,
            labels: ticks?.map { Decimal.fixed($0, decimals: 9, trimmed: true, grouped: true) },
            title: "gain in fitness of each birth", grid: true, size: size)
        ])
    ]
    let pixel = (x.domain.upperBound - x.domain.lowerBound) / (x.end - x.start)
    let half = layout.isNarrow ? 0.9 : 1.25
    func at(_ place: Int) -> Double { Double(phylogeny.birth[births[place]]) }
    let bars = shown.filter { gains.gains[$0].isFinite }.map { place in
      let gain = gains.gains[place]
      return Rectangles.Item(
        x: at(place) - half * pixel...at(place) + half * pixel, y: min(0, gain)...max(0, gain))
    }
    var marks: [any Mark] = [
      Rectangles(bars, style: .fill(Palette.accent)),
      Rule([.horizontal(0)], style: .line(Palette.line, width: 1)),
    ]
    let others = Set(gains.gains.indices).subtracting(shown).sorted()
    if !others.isEmpty {
      // Ticks on the zero line: that there were births, whatever they brought.
      let (above, below) = (frame.y(0) - 2.5, frame.y(0) + 2.5)
      let pixels = Frame(
        x: x, y: Scale(domain: frame.top...frame.bottom, from: frame.top, to: frame.bottom))
      panels.append(
        Panel(
          pixels,
          [
            Links(
              Words.evenly(others.count, atMost: ScheduleFigure.drawnEvents).map { rank in
                Links.Item(x0: at(others[rank]), y0: above, x1: at(others[rank]), y1: below)
              }, shape: .straight, style: .line(Palette.line, width: 1))
          ]))
    }
    if gains.medianOfAll.isFinite {
      marks.append(
        Rule(
          [.horizontal(gains.medianOfAll)], style: .line(Palette.null, width: 1.25, dash: [4, 3])))
      if !layout.isNarrow {
        let place = frame.y.clamped(gains.medianOfAll)
        marks.append(
          Label(
            "median of all births", x: x.domain.upperBound, y: frame.y.domain.lowerBound,
            offset: (8, place + size * 0.35 - frame.bottom), size: size, color: Palette.muted))
      }
    }
    panels.append(Panel(frame, marks))
    let lanes = operators
    let laneTop = top + height + 16
    let laneHeight = size + 5
    let lane = Frame(
      x: x,
      y: Scale(
        domain: 0...Double(max(1, lanes.count)), from: laneTop,
        to: laneTop + laneHeight * Double(max(1, lanes.count))))
    let set = Set(shown)
    var glyphs: [any Mark] = []
    for (index, entry) in lanes.enumerated() {
      let places = entry.births.filter(set.contains)
      glyphs.append(
        Glyphs(
          x: places.map(at), y: places.map { _ in Double(index) + 0.5 },
          shape: ScheduleFigure.shape(entry.kind), radius: layout.isNarrow ? 3 : 4,
          color: Palette.ink))
      if !layout.isNarrow {
        glyphs.append(
          Label(
            ScheduleFigure.words(entry.kind).many, x: x.domain.upperBound, y: Double(index) + 0.5,
            offset: (8, size * 0.35), size: size))
      }
    }
    var bottom = laneTop + laneHeight * Double(lanes.count)
    let base = Frame(x: x, y: Scale(domain: 0...1, from: bottom + 4, to: bottom))
    panels.append(Panel(lane, glyphs))
    panels.append(
      Panel(base, [Axis(.bottom, title: "generation", wholeNumbers: true, size: size)]))
    bottom += 4 + 2 * size + 16
    if layout.isNarrow {
      bottom += size
      panels.append(
        key(lanes.map(\.kind), from: x.start, top: &bottom, width: x.end - x.start, size))
    }
    top = bottom
    return panels
  }

  /// Zero and powers of ten on either side, as far as they lie apart.
  private func symlogTicks(_ frame: Frame) -> [Double] {
    var ticks = [0.0]
    var places = [frame.y(0)]
    for sign in [1.0, -1] {
      let limit = sign > 0 ? frame.y.domain.upperBound : -frame.y.domain.lowerBound
      guard limit > 0 else { continue }
      for tick in Ticks.log(limit / 1e6, limit, count: 4).reversed() where tick > 0 {
        let place = frame.y(sign * tick)
        if places.allSatisfy({ ($0 - place).magnitude > 17 }) {
          ticks.append(sign * tick)
          places.append(place)
        }
      }
    }
    return ticks.sorted()
  }

  /// What the glyphs mean, below the picture.
  private func key(
    _ kinds: [Individual.Operator], from left: Double, top: inout Double, width: Double,
    _ size: Double
  ) -> Panel {
    let pixels = Frame(
      x: Scale(domain: 0...1, from: 0, to: 1), y: Scale(domain: 0...1, from: 0, to: 1))
    var marks: [any Mark] = []
    var x = left
    for kind in kinds {
      let text = ScheduleFigure.words(kind).many
      let needed = 12 + textWidth(text, size: size) + 14
      if x > left && x + needed > left + width {
        x = left
        top += size + 5
      }
      marks.append(
        Glyphs(
          x: [x + 4], y: [top - size * 0.35], shape: ScheduleFigure.shape(kind), radius: 3.5,
          color: Palette.ink))
      marks.append(Label(text, x: x + 12, y: top, size: size))
      x += needed
    }
    top += 10
    return Panel(pixels, marks)
  }
}
