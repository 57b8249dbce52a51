import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

/// What is taken of a source but its networks as they are.
@Suite("Transfer of parts")
struct InheritanceTests {
  private func transferring(
    _ take: Experiment.Transfer.Take, noise: Double = 0,
    _ change: (inout Experiment) -> Void = { _ in }
  ) -> Experiment {
    smallExperiment {
      $0.seed = 77
      $0.transfer = Experiment.Transfer(
        origin: .experiment("source", run: nil), take: take, noise: noise)
      change(&$0)
    }
  }

  private func source(_ change: (inout Experiment) -> Void = { _ in }) -> TransferSource {
    let trace = Trace(
      smallExperiment {
        $0.training = Experiment.Training(steps: 20, batch: .fixed(8), learningRate: .fixed(0.3))
        change(&$0)
      })
    return TransferSource(
      digest: "d", networks: [trace.outcome.champion.weights], ids: [trace.outcome.champion.id])
  }

  @Test("filters are the source's first layer; what is above is drawn as without a transfer")
  func filters() {
    let source = source {
      $0.network = Experiment.Network(layers: [36, 5, 7, 3], biases: true)
    }
    let experiment = transferring(.filters) { $0.network.biases = true }
    var plain = experiment
    plain.transfer = nil
    for id in 0..<6 {
      let birth = smallBreeder(experiment, transfer: source).initial(id: id)
      let fresh = smallBreeder(plain).initial(id: id).member.weights
      #expect(birth.individual.operator == .transfer)
      #expect(birth.member.weights.matrix(0) == source.networks[0].matrix(0))
      #expect(birth.member.weights.biases(0) == source.networks[0].biases(0))
      #expect(birth.member.weights.matrix(1) == fresh.matrix(1))
    }
  }

  @Test("noise on filters is on the first layer alone")
  func filterNoise() {
    let source = source()
    let still = smallBreeder(transferring(.filters), transfer: source).initial(id: 3)
    let moved = smallBreeder(transferring(.filters, noise: 0.5), transfer: source).initial(id: 3)
    let noise = Noise.normal(
      layout: still.member.weights.layout,
      stream: RandomStream(seed: 77, purpose: .transferNoise, iteration: 0, individual: 3))
    var expected = source.networks[0]
    expected.add(noise, factor: 0.5)
    #expect(moved.member.weights.matrix(0) == expected.matrix(0))
    #expect(moved.member.weights.matrix(1) == still.member.weights.matrix(1))
  }

  @Test("with more neurons the champion does what it did; with fewer it has its largest ones")
  func neurons() {
    let source = source()
    let evaluation = source.networks[0].evaluation(on: smallData().validation, threads: 1)
    let wide = Trace(
      transferring(.neurons) {
        $0.network.layers = [36, 12, 3]
        $0.iterations = 0
      }, transfer: source)
    #expect(wide.outcome.validation.predictions == evaluation.predictions)
    #expect((wide.outcome.validation.loss - evaluation.loss).magnitude < 1e-6)
    let narrow = smallBreeder(
      transferring(.neurons) { $0.network.layers = [36, 2, 3] }, transfer: source)
    let founders = (0..<3).map { narrow.initial(id: $0).member.weights }
    #expect(founders[0] == founders[1])
    #expect(founders[0] == source.networks[0].resized(to: narrow.layout))
  }

  @Test(
    "answers teach: students of a good teacher read better than those of labels that were shuffled")
  func distill() {
    // The students see labels that mean nothing; what they learn is the teacher's.
    let data = smallData()
    var draws = RandomStream(seed: 5, purpose: .labelShuffle)
    let shuffled = Examples(
      images: data.training.images, rows: data.training.rows,
      labels: data.training.labels.map { _ in UInt8(draws.bounded(3)) },
      values: data.training.values)
    let blind = RunData(
      training: shuffled, validation: data.validation, test: data.test, planeRows: 6,
      planeColumns: 6)
    let training = Experiment.Training(
      steps: 40, batch: .fixed(8), learningRate: .fixed(0.3))
    let teacher = source { $0.network = Experiment.Network(layers: [36, 9, 3], activation: .tanh) }
    let taught = Trace(
      transferring(.distill) {
        $0.training = training
        $0.transfer?.weight = 1
      }, data: blind, transfer: teacher)
    let untaught = Trace(
      transferring(.distill) {
        $0.training = training
        $0.transfer = nil
      }, data: blind)
    #expect(taught.outcome.validation.accuracy > 0.8)
    #expect(untaught.outcome.validation.accuracy < 0.7)
    #expect(taught.individuals[0].operator == .initialization)
    // The teacher saw every training image once.
    #expect(taught.last.images == untaught.last.images + 60)
  }

  @Test("a learned operator begins with the coefficients that it takes, feature by feature")
  func coefficients() {
    func learning(_ experiment: inout Experiment) {
      experiment.approximator = Experiment.Approximator(
        kind: .operator, features: [.path, .hebbian])
    }
    let first = Trace(
      smallExperiment {
        learning(&$0)
        $0.approximator.features = [.path, .weight, .hebbian]
      })
    let learned = first.generations[5].coefficients
    let source = TransferSource(
      digest: "d", coefficients: [.path: learned[0], .weight: learned[1], .hebbian: learned[2]])
    let trace = Trace(transferring(.approximator, learning), transfer: source)
    #expect(trace.generations[0].coefficients == [learned[0], learned[2]])
    #expect(trace.individuals[0].operator == .initialization)
    let plain = Trace(
      transferring(.approximator) {
        learning(&$0)
        $0.transfer = nil
      })
    #expect(
      trace.generations[0].members.map(\.weights) == plain.generations[0].members.map(\.weights))
    #expect(
      trace.generations[1].members.map(\.weights) != plain.generations[1].members.map(\.weights))
  }

  @Test(
    "runs are the same at 1, 2 and 3 threads, taken up again, and lived again",
    arguments: [Experiment.Transfer.Take.filters, .neurons, .distill])
  func determinism(take: Experiment.Transfer.Take) throws {
    let source = source()
    let experiment = transferring(take, noise: take == .distill ? 0 : 0.1) {
      $0.training = Experiment.Training(steps: 3, batch: .fixed(4), optimizer: .momentum)
      if take == .neurons { $0.network.layers = [36, 7, 3] }
    }
    let trace = Trace(experiment, transfer: source)
    for threads in 2...3 {
      #expect(Trace(experiment, threads: threads, transfer: source).essence == trace.essence)
    }
    let kept = try Store().kept(trace.generations[3].state)
    let rest = Trace(
      experiment, transfer: source, following: trace, until: 3, state: kept.state)
    #expect(rest.essence == trace.essence)
    let lives = Replay(
      Evolution(
        experiment: experiment, seed: 77, data: smallData(), threads: 1, transfer: source),
      individuals: trace.individuals, lastGeneration: 5)
    for member in trace.generations[5].members {
      #expect(try lives.member(member.id, at: 5).digest == member.digest)
    }
  }
}
