package import HerdbookModel
import HerdbookNumerics

/// The run that the figures show: of several, of those whose champion is kept, of the baseline where some of its are, the one
/// with the median test accuracy, the lower of two.
package struct ShownRun {
  package let run: Plan.Run
  /// How many runs the bundle holds, and how many of them with a champion.
  package let runs: Int
  package let kept: Int
  /// Of the runs of the variant that is shown; NaN where none has one.
  package let medianAccuracy: Double
  /// How many runs of the baseline it was chosen from; nil where it was chosen from all variants.
  package let ofBaseline: Int?
  /// Its place by test accuracy, 1 for the best, among the runs of its variant; nil where it is alone.
  package let rank: (place: Int, of: Int)?

  package init(_ contents: BundleContents) throws {
    guard let first = contents.runs.first else { throw ReportError.noRuns }
    runs = contents.runs.count
    guard runs > 1, let table = try contents.table("summary.csv") else {
      (run, kept, medianAccuracy, ofBaseline, rank) = (first, runs, .nan, nil, nil)
      return
    }
    let columns = Columns(path: "summary.csv", table: table)
    let names = try columns.texts("run")
    let accuracy = try columns.reals("test_accuracy")
    let ranked = names.indices.filter { accuracy[$0].isFinite }
      .sorted { (accuracy[$0], $0) < (accuracy[$1], $1) }
    let withChampion = contents.runs.filter { contents.hasChampion(of: $0) }
    kept = withChampion.count
    let baseline = contents.text("compare.baseline") ?? first.variant
    let own = withChampion.filter { $0.variant == baseline }
    let isOfBaseline = own.count > 1 && own.count < kept
    ofBaseline = isOfBaseline ? own.count : nil
    let candidates = Set((isOfBaseline ? own : withChampion).map(\.id))
    let choice = ranked.filter { candidates.contains(names[$0]) }
    let median = choice.isEmpty ? nil : names[choice[(choice.count - 1) / 2]]
    let run = contents.runs.first { $0.id == median } ?? first
    let rivals = Set(contents.runs.filter { $0.variant == run.variant }.map(\.id))
    let order = ranked.filter { rivals.contains(names[$0]) }
    medianAccuracy = quantile(order.map { accuracy[$0] }, 0.5)
    let place = order.firstIndex { names[$0] == run.id }
    rank = order.count > 1 ? place.map { (order.count - $0, order.count) } : nil
    self.run = run
  }

  /// Which run it is, where there are several.
  package var sentence: HTML? {
    guard runs > 1 else { return nil }
    let median: HTML =
      rank.map { rank in
        "; the median test accuracy of the \(rank.of) runs of \(run.variant) is \(Words.share(medianAccuracy))"
      } ?? ""
    if let ofBaseline {
      return """
        Shown is run \(run.id), the one with the median test accuracy of \(ofBaseline) runs of the baseline, \
        \(run.variant)\(median).
        """
    }
    if kept == runs {
      let place = runs.isMultiple(of: 2) ? "just below the median" : "the median"
      let isAlone = rank?.of == runs
      return
        "Shown is run \(run.id), with the test accuracy that is \(place) of \(runs) runs\(isAlone ? ", \(Words.share(medianAccuracy))" : median)."
    }
    let choice: HTML =
      kept == 1
      ? ", of \(runs) runs the one that came first on validation images"
      : """
      , with the median test accuracy of the \(kept) whose champion was kept, of each variant the one \
      that came first on validation images
      """
    return "Shown is run \(run.id)\(choice)\(median)."
  }
}
