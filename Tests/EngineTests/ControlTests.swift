import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

@Suite("controls")
struct ControlTests {
  private let data = smallData()
  private let budget = [0, 300, 600, 900, 1200, 1500]

  private func course(
    of control: Experiment.Report.Control, _ experiment: Experiment, budget: [Int]? = nil,
    threads: Int = 1
  ) -> ControlCourse {
    Evolution(experiment: experiment, seed: 5, data: data, threads: threads)
      .course(of: control, budget: budget ?? self.budget) {}
  }

  private func trained(_ size: Int) -> Experiment {
    smallExperiment {
      $0.population.size = size
      $0.fitness = Experiment.Fitness(metric: .accuracy)
      $0.training = Experiment.Training(steps: 7, batch: .fixed(8))
      $0.mutation = Experiment.Mutation(
        scale: .fixed(0), hyperparameters: Experiment.HyperparameterMutation(perturb: nil))
      $0.selection = Experiment.Selection(fraction: 0.2, elites: 0, replace: .worst)
    }
  }

  @Test(
    "networks of a control lie in the swap file of the run",
    arguments: Experiment.Report.Control.allCases, [true, false])
  func swapped(control: Experiment.Report.Control, isTrained: Bool) throws {
    let experiment = isTrained ? trained(4) : smallExperiment()
    let networks = 20
    let swap = try smallSwap(experiment, networks: networks)
    var isUsed: [Bool] = []
    let swapped = Evolution(experiment: experiment, seed: 5, data: data, threads: 2, swap: swap)
      .course(of: control, budget: budget) { isUsed.append(!swap.hasRoom(for: networks)) }
    #expect(swapped == course(of: control, experiment))
    #expect(isUsed == budget.map { _ in true })
    #expect(swap.hasRoom(for: networks))
  }

  @Test("random search beside training is each network on its own: one alone is a run of one")
  func alone() {
    let experiment = trained(1)
    let run = Trace(experiment, data: data)
    let control = Evolution(
      experiment: experiment, seed: experiment.seed, data: data, threads: 1
    ).course(of: .randomSearch, budget: run.generations.map(\.record.images)) {}
    #expect(control.fitness == run.generations.map { $0.record.fitness[0] })
    #expect(control.learningRate == run.outcome.champion.hyperparameters.learningRate)
    #expect(control.testAccuracy == run.outcome.test.accuracy)
    // What a run passes but for the champion's test.
    #expect(
      control.images
        == run.generations.map { $0.record.images - ($0.record.generation == 5 ? 20 : 0) })
  }

  @Test(
    "gradient descent takes its rates at even distances over the range, the best at each generation"
  )
  func grid() {
    let range = Drawable.logUniform(0.001, 1)
    let rates = range.grid(4)
    for (rate, expected) in zip(rates, [0.001, 0.01, 0.1, 1]) {
      #expect(abs(rate / expected - 1) < 1e-12)
    }
    #expect(Drawable.uniform(1, 2).grid(3) == [1, 1.5, 2])
    #expect(Drawable.choice([3, 5]).grid(4) == [3, 3, 5, 5])
    #expect(Drawable.fixed(3).grid(2) == [3, 3])
    let together = course(of: .sgd, trained(4))
    let each = rates.indices.map { place in
      course(of: .sgd, trained(4).with(rate: rates[place]))
    }
    // With one rate for all, its best network is at least as good as the one that has it in the grid.
    for generation in budget.indices {
      #expect(together.fitness[generation] <= each.map { $0.fitness[generation] }.max() ?? -1)
    }
    #expect(rates.contains(together.learningRate ?? -1))
  }

  @Test(
    "without training, random search spends what the run spent on fresh networks and keeps the best"
  )
  func search() {
    let experiment = smallExperiment()
    let search = course(of: .randomSearch, experiment, budget: [240, 400, 560, 720, 880, 1040])
    // 40 images each: six networks, then four an iteration.
    #expect(search.images == [240, 400, 560, 720, 880, 1040])
    let breeder = Breeder(experiment: experiment, seed: 5, data: data)
    let losses = (0..<26).map {
      breeder.initial(id: $0).member.weights.evaluation(on: data.validation, threads: 1).loss
    }
    let expected = [6, 10, 14, 18, 22, 26].map { -(losses.prefix($0).min() ?? .nan) }
    #expect(search.fitness == expected)
    #expect(search.learningRate == nil)
  }

  @Test("without training, gradient descent passes about as many images as the run")
  func descent() {
    let descent = course(
      of: .sgd, smallExperiment(), budget: [240, 8000, 16000, 24000, 32000, 40000])
    // Six networks, five iterations, minibatches of the 60 images that there are: 22 steps each.
    #expect(descent.images == (0...5).map { $0 * 6 * 60 * 22 })
    #expect((descent.fitness.last ?? -9) > descent.fitness[0] + 0.3)
  }

  @Test("threads change nothing", arguments: Experiment.Report.Control.allCases)
  func threads(control: Experiment.Report.Control) {
    for experiment in [smallExperiment(), trained(5)] {
      let one = course(of: control, experiment)
      #expect(course(of: control, experiment, threads: 3) == one)
      #expect(one.control == control && one.fitness.count == budget.count)
    }
  }
}

extension Experiment {
  fileprivate func with(rate: Double) -> Experiment {
    var changed = self
    changed.training?.learningRate = .fixed(rate)
    return changed
  }
}
