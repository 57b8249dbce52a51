import HerdbookModel
import HerdbookNumerics

/// The page and the cover of one bundle.
///
/// Everything in them comes from the bundle's files; the same files give the same bytes.
package struct Report: Sendable {
  private let contents: BundleContents

  package init(_ contents: BundleContents) {
    self.contents = contents
  }

  /// `report.html` and `cover.svg`, in UTF-8.
  ///
  /// - Throws: `ReportError` where a table lacks what a page cannot do without, or the error of the
  ///   bundle's reader.
  package func render(threads: Int = 1) throws -> (page: [UInt8], cover: [UInt8]) {
    let run = try chosenRun()
    var chosen = contents
    chosen.show(run)
    let contents = chosen
    let data = try BundleRun(run, in: contents)
    let runs = try runsTable()
    let diagnosis = try DiagnosisFigure(contents, threads: threads)
    let matrix = NeuronMatrix(contents, data)
    // The longest first, so that no thread is left with it at the end.
    let parts: [@Sendable () -> Part] = [
      { .figure(5, matrix?.figure) },
      { .cover(Cover(contents: contents, data: data, matrix: matrix).svg) },
      { .figure(1, WeightDistributions(data: data).figure) },
      { .figure(0, FitnessFan(contents: contents, data: data).figure) },
      { .figure(2, EvolutionTree(data).figure) },
      { .figure(3, DiversityFigure(data: data).figure) },
      { .figure(4, DistanceMatrix(data: data).figure) },
      { .figure(-1, diagnosis?.figure) },
      { .figure(6, DataFigure(contents: contents, data: data).figure) },
    ]
    let drawn = parallelMap(count: parts.count, threads: threads) { parts[$0]() }
    let figures = drawn.compactMap(\.figure).sorted { $0.place < $1.place }.map(\.figure)
      .filter { contents.figures?.contains($0.short.lowercased()) ?? true }
    let page = Page(contents: contents, data: data, runs: runs, figures: figures)
    return (Array(page.html.text.utf8), Array(drawn.compactMap(\.cover).joined().utf8))
  }

  /// What one thread draws.
  private enum Part: Sendable {
    /// A figure and its place on the page; nil when it has nothing to show.
    case figure(Int, Figure?)
    case cover(String)

    var figure: (place: Int, figure: Figure)? {
      if case .figure(let place, let figure?) = self { (place, figure) } else { nil }
    }

    var cover: String? {
      if case .cover(let text) = self { text } else { nil }
    }
  }

  /// The run that the figures show: of several, of those whose champion is kept, the one with the median test
  /// accuracy.
  private func chosenRun() throws -> Plan.Run {
    guard let first = contents.runs.first else { throw ReportError.noRuns }
    guard contents.runs.count > 1, let table = try contents.table("summary.csv") else {
      return first
    }
    let columns = Columns(path: "summary.csv", table: table)
    let names = try columns.texts("run")
    let accuracy = try columns.reals("test_accuracy")
    let ranked = names.indices.filter { accuracy[$0].isFinite }
      .filter { place in
        contents.runs.contains { $0.id == names[place] && contents.hasChampion(of: $0) }
      }
      .sorted { (accuracy[$0], $0) < (accuracy[$1], $1) }
    guard !ranked.isEmpty else { return first }
    let median = names[ranked[(ranked.count - 1) / 2]]
    return contents.runs.first { $0.id == median } ?? first
  }

  /// Every run with its outcome, where there are several.
  private func runsTable() throws -> NumberTable? {
    guard contents.runs.count > 1, let table = try contents.table("summary.csv") else { return nil }
    let columns = Columns(path: "summary.csv", table: table)
    let names = try columns.texts("run")
    let validation = try columns.reals("validation_accuracy")
    let test = try columns.reals("test_accuracy")
    return NumberTable(
      caption: "All \(names.count) runs", header: ["run", "validation accuracy", "test accuracy"],
      rows: names.indices.map { row in
        [names[row], Words.value(validation[row], 4), Words.value(test[row], 4)]
      }, source: "summary.csv")
  }
}
