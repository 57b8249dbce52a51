import HerdbookCharts
import HerdbookModel

extension Experiment.Compare.Metric {
  /// Its name in prose.
  var words: String {
    switch self {
    case .testAccuracy: "test accuracy"
    case .validationAccuracy: "validation accuracy"
    case .fitness: "fitness"
    case .founders: "founders left"
    case .relativeDiversity: "relative diversity"
    case .diverged: "diverged networks"
    case .evaluations: "evaluations"
    case .images: "images"
    case .steps: "gradient steps"
    case .targetGeneration: "generations to the target"
    case .targetEvaluations: "evaluations to the target"
    case .targetSteps: "gradient steps to the target"
    }
  }

  /// Why a run counts as infinite.
  var infiniteWords: String { isOfTarget ? "not reached" : "diverged" }

  /// A value with the digits that it can carry.
  func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "n/a" : value < 0 ? "−∞" : "∞" }
    switch self {
    case .testAccuracy, .validationAccuracy: return Decimal.fixed(value, decimals: 4)
    case .fitness, .relativeDiversity: return Decimal.significant(value, 4)
    default:
      if value.magnitude >= 1e6 {
        return value < 0 ? "-" + Words.count(-value) : Words.count(value)
      }
      return Decimal.fixed(value, decimals: 1, trimmed: true, grouped: true)
    }
  }

  /// A difference with its sign.
  func signed(_ value: Double) -> String {
    guard !value.isNaN else { return "n/a" }
    let sign = value > 0 ? "+" : value < 0 ? "−" : ""
    return sign + text(value.magnitude)
  }
}

extension Words {
  /// A p with two significant digits.
  static func p(_ value: Double) -> String {
    if value.isNaN { return "n/a" }
    return value < 0.001 ? "p < 0.001" : "p = " + Decimal.significant(value, 2)
  }

  /// Names as they are where all are at most so wide, else without what all begin with, up to its last sign that is no
  /// letter, for which an ellipsis stands; each shortened.
  static func shortened(_ names: [String], to width: Double, size: Double) -> [String] {
    let isWide = names.contains { textWidth($0, size: size) > width }
    guard isWide, names.count > 1, let first = names.first else {
      return names.map { shortened($0, to: width, size: size) }
    }
    let common = names.dropFirst().reduce(Substring(first)) { common, name in
      common.prefix(zip(common, name).prefix { $0 == $1 }.count)
    }
    let head = common.lastIndex { !$0.isLetter && !$0.isNumber }.map { common[...$0].count } ?? 0
    return names.map { shortened(head > 2 ? "…" + $0.dropFirst(head) : $0, to: width, size: size) }
  }

  /// A text that is at most so wide: both ends are kept, and an ellipsis stands for the middle.
  static func shortened(_ text: String, to width: Double, size: Double) -> String {
    guard textWidth(text, size: size) > width else { return text }
    let letters = Array(text)
    for kept in stride(from: letters.count - 1, to: 1, by: -1) {
      let head = (kept + 1) / 2
      let short = String(letters.prefix(head)) + "…" + String(letters.suffix(kept - head))
      if textWidth(short, size: size) <= width { return short }
    }
    return "…"
  }
}
