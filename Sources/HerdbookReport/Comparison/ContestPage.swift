package import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel

/// The page of variants of several bundles: their ranking, and how far they lie apart.
package struct ContestPage: Sendable {
  let contest: Contest
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
  func name(_ row: Contest.Row) -> String {
    bundles.count == 1 ? row.contender.variant : row.contender.name
  }

  private var title: String {
    let rows = Words.plural(contest.rows.count, "row")
    return bundles.count == 1
      ? "The variants of \(bundles[0])"
      : "\(rows) of \(Words.plural(bundles.count, "bundle")), compared"
  }

  static func words(_ column: String) -> String {
    Experiment.Compare.Metric(rawValue: column)?.words ?? column.replacing("-", with: " ")
  }

  static func text(_ column: String) -> @Sendable (Double) -> String {
    { value in
      guard let metric = Experiment.Compare.Metric(rawValue: column) else {
        return Words.value(value, 4)
      }
      return metric.text(value)
    }
  }

  static func signed(_ column: String) -> @Sendable (Double) -> String {
    { value in
      Experiment.Compare.Metric(rawValue: column)?.signed(value) ?? Words.signed(value)
    }
  }

  var place: Int { contest.columns.firstIndex(of: contest.ranking) ?? 0 }
  var metric: String { Self.words(contest.ranking) }

  /// Rows with a value, the first first.
  var ranked: [Contest.Row] {
    contest.rows.filter { $0.rank != nil }.sorted { ($0.rank ?? 0) < ($1.rank ?? 0) }
  }

  var baseline: Contest.Row? { contest.rows.first { $0.standing == .baseline } }

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
    let picture: HTML = drawn.map { "<figure>\n\($0.html)</figure>\n" } ?? ""
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

  var sentence: HTML {
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
}
