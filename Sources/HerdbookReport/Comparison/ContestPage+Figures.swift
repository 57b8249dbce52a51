import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel

extension ContestPage {
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

  var forest: ForestPlot? { forest(of: place) }

  private var drawnNote: HTML {
    contest.rows.count > ForestPlot.mostRows
      ? " Drawn are the first \(ForestPlot.mostRows) rows." : ""
  }

  var ranking: Figure? {
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
  var others: Figure? {
    let places = contest.columns.indices.filter { $0 != place }
    let plots = places.filter(differs).compactMap { forest(of: $0) }
    guard places.contains(where: { forest(of: $0) != nil }) else { return nil }
    let names = plots.map(\.title).joined(separator: ", ")
    return Figure(
      id: "columns", short: "Other columns", question: "What else came out, and what did it take?",
      finding: columnSentence(places),
      body: plots.isEmpty ? "" : Layout.drawn { columns(plots, $0) },
      notes: plots.isEmpty
        ? "Nothing is drawn of what is the same in all rows."
        : """
        Medians, and from five runs on their 95 % bootstrap intervals: \(names), each on a scale of its own, rows in the order \
        of the ranking. What is the same in all rows is not drawn.\(drawnNote)
        """, budget: 150_000)
  }

  /// Whether the medians of a column are not all one.
  private func differs(_ place: Int) -> Bool {
    Set(contest.rows.map { $0.cells[place].median }.filter { !$0.isNaN }).count > 1
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
  var differences: Figure? {
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
