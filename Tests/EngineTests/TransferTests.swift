import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

@Suite("Transfer")
struct TransferTests {
  /// A small experiment that transfers, with changes.
  private func transferring(
    noise: Double = 0, take: Experiment.Transfer.Take = .champion,
    _ change: (inout Experiment) -> Void = { _ in }
  ) -> Experiment {
    smallExperiment {
      $0.seed = 77
      $0.transfer = Experiment.Transfer(
        origin: .experiment("source", run: nil), take: take, noise: noise)
      change(&$0)
    }
  }

  private func champion(_ trace: Trace) -> TransferSource {
    TransferSource(
      digest: "d", networks: [trace.outcome.champion.weights], ids: [trace.outcome.champion.id])
  }

  private func population(_ trace: Trace, _ count: Int = 6) -> TransferSource {
    let members = trace.generations[5].members.prefix(count)
    return TransferSource(digest: "d", networks: members.map(\.weights), ids: members.map(\.id))
  }

  @Test("without noise every founder is the champion, with hyperparameters of its own")
  func copies() {
    func drawing(_ experiment: inout Experiment) {
      experiment.training = Experiment.Training(steps: 2, learningRate: .logUniform(0.001, 1))
    }
    let source = champion(Trace(smallExperiment()))
    let breeder = smallBreeder(transferring(drawing), transfer: source)
    let untransferred = smallBreeder(
      smallExperiment {
        $0.seed = 77
        drawing(&$0)
      })
    for id in 0..<6 {
      let birth = breeder.initial(id: id)
      let drawn = untransferred.initial(id: id)
      #expect(birth.member.weights == source.networks[0])
      #expect(birth.member.weights != drawn.member.weights)
      #expect(birth.member.hyperparameters == drawn.member.hyperparameters)
      #expect(
        birth.individual.operator == .transfer && drawn.individual.operator == .initialization)
      #expect(birth.individual.parents.isEmpty && birth.individual.birth == 0)
    }
  }

  @Test("a population goes on in its order, and begins again where it is smaller", arguments: 1...6)
  func populations(count: Int) {
    let source = population(Trace(smallExperiment()), count)
    let breeder = smallBreeder(transferring(take: .population), transfer: source)
    for id in 0..<6 {
      #expect(breeder.initial(id: id).member.weights == source.networks[id % count])
    }
  }

  @Test("noise is source + noise * s * N from the name (transfer noise, 0, id) alone")
  func noise() {
    let source = population(Trace(smallExperiment()), 2)
    let experiment = transferring(noise: 0.3, take: .population) {
      $0.network.initialization.kernel = KernelFilter(shape: .box)
      $0.mutation = Experiment.Mutation(
        scale: .fixed(0.1), rate: 0.5, decay: 0.5, kernel: KernelFilter(shape: .gaussian))
    }
    let breeder = smallBreeder(experiment, transfer: source)
    for id in [0, 1, 5] {
      let stream = RandomStream(
        seed: 77, purpose: .transferNoise, iteration: 0, individual: UInt32(id))
      var expected = source.networks[id % 2]
      expected.add(Noise.normal(layout: breeder.layout, stream: stream), factor: 0.3)
      #expect(breeder.initial(id: id).member.weights == expected)
    }
  }

  @Test("noise has the mean 0 and the deviation noise * s in every layer, biases included")
  func statistics() throws {
    let experiment = transferring(noise: 0.3) { $0.network.biases = true }
    let source = champion(Trace(smallExperiment { $0.network.biases = true }))
    let breeder = smallBreeder(experiment, transfer: source)
    let founders = (0..<200).map { breeder.initial(id: $0).member.weights }
    for (index, layer) in breeder.layout.layers.enumerated() {
      let origin = source.networks[0].matrix(index) + source.networks[0].biases(index)!
      let steps = founders.flatMap { founder in
        zip(founder.matrix(index) + founder.biases(index)!, origin).map { Double($0 - $1) }
      }
      let count = Double(steps.count)
      let deviation = 0.3 * layer.scale
      let mean = steps.reduce(0, +) / count
      let square = steps.reduce(0) { $0 + $1 * $1 } / count
      // 4.5 standard errors of a normal sample's mean and variance.
      #expect(mean.magnitude < 4.5 * deviation / count.squareRoot())
      #expect(
        (square / (deviation * deviation) - 1).magnitude < 4.5 * (2 / count).squareRoot())
    }
    #expect(zip(founders, founders.dropFirst()).allSatisfy { $0 != $1 })
  }

  @Test("at generation 0 the champion does what it did in its own run")
  func continuity() {
    let source = Trace(smallExperiment { $0.training = Experiment.Training(steps: 5) })
    let trace = Trace(
      transferring { $0.training = Experiment.Training(steps: 5) }, transfer: champion(source))
    let first = trace.records[0]
    #expect(first.fitness == [Double](repeating: source.outcome.champion.fitness, count: 6))
    #expect(first.validationAccuracy == source.last.validationAccuracy)
    let unchanged = Trace(
      transferring(take: .population) { $0.iterations = 0 }, transfer: population(source))
    #expect(unchanged.last.fitness == source.last.fitness)
    #expect(unchanged.outcome.champion.weights == source.outcome.champion.weights)
    #expect(unchanged.outcome.test == source.outcome.test)
  }

  @Test(
    "a run that transfers is the same at 1, 2 and 3 threads",
    arguments: [Experiment.Transfer.Take.champion, .population], [0, 0.1])
  func threads(take: Experiment.Transfer.Take, noise: Double) {
    let trace = Trace(smallExperiment())
    let source = take == .champion ? champion(trace) : population(trace, 4)
    let experiment = transferring(noise: noise, take: take) {
      $0.training = Experiment.Training(steps: 2, batch: .fixed(4))
      $0.mutation.scale = .fixed(0.05)
    }
    let essence = Trace(experiment, transfer: source).essence
    #expect(essence.individuals.prefix(6).allSatisfy { $0.operator == .transfer })
    #expect(essence.individuals.dropFirst(6).allSatisfy { $0.operator != .transfer })
    for threads in 2...3 {
      #expect(Trace(experiment, threads: threads, transfer: source).essence == essence)
    }
  }

  @Test("a diverged network of a population stays so, and ranks last")
  func diverged() {
    var weights = population(Trace(smallExperiment())).networks
    weights[2].diverge()
    let source = TransferSource(digest: "d", networks: weights, ids: Array(0..<6))
    let trace = Trace(
      transferring(noise: 0.1, take: .population) { $0.selection.replace = .worst },
      transfer: source)
    #expect(trace.records[0].diverged == 1 && trace.records[0].fitness[2].isNaN)
    #expect(trace.individuals[2].death == 1)
  }
}
