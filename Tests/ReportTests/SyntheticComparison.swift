import HerdbookAnalysis
import HerdbookModel
import HerdbookReport

/// Two synthetic bundles, held against each other as `herdbook diff` would.
struct SyntheticComparison {
  var first = SyntheticBundle(settings: .init(iterations: 12))
  var second = SyntheticBundle(settings: .init(iterations: 20, fraction: 0.5))
  var names = ("old", "new")
  var isSame = false
  /// Images that the second was tested on; the first on 10,000.
  var testImages = 10_000
  /// What is added to every test accuracy of the second.
  var gain = 0.0
  /// What is added to, and taken from, every other of them.
  var alternation = 0.0
  var champions: Comparison.Champions?
  /// How alike the champions of the first runs see the images: by layer of the first, then of the second; and two
  /// untrained networks.
  var alignment: (layers: [[Double]], untrained: [[Double]])?
  /// The metric of the second's fitness.
  var fitness = "cross-entropy, better higher"

  func page(threads: Int = 1) throws -> String {
    try ComparisonPage(comparison).html(threads: threads)
  }

  var comparison: Comparison {
    let sides = [first, second].map { Self.onSameImages($0.contents) }
    let pairs = sides[0].runs.compactMap { run in
      sides[1].runs.first { $0.variant == run.variant && $0.seed == run.seed }.map { (run, $0) }
    }
    let contenders = [
      contenders(first, "A", images: 10_000, fitness: "cross-entropy, better higher") { _ in 0 },
      contenders(second, "B", images: testImages, fitness: fitness) { place in
        gain + (place.isMultiple(of: 2) ? alternation : -alternation)
      },
    ]
    let champions = champions
    return Comparison(
      first: .init(name: names.0, contents: sides[0]),
      second: .init(name: names.1, contents: sides[1]), isSame: isSame,
      verdict: isSame ? "identical" : "other cause, other effect",
      contenders: (contenders[0], contenders[1]),
      outcomes: isSame ? [] : outcomes(contenders[0], contenders[1]), pairs: pairs,
      aspects: isSame ? [] : aspects, champions: { _, _ in champions },
      alignments: alignment.map { alignment in
        [
          .init(
            runs: (sides[0].runs[0], sides[1].runs[0]),
            layers: .init(values: alignment.layers, images: 1000),
            untrained: .init(values: alignment.untrained, images: 1000))
        ]
      } ?? [])
  }

  /// With as many test images of each class as any other bundle: what is not read otherwise is read correctly.
  private static func onSameImages(_ contents: BundleContents) -> BundleContents {
    var contents = contents
    let table = contents.table
    contents.table = { path in
      guard var confusion = try table(path), path.hasSuffix("confusion.csv"),
        case .integers(let truth) = confusion.columns[0].values,
        case .integers(let predicted) = confusion.columns[1].values,
        case .integers(var count) = confusion.columns[2].values
      else { return try table(path) }
      for row in truth.indices where truth[row] == predicted[row] {
        let wrong = truth.indices.filter { truth[$0] == truth[row] && $0 != row }
        count[row] = 3000 - wrong.reduce(0) { $0 + (count[$1] ?? 0) }
      }
      confusion.columns[2].values = .integers(count)
      return confusion
    }
    return contents
  }

  private var aspects: [Comparison.Aspect] {
    [
      .init(
        name: "spec", header: ["variant", "key", "first", "second"],
        rows: [["x<y", "mutation.scale", "0.07", "<b>\"0.1\"&"]], lines: ["runs added: main-1"]),
      .init(
        name: "weights", header: ["run", "file", "tensor", "change"],
        rows: [["main-0", "champion.safetensors", "layers.1.weight", "8 of 9"]], lines: []),
      .init(name: "files", header: [], rows: [], lines: ["summary.csv", "a<b>.csv"]),
    ]
  }

  private func contenders(
    _ bundle: SyntheticBundle, _ name: String, images: Int, fitness: String,
    change: (Int) -> Double
  ) -> [Contender] {
    let contents = bundle.contents
    guard let summary = try? contents.table("summary.csv"),
      case .reals(let accuracy)? = summary.columns.first(where: { $0.name == "test_accuracy" })?
        .values
    else { return [] }
    var variants: [String] = []
    for run in contents.runs where !variants.contains(run.variant) { variants.append(run.variant) }
    return variants.map { variant in
      let rows = contents.runs.indices.filter { contents.runs[$0].variant == variant }
      return Contender(
        bundle: name, variant: variant, isBaseline: variant == variants[0],
        seeds: rows.map { contents.runs[$0].seed }, seed: 42,
        testSet: .init(dataset: bundle.dataset, digest: "0", images: images, classes: nil),
        fitness: fitness, rules: [],
        values: ["test-accuracy": rows.map { accuracy[$0] + change($0) }])
    }
  }

  private func outcomes(_ mine: [Contender], _ theirs: [Contender]) -> [OutcomeDifference] {
    let cells = mine.compactMap { own -> OutcomeDifference.Cell? in
      guard let other = theirs.first(where: { $0.variant == own.variant }) else { return nil }
      let pairs = own.seeds.enumerated().compactMap { place, seed in
        other.seeds.firstIndex(of: seed).map { (first: place, second: $0) }
      }
      return .init(
        variant: own.variant, metric: .testAccuracy, better: .higher,
        first: own.values(in: "test-accuracy"), second: other.values(in: "test-accuracy"),
        pairs: pairs)
    }
    return compareOutcomes(cells, tolerance: Tolerance(), seed: 42, threads: 1)
  }
}
