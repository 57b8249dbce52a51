import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import Testing

@Suite("The smallest runs")
struct SmallRunTests {
  @Test("without iterations there is generation 0, its champion, and its test")
  func noIterations() {
    let trace = Trace(smallExperiment { $0.iterations = 0 })
    #expect(trace.records.map(\.generation) == [0])
    #expect(trace.generations[0].origins.isEmpty)
    #expect(trace.individuals.count == 6 && trace.individuals.allSatisfy { $0.death == nil })
    #expect(trace.outcome.champion.fitness == trace.last.fitness.max())
    #expect(trace.outcome.test.predictions.count == 20)
  }

  @Test("generation 0 is not trained, whatever the training")
  func generationZero() {
    let untrained = Trace(smallExperiment { $0.iterations = 0 })
    let trained = Trace(
      smallExperiment {
        $0.iterations = 0
        $0.training = Experiment.Training()
      })
    #expect(untrained.outcome.champion.weights == trained.outcome.champion.weights)
    #expect(trained.last.steps == 0)
  }

  @Test(
    "a population of one is replaced by its child, or trained on",
    arguments: Experiment.Selection.Replacement.allCases)
  func one(replace: Experiment.Selection.Replacement) {
    let trace = Trace(
      smallExperiment {
        $0.population.size = 1
        $0.selection = Experiment.Selection(elites: 0, replace: replace)
        $0.crossover.method = .uniform
        $0.training = Experiment.Training(steps: 1, batch: .fixed(4))
      })
    #expect(
      trace.records.map(\.ids)
        == (replace == .all ? (0...5).map { [$0] } : [[Int]](repeating: [0], count: 6)))
    #expect(trace.individuals.dropFirst().allSatisfy { $0.parents == [$0.id - 1] })
  }

  @Test("a network without a hidden layer evolves and learns")
  func noHiddenLayer() {
    let trace = Trace(
      smallExperiment {
        $0.network.layers = [36, 3]
        $0.iterations = 10
        $0.crossover.method = .uniform
        $0.training = Experiment.Training(steps: 20, batch: .fixed(8), learningRate: .fixed(0.3))
      })
    #expect(trace.outcome.validation.accuracy > 0.8)
  }

  @Test("the first iterations of a run do not depend on how many follow")
  func prefix() {
    let short = Trace(smallExperiment { $0.iterations = 3 })
    let long = Trace(smallExperiment())
    #expect(short.records.map(\.stateDigest) == long.records.prefix(4).map(\.stateDigest))
  }

  @Test("another seed is another run")
  func seeds() {
    let other = Trace(smallExperiment { $0.seed = 12 })
    #expect(other.records[0].stateDigest != Trace(smallExperiment()).records[0].stateDigest)
  }
}
