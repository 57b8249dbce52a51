package import HerdbookModel
package import HerdbookNetworks
import HerdbookNumerics

/// A course that networks have taken elsewhere: who they are at each generation is given, and told as a run would tell it.
/// Nobody is selected or born after the first generation.
package struct GivenCourse: Sendable {
  /// A network at one generation.
  package struct Network: Sendable {
    package let weights: Weights
    /// As it was measured elsewhere; NaN of one that diverged.
    package let accuracy: Double

    package init(weights: Weights, accuracy: Double) {
      self.weights = weights
      self.accuracy = accuracy
    }
  }

  private let data: RunData
  private let hyperparameters: [Hyperparameters]
  private let threads: Int

  /// - Parameter hyperparameters: of each network.
  package init(data: RunData, hyperparameters: [Hyperparameters], threads: Int) {
    self.data = data
    self.hyperparameters = hyperparameters
    self.threads = threads
  }

  /// Tells generation after generation, ascending, at least one, each with as many networks; `networks` may throw to end
  /// it, and so may `observe`.
  package func run<Failure: Error>(
    _ generations: [Int], networks: (Int) throws(Failure) -> [Network],
    observe: (Generation) throws(Failure) -> Void
  ) throws(Failure) -> Outcome {
    var state = Evolution.State()
    for generation in generations {
      let former = state.leader.map { (state.members[$0.position].weights, $0.validation) }
      state.members = members(try networks(generation))
      state.origins = state.herdBook.nextID == 0 ? [] : Array(state.members.indices)
      if state.herdBook.nextID == 0 {
        for member in state.members {
          state.herdBook.enter(
            Individual(
              id: member.id, parents: [], birth: generation, operator: .initialization,
              hyperparameters: member.hyperparameters))
        }
      }
      for member in state.members { state.herdBook.update(member) }
      state.generation = generation
      state.isLast = generation == generations[generations.count - 1]
      state.leader = leader(of: state, former)
      try observe(told(state))
    }
    guard let leader = state.leader, let test = leader.test else {
      preconditionFailure("a course has generations")
    }
    return Outcome(
      herdBook: state.herdBook, champion: state.members[leader.position],
      validation: leader.validation, test: test)
  }

  private func members(_ networks: [Network]) -> [Member] {
    let (validation, hyperparameters) = (data.validation, hyperparameters)
    return parallelMap(
      count: networks.count, threads: threads,
      workspace: { Workspace(layout: networks[0].weights.layout, capacity: 64) },
      body: { place, workspace in
        let network = networks[place]
        let evaluation =
          network.weights.isFinite && network.accuracy.isFinite
          ? workspace.evaluate(network.weights, on: validation) : nil
        var member = Member(
          id: place, weights: network.weights, hyperparameters: hyperparameters[place],
          fitness: network.accuracy, evaluation: evaluation, digest: [])
        member.digest = member.stateDigest()
        return member
      })
  }

  private func leader(
    of state: Evolution.State, _ former: (Weights, Evaluation)?
  ) -> Evolution.Leader {
    let position = Ranking(
      fitness: state.members.map(\.fitness), ids: state.members.map(\.id), direction: .higher
    ).order[0]
    let champion = state.members[position]
    let validation = champion.weights.evaluation(on: data.validation, threads: threads)
    return Evolution.Leader(
      position: position, validation: validation,
      test: state.isLast ? champion.weights.evaluation(on: data.test, threads: threads) : nil,
      change: former.map { weights, evaluation in
        ChampionChange(from: weights, evaluation, to: champion.weights, validation)
      })
  }

  private func told(_ state: Evolution.State) -> Generation {
    guard let leader = state.leader else { preconditionFailure("a generation has a champion") }
    return Generation(
      record: GenerationRecord(
        generation: state.generation, ids: state.members.map(\.id),
        fitness: state.members.map(\.fitness), champion: leader.position,
        validationAccuracy: leader.validation.accuracy, testAccuracy: nil,
        championChange: leader.change?.weights, churn: leader.change?.predictions,
        diverged: state.members.count { $0.evaluation == nil }, evaluations: 0, images: 0, steps: 0,
        stateDigest: populationDigest(state.members, [])), state: state)
  }
}
