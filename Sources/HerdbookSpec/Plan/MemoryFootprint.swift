package import HerdbookModel

/// The most memory that a process takes for one run, counted from its experiment, in bytes.
///
/// What counts is what the system reports as resident: also the pages of the dataset's file, which
/// it could take back, but only to read them again at once, as every generation passes images in
/// no order. The file is one for all runs of a process, as is the program itself.
package struct MemoryFootprint: Sendable, Equatable {
  /// The program, its libraries and the images: once, however many runs go on side by side.
  package let shared: Int
  /// What each of several runs takes for itself.
  package let own: Int

  package var total: Int { saturatingSum(shared, own) }

  /// - Parameter shape: the dataset before it was divided, where it is known: the pages of images
  ///   that are not in use are read with those of their neighbours.
  package init(
    _ experiment: Experiment, dataset: DatasetIdentity, shape: DatasetShape? = nil, threads: Int
  ) {
    let sizes = Sizes(experiment, dataset, threads: threads)
    shared = bounded(Sizes.program + sizes.images(experiment, shape))
    own = bounded(sizes.records + max(sizes.loop, sizes.page))
  }
}

/// The pieces of memory, in bytes.
private struct Sizes {
  private let experiment: Experiment
  private let dataset: DatasetIdentity
  private let threads: Double
  private let population: Double
  private let generations: Double
  private let individuals: Double
  /// Storage of one network: rows of outputs are rounded up to sixteen floats.
  private let network: Double
  private let firstLayer: Double

  /// Code, libraries and what the runtime keeps before anything is read; measured.
  static let program = 22e6

  init(_ experiment: Experiment, _ dataset: DatasetIdentity, threads: Int) {
    self.experiment = experiment
    self.dataset = dataset
    self.threads = Double(threads)
    let work = Workload(experiment, dataset)
    population = Double(experiment.population.size)
    generations = Double(experiment.iterations) + 1
    individuals = population + Double(work.newborns)
    let layers = experiment.network.layers.map(Double.init)
    network = experiment.networkBytes
    firstLayer = 4 * layers[0] * padded(layers[1])
  }

  /// Images in rows of whole blocks of 64 bytes, and for each its row and its class.
  func images(_ experiment: Experiment, _ shape: DatasetShape?) -> Double {
    let inUse = Double(dataset.training + dataset.validation + dataset.test)
    let row = (Double(dataset.rows * dataset.columns) / 64).rounded(.up) * 64
    let isMapped = experiment.dataset.name != .digits
    let held =
      isMapped ? shape.map { Double($0.trainingImages + $0.testImages) } ?? inUse : inUse
    let copied = experiment.dataset.permutePixels ? inUse : 0
    return (held + copied) * row + 10 * inUse
  }

  /// What grows with the generations: scalars of each, hyperparameters and fitness of the living,
  /// lines of descent, the herd book.
  var records: Double {
    generations * (400 + 80 * population) + 200 * individuals
  }

  /// The population while a generation is made, or while it is measured.
  var loop: Double {
    let seen = experiment.fitness.images(of: dataset.validation)
    return networks + population * Double(seen) + recording + answers + max(development, measures)
  }

  /// The networks of a generation, as far as they are in memory.
  private var networks: Double {
    experiment.isSwapped ? Experiment.swapResident : experiment.generationBytes
  }

  /// What a teacher says of each training image.
  private var answers: Double {
    guard experiment.transfer?.take == .distill else { return 0 }
    return Double(dataset.training) * 4 * padded(Double(dataset.classes))
  }

  /// A generation that is still being written.
  private var recording: Double {
    if experiment.isSwapped { return 0 }
    // Of a zoo receptive fields are made while they are written.
    if experiment.record.zoo || experiment.record.individuals == .all {
      return population * network
    }
    return experiment.record.keepsWeightFiles ? network : 0
  }

  /// Newborns beside parents that do not live on, and what each thread works with.
  private var development: Double {
    let isFiltered =
      experiment.mutation.kernel.shape != .none
      || experiment.network.initialization.kernel.shape != .none
    // A birth has its random numbers twice and its noise, a filter three planes of the first layer.
    // What a learned operator sees of a parent, what it proposes, and the path after it.
    let learned =
      experiment.approximator.kind == .operator
      ? Double(experiment.approximator.features.count + 3) * network : 0
    // The best mutant so far and the next one, with their noise.
    let mutants = experiment.mutation.preselect == nil ? 0 : 3 * network
    let birth = 3 * network + learned + mutants + (isFiltered ? 3 * firstLayer : 0)
    let working = min(threads, population)
    let kept = experiment.networksPerIndividual - 1
    return (experiment.isSwapped ? 0 : parents * network) + working
      * (workspace + max(birth, 2 * kept * network))
  }

