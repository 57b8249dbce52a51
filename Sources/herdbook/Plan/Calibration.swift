import HerdbookAnalysis
import HerdbookBundle
package import HerdbookData
import HerdbookEngine
package import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import HerdbookSpec

/// Measures how fast this machine does the work of experiments, by doing a little of it.
///
/// Experiments of one kind, which is everything that a piece of work hangs on, are measured once. All
/// measurements together take a budget of seconds and a little more; kinds that come later get the speeds
/// of the nearest one that was measured, in proportion to their weights.
package struct Calibration {
  private var measured: [(kind: Kind, speeds: Speeds)] = []
  private var spent = 0.0
  private let processors: Int
  private let budget: Double

  /// - Parameter budget: seconds for all measurements.
  package init(processors: Int, budget: Double = 0.12) {
    self.processors = max(1, processors)
    self.budget = budget
  }

  /// The speeds of an experiment on its dataset.
  package mutating func speeds(
    for experiment: Experiment, on dataset: FoundDataset
  ) throws(DataError) -> Speeds {
    let kind = Kind(experiment)
    if let known = measured.first(where: { $0.kind == kind }) { return known.speeds }
    if spent >= budget, let known = nearest(to: kind) { return known }
    let clock = Stopwatch()
    let drawn = Stopwatch()
    // Enough of a file that they do not stay in a small cache; digits must be drawn first.
    let isDrawn = experiment.dataset.name == .digits
    let sample = try dataset.sample(isDrawn ? 256 : 2048)
    // Images of files are mapped: what is left is to read them once.
    let drawing =
      isDrawn
      ? drawn.seconds / Double(max(sample.images.count, 1)) : 4e-7
    let trial = Trial(experiment, dataset.identity, sample.images, sample.values)
    let speeds = trial.measure(drawing: drawing, processors: processors)
    measured.append((kind, speeds))
    spent += clock.seconds
    return speeds
  }

  /// Those of the kind whose networks are nearest in size, among those that train, too, or do not.
  private func nearest(to kind: Kind) -> Speeds? {
    let alike = measured.filter { ($0.kind.batch > 0) == (kind.batch > 0) }
    let found = alike.min { $0.kind.distance(to: kind) < $1.kind.distance(to: kind) }
    return found.map { known in
      known.speeds.scaled(
        weights: kind.work / known.kind.work,
        batch: kind.batch > 0 ? kind.batch / known.kind.batch : 1)
    }
  }
}

/// What the speeds of an experiment hang on.
private struct Kind: Equatable {
  var network: Experiment.Network
  var dataset: Experiment.Dataset
  var optimizer: Experiment.Training.Optimizer?
  /// The images of a minibatch of median size; 0 without training.
  var batch: Double
  var crossover: Experiment.Crossover
  var kernel: KernelFilter
  var isMasked: Bool
  var isMutated: Bool

  init(_ experiment: Experiment) {
    network = experiment.network
    dataset = experiment.dataset
    optimizer = experiment.training?.optimizer
    batch = experiment.training?.batch.median ?? 0
    crossover = experiment.crossover
    kernel = experiment.mutation.kernel
    isMasked = experiment.mutation.rate < 1
    isMutated = experiment.mutation.scale != .fixed(0)
  }

  /// Multiply-adds of an image.
  var work: Double { Double(max(1, network.multiplyAdds)) }

  /// How unlike another kind: by the size of the networks, then by the kernel.
  func distance(to other: Kind) -> Double {
    max(work, other.work) / min(work, other.work) + (kernel == other.kernel ? 0 : 1)
  }
}

/// A little of an experiment's work, with networks of its layout, or of a smaller one where a single
/// step would take too long.
private struct Trial: Sendable {
  private let experiment: Experiment
  private let layout: NetworkLayout
  private let examples: Examples
  private let breeder: Breeder
  private let batch: Int
  /// Steps of one call: a few, as what is done once for many of them counts little.
  private let steps: Int
  /// How many times the work of the layout that is measured, and of its batch, the experiment's is.
  private let weightRatio: Double
  private let batchRatio: Double

  /// The most multiply-adds of an image, and those of a step, unless the batch gets too small.
  private static let largest = 1_000_000.0
  private static let largestStep = 50_000_000.0

  init(
    _ experiment: Experiment, _ identity: DatasetIdentity, _ images: ImagePart, _ values: [Float]
  ) {
    var experiment = experiment
    let whole = Double(max(1, experiment.network.multiplyAdds))
    experiment.network.layers = Trial.reduced(experiment.network)
    // What founders begin with costs next to nothing, and is not there yet.
    experiment.transfer = nil
    self.experiment = experiment
    layout = NetworkLayout(experiment.network)
    weightRatio = whole / Double(max(1, layout.multiplyAdds))
    let median = experiment.training?.batch.median ?? 64
    let most = max(32, Trial.largestStep / Double(max(1, layout.multiplyAdds)))
    batch = max(1, Int(min(median, 256, most)))
    steps = Double(batch * layout.multiplyAdds) > Trial.largestStep / 4 ? 1 : 4
    batchRatio = median / Double(batch)
    examples = Examples(
      images: images.images, rows: images.indices, labels: images.labels, values: values)
    breeder = Breeder(
      experiment: experiment, seed: 0,
      data: RunData(
        training: examples, validation: examples, test: examples, planeRows: identity.rows,
        planeColumns: identity.columns))
  }

