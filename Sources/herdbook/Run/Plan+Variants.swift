import HerdbookAnalysis
import HerdbookBundle
import HerdbookModel

extension Plan {
  /// `variants.csv`; nil of a single run.
  ///
  /// - Parameter summary: `summary.csv`, with the runs of this plan in their order, also those that were taken
  ///   over.
  func variantsTable(
    from summary: CSVTable, threads: Int
  ) throws(BundleError) -> Table? {
    guard let comparison else { return nil }
    let outcomes = try compareVariants(of: self, threads: threads) {
      (metric) throws(BundleError) -> [Double] in
      // The target's columns are there where a variant has one.
      guard summary.has(metric.column) else { return runs.map { _ in .nan } }
      return try summary.reals(metric.column)
    }
    return HerdbookAnalysis.variantsTable(outcomes, baseline: comparison.baseline)
  }
}
