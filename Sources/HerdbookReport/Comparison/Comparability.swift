import HerdbookAnalysis
import HerdbookModel

/// What of two runs was measured alike, so that numbers may be held against each other.
struct Comparability {
  /// Why outcomes on test images are not; empty where they are.
  let test: [String]
  /// Why those on validation images are not.
  let validation: [String]
  /// Why fitness is not, beside what holds for validation.
  let fitness: [String]

  /// - Parameter contenders: the variants that are held against each other, pair by pair.
  init(_ sides: ComparedSides, _ contenders: [(Contender, Contender)]) {
    func warnings(_ pair: (Contender, Contender), _ columns: [String]) -> [String] {
      Contest.warnings(of: [pair.0, pair.1], columns)
    }
    // Of several pairs the first is named.
    func reasons(_ warnings: [[String]]) -> [String] {
      let found = warnings.filter { !$0.isEmpty }
      guard let first = found.first, found.count > 1 else { return found.first ?? [] }
      let more = Words.plural(found.count - 1, "other variant")
      return first.map { "\($0), and so in \(more)" }
    }
    test = reasons(contenders.map { warnings($0, []) })
    fitness = reasons(
      contenders.map { pair in
        let ofImages = warnings(pair, [])
        return warnings(pair, ["fitness"]).filter { !ofImages.contains($0) }
      })
    validation = Comparability.otherValidation(sides)
  }

  /// Two runs measure on the same validation images where they divide the same dataset in the same way.
  private static func otherValidation(_ sides: ComparedSides) -> [String] {
    let (a, b) = (sides.a.contents, sides.b.contents)
    var reasons: [String] = []
    if a.dataset.digest != b.dataset.digest {
      return a.dataset.name == b.dataset.name
        ? ["A and B have other images of \(a.dataset.name)"]
        : ["A has images of \(a.dataset.name), B of \(b.dataset.name)"]
    }
    if a.dataset.validation != b.dataset.validation {
      let sizes = [a, b].map { Words.count(Double($0.dataset.validation)) }
      reasons.append("A has \(sizes[0]) validation images, B \(sizes[1])")
    }
    let keys = Set((a.settings + b.settings).map(\.path)).filter {
      $0.hasPrefix("dataset.") && !notOfValidation.contains($0)
    }
    for key in keys.sorted() where a.setting(key) != b.setting(key) {
      let values = [a, b].map { $0.setting(key).map(Page.text) ?? "not set" }
      reasons.append("\(key) is \(values[0]) in A, \(values[1]) in B")
    }
    return reasons
  }

  /// Keys that do not tell which images are kept for validation, or are told otherwise.
  private static let notOfValidation: Set = [
    "dataset.name", "dataset.path", "dataset.validation", "dataset.test",
  ]

  var isOfOneTestSet: Bool { test.isEmpty }
  var isOfOneFitness: Bool { fitness.isEmpty }

  /// Warnings above all figures.
  var html: HTML {
    var sentences: [HTML] = test.map { "Test accuracy is \($0)." }
    if !validation.isEmpty {
      sentences.append(
        """
        Fitness and validation accuracy are not comparable: \(validation.joined(separator: "; ")).
        """)
    }
    sentences += fitness.map { "Fitness is \($0)." }
    return sentences.map {
      "<p class=\"verdict-text\"><strong class=\"alarm\">\($0)</strong></p>\n"
    }
    .joined()
  }
}
