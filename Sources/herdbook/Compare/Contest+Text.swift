import HerdbookAnalysis
import HerdbookModel
import HerdbookReport

/// A contest for people: as aligned text, as Markdown and as a page.
extension Contest {
  var text: String {
    let lines = Words.columns([header] + rows.map(cells))
    return (lines + [""] + notes.flatMap { Words.wrapped($0) }).map { "\($0)\n" }.joined()
  }

  var markdown: String {
    func line(_ cells: [String]) -> String {
      "| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |\n"
    }
    let rule = header.indices.map { $0 == 1 ? "---" : "---:" }
    var text = line(header) + line(rule)
    for row in rows { text += line(cells(row)) }
    for note in notes { text += "\n\(note)\n" }
    return text
  }

  /// The same as a page.
  var html: String {
    ContestPage(self, header: header, rows: rows.map(cells), notes: reading).html
  }

  private var baseline: Contender? { rows.first { $0.standing == .baseline }?.contender }

  private var header: [String] {
    var header = ["rank", "experiment", "runs"] + columns
    if let baseline { header += ["against \(baseline.name)", "p", "verdict"] }
    return header
  }

  private func cells(_ row: Row) -> [String] {
    let first = [
      row.rank.map(String.init) ?? "-", row.contender.name, String(row.contender.seeds.count),
    ]
    let outcomes = zip(columns, row.cells).map { column, cell in
      Contest.text(cell.median, column)
        + Contest.text(cell.interval, around: cell.median) { Contest.text($0, column) }
    }
    return first + outcomes + comparison(row)
  }

  private func comparison(_ row: Row) -> [String] {
    guard let standing = row.standing else { return [] }
    guard let difference = standing.difference else {
      let word = standing.word.map { $0.replacing("-", with: " ") }
      return ["-", "-", word ?? "baseline"]
    }
    func signed(_ value: Double) -> String {
      (value > 0 ? "+" : "") + Contest.text(value, ranking)
    }
    let median = signed(difference.median)
    let interval = Contest.text(difference.interval, around: difference.median, signed)
    return [
      median + interval,
      difference.corrected.isNaN ? "-" : Words.fixed(difference.corrected, 4),
      standing.word?.replacing("-", with: " ") ?? "",
    ]
  }

  /// How the table is to be read, and what keeps rows from being compared.
  private var notes: [String] { reading + warnings.map { "Warning: \($0)." } }

  private var reading: [String] {
    let isOfSeveral = rows.contains { $0.contender.seeds.count > 1 }
    let hasIntervals = rows.contains { $0.cells.contains { $0.interval != nil } }
    let medians =
      hasIntervals
      ? "Medians over runs, and from five runs on [the 95 % bootstrap interval of the median] where it is"
        + " wider than a number. " : isOfSeveral ? "Medians over runs. " : ""
    var notes = ["\(medians)Ranked by \(ranking), \(better.rawValue) first."]
    if let baseline {
      let differences =
        isOfSeveral
        ? "medians of the differences in \(ranking), run by run" : "differences in \(ranking)"
      notes.append("Against \(baseline.name): \(differences) under the same seed\(testWords).")
    }
    return notes
  }

  /// The tests that are behind p; empty where there is none.
  private var testWords: String {
    let tested = rows.filter { $0.standing?.difference.map { !$0.p.isNaN } ?? false }
    let bySigns = tested.filter { $0.standing?.difference?.test == .sign }
    guard !tested.isEmpty else { return "" }
    let sign = "the exact sign test, as differences are infinite,"
    let test =
      switch bySigns.count {
      case 0: "the paired permutation test"
      case tested.count: sign
      default:
        "the paired permutation test, but for \(Words.some(bySigns.map(\.contender.name))) of \(sign)"
      }
    return "; p of \(test) after Holm's correction over all rows"
  }

  private static func text(
    _ interval: ClosedRange<Double>?, around median: Double, _ words: (Double) -> String
  ) -> String {
    guard let interval else { return "" }
    let ends = [words(interval.lowerBound), words(interval.upperBound)]
    // Nothing is said by an interval that is no wider than the digits that are shown.
    return ends == [words(median), words(median)] ? "" : " [\(ends[0]), \(ends[1])]"
  }

  /// A value with the digits that it can carry.
  private static func text(_ value: Double, _ column: String) -> String {
    guard value.isFinite else { return value.isNaN ? "-" : value < 0 ? "-inf" : "inf" }
    if column.hasSuffix("accuracy") || column == "fitness" || column == "relative-diversity" {
      return Words.fixed(value, 4)
    }
    guard value == value.rounded(), value.magnitude < 0x1p53 else { return Words.fixed(value, 1) }
    return Words.grouped(Int(value))
  }
}
