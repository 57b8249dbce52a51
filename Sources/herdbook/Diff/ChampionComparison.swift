import HerdbookAnalysis
import HerdbookBundle
import HerdbookData
import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import HerdbookSpec

/// Champions of two bundles held against each other on the test images.
struct ChampionComparison {
  struct Test {
    let match: ChampionMatch
    let images: Int
    let test: McNemar
    let alignment: LayerAlignment
    /// Of two networks that are drawn as those of the first bundle's generation 0 are, and never trained.
    let untrained: LayerAlignment
  }
  let tests: [Test]
  /// Why some or all were not compared; nil where all that differ were, or none was asked for.
  let omission: String?

  static let none = ChampionComparison(tests: [], omission: nil)
}

/// Champions that are held against each other.
struct ChampionMatch {
  let pair: RunPair
  /// Whether they are the best that either bundle kept of the variant, where no pair of its runs has both
  /// champions; or of all variants, where no run is in both.
  let isOfBest: Bool
}

/// Opens the dataset of two bundles and lets champions answer to its test images.
struct ChampionExaminer {
  /// More take longer than people wait.
  static let mostPairs = 16

  let first: RecordedBundle
  let second: RecordedBundle
  /// Nil outside of one.
  let project: Project?
  let places: DataPlaces
  let threads: Int

  /// Why champions are not compared.
  private struct Reason: Error {
    let words: String
  }

  func compare(_ runs: [RunDifference]) -> ChampionComparison {
    var tests: [ChampionComparison.Test] = []
    var opened: (keys: Experiment.Dataset, data: RunData)?
    do {
      let matches = try matches(runs)
      guard !matches.isEmpty else { return .none }
      let experiment = try recordedExperiment()
      for match in matches { tests.append(try compare(match, of: experiment, &opened)) }
    } catch let reason as Reason {
      return ChampionComparison(tests: tests, omission: reason.words)
    } catch let error as any DescribesFailure {
      let failure = error.failure.calling(first.bundle, first.name)
        .calling(second.bundle, second.name)
      return ChampionComparison(
        tests: tests, omission: failure.message.replacing("error: ", with: ""))
    } catch {
      return ChampionComparison(tests: tests, omission: "\(error)")
    }
    return ChampionComparison(tests: tests, omission: nil)
  }

  /// The champions that differ, run by run; where no run of a variant has both, the best that are kept, and where no
  /// run is in both bundles, as those of a transfer and of its source, the best of either.
  private func matches(_ runs: [RunDifference]) throws -> [ChampionMatch] {
    var matches = runs.filter(\.isChampionChanged).map {
      ChampionMatch(pair: $0.pair, isOfBest: false)
    }
    let variants = Set(runs.map(\.first.variant))
    let paired = Set(runs.filter(\.hasBothChampions).map(\.first.variant))
    for variant in first.plan.variantNames
    where variants.contains(variant) && !paired.contains(variant) {
      guard let mine = try first.bestKept(of: variant),
        let theirs = try second.bestKept(of: variant)
      else { continue }
      matches.append(ChampionMatch(pair: RunPair(first: mine, second: theirs), isOfBest: true))
    }
    if runs.isEmpty, let mine = try first.bestKept(), let theirs = try second.bestKept() {
      matches.append(ChampionMatch(pair: RunPair(first: mine, second: theirs), isOfBest: true))
    }
    if matches.isEmpty, runs.contains(where: { $0.soleChampion != nil }) {
      throw Reason(words: "no variant has a champion in both bundles")
    }
    guard matches.count <= ChampionExaminer.mostPairs else {
      throw Reason(
        words: "\(Words.grouped(matches.count)) pairs of champions are more than"
          + " \(ChampionExaminer.mostPairs)")
    }
    return matches
  }

  /// Outside of a project, what an experiment transfers from is taken as it is: images do not follow from it.
  private func recordedExperiment() throws -> LoadedExperiment {
    let library =
      project?.library ?? SpecLibrary(names: { [] }, load: { _ in nil }, hasResult: { _ in true })
    return try first.bundle.experiment(
      first.provenance.experiment, called: first.name, library: library, places: places)
  }

