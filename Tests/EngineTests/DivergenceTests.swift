import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import Testing

@Suite("Divergence")
struct DivergenceTests {
  private func check(_ generation: Generation, diverged: [Int]) {
    #expect(generation.record.diverged == diverged.count)
    for (place, member) in generation.members.enumerated() {
      let isDiverged = diverged.contains(place)
      #expect(member.fitness.isNaN == isDiverged)
      #expect((member.evaluation == nil) == isDiverged)
      #expect(member.weights.isFinite == !isDiverged)
      guard isDiverged else { continue }
      #expect(member.optimizer == nil)
      let values = member.weights.matrix(0) + member.weights.matrix(1)
      #expect(values.allSatisfy { $0.bitPattern == 0x7fc0_0000 })
    }
  }

  private func places(_ generation: Generation) -> [Int] {
    generation.members.indices.filter { generation.members[$0].fitness.isNaN }
  }

  static let optimizers = Experiment.Training.Optimizer.allCases

  @Test(
    "a wild learning rate diverges some, which rank worst and do no harm", arguments: optimizers)
  func some(optimizer: Experiment.Training.Optimizer) {
    let experiment = smallExperiment {
      $0.population.size = 10
      $0.training = Experiment.Training(
        steps: 5, batch: .fixed(4), optimizer: optimizer, learningRate: .choice([0.1, 1e30, 1e30]))
      $0.mutation.hyperparameters.perturb = nil
      $0.selection = Experiment.Selection(fraction: 0.2, replace: .worst)
    }
    let trace = Trace(experiment)
    let first = trace.generations[1]
    let wild = first.members.indices.filter {
      first.members[$0].hyperparameters.learningRate == 1e30
    }
    #expect(wild.count > 2 && wild.count < 8)
    check(trace.generations[0], diverged: [])
    check(first, diverged: wild)
    for (before, after) in zip(trace.generations, trace.generations.dropFirst()) {
      check(after, diverged: places(after))
      #expect(!after.record.fitness[after.record.champion].isNaN)
      if before.record.diverged > 1 {
        #expect(after.record.diverged == before.record.diverged - 2)
      }
    }
    #expect(trace.last.diverged == 0)
    #expect(trace.individuals.count { $0.fitness.isNaN } == wild.count)
    #expect(Trace(experiment, threads: 3).essence == trace.essence)
  }

  @Test("where all diverge the run goes on to its end", arguments: optimizers)
  func all(optimizer: Experiment.Training.Optimizer) {
    for replace in Experiment.Selection.Replacement.allCases {
      let trace = Trace(
        smallExperiment {
          $0.training = Experiment.Training(
            steps: 5, batch: .fixed(4), optimizer: optimizer, learningRate: .fixed(1e30))
          $0.selection.replace = replace
          $0.crossover.method = .uniform
        })
      #expect(trace.records.map(\.diverged) == [0, 6, 6, 6, 6, 6])
      for generation in trace.generations.dropFirst() {
        check(generation, diverged: Array(0..<6))
        #expect(generation.record.ids[generation.record.champion] == generation.record.ids.min())
      }
      #expect(!trace.outcome.champion.weights.isFinite)
    }
  }

  @Test(
    "finite weights whose loss is not finite have diverged as well",
    arguments: Experiment.Fitness.Metric.allCases)
  func overflow(metric: Experiment.Fitness.Metric) {
    let trace = Trace(
      smallExperiment {
        $0.population.size = 10
        $0.network.initialization.scale = .choice([1, 1e30])
        $0.fitness.metric = metric
      })
    let first = trace.generations[0]
    let wild = first.members.indices.filter {
      first.members[$0].hyperparameters.initializationScale == 1e30
    }
    #expect(!wild.isEmpty && wild.count < 10)
    check(first, diverged: wild)
    #expect(first.record.champion != wild[0])
  }

  @Test("what a diverged network does not do is not counted: no step, no image")
  func counts() {
    let trace = Trace(
      smallExperiment {
        $0.training = Experiment.Training(
          steps: 5, batch: .fixed(4), learningRate: .fixed(1e30))
        $0.selection.replace = .worst
        $0.iterations = 2
      })
    let (before, after) = (trace.records[1], trace.records[2])
    #expect(before.diverged == 6)
    // Two copies are born and judged by their weights; the champion is validated and tested.
    #expect(after.evaluations - before.evaluations == 2)
    #expect(after.images - before.images == 40 + 20)
    #expect(after.steps == before.steps)
  }
}
