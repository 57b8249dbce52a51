import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

@Suite("training on shuffled labels")
struct ShuffledLabelTests {
  @Test("begins with the networks of the run and comes to others, the same under any threads")
  func shuffled() throws {
    let data = smallData()
    let experiment = smallExperiment {
      $0.population.size = 3
      $0.training = Experiment.Training(steps: 7, batch: .fixed(8), learningRate: .fixed(0.1))
      $0.selection = Experiment.Selection(method: .none, replace: .worst)
    }
    func trained(through last: Int, threads: Int = 1, swap: SwapFile? = nil) -> [Weights] {
      Evolution(
        experiment: experiment, seed: experiment.seed, data: data, threads: threads, swap: swap
      ).trainedOnShuffledLabels(2, through: last) {}
    }
    let run = Trace(experiment, data: data).generations
    #expect(trained(through: 0) == run[0].members.prefix(2).map(\.weights))
    let later = trained(through: 2)
    #expect(later == trained(through: 2, threads: 3))
    let swapped = try trained(through: 2, swap: smallSwap(experiment, networks: 4))
    #expect(swapped == later && swapped.allSatisfy(\.isSwapped))
    // The same steps on the same images: labels are all that differs.
    #expect(zip(later, run[2].members).allSatisfy { $0 != $1.weights })
  }
}
