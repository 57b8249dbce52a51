import HerdbookEngine
import HerdbookModel
import HerdbookNumerics
import Testing

/// The toy problem of population-based training (Jaderberg et al. 2017, section 4.1 and figure 2): two workers are to
/// maximize Q = 1.2 - θ0² - θ1², but each climbs 1.2 - h0 θ0² - h1 θ1² with hyperparameters of its own, from
/// θ = (0.9, 0.9) with h = (1, 0) and (0, 1). Neither can get there alone.
///
/// Who is copied and how hyperparameters change is the engine's; h are a learning rate and a mutation scale that
/// are drawn from [0, 1).
@Suite("The toy problem of population-based training")
struct ToyProblemTests {
  private struct Worker {
    var id: Int
    var place = [0.9, 0.9]
    var h: Hyperparameters

    var quality: Double { 1.2 - place[0] * place[0] - place[1] * place[1] }

    /// Four steps of gradient ascent at rate 0.01.
    mutating func climb() {
      let factors = [h.learningRate ?? 0, h.mutationScale ?? 0]
      for _ in 0..<4 {
        for axis in 0..<2 { place[axis] -= 0.01 * 2 * factors[axis] * place[axis] }
      }
    }
  }

  /// The best quality after 30 rounds.
  private func best(seed: UInt64, exploit: Bool, explore: Bool) -> Double {
    let experiment = smallExperiment {
      $0.seed = seed
      $0.population.size = 2
      $0.training = Experiment.Training(learningRate: .uniform(0, 1))
      $0.mutation = Experiment.Mutation(
        scale: .uniform(0, 1),
        hyperparameters: explore
          ? Experiment.HyperparameterMutation(perturb: [0.8, 1.2], resample: 0.25)
          : Experiment.HyperparameterMutation(perturb: nil))
      $0.selection =
        exploit
        ? Experiment.Selection(method: .truncation, fraction: 0.5, replace: .worst)
        : Experiment.Selection(method: .none, replace: explore ? .all : .worst)
    }
    let breeder = smallBreeder(experiment)
    var workers = [(1.0, 0.0), (0.0, 1.0)].enumerated().map { id, h in
      Worker(
        id: id,
        h: Hyperparameters(learningRate: h.0, mutationScale: h.1, initializationScale: 1))
    }
    var nextID = 2
    for iteration in 1...30 {
      if iteration > 1 {
        let succession = Succession(
          experiment: experiment, seed: seed, iteration: iteration, ids: workers.map(\.id),
          fitness: workers.map(\.quality), nextID: nextID)
        workers = succession.slots.map { slot in
          switch slot {
          case .survivor(let position): return workers[position]
          case .newborn(let id, let parent, _):
            nextID = max(nextID, id + 1)
            let h = breeder.mutated(workers[parent].h, iteration: iteration, id: id)
            return Worker(id: id, place: workers[parent].place, h: h)
          }
        }
      }
      for index in workers.indices { workers[index].climb() }
    }
    return workers.map(\.quality).max()!
  }

  /// The median over 99 seeds.
  private func median(exploit: Bool, explore: Bool) -> Double {
    (0..<99).map { best(seed: $0, exploit: exploit, explore: explore) }.sorted()[49]
  }

  @Test("exploit and explore together reach 1.15, and neither does alone")
  func together() {
    #expect(median(exploit: true, explore: true) > 1.15)
    #expect(median(exploit: true, explore: false) < 1.15)
    #expect(median(exploit: false, explore: true) < 1.15)
  }

  @Test("with neither, each worker climbs along its own axis to 1.2 - 0.81")
  func neither() {
    let expected = 1.2 - 0.81 - 0.81 * Elementary.power(0.98, 240)
    #expect((median(exploit: false, explore: false) - expected).magnitude < 1e-12)
    #expect((median(exploit: true, explore: false) - expected).magnitude < 1e-12)
  }
}
