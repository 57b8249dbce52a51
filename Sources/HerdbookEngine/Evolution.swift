package import HerdbookModel
package import HerdbookNetworks
package import HerdbookNumerics

/// What a run leaves: its herd book, its champion, and what the champion does on images.
package struct Outcome: Sendable {
  package let herdBook: HerdBook
  /// The fittest of the last generation.
  package let champion: Member
  /// The champion on all validation images.
  package let validation: Evaluation
  /// The champion on the test images.
  package let test: Evaluation
}

/// The evolutionary loop of one run.
///
/// An iteration is selection on the fitness of the generation before, birth (crossover, mutation),
/// gradient training of every individual where the spec has it, and evaluation. Each individual's
/// part is a function of the seed and its id, so that threads share the population freely.
package struct Evolution: Sendable {
  /// The version of what a run computes; another one may give other bits for the same plan.
  package static let resultVersion = 6

  let experiment: Experiment
  let seed: UInt64
  let data: RunData
  let threads: Int
  /// Where networks lie while nobody is at work on them; nil for memory.
  let swap: SwapFile?
  let breeder: Breeder
  /// What a source's champion says of the training images, where it is a teacher.
  let teaching: Teaching?

  /// `transfer` is what is taken from a source, given exactly where the experiment has a transfer; `swap` is for networks
  /// of the experiment's layout.
  package init(
    experiment: Experiment, seed: UInt64, data: RunData, threads: Int,
    transfer: TransferSource? = nil, swap: SwapFile? = nil
  ) {
    self.experiment = experiment
    self.seed = seed
    self.data = data
    self.threads = threads
    self.swap = swap
    breeder = Breeder(experiment: experiment, seed: seed, data: data, transfer: transfer)
    teaching = experiment.transfer.flatMap { rule in
      guard rule.take == .distill else { return nil }
      return transfer.map {
        Teaching(
          by: $0.networks[0], on: data.training, temperature: rule.temperature, share: rule.weight,
          threads: threads)
      }
    }
  }

  /// Runs until the last iteration, or until `stop` ends it; `observe` sees each generation, from 0 on, and may throw to end the run.
  ///
  /// From a state that an observer saw, it goes on as if it had not ended there; the generation of
  /// that state is not observed again.
  package func run<Failure: Error>(
    from start: consuming State? = nil, observe: (Generation) throws(Failure) -> Void
  ) throws(Failure) -> Outcome {
    var state: State
    if let start = consume start {
      state = start
    } else {
      state = first()
      try observe(generation(state))
    }
    while !state.isLast {
      let generation = state.generation + 1
      let lives = succeed(state, generation)
      advance(&state, generation: generation, lives)
      try observe(self.generation(state))
    }
    guard let leader = state.leader, let test = leader.test else {
      preconditionFailure("the last champion is tested")
    }
    return Outcome(
      herdBook: state.herdBook, champion: state.members[leader.position],
      validation: leader.validation, test: test)
  }
}

extension Evolution {
  /// What goes from one iteration to the next: all of it, since a run that is taken up again begins
  /// with what was kept of this.
  package struct State: Sendable, Codable {
    var generation = 0
    /// Whether the run ends with this generation.
    package internal(set) var isLast = false
    var members: [Member] = []
    var origins: [Int] = []
    var herdBook = HerdBook()
    var evaluations = 0
    var images = 0
    var steps = 0
    var leader: Leader?
    /// Of the learned operator, [features][layers]; empty where the experiment has none.
    var coefficients: [[Double]] = []
  }

  /// The champion of a generation and what it does.
  struct Leader: Sendable, Codable {
    let position: Int
    let validation: Evaluation
    /// On the test images; only in the last generation, or where the spec asks for the curve.
    let test: Evaluation?
    /// From the champion of the generation before; nil in generation 0.
    let change: ChampionChange?
  }

  /// Generation 0.
  private func first() -> State {
    var state = State()
    state.coefficients =
      breeder.learnedOperator?.initialCoefficients(
        layers: breeder.layout.layers.count, from: breeder.transfer) ?? []
    // The teacher saw each training image once.
    if teaching != nil { state.images = data.training.count }
    advance(
      &state, generation: 0, (0..<experiment.population.size).map { Waiting(.initial(id: $0)) })
    return state
  }

  /// Who fills the places of the next generation; of an evolution strategy all but the first.
  private func succeed(_ state: State, _ generation: Int) -> [Waiting] {
    let members = state.members
    if let centre = centre(state) {
      let first = state.herdBook.nextID + 1
      return (0..<members.count - 1).map {
        Waiting(.sample(id: first + $0, centre: centre, isMirrored: $0 % 2 == 1))
      }
    }
    let succession = Succession(
      experiment: experiment, seed: seed, iteration: generation, ids: members.map(\.id),
      fitness: members.map(\.fitness), histories: members.map(\.history),
      nextID: state.herdBook.nextID)
    return succession.slots.map { slot in
      switch slot {
      case .survivor(let position): Waiting(.survivor(members[position]))
      case .newborn(let id, let first, let second):
        Waiting(.newborn(id: id, first: members[first], second: second.map { members[$0] }))
      }
    }
  }

