import HerdbookBundle
import HerdbookNumerics

/// What a bundle came to, in a few words.
struct Headline {
  let text: String

  init(_ bundle: Bundle) throws(BundleError) { try self.init(bundle.table("summary.csv")) }

  /// The median test accuracy where there are several runs; of several variants the lowest and the highest median.
  init(_ summary: CSVTable) throws(BundleError) {
    let accuracy = try summary.reals("test_accuracy")
    let images = try summary.integers("test_images")
    let order = accuracy.indices.sorted { accuracy[$0] < accuracy[$1] }
    guard !order.isEmpty else {
      text = "no runs"
      return
    }
    let variants = summary.has("variant") ? try summary.texts("variant") : order.map { _ in "" }
    let ofVariants = Dictionary(grouping: order) { variants[$0] }.values.map { rows in
      quantile(rows.map { accuracy[$0] }, 0.5)
    }.sorted()
    let scope =
      ofVariants.count > 1
      ? "medians of \(ofVariants.count) variants: "
      : order.count > 1 ? "median of \(order.count) runs: " : ""
    let values =
      ofVariants.count > 1 ? [ofVariants[0], ofVariants[ofVariants.count - 1]] : ofVariants
    text =
      "\(scope)test accuracy \(values.map { Words.fixed($0, 4) }.joined(separator: " to "))"
      + " on \(Words.grouped(images[order[0]] ?? 0)) images"
  }
}