  /// The most parents, beyond the new generation's places, that are still to have a child when some
  /// of the newborns are there; parents are drawn with equal chances.
  private var parents: Double {
    guard experiment.selection.replace == .all, population > 1 else { return 0 }
    let selection = experiment.selection
    let candidates: Double =
      switch selection.method {
      case .truncation: min(population, max(1, (selection.fraction * population).rounded()))
      case .tournament: max(1, population / Double(selection.size))
      case .rank: population / 2
      case .roulette, .random, .binaryTournament, .tTest, .none: population
      }
    let newborns = population - Double(selection.elites)
    let draws =
      experiment.crossover.method == .none ? 1 : 1 + experiment.crossover.probability
    return stride(from: 0, through: 16, by: 1).map { step in
      let born = Double(step) / 16 * newborns
      let left = draws * (newborns - born)
      let chosen = candidates * left / (candidates + left)
      return born + chosen - newborns
    }.max() ?? 0
  }

  /// The arena of a thread: a network, its pass and what training turns round, on huge pages.
  private var workspace: Double {
    let layers = experiment.network.layers.map(Double.init)
    let batch = experiment.training.map { $0.batch.highest } ?? 64
    let samples = (max(batch, 64) / 64).rounded(.up) * 64
    let passes = layers.dropFirst().reduce(0) { $0 + 8 * samples * padded($1) }
    let turned = zip(layers.dropFirst(), layers.dropFirst(2)).reduce(0) {
      $0 + 4 * padded($1.0) * $1.1
    }
    let activations = layers.dropFirst().dropLast().reduce(0) {
      $0 + samples * (4 * $1 + 8 * ($1 / 64).rounded(.up))
    }
    let pixels = (layers[0] / 16).rounded(.up) * 16
    let pieces = network + passes + turned + activations + samples * (pixels * 5.25 + 32)
    let hugePage = Double(1 << 21)
    return pieces < hugePage / 8 ? pieces : (pieces / hugePage).rounded(.up) * hugePage
  }

  /// Percentiles of a layer: the weights of up to 64 networks, counts of their ranks, and those near
  /// the wanted ranks, gathered and sorted.
  private var measures: Double {
    let layers = experiment.network.layers.map(Double.init)
    let largest = zip(layers, layers.dropFirst()).map { 4 * $0 * $1 }.max() ?? 0
    let sampled = min(population, 64)
    let counts = largest < 4 * 4096 ? 0 : sampled * Double(1 << 18)
    return 1.8 * sampled * largest + counts + 2 * threads * largest
  }

  /// The last population, which is still there; the statistics of all snapshots, as they were read and in binary64; the
  /// projections of three generations in binary64; and the receptive fields that patterns are found on, twice.
  private var zoo: Double {
    guard experiment.record.zoo else { return 0 }
    let numbers =
      12 * generations * experiment.statisticsNumbers
      + 24 * Double(Experiment.Record.projectionNumbers)
    let most = Experiment.Record.fieldNumbers(
      units: Experiment.Record.mostPatternUnits, rows: dataset.rows, columns: dataset.columns)
    let fields = min(population * experiment.fieldNumbers(dataset), Double(most))
    return networks + population * numbers + 8 * fields
  }

  /// The tables of the whole run as text, and the page that is drawn from them.
  var page: Double {
    let simulations = min(max(4_000_000 / (population * max(generations - 1, 1)), 100), 1000)
    let drift = simulations * generations * 72
    let hidden = experiment.network.layers.count > 2 ? Double(experiment.network.layers[1]) : 0
    let activations = 8 * hidden * Double(dataset.validation)
    return max(drift, activations, 650 * individuals, zoo) + 1e6
  }
}

/// Outputs of a layer with what fills their row up.
private func padded(_ outputs: Double) -> Double { (outputs / 16).rounded(.up) * 16 }

extension Drawable {
  /// The largest number that generation 0 may have.
  fileprivate var highest: Double {
    switch self {
    case .fixed(let value): value
    case .uniform(_, let high), .logUniform(_, let high): high
    case .choice(let values): values.max() ?? 0
    }
  }
}
