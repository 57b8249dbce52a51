package import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics

/// Lives of a run that are lived again, from the herd book and the seed alone: any individual at any
/// generation of its life, whose weights nobody recorded.
package struct Replay: Sendable {
  /// How a life is lived again.
  package enum Method: Sendable, CaseIterable {
    /// Only its ancestors and it, and nobody is evaluated.
    case ancestry
    /// Everybody, up to the generation.
    case evolution
  }
  private let evolution: Evolution
  /// All individuals of the run, each at the place of its id.
  private let individuals: [Individual]
  private let lastGeneration: Int

  /// - Parameter individuals: those of the run's herd book, in the order of their ids: parents, births,
  ///   deaths, operators and shares are read, and whether the fitness is NaN.
  /// - Parameter lastGeneration: the one that the run ended with.
  package init(_ evolution: Evolution, individuals: [Individual], lastGeneration: Int) {
    self.evolution = evolution
    self.individuals = individuals
    self.lastGeneration = lastGeneration
  }

  /// The last generation of an individual's life; nil where there is no such individual.
  package func lastGeneration(of id: Int) -> Int? {
    individuals.indices.contains(id)
      ? individuals[id].death.map { $0 - 1 } ?? lastGeneration : nil
  }

  /// An individual as it was in a generation of its life: weights, hyperparameters and what its
  /// optimizer kept, with the digest of all that; its fitness and evaluation are not asked for.
  package func member(
    _ id: Int, at generation: Int, by method: Method? = nil
  ) throws(ReplayError) -> Member {
    guard let last = lastGeneration(of: id) else {
      throw .noIndividual(id, count: individuals.count)
    }
    let individual = individuals[id]
    guard (individual.birth...max(last, individual.birth)).contains(generation) else {
      throw .notAlive(id, generation: generation, birth: individual.birth, last: last)
    }
    var member =
      switch method ?? evolution.experiment.replayMethod {
      case .ancestry: try byAncestry(individual, at: [generation])[0]
      case .evolution: try byEvolution(individual, at: generation)
      }
    member.digest = member.stateDigest()
    return member
  }

  /// All individuals of a generation in their order, for which everybody lives again up to it.
  ///
  /// - Parameter stateDigest: that of the generation, as the run recorded it.
  package func population(
    at generation: Int, stateDigest: String
  ) throws(ReplayError) -> [Member] {
    guard (0...lastGeneration).contains(generation) else {
      throw .noGeneration(generation, last: lastGeneration)
    }
    guard let found = reached(generation), found.record.stateDigest == stateDigest else {
      throw .otherPopulation(generation)
    }
    return found.members
  }

  /// The main parents that an individual comes from, as they were in some generations; nil where too much would have to live
  /// again for it: more than a share of all lives of the run, or everybody.
  ///
  /// - Parameter generations: ascending, no later than the individual's last.
  package func line(
    to id: Int, at generations: [Int], share most: Double
  ) throws(ReplayError) -> [Member]? {
    guard evolution.experiment.replayMethod == .ancestry, let last = generations.last else {
      return nil
    }
    let needed = try ancestry(of: individuals[id], until: last)
    func lived(_ id: Int, _ last: Int) -> Int { max(0, last - individuals[id].birth + 1) }
    let all = individuals.reduce(0) { $0 + lived($1.id, lastGeneration(of: $1.id) ?? 0) }
    let again = needed.reduce(0) { $0 + lived($1.key, $1.value) }
    guard Double(again) <= most * Double(all) else { return nil }
    return try byAncestry(individuals[id], at: generations)
  }

  private func byEvolution(
    _ individual: Individual, at generation: Int
  ) throws(ReplayError) -> Member {
    let member = reached(generation)?.members.first { $0.id == individual.id }
    guard let member else { throw .differs(individual.id) }
    return member
  }

  /// The whole run, up to the generation; nil where it does not come so far.
  private func reached(_ generation: Int) -> Generation? {
    struct Reached: Error { let generation: Generation }
    do {
      _ = try evolution.run { seen throws(Reached) in
        if seen.record.generation == generation { throw Reached(generation: seen) }
      }
    } catch {
      return error.generation
    }
    return nil
  }

  /// Generation by generation, those whose weights the individual has its own from; of them its main line in some
  /// generations, ascending.
  private func byAncestry(
    _ individual: Individual, at generations: [Int]
  ) throws(ReplayError) -> [Member] {
    let needed = try ancestry(of: individual, until: generations[generations.count - 1])
    let line = individuals.line(to: individual.id)
    let births = Dictionary(grouping: needed.keys.sorted()) { individuals[$0].birth }
    let isTrained = evolution.experiment.training != nil
    var living: [Int: Member] = [:]
    var found: [Member] = []
    for now in 0...generations[generations.count - 1] {
      let newborn = births[now, default: []]
      let survivors =
        isTrained ? living.keys.filter { needed[$0, default: -1] >= now }.sorted() : []
      let developed = try develop(newborn, survivors, living, generation: now)
      for member in developed { living[member.id] = member }
      living = living.filter { needed[$0.key, default: -1] >= now }
      guard generations.contains(now) else { continue }
      let member = line.last { $0.birth <= now }.flatMap { living[$0.id] }
      guard let member else { throw .differs(individual.id) }
      found.append(member)
    }
    return found
  }

  /// The individual and its ancestors by their ids, each with the last generation that it is needed in.
  private func ancestry(
    of individual: Individual, until generation: Int
  ) throws(ReplayError) -> [Int: Int] {
    var needed = [individual.id: generation]
    var open = [individual]
    while let next = open.popLast() {
      for parent in next.parents {
        guard parent >= 0, parent < next.id, individuals[parent].birth < next.birth else {
          throw .differs(next.id)
        }
        if needed[parent] == nil { open.append(individuals[parent]) }
        needed[parent] = max(needed[parent] ?? 0, next.birth - 1)
      }
    }
    return needed
  }

  /// Some newborn and some that live on, after an iteration; parents are as they were before it.
  private func develop(
    _ newborn: [Int], _ survivors: [Int], _ living: [Int: Member], generation: Int
  ) throws(ReplayError) -> [Member] {
    let lives = newborn + survivors
    let layout = evolution.breeder.layout
    let each = max(1, evolution.threads / max(1, lives.count))
    let preselection = evolution.breeder.preselectionImages(iteration: generation)
    let developed = parallelMap(
      count: lives.count, threads: evolution.threads,
      workspace: { Workspace(layout: layout, capacity: 64) },
      body: { index, workspace in
        Result { () throws(ReplayError) in
          let individual = individuals[lives[index]]
          let member =
            index < newborn.count
            ? try birth(of: individual, living) { weights in
              preselection.map { workspace.evaluate(weights, on: $0).loss } ?? .nan
            } : living[individual.id]
          guard let member else { throw ReplayError.differs(individual.id) }
          var life = Developed(member: member)
          _ = evolution.train(&life, generation: generation, &workspace, threads: each)
          // Whoever diverges stays so: all others were finite at every evaluation.
          if individual.fitness.isNaN {
            evolution.evaluate(
              &life, on: evolution.fitnessExamples(generation), workspace, threads: each)
          }
          if let swap = evolution.swap { life.member.swap(to: swap) }
          return life.member
        }
      })
    var members: [Member] = []
    for result in developed { members.append(try result.get()) }
    return members
  }

  /// An individual when it was born.
  ///
  /// The herd book has the main parent first, selection may have drawn it second; which of the two it
  /// was shows in the child, since the share of each is drawn, too.
  private func birth(
    of individual: Individual, _ living: [Int: Member], loss: (Weights) -> Double
  ) throws(ReplayError) -> Member {
    let parents = individual.parents.compactMap { living[$0] }
    guard parents.count == individual.parents.count else { throw .differs(individual.id) }
    let breeder = evolution.breeder
    let births: [Birth] =
      switch parents.count {
      case 0: [breeder.initial(id: individual.id)]
      case 1: [child(individual, parents[0], nil, loss)]
      case 2:
        [
          child(individual, parents[0], parents[1], loss),
          child(individual, parents[1], parents[0], loss),
        ]
      default: []
      }
    let fitting = births.first { birth in
      birth.individual.parents == individual.parents && birth.individual.birth == individual.birth
        && birth.individual.mainShare == individual.mainShare
        && birth.individual.operator == individual.operator
    }
    guard let fitting else { throw .differs(individual.id) }
    return fitting.member
  }

  private func child(
    _ individual: Individual, _ first: Member, _ second: Member?, _ loss: (Weights) -> Double
  ) -> Birth {
    evolution.breeder.child(
      id: individual.id, iteration: individual.birth, first: first, second: second, loss: loss)
  }
}