  /// The centre of an evolution strategy: the champion of generation 0, then the first of each.
  private func centre(_ state: State) -> Member? {
    guard experiment.approximator.kind == .evolutionStrategy, let leader = state.leader else {
      return nil
    }
    return state.members[state.generation == 0 ? leader.position : 0]
  }

  /// Makes the next generation of the state, and measures its champion.
  private func advance(_ state: inout State, generation: Int, _ lives: [Waiting]) {
    let before = state.members.map(\.id)
    let former = state.leader.map { (state.members[$0.position].weights, $0.validation) }
    let fitnessBefore = state.members.map(\.fitness)
    let centre = centre(state)
    let positions = Dictionary(uniqueKeysWithValues: before.enumerated().map { ($1, $0) })
    state.members = []
    let images = fitnessExamples(generation)
    var developed = develop(
      lives, generation: generation, coefficients: state.coefficients, on: images)
    if let centre {
      let next = Life.centre(
        id: state.herdBook.nextID, before: centre, samples: developed.map(\.member))
      developed = develop([Waiting(next)], generation: generation, on: images) + developed
    }
    state.generation = generation
    state.members = developed.map(\.member)
    state.origins =
      generation == 0
      ? []
      : developed.map { life in
        positions[life.individual?.parents.first ?? life.member.id] ?? 0
      }
    learn(&state, from: developed, fitnessBefore)
    for life in developed {
      if let individual = life.individual { state.herdBook.enter(individual) }
      state.herdBook.update(life.member)
      state.evaluations += life.isEvaluated ? 1 : 0
      state.images += life.evaluatedImages + life.trainedImages
      state.steps += life.trainedSteps
    }
    let living = Set(state.members.map(\.id))
    for id in before where !living.contains(id) {
      state.herdBook.bury(id, generation: generation)
    }
    let ranking = Ranking(
      fitness: state.members.map(\.fitness), ids: state.members.map(\.id),
      direction: experiment.fitness.direction)
    let champion = state.members[ranking.order[0]]
    let validation = validate(&state, champion)
    state.isLast =
      generation == experiment.iterations
      || experiment.stop.ends(
        validationAccuracy: validation.accuracy, evaluations: state.evaluations)
    let isTested = state.isLast || experiment.record.testCurve
    state.leader = Leader(
      position: ranking.order[0], validation: validation,
      test: isTested ? pass(&state, champion, data.test) : nil,
      change: former.map { weights, evaluation in
        ChampionChange(from: weights, evaluation, to: champion.weights, validation)
      })
  }

  /// What births came to teaches the learned operator; those of generation 0 have no parents.
  private func learn(_ state: inout State, from developed: [Developed], _ fitness: [Double]) {
    guard let learnedOperator = breeder.learnedOperator, !state.origins.isEmpty else { return }
    let births = zip(developed, state.origins).filter { $0.0.individual != nil }
    state.coefficients = learnedOperator.learned(
      state.coefficients,
      from: births.map { life, origin in
        let gain = life.member.fitness - fitness[origin]
        return (experiment.fitness.direction == .higher ? gain : -gain, life.cosines)
      })
  }

  /// The champion on all validation images: its fitness evaluation where that saw them all.
  private func validate(_ state: inout State, _ champion: Member) -> Evaluation {
    if let evaluation = champion.evaluation, evaluation.predictions.count == data.validation.count,
      !experiment.fitness.resample
    {
      return evaluation
    }
    return pass(&state, champion, data.validation)
  }

  /// A member on images that count as passed.
  private func pass(_ state: inout State, _ member: Member, _ examples: Examples) -> Evaluation {
    state.images += examples.count
    return member.weights.evaluation(on: examples, threads: threads)
  }

  private func generation(_ state: State) -> Generation {
    guard let leader = state.leader else { preconditionFailure("a generation has a champion") }
    return Generation(
      record: GenerationRecord(
        generation: state.generation, ids: state.members.map(\.id),
        fitness: state.members.map(\.fitness), champion: leader.position,
        validationAccuracy: leader.validation.accuracy,
        testAccuracy: experiment.record.testCurve ? leader.test?.accuracy : nil,
        championChange: leader.change?.weights, churn: leader.change?.predictions,
        diverged: state.members.count { $0.evaluation == nil }, evaluations: state.evaluations,
        images: state.images, steps: state.steps,
        stateDigest: populationDigest(state.members, state.coefficients)),
      state: state)
  }

  /// The network that an individual of generation 0 began with: as it was drawn, or as it was transferred.
  package func founder(id: Int) -> Weights { breeder.initial(id: id).member.weights }

  /// The images that fitness is measured on in a generation: the first of the validation images, or
  /// as many drawn without replacement from (fitness images, generation).
  package func fitnessExamples(_ generation: Int) -> Examples {
    let count = experiment.fitness.images(of: data.validation.count)
    guard experiment.fitness.resample else {
      return count == data.validation.count
        ? data.validation : data.validation.selecting(0..<count)
    }
    var stream = RandomStream(
      seed: seed, purpose: .fitnessImages, iteration: UInt32(generation))
    var positions = Array(0..<data.validation.count)
    for index in 0..<count {
      positions.swapAt(index, index + stream.bounded(positions.count - index))
    }
    return data.validation.selecting(positions.prefix(count))
  }
}
