package import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel

/// The page of variants of several bundles: their ranking, and how far they lie apart.
package struct ContestPage: Sendable {
  private let contest: Contest
  /// The ranking as the text has it, and how it is to be read.
  private let header: [String]
  private let rows: [[String]]
  private let notes: [String]

  /// - Parameter rows: cells by the header, one row for each of the contest.
  package init(_ contest: Contest, header: [String], rows: [[String]], notes: [String]) {
    self.contest = contest
    self.header = header
    self.rows = rows
    self.notes = notes
  }

  package var html: String {
    let figures = [ranking, others, differences].compactMap(\.self)
    let links = figures.map { "<li><a href=\"#\($0.id)\">\($0.short)</a></li>" as HTML }.joined()
    return document(
      title: title, style: Comparison.style,
      body: """
        \(verdict)<nav aria-label="Figures"><ul>
        <li><a href="#f0">Verdict</a></li><li><a href="#table">Table</a></li>\(links)
        </ul></nav>
        <main id="main">
        \(table)\(figures.map(\.html).joined())</main>
        <footer>
        <p>Made by Herdbook from the plans and summaries of the bundles and nothing else. The same bundles give the same \
        bytes.</p>
        </footer>

        """
    ).text
  }

  // MARK: words

  private var bundles: [String] {
    var names: [String] = []
    for row in contest.rows where !names.contains(row.contender.bundle) {
      names.append(row.contender.bundle)
    }
    return names
  }

  /// A row's name; of one bundle alone its variant.
  private func name(_ row: Contest.Row) -> String {
    bundles.count == 1 ? row.contender.variant : row.contender.name
  }

  private var title: String {
    let rows = Words.plural(contest.rows.count, "row")
    return bundles.count == 1
      ? "The variants of \(bundles[0])"
      : "\(rows) of \(Words.plural(bundles.count, "bundle")), compared"
  }

  private static func words(_ column: String) -> String {
    Experiment.Compare.Metric(rawValue: column)?.words ?? column.replacing("-", with: " ")
  }

  private static func text(_ column: String) -> @Sendable (Double) -> String {
    { value in
      guard let metric = Experiment.Compare.Metric(rawValue: column) else {
        return Words.value(value, 4)
      }
      return metric.text(value)
    }
  }

  private static func signed(_ column: String) -> @Sendable (Double) -> String {
    { value in
      Experiment.Compare.Metric(rawValue: column)?.signed(value) ?? Words.signed(value)
    }
  }

  private var place: Int { contest.columns.firstIndex(of: contest.ranking) ?? 0 }
  private var metric: String { Self.words(contest.ranking) }

  /// Rows with a value, the first first.
  private var ranked: [Contest.Row] {
    contest.rows.filter { $0.rank != nil }.sorted { ($0.rank ?? 0) < ($1.rank ?? 0) }
  }

  private var baseline: Contest.Row? { contest.rows.first { $0.standing == .baseline } }

  // MARK: the first screen

  private var verdict: HTML {
    let text = Self.text(contest.ranking)
    let big: HTML
    if let first = ranked.first {
      big = """
        <p class="big">\(text(first.cells[place].median))</p>
        <p class="big-caption">median \(metric) of \(name(first)), first of \
        \(Words.plural(contest.rows.count, "row"))</p>

        """
    } else {
      big = """
        <p class="big">n/a</p>
        <p class="big-caption">No row has a value of \(metric).</p>

        """
    }
    let warnings = contest.warnings.map { warning -> HTML in
      let words = warning.prefix(1).uppercased() + warning.dropFirst()
      return "<p class=\"verdict-text\"><strong class=\"alarm\">\(words).</strong></p>\n"
    }
    let drawn = forest.map { forest in
      Layout.drawn {
        forest.first(8).plot(
          id: "f0\($0.suffix)", width: $0.isNarrow ? 360 : 560, isNarrow: $0.isNarrow)
      }
    }
    let picture: HTML = drawn.map { "<figure>\n\($0)</figure>\n" } ?? ""
    return """
      <header class="hero" id="f0">
      <p class="eyebrow">Herdbook <span aria-hidden="true">/</span> compare</p>
      <h1>\(title)</h1>
      <p class="lede">\(bundles.joined(separator: ", ")): by \(metric), \(contest.better.rawValue) first.</p>
      <div class="verdict">
      <div class="headline">
      \(big)\(warnings.joined())<p class="verdict-text">\(sentence)</p>
      </div>
      \(picture)</div>
      </header>

      """
  }

  private var sentence: HTML {
    guard let baseline else {
      return """
        No row is held against another: <code>--baseline</code> asks for that. \(spread)
        """
    }
    func count(_ word: String) -> Int { contest.rows.count { $0.standing?.word == word } }
    let counts: [(Int, HTML)] = [
      (count("better"), "better"), (count("worse"), "worse"),
      (count("none"), "not to be told from it"), (count("too-few-pairs"), "of too few seeds"),
      (count("unpaired"), "without a seed in common"), (count("not-comparable"), "not comparable"),
    ]
    let told = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" as HTML }
    return told.isEmpty
      ? "There is nothing beside the baseline, \(name(baseline))."
      : "Against \(name(baseline)), seed by seed: \(told.joined(separator: ", "))."
  }

  private var spread: HTML {
    guard let first = ranked.first, let last = ranked.last, ranked.count > 1 else { return "" }
    let text = Self.text(contest.ranking)
    return """
      Medians go from \(text(first.cells[place].median)) of \(name(first)) to \
      \(text(last.cells[place].median)) of \(name(last)).
      """
  }

  // MARK: table

  private var table: HTML {
    // The name first, as what heads a row.
    func arranged(_ cells: [String]) -> [String] {
      cells.count > 1 ? [cells[1], cells[0]] + cells.dropFirst(2) : cells
    }
    let head = arranged(header).map { "<th scope=\"col\">\($0)</th>" as HTML }.joined()
    let body = rows.map { cells -> HTML in
      let line = arranged(cells).enumerated().map { place, cell -> HTML in
        place == 0 ? "<th scope=\"row\">\(cell)</th>" : "<td>\(cell)</td>"
      }
      return "<tr>\(line.joined())</tr>\n"
    }
    let lines = notes.map { "<li>\($0)</li>\n" as HTML }.joined()
    return """
      <section class="figure" id="table" aria-labelledby="table-h">
      <h2 id="table-h">How do they rank?</h2>
      <p class="finding">\(spread)</p>
      <div class="scroll" role="region" tabindex="0" aria-label="The ranking">
      <table><thead><tr>\(head)</tr></thead>
      <tbody>
      \(body.joined())</tbody></table>
      </div>
      <ul class="findings">
      \(lines)</ul>
      </section>

      """
  }

  // MARK: figures

  /// All rows in a column.
  private func forest(of place: Int) -> ForestPlot? {
    let column = contest.columns[place]
    guard contest.rows.contains(where: { !$0.cells[place].median.isNaN }) else { return nil }
    let text = Self.text(column)
    let isRanking = place == self.place
    return ForestPlot(
      items: contest.rows.map { row in
        let cell = row.cells[place]
        return .init(
          name: name(row),
          dots: isRanking ? row.contender.values(in: column).filter { !$0.isNaN } : [],
          median: cell.median, interval: cell.interval, remark: text(cell.median),
          isMarked: row.standing == .baseline)
      }, title: Self.words(column),
      rule: baseline.map { $0.cells[place].median }.flatMap { $0.isFinite ? $0 : nil }, text: text)
  }

  private var forest: ForestPlot? { forest(of: place) }

  private var drawnNote: HTML {
    contest.rows.count > ForestPlot.mostRows
      ? " Drawn are the first \(ForestPlot.mostRows) rows." : ""
  }

  private var ranking: Figure? {
    guard let forest, let first = ranked.first else { return nil }
    let own = first.cells[place].interval
    let near = ranked.dropFirst().filter { row in
      guard let own, let other = row.cells[place].interval else { return false }
      return own.overlaps(other)
    }.count
    let overlap: HTML =
      own == nil
      ? "it has fewer than five runs, and no interval"
      : "the intervals of \(near) of the other \(contest.rows.count - 1) overlap its own"
    let reference: HTML =
      baseline.map { " The upright line is the median of \(name($0))." } ?? ""
    return Figure(
      id: "ranking", short: "Ranking", question: "How far do they lie apart?",
      finding: """
        \(name(first)) comes first with a median \(metric) of \
        \(Self.text(contest.ranking)(first.cells[place].median)); \(overlap).
        """,
      body: Layout.drawn {
        forest.plot(id: "ranking\($0.suffix)", width: $0.width, isNarrow: $0.isNarrow)
      },
      notes: """
        Small dots are runs, piled up where they would touch; large ones medians, lines the 95 % bootstrap interval of the \
        median, from five runs on. One scale. What is infinite is drawn at the edge. Overlapping intervals are no test: \
        pairs of one seed tell more.\(reference)\(drawnNote)
        """, budget: 120_000)
  }

  /// The other columns, each on its scale.
  private var others: Figure? {
    let places = contest.columns.indices.filter { $0 != place }
    let plots = places.compactMap { forest(of: $0) }
    guard !plots.isEmpty else { return nil }
    let names = plots.map(\.title).joined(separator: ", ")
    return Figure(
      id: "columns", short: "Other columns", question: "What else came out, and what did it take?",
      finding: columnSentence(places),
      body: Layout.drawn { columns(plots, $0) },
      notes: """
        Medians, and from five runs on their 95 % bootstrap intervals: \(names), each on a scale of its own, rows in the order \
        of the ranking.\(drawnNote)
        """, budget: 150_000)
  }

  /// The range of each column's medians.
  private func columnSentence(_ places: [Int]) -> HTML {
    let parts = places.compactMap { place -> HTML? in
      let column = contest.columns[place]
      let medians = contest.rows.map { $0.cells[place].median }.filter { !$0.isNaN }.sorted()
      guard let low = medians.first, let high = medians.last else { return nil }
      let text = Self.text(column)
      return low == high
        ? "\(Self.words(column)) \(text(low)) in all"
        : "\(Self.words(column)) \(text(low)) to \(text(high))"
    }
    return "Medians: \(parts.joined(separator: "; "))."
  }

  /// Up to three panels beside each other, which share the names at the left; below each other on a narrow drawing.
  private func columns(_ plots: [ForestPlot], _ layout: Layout) -> Plot {
    let size = layout.isNarrow ? 11.0 : 12
    let across = layout.isNarrow ? 1 : 3
    let names = layout.isNarrow ? 0.0 : 180
    let width = (layout.width - names) / Double(across)
    var panels: [Panel] = []
    var top = 34.0
    for start in stride(from: 0, to: plots.count, by: across) {
      var height = 0.0
      for (place, plot) in plots[start..<min(plots.count, start + across)].enumerated() {
        let isFirst = place == 0
        let left = isFirst ? 0 : names + Double(place) * width
        let places = plot.places(
          left: left, right: layout.isNarrow ? layout.width : names + Double(place + 1) * width,
          isNarrow: layout.isNarrow, size: size, names: isFirst,
          nameWidth: layout.isNarrow ? nil : names)
        panels.append(plot.panel(places, top: top, names: isFirst))
        height = max(height, plot.height(places))
      }
      top += height + 44
    }
    return Plot(
      id: "columns\(layout.suffix)", width: layout.width, height: top - 30,
      title: "Medians of the other columns",
      summary: plots.map(\.title).joined(separator: ", ") + ".", panels: panels)
  }

  /// Paired differences from the baseline.
  private var differences: Figure? {
    guard let baseline else { return nil }
    let paired = contest.rows.compactMap { row in row.standing?.difference.map { (row, $0) } }
    guard !paired.isEmpty else { return nil }
    let signed = Self.signed(contest.ranking)
    let plot = ForestPlot(
      items: paired.map { row, difference in
        let isFound = difference.verdict == .better || difference.verdict == .worse
        let verdict = isFound ? difference.verdict.map { ", \($0.rawValue)" } ?? "" : ""
        let p = difference.corrected.isNaN ? "" : ", \(Words.p(difference.corrected))"
        return .init(
          name: name(row), median: difference.median, interval: difference.interval,
          remark: signed(difference.median) + p + verdict, isMarked: isFound)
      }, title: "difference from \(name(baseline)) in \(metric)", rule: 0, text: signed)
    let others = contest.rows.filter {
      $0.standing == .unpaired || $0.standing == .notComparable
    }.map(name)
    let left: HTML =
      others.isEmpty
      ? ""
      : " Left out, as no seed is in common or the images are others: \(others.joined(separator: ", "))."
    return Figure(
      id: "differences", short: "Differences", question: "Does it matter?", finding: sentence,
      body: Layout.drawn {
        plot.plot(id: "differences\($0.suffix)", width: $0.width, isNarrow: $0.isNarrow)
      },
      notes: """
        Medians of the differences run by run under the same seed, with their 95 % bootstrap intervals from five pairs on; the \
        upright line is no difference. p is of the sign-flip test, of the sign test where a difference is infinite, after \
        Holm’s correction over all rows; a row is better or worse where it is at most 0.05, the median difference is above \
        what the spec counts as none, and the mean lies on the same side.\(left)
        """, budget: 100_000)
  }
}