extension Experiment {
  /// The quickest way to live a life again that is right: by ancestry where births and training ask for
  /// nothing but parents and the seed. Where they ask for what a population has in common, as a learned
  /// operator is, all of it must live again; and what individuals carry on from their evaluations only
  /// evaluations tell.
  package var replayMethod: Replay.Method {
    selection.method == .tTest || approximator.kind != .none ? .evolution : .ancestry
  }
}

/// Why a life cannot be lived again.
package enum ReplayError: Error, Sendable, Equatable {
  case noIndividual(Int, count: Int)
  case notAlive(Int, generation: Int, birth: Int, last: Int)
  case noGeneration(Int, last: Int)
  /// The herd book tells of this individual what did not happen in a run of the experiment.
  case differs(Int)
  /// This generation has another digest than it had.
  case otherPopulation(Int)
}

extension ReplayError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noIndividual(let id, let count):
      "there is no individual \(id): ids are from 0 to \(count - 1)"
    case .notAlive(let id, let generation, let birth, let last):
      "individual \(id) does not live in generation \(generation), but "
        + (birth == last ? "in \(birth) alone" : "from \(birth) to \(last)")
    case .noGeneration(let generation, let last):
      "there is no generation \(generation): the run ended with generation \(last)"
    case .otherPopulation(let generation):
      "a run of the experiment gives another generation \(generation) than the bundle tells of"
    case .differs(let id):
      "what the herd book says of individual \(id) is not what a run of the experiment gives"
    }
  }
}
