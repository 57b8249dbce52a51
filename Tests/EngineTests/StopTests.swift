import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import Testing

@Suite("Stopping early")
struct StopTests {
  private static let learning = smallExperiment {
    $0.iterations = 12
    $0.training = Experiment.Training(steps: 5, batch: .fixed(8), learningRate: .fixed(0.2))
    $0.selection.replace = .worst
  }

  @Test(
    "a run ends with the first generation whose champion reaches the target, and is tested then")
  func target() throws {
    let whole = Trace(Self.learning)
    let accuracies = whole.records.map(\.validationAccuracy)
    let target = try #require(accuracies.dropFirst(2).dropLast(3).max())
    let end = try #require(accuracies.firstIndex { $0 >= target })
    var experiment = Self.learning
    experiment.stop.target = target
    let short = Trace(experiment)
    #expect(end > 0 && end < 12)
    #expect(short.records.map(\.stateDigest) == whole.records.prefix(end + 1).map(\.stateDigest))
    #expect(short.generations.map(\.isLast) == (0...end).map { $0 == end })
    // Twenty images more than the same generation of the run that goes on.
    #expect(short.last.images == whole.records[end].images + 20)
    #expect(short.outcome.validation.accuracy == short.last.validationAccuracy)
    #expect(short.individuals.allSatisfy { $0.birth <= end })
  }

  @Test(
    "evaluations end it with the generation that has as many", arguments: [1, 6, 7, 11, 12, 31])
  func evaluations(count: Int) {
    let experiment = smallExperiment { $0.stop.evaluations = count }
    // Six at first, and five in each iteration.
    #expect(Trace(experiment).last.generation == max(0, (count - 6 + 4) / 5))
  }

  @Test("whichever comes first; a target that is never reached leaves all iterations")
  func first() {
    #expect(
      Trace(smallExperiment { $0.stop = .init(target: 1, evaluations: 9) }).last.generation == 1)
    #expect(
      Trace(smallExperiment { $0.stop = .init(target: 0.01, evaluations: 9) }).last.generation == 0)
    let experiment = smallExperiment { $0.stop = .init(target: 1, evaluations: 10_000) }
    #expect(Trace(experiment).essence == Trace(smallExperiment()).essence)
  }

  @Test("a run that is taken up again ends where it would have, also from its last generation")
  func resumed() throws {
    let store = try Store()
    let experiment = smallExperiment { $0.stop.evaluations = 16 }
    let whole = Trace(experiment)
    #expect(whole.last.generation == 2)
    for generation in 0...2 {
      let kept = try store.kept(whole.generations[generation].state)
      let rest = Trace(experiment, following: whole, until: generation, state: kept.state)
      #expect(rest.essence == whole.essence)
    }
  }
}
