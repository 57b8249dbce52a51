import HerdbookModel
import HerdbookReport

extension BundleContents {
  /// The same bundle with another column in a table of its run.
  func changing(
    _ file: String, _ name: String, _ change: @escaping @Sendable ([Double]) -> [Double]
  ) -> BundleContents {
    rewriting(file, name) { values in
      switch values {
      case .reals(let reals): .reals(change(reals))
      case .integers(let integers): .reals(change(integers.map { $0.map(Double.init) ?? .nan }))
      default: values
      }
    }
  }

  func rewriting(
    _ file: String, _ name: String, _ change: @escaping @Sendable (Table.Values) -> Table.Values
  ) -> BundleContents {
    var copy = self
    let table = table
    copy.table = { path in
      guard var found = try table(path), path == file else { return try table(path) }
      for place in found.columns.indices where found.columns[place].name == name {
        found.columns[place] = .init(name, change(found.columns[place].values))
      }
      return found
    }
    return copy
  }

  /// The same bundle whose table of generations has one more column, the same in every row.
  func adding(_ name: String, _ value: Double) -> BundleContents {
    var copy = self
    let table = table
    copy.table = { path in
      guard var found = try table(path), path == Ailment.generations else {
        return try table(path)
      }
      found.columns.append(.init(name, .reals((0..<found.rowCount).map { _ in value })))
      return found
    }
    return copy
  }

  /// The champion reads `first` at first and `last` ever after, of validation and of test images.
  func reading(_ first: Double, then last: Double) -> BundleContents {
    changing(Ailment.generations, "validation_accuracy") {
      [first] + $0.dropFirst().map { _ in last }
    }
    .changing("summary.csv", "test_accuracy") { $0.map { _ in last } }
  }
}

/// A bundle with one thing wrong, and what that is called.
struct Ailment: Sendable {
  static let generations = "runs/main-0/generations.csv"
  static let phylogeny = "runs/main-0/phylogeny.csv"

  var name: String
  var contents: BundleContents

  static func synthetic(
    _ settings: SyntheticRun.Settings = .init(fraction: 0.1), _ keys: [String: JSONValue] = [:]
  ) -> BundleContents {
    var bundle = SyntheticBundle(settings: settings)
    bundle.extraSettings = keys.keys.sorted().map {
      Plan.Setting(path: $0, value: keys[$0] ?? .null, origin: .file)
    }
    return bundle.contents
  }

  static let healthy: [Ailment] = [
    Ailment(name: "genetic algorithm", contents: synthetic()),
    Ailment(
      name: "population-based training",
      contents: synthetic(
        .init(iterations: 40, crossover: 0, replacesWorst: true),
        ["selection.replace": .text("worst"), "training.optimizer": .text("sgd")]
      ).adding("learning_rate_median", 0.3)),
    Ailment(name: "as drawn", contents: synthetic(.init(iterations: 0))),
  ]

  static let all: [Ailment] = [
    Ailment(
      name: "fitness inverted", contents: synthetic(.init(), ["fitness.direction": .text("lower")])),
    Ailment(
      name: "fitness inverted",
      contents: synthetic().reading(0.16, then: 0.05)
        .changing(phylogeny, "fitness") { $0.map { -$0 } }
        .changing(generations, "fitness_median") { $0.map { -$0 } }),
    Ailment(
      name: "fitness ignored",
      contents: synthetic(.init(), ["selection.method": .text("random")]).reading(0.16, then: 0.2)),
    Ailment(
      name: "fitness ignored",
      contents: synthetic(.init(fraction: 1, elites: 0)).reading(0.16, then: 0.2)),
    Ailment(
      name: "copies without variation",
      contents: synthetic().reading(0.16, then: 0.16)
        .rewriting(phylogeny, "operator") { values in
          guard case .texts(let texts) = values else { return values }
          return .texts(texts.map { $0 == "mutation" ? "copy" : $0 })
        }),
    Ailment(
      name: "learning rate too high",
      contents: synthetic(.init(replacesWorst: true), ["training.optimizer": .text("sgd")])
        .reading(0.16, then: 0.3).adding("learning_rate_median", 6)),
    Ailment(
      name: "learning rate too high",
      contents: synthetic(
        .init(replacesWorst: true),
        [
          "training.optimizer": .text("momentum"), "training.momentum": .real(0.9),
          "training.learning-rate": .real(0.5),
        ]
      ).reading(0.16, then: 0.3)),
    Ailment(
      name: "diverged networks",
      contents: synthetic().changing(generations, "diverged") { $0.map { _ in 5 } }),
    Ailment(
      name: "mutation too small",
      contents: synthetic().reading(0.16, then: 0.2)
        .changing(generations, "relative_diversity") { $0.map { $0 / 100 } }),
    Ailment(
      name: "validation and test apart",
      contents: synthetic().changing("summary.csv", "test_accuracy") { $0.map { $0 - 0.05 } }),
    Ailment(
      name: "nothing above chance",
      contents: synthetic().reading(0.16, then: 0.17)),
    Ailment(
      name: "collapse faster than drift",
      contents: synthetic().reading(0.16, then: 0.25)
        .changing("runs/main-0/figures/drift.csv", "founders_q025") { $0.map { _ in 20 } }),
  ]
}
