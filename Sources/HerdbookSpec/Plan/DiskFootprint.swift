package import HerdbookModel

/// What one run takes on disk, counted from its experiment: the files of a bundle that holds this
/// run alone, in bytes.
///
/// Recorded weights are exact but for the headers of their files, in which the ids of individuals
/// stand. All else is estimated from counts of rows and from the length that a row had in bundles of
/// many kinds, and is within a quarter of the truth together.
package struct DiskFootprint: Sendable, Equatable {
  /// Numbers in `weights/`, snapshots of a zoo among them; none where the last champion is all that is recorded.
  package let recordedWeights: Int
  /// The champion's file and the headers of recorded weights.
  package let champion: Int
  /// Tables and pictures of the run.
  package let tables: Int
  /// `report.html`, `cover.svg` and what else a bundle has once.
  package let pages: Int

  /// The file that networks lie in while the run goes on; 0 where they stay in memory.
  package let swap: Int
  /// States of the run: the one that was kept last, the one before, and one that is being written. Of each, networks
  /// are exact; what else grows with the generations was measured on runs of many kinds, and is rather too much.
  package let checkpoints: Int

  /// What is beside the bundle while the run goes on, and no part of it.
  package var scratch: Int { saturatingSum(swap, checkpoints) }

  /// The whole bundle; the largest number of 64 bits where it would be more.
  package var total: Int {
    [champion, tables, pages].reduce(recordedWeights, saturatingSum)
  }

  package init(_ experiment: Experiment, dataset: DatasetIdentity) {
    let counts = Counts(experiment, dataset)
    swap =
      experiment.isSwapped
      ? bounded(Experiment.swappedGenerations * experiment.generationBytes) : 0
    checkpoints = bounded(3 * experiment.stateBytes(dataset))
    let files = experiment.record.keepsWeightFiles ? counts.recorded : 0
    recordedWeights = saturatingSum(
      files > 0 ? recordedBytes(experiment) : 0, bounded(experiment.snapshotBytes(dataset)))
    let individuals =
      experiment.record.individuals == .all ? Double(experiment.population.size) : 1
    champion = bounded(
      4 * Double(experiment.network.weightCount) + counts.header(individuals: 1)
        + files * counts.header(individuals: individuals))
    tables = bounded(counts.tables(experiment, dataset))
    pages = bounded(counts.page(experiment, dataset) + counts.cover + 8000)
  }
}

/// Counts that lengths of files follow from; numbers of places are those of decimal numbers.
private struct Counts {
  let generations: Double
  let individuals: Double
  let idPlaces: Double
  let timePlaces: Double
  /// Recorded generations.
  let recorded: Double
  /// Individuals that pairwise measures and distributions are taken over.
  let sampled: Double
  let layers: Double
  let hidden: Double

  init(_ experiment: Experiment, _ dataset: DatasetIdentity) {
    let work = Workload(experiment, dataset)
    let layers = experiment.network.layers
    generations = Double(experiment.iterations) + 1
    individuals = Double(experiment.population.size) + Double(work.newborns)
    idPlaces = places(individuals)
    timePlaces = places(generations)
    recorded = Double(experiment.record.generations(iterations: experiment.iterations).count)
    sampled = Double(min(experiment.population.size, 64))
    self.layers = Double(layers.count - 1)
    hidden = layers.count > 2 ? Double(layers[1]) : 0
  }

  /// A file of weights begins with its metadata, a line a tensor and the ids of its individuals.
  func header(individuals: Double) -> Double {
    250 + 90 * layers + individuals * (idPlaces + 1)
  }

  func tables(_ experiment: Experiment, _ dataset: DatasetIdentity) -> Double {
    let pixels = Double(dataset.rows * dataset.columns)
    let classes = Double(dataset.classes)
    let pictures = 0.26 * pixels * (10 * classes + 24)
    return generations * generationRow(experiment) + individuals * individualRow(experiment)
      + distributions + 36 * min(recorded, 8) * sampled * (sampled - 1) / 2
      // The drift, the pixels, the units, the confusion, the samples and the mistakes.
      + 45 * generations + 21 * pixels + 100 * hidden + 7 * classes * classes + 90 * classes + 800
      + pictures
  }

