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
    let pair: RunPair
    let images: Int
    let test: McNemar
  }
  let tests: [Test]
  /// Why some or all were not compared; nil where all that differ were, or none was asked for.
  let omission: String?

  static let none = ChampionComparison(tests: [], omission: nil)
}

/// Opens the dataset of two bundles and lets champions answer to its test images.
struct ChampionExaminer {
  /// More take longer than people wait.
  static let mostPairs = 16

  let first: RecordedBundle
  let second: RecordedBundle
  /// Nil outside of one.
  let project: Project?
  let data: String?
  let threads: Int

  /// Why champions are not compared.
  private struct Reason: Error {
    let words: String
  }

  func compare(_ runs: [RunDifference]) -> ChampionComparison {
    let pairs = runs.filter { $0.isChampionChanged }.map(\.pair)
    guard !pairs.isEmpty else {
      let isOneAlone = runs.contains { $0.soleChampion != nil }
      return ChampionComparison(
        tests: [], omission: isOneAlone ? "no run has its champion in both bundles" : nil)
    }
    guard pairs.count <= ChampionExaminer.mostPairs else {
      return ChampionComparison(
        tests: [],
        omission: "\(Words.grouped(pairs.count)) pairs of champions are more than"
          + " \(ChampionExaminer.mostPairs)")
    }
    var tests: [ChampionComparison.Test] = []
    var opened: (keys: Experiment.Dataset, test: Examples)?
    do {
      let experiment = try recordedExperiment()
      for pair in pairs { tests.append(try compare(pair, of: experiment, &opened)) }
    } catch let reason as Reason {
      return ChampionComparison(tests: tests, omission: reason.words)
    } catch let error as any DescribesFailure {
      let message = error.failure.message.replacing("error: ", with: "")
      return ChampionComparison(tests: tests, omission: message)
    } catch {
      return ChampionComparison(tests: tests, omission: "\(error)")
    }
    return ChampionComparison(tests: tests, omission: nil)
  }

  private func recordedExperiment() throws -> LoadedExperiment {
    guard let project else { throw Reason(words: "datasets are looked for in a project alone") }
    return try project.recordedExperiment(
      first.provenance.experiment, first.bundle, project.places(data: data))
  }

  private func compare(
    _ pair: RunPair, of experiment: LoadedExperiment,
    _ opened: inout (keys: Experiment.Dataset, test: Examples)?
  ) throws -> ChampionComparison.Test {
    guard first.plan.dataset(of: pair.first) == second.plan.dataset(of: pair.second),
      first.images(of: pair.first) == second.images(of: pair.second)
    else { throw Reason(words: "their datasets differ") }
    let variant = experiment.parsed.variants.first { $0.name == pair.first.variant }
    guard let keys = variant?.experiment.dataset else {
      throw Reason(words: "the spec in the bundle has no variant '\(pair.first.variant)'")
    }
    if opened?.keys != keys {
      let found = try FoundDataset(keys, places: experiment.places, threads: threads)
      guard found.identity == first.plan.dataset(of: pair.first) else {
        throw Reason(words: "the dataset that is at hand is another one than that of the bundles")
      }
      opened = (keys, RunData(try found.open(threads: threads)).test)
    }
    guard let images = opened?.test else { preconditionFailure("the dataset is open") }
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
        words: "the champions of \(pair.first.id) get \(answers[0].correct) and"
          + " \(answers[1].correct) test images right here, and not as many as their summaries say")
    }
    return ChampionComparison.Test(
      pair: pair, images: images.count,
      test: McNemar(answers[0].predictions, answers[1].predictions, labels: images.labels))
  }
}

extension RunDifference {
  /// Whether both keep a champion, and they are two networks.
  fileprivate var isChampionChanged: Bool {
    soleChampion == nil && tensors.contains { $0.file == RunPairReader.champion }
  }
}

extension RecordedBundle {
  /// What of the spec tells the images of a run, as JSON.
  fileprivate func images(of run: Plan.Run) -> [String: String] {
    plan.settings(of: run).filter { $0.key.hasPrefix("dataset.") }.mapValues(\.compact)
  }

  fileprivate func testCorrect(of run: Plan.Run) throws(BundleError) -> Int? {
    guard let row = rows[run.id] else { return nil }
    return try summary.integers("test_correct")[row]
  }
}