  /// The layers with hidden ones halved until an image takes no more than so many multiply-adds.
  private static func reduced(_ network: Experiment.Network) -> [Int] {
    var reduced = network
    while Double(reduced.multiplyAdds) > largest,
      reduced.layers.dropFirst().dropLast().max() ?? 0 > 16
    {
      for index in reduced.layers.indices.dropFirst().dropLast() {
        reduced.layers[index] = max(1, reduced.layers[index] / 2)
      }
    }
    return reduced.layers
  }

  func measure(drawing: Double, processors: Int) -> Speeds {
    let first = breeder.initial(id: 0).member
    let second = breeder.initial(id: 1).member
    let pass = seconds(of: { $0.pass() }, for: 0.012)
    let isTrained = experiment.training != nil
    let train = isTrained ? seconds(of: { $0.train() }, for: 0.02) : 0
    let founder = Trial.repeated(for: 0.002) { _ = breeder.initial(id: $0) }
    let setup = Trial.repeated(for: 0.002) { _ in _ = Workspace(layout: layout, capacity: 64) }
    let probing = Workspace(layout: layout, capacity: 64)
    let coefficients = experiment.approximator.features.map { _ in layout.layers.map { _ in 1.0 } }
    let birth = Trial.repeated(for: 0.004) { index in
      _ = breeder.child(
        id: 2 + index, iteration: 1, first: first,
        second: experiment.crossover.method == .none ? nil : second, coefficients: coefficients,
        gradient: { breeder.probe($0, iteration: 1, probing) })
    }
    let bytes = [UInt8](repeating: 7, count: 1 << 18)
    let digest = Trial.repeated(for: 0.001) { _ in _ = sha256(bytes) } / Double(bytes.count)
    let distance = Trial.repeated(for: 0.002) { _ in _ = first.weights.distance(to: second.weights)
    }
    let lit = [Bool](repeating: true, count: layout.inputs)
    let percentiles = Trial.repeated(for: 0.004) { _ in
      var distributions = Distributions(lit: lit)
      distributions.add(
        generation: 0, ids: [0, 1], weights: [first.weights, second.weights], individuals: false,
        threads: 1)
    }
    return Speeds(
      step: train / Double(steps), image: pass / Double(examples.count), founder: founder,
      birth: birth, digest: digest * 4 * Double(layout.parameters) * kept, distance: distance,
      percentiles: percentiles / 2, setup: setup, drawing: drawing,
      efficiency: efficiency(processors, alone: isTrained ? train : pass), processors: processors
    ).scaled(weights: weightRatio, batch: batchRatio)
  }

  /// What each of several threads works with.
  private final class Bench {
    private let trial: Trial
    private let workspace: Workspace
    private var weights: Weights
    private var state: OptimizerState?
    private var count: UInt32 = 0

    init(_ trial: Trial) {
      self.trial = trial
      workspace = Workspace(layout: trial.layout, capacity: max(64, trial.batch))
      weights = trial.breeder.initial(id: 0).member.weights
    }

    func pass() { _ = workspace.evaluate(weights, on: trial.examples) }

    func train() {
      count += 1
      workspace.train(
        &weights, state: &state, on: trial.examples,
        TrainingRequest(
          steps: trial.steps, batch: trial.batch, learningRate: 0.001,
          optimizer: trial.optimizer),
        stream: RandomStream(seed: 0, purpose: .minibatches, iteration: count))
    }
  }

  /// Networks' worth of numbers that an individual has: its weights and what its optimizer keeps.
  private var kept: Double {
    switch optimizer {
    case .sgd: 1
    case .momentum: 2
    case .adam: 3
    }
  }

  /// Seconds of a call, after one that does not count; the calls are numbered.
  ///
  /// Of all calls that fit into the budget, the lower quartile: a machine that is busy with something
  /// else interrupts many of them.
  private static func repeated(for budget: Double, _ work: (Int) -> Void) -> Double {
    work(0)
    let clock = Stopwatch()
    var calls: [Double] = []
    var before = 0.0
    repeat {
      work(calls.count + 1)
      let now = clock.seconds
      calls.append(now - before)
      before = now
    } while before < budget
    return max(calls.sorted()[calls.count / 4], 1e-9)
  }

  private var optimizer: HerdbookNetworks.Optimizer {
    guard let training = experiment.training else { return .sgd }
    return switch training.optimizer {
    case .sgd: .sgd
    case .momentum: .momentum(training.momentum)
    case .adam:
      .adam(beta1: training.beta1, beta2: training.beta2, epsilon: training.epsilon)
    }
  }

  /// Seconds of one piece of work of a bench, alone on one thread.
  private func seconds(of work: (Bench) -> Void, for budget: Double) -> Double {
    let bench = Bench(self)
    return Trial.repeated(for: budget) { _ in work(bench) }
  }

  /// Training, or passes, on all processors at once, against one alone.
  private func efficiency(_ processors: Int, alone: Double) -> Double {
    guard processors > 1 else { return 1 }
    let isTrained = experiment.training != nil
    // The best of a few: what else this machine does can only hide what threads would add.
    let speedups = (0..<(alone < 0.005 ? 3 : 1)).map { _ in
      parallelMap(
        count: processors, threads: processors, workspace: { Bench(self) },
        body: { _, bench in
          Trial.repeated(for: 0.005) { _ in if isTrained { bench.train() } else { bench.pass() } }
        }
      ).reduce(0) { $0 + alone / $1 }
    }
    let speedup = speedups.max() ?? 1
    return min(0.95, max(0.05, (speedup - 1) / Double(processors - 1)))
  }
}