  /// Percentiles of each layer and of the inputs that are never lit: 101 of the population, 21 of
  /// an individual between empty cells.
  private var distributions: Double {
    (layers + 1) * (min(generations, 64) * 1220 + min(generations, 8) * sampled * 355)
  }

  private func generationRow(_ experiment: Experiment) -> Double {
    var length = 215.0
    if experiment.fitness.metric == .crossEntropy { length += 65 }
    if experiment.record.testCurve { length += 7 }
    if let training = experiment.training {
      if training.learningRate.isDrawn { length += 65 }
      if training.batch.isDrawn { length += 20 }
    }
    if experiment.mutation.scale.isDrawn || experiment.mutation.adapt > 0 { length += 60 }
    if experiment.approximator.kind == .operator {
      length += 60 + 42 * layers * Double(experiment.approximator.features.count)
    }
    return length
  }

  private func individualRow(_ experiment: Experiment) -> Double {
    var length = 2 * idPlaces + 2 * timePlaces + 18
    length += experiment.fitness.metric == .crossEntropy ? 19 : 6
    if experiment.crossover.method != .none {
      length += experiment.crossover.probability * (idPlaces + 14)
    }
    if experiment.training != nil { length += 20 }
    if let batch = experiment.training?.batch, batch.isDrawn { length += 5 }
    if experiment.mutation.scale.isDrawn || experiment.mutation.adapt > 0 { length += 20 }
    if experiment.approximator.kind == .operator { length += 20 }
    if experiment.network.initialization.scale.isDrawn { length += 20 }
    return length
  }

  /// Curves have a point a generation; the tree and the neurons are drawn up to a limit.
  func page(_ experiment: Experiment, _ dataset: DatasetIdentity) -> Double {
    let pixels = Double(dataset.rows * dataset.columns)
    let units = Double(experiment.network.layers[1])
    let drawn = min(100, units, max(1, 90_000 / pixels))
    return 107_000 + 585 * generations + layers * (18_000 + 600 * min(generations, 64))
      + 12_000 + 160 * min(individuals, 450) + 6000 + 3000 * min(recorded, 8)
      + 1.45 * drawn * pixels
  }

  var cover: Double { 15_000 + 100 * min(individuals, 280) }
}

extension Experiment {
  /// The state of a run at its end: networks, what they predict, and what is known of each generation.
  fileprivate func stateBytes(_ dataset: DatasetIdentity) -> Double {
    let networks = Double(population.size)
    return generationBytes + networks * Double(fitness.images(of: dataset.validation))
      + (Double(iterations) + 1) * (70_000 + 230 * networks)
  }

  /// The snapshots of a zoo on disk: numbers of four bytes, receptive fields of two; none of what is no zoo.
  func snapshotBytes(_ dataset: DatasetIdentity) -> Double {
    guard record.zoo else { return 0 }
    let networks = Double(population.size)
    return networks * Double(iterations + 1) * 4 * snapshotNumbers
      + networks * 2 * 2 * fieldNumbers(dataset)
  }

  /// Numbers of a network at a generation.
  var snapshotNumbers: Double {
    Double(Record.zooNumbers(tensors: tensors))
  }

  /// Those of them that are no projection.
  var statisticsNumbers: Double { Double(Record.statisticsNumbers(tensors: tensors)) }

  private var tensors: Int { (network.layers.count - 1) * (network.biases ? 2 : 1) }

  /// Numbers of the receptive fields of a network.
  func fieldNumbers(_ dataset: DatasetIdentity) -> Double {
    guard network.layers.count > 2 else { return 0 }
    return Double(
      Record.fieldNumbers(
        units: network.layers[1], rows: dataset.rows, columns: dataset.columns))
  }
}

/// The number of decimal places of a count.
private func places(_ count: Double) -> Double {
  var (places, bound) = (1.0, 10.0)
  while count > bound {
    places += 1
    bound *= 10
  }
  return places
}

/// A number of bytes as an integer; the largest one where it would be more.
func bounded(_ bytes: Double) -> Int {
  bytes < 0x1p62 ? Int(bytes.rounded(.up)) : .max
}
