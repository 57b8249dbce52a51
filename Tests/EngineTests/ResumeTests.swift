import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

/// A run that was kept and taken up again is the run that was never cut short.
@Suite("Resuming")
struct ResumeTests {
  @Test(
    "a run goes on from what was kept of it to the same bits, at any number of threads",
    arguments: ConformanceTests.schemes)
  func resumed(scheme: ConformanceTests.Scheme) throws {
    let data = smallData()
    let store = try Store()
    for (index, experiment) in ConformanceTests.experiments(scheme).enumerated() {
      let whole = Trace(experiment, data: data)
      let generation = index % 6
      let kept = try store.kept(whole.generations[generation].state)
      let rest = Trace(
        experiment, data: data, threads: 1 + index % 3, following: whole, until: generation,
        state: kept.state)
      #expect(rest.essence == whole.essence)
      #expect(rest.outcome.champion.weights == whole.outcome.champion.weights)
    }
  }

  /// Experiments whose states have all that a state can have.
  static let rich: [Experiment] = [
    smallExperiment {
      $0.training = Experiment.Training(
        steps: 3, batch: .choice([3, 5]), optimizer: .adam, learningRate: .logUniform(0.001, 0.1))
      $0.selection.replace = .worst
      $0.crossover.method = .uniform
      $0.network.biases = true
      $0.record.testCurve = true
      $0.fitness.images = 10
      $0.fitness.resample = true
    },
    // Some of these diverge.
    smallExperiment {
      $0.training = Experiment.Training(
        steps: 5, batch: .fixed(4), optimizer: .momentum, learningRate: .choice([0.1, 1e30, 1e30]))
      $0.population.size = 10
      $0.selection.replace = .worst
      $0.selection.method = .random
    },
    smallExperiment {
      $0.mutation = Experiment.Mutation(scale: .uniform(0.05, 0.2), decay: 0.9, adapt: 0.2)
      $0.network.layers = [36, 3]
    },
  ]

  /// A population has more in common than its seed.
  static let guided: [Experiment] = [
    smallExperiment {
      $0.approximator = Experiment.Approximator(
        kind: .operator, features: Experiment.Approximator.Feature.allCases,
        stepLength: .logUniform(0.05, 0.5))
      $0.crossover.method = .uniform
      $0.mutation.kernel = KernelFilter(shape: .gaussian)
      $0.mutation.rate = 0.7
      $0.network = Experiment.Network(layers: [36, 5, 4, 3], activation: .tanh, biases: true)
    },
    smallExperiment {
      $0.approximator = Experiment.Approximator(kind: .operator)
      $0.fitness = Experiment.Fitness(metric: .accuracy, direction: .lower)
      $0.selection.replace = .worst
    },
    strategy,
  ]

  static let strategy = smallExperiment {
    $0.population.size = 9
    $0.approximator = Experiment.Approximator(
      kind: .evolutionStrategy, learningRate: 0.5, momentum: 0.75)
    $0.selection = Experiment.Selection(method: .none, replace: .all)
    $0.mutation = Experiment.Mutation(scale: .fixed(0.05), rate: 0.7, decay: 0.9)
  }

  @Test("stopped after every generation, a run ends in the same bits", arguments: rich + guided)
  func everyGeneration(experiment: Experiment) throws {
    let store = try Store()
    let whole = Trace(experiment)
    var trace = whole
    for generation in 0...5 {
      let kept = try store.kept(trace.generations[generation].state)
      trace = Trace(
        experiment, threads: 1 + generation % 2, following: trace, until: generation,
        state: kept.state)
      #expect(trace.essence == whole.essence)
    }
  }

  @Test(
    "networks in a swap file, of which one is in memory at a time, come to the same bits, also from what was kept",
    arguments: rich + guided)
  func swapped(experiment: Experiment) throws {
    let whole = Trace(experiment)
    let layout = NetworkLayout(experiment.network)
    func file(generations: Double) throws -> SwapFile {
      try smallSwap(experiment, networks: Int(generations * experiment.generationNetworks))
    }
    // What the plan counts is what the file has.
    #expect(Double(SwapFile.bytes(floats: layout.storage)) == experiment.networkBytes)
    // All six stay.
    let swap = try file(generations: 12)
    let swapped = Trace(experiment, threads: 2, swap: swap)
    #expect(swapped.essence == whole.essence)
    #expect(swapped.generations.allSatisfy { $0.members.allSatisfy(\.isSwapped) })
    // A run holds no more than there is room for: the one before is still being written.
    var before: Generation?
    _ = Evolution(
      experiment: experiment, seed: experiment.seed, data: smallData(), threads: 2,
      swap: try file(generations: Experiment.swappedGenerations)
    ).run { generation in
      let isSwapped = generation.members.allSatisfy(\.isSwapped)
      #expect(isSwapped)
      before = generation
    }
    #expect(before?.isLast == true)
    let kept = try Store().kept(swapped.generations[2].state, swap: swap)
    let rest = Trace(experiment, following: whole, until: 2, state: kept.state, swap: swap)
    #expect(rest.essence == whole.essence)
    #expect(rest.outcome.champion.weights == whole.outcome.champion.weights)
    // All that was read lies there before anything is computed.
    let read = swapped.generations[2].members.reduce(0) { $0 + $1.networks.count }
    let exact = try smallSwap(experiment, networks: read)
    #expect(exact.hasRoom(for: read))
    try withExtendedLifetime(Store().kept(swapped.generations[2].state, swap: exact)) {
      #expect(!exact.hasRoom(for: 1))
    }
    // One that is full leaves networks in memory.
    let small = try smallSwap(experiment, networks: 3)
    let partly = Trace(experiment, threads: 3, swap: small)
    #expect(partly.essence == whole.essence)
    #expect(partly.generations[5].members.contains { !$0.isSwapped })
  }

  @Test("a state that was read is written in the same bytes again", arguments: rich + guided)
  func bytes(experiment: Experiment) throws {
    let store = try Store()
    for generation in Trace(experiment).generations {
      let first = try store.kept(generation.state)
      let second = try store.kept(first.state)
      // The header names the run, whose number has one place in each.
      #expect(first.bytes.count == second.bytes.count)
      let differing = zip(first.bytes, second.bytes).enumerated().filter { $1.0 != $1.1 }
      #expect(differing.allSatisfy { $0.offset < 200 || $0.offset >= first.bytes.count - 32 })
    }
  }

  @Test("a run that transfers goes on with noise and population as they were")
  func transfer() throws {
    let source = Trace(smallExperiment()).generations[5].members
    let transfer = TransferSource(
      digest: "d", networks: source.map(\.weights), ids: source.map(\.id))
    let experiment = smallExperiment {
      $0.transfer = Experiment.Transfer(
        origin: .experiment("source", run: nil), take: .population, noise: 0.1)
    }
    let store = try Store()
    let whole = Trace(experiment, transfer: transfer)
    for generation in [0, 3, 5] {
      let kept = try store.kept(whole.generations[generation].state)
      let rest = Trace(
        experiment, transfer: transfer, following: whole, until: generation, state: kept.state)
      #expect(rest.essence == whole.essence)
    }
  }
}
