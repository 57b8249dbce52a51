import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

@Suite("Replay")
struct ReplayTests {
  private func replay(
    _ trace: Trace, _ experiment: Experiment, threads: Int = 1, transfer: TransferSource? = nil,
    swap: SwapFile? = nil
  ) -> Replay {
    Replay(
      Evolution(
        experiment: experiment, seed: experiment.seed, data: smallData(), threads: threads,
        transfer: transfer, swap: swap),
      individuals: trace.individuals, lastGeneration: trace.last.generation)
  }

  /// Every individual at every generation of its life, with its digest over weights, hyperparameters
  /// and what its optimizer keeps.
  private func compare(_ trace: Trace, with replay: Replay, by method: Replay.Method? = nil) throws
  {
    for generation in trace.generations {
      for member in generation.members {
        let again = try replay.member(
          member.id, at: generation.record.generation, by: method)
        #expect(again.digest == member.digest)
        #expect(again.weights == member.weights)
        #expect(again.hyperparameters == member.hyperparameters)
      }
    }
  }

  @Test(
    "every individual at every generation is what it was, by its ancestry where that tells all",
    arguments: ConformanceTests.schemes)
  func everybody(scheme: ConformanceTests.Scheme) throws {
    for (index, experiment) in ConformanceTests.experiments(scheme).enumerated()
    where index % 4 == 0 {
      let trace = Trace(experiment)
      try compare(trace, with: replay(trace, experiment, threads: 1 + index % 3))
    }
  }

  @Test(
    "with adaptation, decay, drawn values and individuals that diverge, too",
    arguments: ResumeTests.rich, Replay.Method.allCases)
  func rich(experiment: Experiment, method: Replay.Method) throws {
    let trace = Trace(experiment)
    try compare(trace, with: replay(trace, experiment), by: method)
  }

  @Test("with a function approximator all live again", arguments: ResumeTests.guided)
  func guided(experiment: Experiment) throws {
    let trace = Trace(experiment)
    try compare(trace, with: replay(trace, experiment, threads: 2))
  }

  @Test("some of those that were compared have diverged, and some of these had offspring")
  func diverged() {
    let trace = Trace(ResumeTests.rich[1])
    let diverged = trace.individuals.filter(\.fitness.isNaN)
    #expect(!diverged.isEmpty && diverged.count < trace.individuals.count)
    let ids = Set(diverged.map(\.id))
    #expect(trace.individuals.contains { !ids.isDisjoint(with: $0.parents) })
  }

  @Test("founders that were transferred with noise are lived again from the source")
  func transfer() throws {
    let source = Trace(smallExperiment()).generations[5].members
    let transfer = TransferSource(
      digest: "d", networks: source.map(\.weights), ids: source.map(\.id))
    let experiment = smallExperiment {
      $0.transfer = Experiment.Transfer(
        origin: .experiment("source", run: nil), take: .population, noise: 0.1)
      $0.training = Experiment.Training(steps: 2, batch: .fixed(4), optimizer: .momentum)
    }
    let trace = Trace(experiment, transfer: transfer)
    try compare(trace, with: replay(trace, experiment, transfer: transfer))
  }

  @Test("nobody is evaluated who had a fitness: other validation images make no difference")
  func withoutEvaluation() throws {
    let experiment = smallExperiment {
      $0.training = Experiment.Training(steps: 2, batch: .fixed(4), optimizer: .momentum)
      $0.selection.replace = .worst
    }
    let trace = Trace(experiment)
    let data = smallData()
    let blind = RunData(
      training: data.training, validation: data.test, test: data.test, planeRows: 6,
      planeColumns: 6)
    try compare(
      trace,
      with: Replay(
        Evolution(experiment: experiment, seed: experiment.seed, data: blind, threads: 1),
        individuals: trace.individuals, lastGeneration: 5))
  }

  @Test(
    "the line to a champion is what it was in each generation, also with two parents and training",
    arguments: ResumeTests.rich.indices)
  func line(index: Int) throws {
    let experiment = ResumeTests.rich[index]
    let trace = Trace(experiment)
    let champion = trace.outcome.champion.id
    let lives = replay(trace, experiment, threads: 2)
    guard experiment.replayMethod == .ancestry else {
      #expect(try lives.line(to: champion, at: [1], share: 1) == nil)
      return
    }
    let last = trace.last.generation
    let found = try #require(try lives.line(to: champion, at: Array(0...last), share: 1))
    let line = trace.outcome.herdBook.line(to: champion)
    #expect(found.count == last + 1)
    for (generation, member) in found.enumerated() {
      #expect(member.id == line.last { $0.birth <= generation }?.id)
      let lived = trace.generations[generation].members.first { $0.id == member.id }
      #expect(lived?.weights == member.weights)
    }
    let some = try #require(try lives.line(to: champion, at: [1, last - 1], share: 1))
    #expect(some.map(\.weights) == [found[1], found[last - 1]].map(\.weights))
  }

