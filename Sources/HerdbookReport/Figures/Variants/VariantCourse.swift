import HerdbookModel
import HerdbookNumerics

/// How far the champions of a variant's runs had come at each generation: the best validation accuracy so far.
package struct VariantCourse: Sendable {
  package let variant: String
  package let runs: Int
  /// Of the longest run; a run that ended before keeps its last value.
  package let generation: [Double]
  /// Over the runs; NaN before the first that has a value.
  package let low: [Double]
  package let median: [Double]
  package let high: [Double]
  /// Whether one of the runs ended before the longest.
  package let hasEarlierEnd: Bool

  /// Nil without a run.
  ///
  /// - Parameter accuracies: of each run, by generation; NaN where none of the networks had one.
  package init?(_ variant: String, accuracies: [[Double]]) {
    guard let length = accuracies.map(\.count).max(), length > 0 else { return nil }
    let best = accuracies.map { accuracies -> [Double] in
      var best = Double.nan
      return accuracies.map { value in
        if !(value <= best), !value.isNaN { best = value }
        return best
      }
    }
    let sorted = (0..<length).map { row in
      best.compactMap { run in run.isEmpty ? nil : run[min(row, run.count - 1)] }
        .filter { !$0.isNaN }.sorted()
    }
    self.variant = variant
    runs = accuracies.count
    hasEarlierEnd = accuracies.contains { $0.count < length }
    generation = (0..<length).map(Double.init)
    low = sorted.map { $0.first ?? .nan }
    median = sorted.map { quantile($0, 0.5) }
    high = sorted.map { $0.last ?? .nan }
  }

  package var last: Int { generation.count - 1 }

  /// The first generation whose median is as high; nil where there is none.
  package func generation(of accuracy: Double) -> Double? {
    median.firstIndex { $0 >= accuracy }.map { generation[$0] }
  }
}

extension BundleContents {
  /// The courses of some variants, read from the generations of their runs; one of which nothing is kept is left out.
  func courses(of variants: [String], threads: Int) throws -> [VariantCourse] {
    let chosen = runs.filter { variants.contains($0.variant) }
    let read = parallelMap(count: chosen.count, threads: threads) { index in
      Result { () throws -> [Double]? in
        let path = "runs/\(chosen[index].id)/generations.csv"
        return try table(path).map {
          try Columns(path: path, table: $0).reals("validation_accuracy")
        }
      }
    }
    let accuracies = try read.map { try $0.get() }
    return variants.compactMap { variant in
      VariantCourse(
        variant,
        accuracies: zip(chosen, accuracies).filter { $0.0.variant == variant }.compactMap(\.1))
    }
  }
}
