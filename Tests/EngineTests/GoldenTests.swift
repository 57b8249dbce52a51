import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import Testing

/// The contract of the bits: these digests were recorded once. When one of them changes, results of
/// the same plan change: raise `Evolution.resultVersion`, say so in the commit, and record anew.
@Suite("Frozen runs")
struct GoldenTests {
  @Test("blind mutation with crossover gives the recorded states")
  func blind() {
    let trace = Trace(
      smallExperiment {
        $0.crossover.method = .neuron
        $0.mutation = Experiment.Mutation(
          scale: .uniform(0.05, 0.2), rate: 0.8, decay: 0.9, adapt: 0.2,
          kernel: KernelFilter(shape: .gaussian))
        $0.fitness.images = 10
        $0.fitness.resample = true
      })
    // Versions 2 and 3 came with columns of tables: states are those of version 1.
    #expect(Evolution.resultVersion == 6)
    #expect(trace.records.map { String($0.stateDigest.prefix(16)) } == Self.blindDigests)
    #expect(trace.outcome.validation.correct == 15)
  }

  @Test("training with momentum and replacement of the worst gives the recorded states")
  func trained() {
    let trace = Trace(
      smallExperiment {
        $0.network.activation = .tanh
        $0.network.biases = true
        $0.selection.replace = .worst
        $0.mutation.scale = .fixed(0)
        $0.mutation.hyperparameters.resample = 0.25
        $0.training = Experiment.Training(
          steps: 10, batch: .choice([4, 8]), optimizer: .momentum,
          learningRate: .logUniform(0.001, 0.1))
      })
    #expect(trace.records.map { String($0.stateDigest.prefix(16)) } == Self.trainedDigests)
    #expect(trace.outcome.validation.correct == 36)
  }

  static let blindDigests = [
    "a4d3a4bd160bbcfb", "c47116add1a54eaf", "0a6e8fe21804ea26", "d4019a190149aacb",
    "72b8904f0debe091", "a39e9afa8dfda0ca",
  ]

  static let trainedDigests = [
    "1b545f425a600696", "e92bcf6f46093e8a", "a50e94e8722705b4", "86582829667eadd5",
    "1d127a97dffc9c3f", "ce8150a75d57143e",
  ]
}