  private func compare(
    _ match: ChampionMatch, of experiment: LoadedExperiment,
    _ opened: inout (keys: Experiment.Dataset, data: RunData)?
  ) throws -> ChampionComparison.Test {
    let pair = match.pair
    guard first.testDataset(of: pair.first) == second.testDataset(of: pair.second),
      first.testSettings(of: pair.first) == second.testSettings(of: pair.second)
    else { throw Reason(words: "their test images differ") }
    let variant = experiment.parsed.variants.first { $0.name == pair.first.variant }
    guard var drawn = variant?.experiment else {
      throw Reason(words: "the spec in the bundle has no variant '\(pair.first.variant)'")
    }
    let keys = drawn.dataset
    if opened?.keys != keys {
      let found = try FoundDataset(keys, places: experiment.places, threads: threads)
      guard found.identity == first.plan.dataset(of: pair.first) else {
        throw Reason(words: "the dataset that is at hand is another one than that of the bundles")
      }
      opened = (keys, RunData(try found.open(threads: threads)))
    }
    guard let data = opened?.data else { preconditionFailure("the dataset is open") }
    let images = data.test
    let networks = [
      try first.champion(of: pair.first), try second.champion(of: pair.second),
    ].compactMap(\.self)
    guard networks.count == 2, networks.allSatisfy({ $0.layout.inputs == images.images.columns })
    else { throw Reason(words: "a champion does not fit the images") }
    let answers = parallelMap(count: 2, threads: threads) { place in
      Workspace(layout: networks[place].layout, capacity: 64)
        .evaluate(networks[place], on: images)
    }
    let recorded = [
      try first.testCorrect(of: pair.first), try second.testCorrect(of: pair.second),
    ]
    guard answers.map(\.correct) == recorded else {
      throw Reason(
        words: "the champions of \(pair.words) get \(answers[0].correct) and"
          + " \(answers[1].correct) test images right here, and not as many as their summaries say")
    }
    drawn.transfer = nil
    let breeder = Breeder(experiment: drawn, seed: pair.first.seed, data: data)
    return ChampionComparison.Test(
      match: match, images: images.count,
      test: McNemar(answers[0].predictions, answers[1].predictions, labels: images.labels),
      alignment: LayerAlignment(networks[0], networks[1], on: images, threads: threads),
      untrained: LayerAlignment(
        breeder.initial(id: 0).member.weights, breeder.initial(id: 1).member.weights, on: images,
        threads: threads))
  }
}

extension RunDifference {
  /// Whether both keep a champion, and they are two networks.
  fileprivate var isChampionChanged: Bool {
    hasBothChampions && tensors.contains { $0.file == RunPairReader.champion }
  }
}

extension RecordedBundle {
  /// The dataset of a run, whatever part of it is for training.
  fileprivate func testDataset(of run: Plan.Run) -> DatasetIdentity {
    var dataset = plan.dataset(of: run)
    (dataset.training, dataset.validation) = (0, 0)
    return dataset
  }

  /// What of the spec tells the test images of a run, as JSON; images for training alone only where test images are
  /// normalized by them.
  fileprivate func testSettings(of run: Plan.Run) -> [String: String] {
    let settings = plan.settings(of: run).filter { $0.key.hasPrefix("dataset.") }
    let isNormalized = settings["dataset.normalize"] ?? .text("none") != .text("none")
    // Shuffled are the labels of training and validation images.
    let ofTraining = [
      "dataset.train", "dataset.validation", "dataset.split", "dataset.shuffle-labels",
    ]
    return settings.filter { isNormalized || !ofTraining.contains($0.key) }.mapValues(\.compact)
  }

  /// The run that is best on validation images among those whose champions are kept, of a variant or of all; the
  /// first of equals.
  fileprivate func bestKept(of variant: String? = nil) throws(BundleError) -> Plan.Run? {
    let accuracy = try summary.reals("validation_accuracy")
    var best: (run: Plan.Run, accuracy: Double)?
    for run in plan.runs
    where variant.map({ run.variant == $0 }) ?? true
      && file(RunPairReader.champion, of: run) != nil
    {
      let own = rows[run.id].map { accuracy[$0] } ?? .nan
      if let best, !(own > best.accuracy) { continue }
      best = (run, own)
    }
    return best?.run
  }

  fileprivate func testCorrect(of run: Plan.Run) throws(BundleError) -> Int? {
    guard let row = rows[run.id] else { return nil }
    return try summary.integers("test_correct")[row]
  }
}
