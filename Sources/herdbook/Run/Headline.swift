import HerdbookBundle
import HerdbookNumerics

/// What a bundle came to, in a few words.
struct Headline {
  let text: String

  init(_ bundle: Bundle) throws(BundleError) { try self.init(bundle.table("summary.csv")) }

  /// The median test accuracy where there are several runs.
  init(_ summary: CSVTable) throws(BundleError) {
    let accuracy = try summary.reals("test_accuracy")
    let images = try summary.integers("test_images")
    let order = accuracy.indices.sorted { accuracy[$0] < accuracy[$1] }
    guard !order.isEmpty else {
      text = "no runs"
      return
    }
    let median = quantile(order.map { accuracy[$0] }, 0.5)
    let scope = order.count == 1 ? "" : "median of \(order.count) runs: "
    text =
      "\(scope)test accuracy \(Words.fixed(median, 4))"
      + " on \(Words.grouped(images[order[0]] ?? 0)) images"
  }
}
