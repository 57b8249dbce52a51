import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import Testing

/// Every operator of the registry with every other.
@Suite("Conformance")
struct ConformanceTests {
  struct Scheme: Sendable, CustomTestStringConvertible {
    let method: Experiment.Selection.Method
    let replace: Experiment.Selection.Replacement
    let crossover: Experiment.Crossover.Method
    var testDescription: String { "\(method), replace \(replace), crossover \(crossover)" }
  }

  static let schemes = Experiment.Selection.Method.allCases.flatMap { method in
    Experiment.Selection.Replacement.allCases.flatMap { replace in
      Experiment.Crossover.Method.allCases.map {
        Scheme(method: method, replace: replace, crossover: $0)
      }.filter { scheme in
        // What spec would refuse.
        let selection = Experiment.Selection(method: method, replace: replace)
        return selection.choosesParents
          || scheme.crossover == .none && (replace == .worst || method == .none)
      }
    }
  }

  static let trainings: [Experiment.Training?] = [
    nil,
    Experiment.Training(
      steps: 2, batch: .choice([3, 5]), optimizer: .sgd, learningRate: .logUniform(0.01, 0.5)),
    Experiment.Training(
      steps: 2, batch: .fixed(4), optimizer: .momentum, learningRate: .fixed(0.05)),
  ]

  /// All experiments of a scheme.
  static func experiments(_ scheme: Scheme) -> [Experiment] {
    KernelFilter.Shape.allCases.flatMap { shape in
      trainings.flatMap { training in
        Experiment.Network.Activation.allCases.map { activation in
          smallExperiment {
            $0.selection.method = scheme.method
            $0.selection.replace = scheme.replace
            $0.crossover.method = scheme.crossover
            $0.mutation.kernel = KernelFilter(shape: shape, shuffle: activation == .tanh)
            $0.mutation.rate = activation == .sigmoid ? 0.5 : 1
            $0.training = training
            $0.network.activation = activation
            $0.network.biases = activation == .tanh
          }
        }
      }
    }
  }

  @Test("a run is the same at 1, 2 and 3 threads", arguments: schemes)
  func threads(scheme: Scheme) {
    let data = smallData()
    for experiment in Self.experiments(scheme) {
      let trace = Trace(experiment, data: data)
      let essence = trace.essence
      for threads in 2...3 {
        let other = Trace(experiment, data: data, threads: threads)
        #expect(other.essence == essence)
        #expect(other.outcome.champion.weights == trace.outcome.champion.weights)
      }
    }
  }