  @Test("lives that are lived again lie in the swap file", arguments: ResumeTests.rich)
  func swapped(experiment: Experiment) throws {
    let trace = Trace(experiment)
    let individual = try #require(trace.generations[3].members.last)
    let swap = try smallSwap(experiment, networks: 500)
    let lives = replay(trace, experiment, threads: 2, swap: swap)
    for method in Replay.Method.allCases {
      let member = try lives.member(individual.id, at: 3, by: method)
      #expect(member.isSwapped && member.weights == individual.weights)
    }
  }

  @Test("a line is not lived again where more than a share of all lives would be, or everybody")
  func share() throws {
    let experiment = smallExperiment()
    let trace = Trace(experiment)
    let champion = trace.outcome.champion
    let lives = replay(trace, experiment)
    let last = trace.last.generation
    // One life a generation, of all that there are.
    let own = Double(last + 1) / Double(trace.records.reduce(0) { $0 + $1.ids.count })
    #expect(try lives.line(to: champion.id, at: [0, last], share: own) != nil)
    #expect(try lives.line(to: champion.id, at: [0, last], share: own * 0.99) == nil)
    let guided = ResumeTests.guided[0]
    let other = Trace(guided)
    #expect(
      try replay(other, guided).line(to: other.outcome.champion.id, at: [1], share: 1) == nil)
  }

  @Test("a whole generation is what it was, in its order; one of another digest is refused")
  func population() throws {
    let experiment = smallExperiment { $0.selection.replace = .worst }
    let trace = Trace(experiment)
    let lives = replay(trace, experiment, threads: 2)
    for generation in trace.generations {
      let record = generation.record
      let again = try lives.population(at: record.generation, stateDigest: record.stateDigest)
      #expect(again.map(\.id) == record.ids)
      #expect(again.map(\.digest) == generation.members.map(\.digest))
    }
    #expect(throws: ReplayError.otherPopulation(1)) {
      _ = try lives.population(at: 1, stateDigest: trace.last.stateDigest)
    }
    #expect(throws: ReplayError.noGeneration(6, last: 5)) {
      _ = try lives.population(at: 6, stateDigest: "")
    }
  }

  @Test("who is not there, or not alive then, is refused with the reason")
  func refused() {
    let experiment = smallExperiment()
    let trace = Trace(experiment)
    let lives = replay(trace, experiment)
    #expect(throws: ReplayError.noIndividual(31, count: 31)) { _ = try lives.member(31, at: 0) }
    #expect(throws: ReplayError.noIndividual(-1, count: 31)) { _ = try lives.member(-1, at: 0) }
    let dead = trace.individuals.first { $0.death == 1 }!
    #expect(throws: ReplayError.notAlive(dead.id, generation: 1, birth: 0, last: 0)) {
      _ = try lives.member(dead.id, at: 1)
    }
    #expect(throws: ReplayError.self) { _ = try lives.member(30, at: 6) }
    #expect(
      ReplayError.notAlive(3, generation: 9, birth: 1, last: 4).description
        == "individual 3 does not live in generation 9, but from 1 to 4")
  }

  @Test("a herd book that tells of other parents, shares or operators is refused")
  func foreign() throws {
    let experiment = smallExperiment { $0.crossover = .init(method: .uniform, probability: 1) }
    let trace = Trace(experiment)
    let crossed = trace.individuals.last { $0.parents.count == 2 }!
    for change in 0..<3 {
      var individuals = trace.individuals
      individuals[crossed.id] = Individual(
        id: crossed.id, parents: change == 0 ? [crossed.parents[0]] : crossed.parents,
        mainShare: change == 1 ? 0.75 : crossed.mainShare, birth: crossed.birth,
        operator: change == 2 ? .crossover : crossed.operator,
        hyperparameters: crossed.hyperparameters)
      individuals[crossed.id].fitness = 0
      let lives = Replay(
        Evolution(experiment: experiment, seed: experiment.seed, data: smallData(), threads: 1),
        individuals: individuals, lastGeneration: 5)
      #expect(throws: ReplayError.differs(crossed.id)) {
        _ = try lives.member(crossed.id, at: crossed.birth)
      }
    }
  }
}
