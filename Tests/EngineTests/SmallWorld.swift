import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics

/// Made-up images of 6 x 6 in three classes, told apart by a band of two lit rows: 60 for training,
/// 40 for validation, 20 for test.
func smallData(testSeed: UInt64 = 1) -> RunData {
  let (training, validation, test) = (60, 40, 20)
  var stream = RandomStream(seed: 1, purpose: .digitNoise)
  var testStream = RandomStream(seed: testSeed, purpose: .digitShape)
  var labels: [UInt8] = []
  var pixels: [[UInt8]] = []
  for image in 0..<training + validation + test {
    let isTest = image >= training + validation
    func draw(_ bound: Int) -> Int { isTest ? testStream.bounded(bound) : stream.bounded(bound) }
    let label = draw(3)
    labels.append(UInt8(label))
    pixels.append(
      (0..<36).map { pixel in
        let isBand = pixel / 12 == label
        return draw(4) < (isBand ? 3 : 1) ? UInt8(1 + draw(255)) : 0
      })
  }
  let bytes = pixels
  let images = ByteMatrix(rows: bytes.count, columns: 36) { row, span in
    for column in 0..<36 { span[column] = bytes[row][column] }
  }
  func part(_ range: Range<Int>) -> Examples {
    Examples(
      images: images, rows: range.map { Int32($0) }, labels: Array(labels[range]),
      values: (0..<256).map { Float($0) / 255 })
  }
  return RunData(
    training: part(0..<training), validation: part(training..<training + validation),
    test: part(training + validation..<bytes.count), planeRows: 6, planeColumns: 6)
}

/// Six networks 36-5-3 over five iterations of blind mutation, with changes.
func smallExperiment(_ change: (inout Experiment) -> Void = { _ in }) -> Experiment {
  var experiment = Experiment(
    name: "small", title: "small", description: nil, seed: 11, iterations: 5,
    dataset: Experiment.Dataset(validation: 40),
    network: Experiment.Network(layers: [36, 5, 3]), population: Experiment.Population(size: 6),
    training: nil, fitness: Experiment.Fitness(metric: .crossEntropy),
    selection: Experiment.Selection(fraction: 1.0 / 3, replace: .all),
    crossover: Experiment.Crossover(), mutation: Experiment.Mutation(scale: .fixed(0.1)),
    record: Experiment.Record())
  change(&experiment)
  return experiment
}

/// A run with all that could be observed of it.
struct Trace {
  let generations: [Generation]
  let outcome: Outcome

  init(
    _ experiment: Experiment, data: RunData = smallData(), threads: Int = 1,
    transfer: TransferSource? = nil, swap: SwapFile? = nil
  ) {
    var seen: [Generation] = []
    outcome = Evolution(
      experiment: experiment, seed: experiment.seed, data: data, threads: threads,
      transfer: transfer, swap: swap
    ).run { seen.append($0) }
    generations = seen
  }

  /// The same run as another one, from its generation `generation` on, with what was kept of that.
  init(
    _ experiment: Experiment, data: RunData = smallData(), threads: Int = 1,
    transfer: TransferSource? = nil, following first: Trace, until generation: Int,
    state: Evolution.State, swap: SwapFile? = nil
  ) {
    var seen = Array(first.generations[...generation])
    outcome = Evolution(
      experiment: experiment, seed: experiment.seed, data: data, threads: threads,
      transfer: transfer, swap: swap
    ).run(from: state) { seen.append($0) }
    generations = seen
  }

  var records: [GenerationRecord] { generations.map(\.record) }
  var individuals: [Individual] { outcome.herdBook.individuals }
  var last: GenerationRecord { records[records.count - 1] }

  /// Everything that a run is, to the bit, NaN included.
  struct Essence: Equatable {
    let states: [String]
    let members: [[UInt8]]
    let numbers: [UInt64]
    let counts: [[Int]]
    let individuals: [Individual]
    let ends: [Evaluation]
  }

  var essence: Essence {
    Essence(
      states: records.map(\.stateDigest),
      members: generations.flatMap { $0.members.map(\.digest) } + [outcome.champion.digest],
      numbers: records.flatMap { record in
        (record.fitness + [record.validationAccuracy, record.testAccuracy ?? 0]).map(\.bitPattern)
      } + individuals.map(\.fitness.bitPattern),
      counts: generations.map { generation in
        let record = generation.record
        return record.ids + generation.origins + [
          record.generation, record.champion, record.diverged, record.evaluations, record.images,
          record.steps,
        ]
      },
      individuals: individuals.map { individual in
        var individual = individual
        individual.fitness = 0
        return individual
      },
      ends: [outcome.validation, outcome.test])
  }
}

extension Member {
  /// Every network that it has.
  var networks: [Weights] {
    [weights, optimizer?.first, optimizer?.second, path].compactMap(\.self)
  }

  /// Whether every network that it has lies in a swap file.
  var isSwapped: Bool { networks.allSatisfy(\.isSwapped) }
}

/// A swap file of which one network is in memory at a time.
func smallSwap(_ experiment: Experiment, networks: Int) throws -> SwapFile {
  try SwapFile(
    in: "/tmp", vectors: networks, floats: NetworkLayout(experiment.network).storage, resident: 0)
}

extension SwapFile {
  /// Whether so many networks more would fit.
  func hasRoom(for networks: Int) -> Bool {
    let network = AlignedFloats(count: floats)
    let more = (0..<networks).map { _ in AlignedFloats(copying: network, in: self) }
    return more.allSatisfy { $0 != nil }
  }
}

/// What a run's members and children are made with.
func smallBreeder(_ experiment: Experiment, transfer: TransferSource? = nil) -> Breeder {
  Breeder(experiment: experiment, seed: experiment.seed, data: smallData(), transfer: transfer)
}

/// What the count of successes among some draws does not leave but once in 150,000: 4.5 standard
/// errors.
func binomialBound(_ draws: Double, _ probability: Double) -> Double {
  4.5 * (draws * probability * (1 - probability)).squareRoot()
}