  @Test("so it is with a function approximator", arguments: ResumeTests.guided)
  func guided(experiment: Experiment) {
    let essence = Trace(experiment).essence
    for threads in 2...3 { #expect(Trace(experiment, threads: threads).essence == essence) }
  }

  @Test("the herd book holds together", arguments: schemes)
  func herdBook(scheme: Scheme) {
    let data = smallData()
    for experiment in Self.experiments(scheme) {
      let trace = Trace(experiment, data: data)
      let individuals = trace.individuals
      #expect(trace.records.map(\.generation) == [0, 1, 2, 3, 4, 5])
      #expect(individuals.map(\.id) == Array(individuals.indices))
      for individual in individuals {
        #expect((individual.operator == .initialization) == (individual.birth == 0))
        #expect(individual.parents.isEmpty == (individual.birth == 0))
        #expect((0.5...1).contains(individual.mainShare))
        #expect(Set(individual.parents).count == individual.parents.count)
        #expect((individual.death ?? .max) > individual.birth)
        for parent in individual.parents.map({ individuals[$0] }) {
          #expect(parent.birth < individual.birth)
          #expect((parent.death ?? .max) >= individual.birth)
        }
      }
      for record in trace.records {
        #expect(record.ids.count == 6)
        let living = individuals.filter {
          $0.birth <= record.generation && ($0.death ?? .max) > record.generation
        }
        #expect(record.ids.sorted() == living.map(\.id))
      }
      for (id, fitness) in zip(trace.last.ids, trace.last.fitness) {
        #expect(individuals[id].fitness == fitness)
      }
    }
  }

  @Test("newborn get new ids in the order of the population, and origins name parents")
  func newborn() {
    for scheme in Self.schemes {
      let experiment = Self.experiments(scheme)[0]
      let trace = Trace(experiment)
      for (before, after) in zip(trace.generations, trace.generations.dropFirst()) {
        let fresh = after.record.ids.filter { !before.record.ids.contains($0) }
        let first =
          (before.record.ids
          + trace.individuals.filter { $0.birth < after.record.generation }.map(\.id)).max()! + 1
        #expect(fresh == Array(first..<first + fresh.count))
        for (id, origin) in zip(after.record.ids, after.origins) {
          let source = fresh.contains(id) ? trace.individuals[id].parents[0] : id
          #expect(before.record.ids[origin] == source)
        }
      }
    }
  }

  @Test(
    "with 'replace: worst' exactly the worst make room, and who stays keeps place and weights",
    arguments: [Experiment.Fitness.Direction.higher, .lower])
  func worst(direction: Experiment.Fitness.Direction) {
    let experiment = smallExperiment {
      $0.selection.replace = .worst
      $0.fitness.direction = direction
    }
    let trace = Trace(experiment)
    for (before, after) in zip(trace.generations, trace.generations.dropFirst()) {
      let ranked = zip(before.record.fitness, before.record.ids).sorted {
        let (better, worse) = direction == .higher ? ($0, $1) : ($1, $0)
        return $0.0 == $1.0 ? $0.1 < $1.1 : better.0 > worse.0
      }.map(\.1)
      #expect(Set(before.record.ids).subtracting(after.record.ids) == Set(ranked.suffix(2)))
      for place in 0..<6 where before.record.ids[place] == after.record.ids[place] {
        #expect(before.members[place].weights == after.members[place].weights)
        #expect(before.members[place].fitness == after.members[place].fitness)
      }
      // Parents are the best third.
      for id in after.record.ids where !before.record.ids.contains(id) {
        #expect(ranked.prefix(2).contains(trace.individuals[id].parents[0]))
      }
    }
  }

  @Test("elites are the best, keep their ids and their weights, and need no second evaluation")
  func elites() {
    let trace = Trace(smallExperiment { $0.selection.elites = 2 })
    for (before, after) in zip(trace.generations, trace.generations.dropFirst()) {
      let ranked = zip(before.record.fitness, before.members).sorted { $0.0 > $1.0 }.map(\.1)
      for (elite, member) in zip(ranked, after.members.prefix(2)) {
        #expect(member.id == elite.id)
        #expect(member.weights == elite.weights)
        #expect(member.fitness == elite.fitness)
      }
      #expect(after.record.evaluations - before.record.evaluations == 4)
      #expect(after.record.fitness.max()! >= before.record.fitness.max()!)
    }
  }

  @Test("a copy is an individual with an id of its own and its parent's weights")
  func copies() {
    let trace = Trace(smallExperiment { $0.mutation.scale = .fixed(0) })
    let born = trace.individuals.filter { $0.birth > 0 }
    #expect(born.count == 25)
    #expect(born.allSatisfy { $0.operator == .copy && $0.parents.count == 1 })
    for (before, after) in zip(trace.generations, trace.generations.dropFirst()) {
      for (place, origin) in after.origins.enumerated() {
        #expect(after.members[place].weights == before.members[origin].weights)
      }
      for place in 1..<6 { #expect(after.members[place].digest != after.members[0].digest) }
    }
  }

  @Test("an observer's error ends the run")
  func observerThrows() {
    struct Enough: Error {}
    var seen = 0
    let evolution = Evolution(
      experiment: smallExperiment(), seed: 1, data: smallData(), threads: 1)
    #expect(throws: Enough.self) {
      _ = try evolution.run { generation throws(Enough) in
        seen += 1
        if generation.record.generation == 2 { throw Enough() }
      }
    }
    #expect(seen == 3)
  }

  @Test("training and selection learn: the champion is far above chance on images never seen")
  func learns() {
    let trace = Trace(
      smallExperiment {
        $0.iterations = 15
        $0.training = Experiment.Training(steps: 20, batch: .fixed(8), learningRate: .fixed(0.3))
        $0.selection.replace = .worst
      })
    #expect(trace.outcome.validation.accuracy > 0.8)
    #expect(trace.outcome.test.accuracy > 0.7)
    let blind = Trace(smallExperiment { $0.iterations = 60 })
    #expect(blind.outcome.validation.accuracy > blind.records[0].validationAccuracy + 0.1)
  }
}
