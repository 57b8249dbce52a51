import HerdbookAnalysis
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

@Suite("Ablation")
struct AblationTests {
  @Test("what the loss and the accuracy of two classes cost without a unit, by hand")
  func byHand() {
    // Unit 0 speaks for class 0, unit 1 for class 1, unit 2 is silent.
    let weights = network([2, 3, 2], [[1, 0, 0, 0, 1, 0], [1, 0, 0, 1, 5, 5]])
    let images = examples([[255, 0], [255, 0], [0, 255]], labels: [0, 1, 1])
    let ablation = Ablation(weights, on: images)
    let (right, wrong, even) = (
      Elementary.log(1 + Elementary.exp(-1)), Elementary.log(1 + Elementary.exp(1)),
      Elementary.log(2)
    )
    // Without unit 0 the first two see 0 and 0; equal scores are read as the first class.
    #expect((ablation.lossRise[0] - (2 * even - right - wrong) / 3).magnitude < 1e-15)
    #expect((ablation.lossRise[1] - (even - right) / 3).magnitude < 1e-15)
    #expect(ablation.lossRise[2] == 0)
    #expect(ablation.accuracyFall == [0, 1.0 / 3, 0])
  }

  @Test(
    "removing a unit is as if its outgoing weights were 0, through any later layers and activation",
    arguments: Experiment.Network.Activation.allCases)
  func asZeroWeights(activation: Experiment.Network.Activation) {
    let network = Experiment.Network(layers: [6, 5, 4, 3], activation: activation, biases: true)
    let layout = NetworkLayout(network)
    func values(_ count: Int, _ seed: Int) -> [Float] {
      (0..<count).map { Float((($0 * 37 + seed * 11) % 41) - 20) / 12 }
    }
    func weights(without unit: Int?) -> Weights {
      var second = values(20, 2)
      if let unit { for output in 0..<4 { second[unit * 4 + output] = 0 } }
      return Weights(
        layout: layout, matrices: [values(30, 1), second, values(12, 3)],
        biases: [values(5, 4), values(4, 5), values(3, 6)])
    }
    let images = examples(
      (0..<40).map { row in (0..<6).map { UInt8((row * 53 + $0 * 29) % 256) } },
      labels: (0..<40).map { UInt8($0 % 3) })
    let ablation = Ablation(weights(without: nil), on: images, threads: 2)
    func evaluated(_ unit: Int?) -> (loss: Double, accuracy: Double) {
      let found = Workspace(layout: layout, capacity: 8).evaluate(
        weights(without: unit), on: images)
      return (found.loss, found.accuracy)
    }
    let whole = evaluated(nil)
    for unit in 0..<5 {
      let without = evaluated(unit)
      #expect((ablation.lossRise[unit] - (without.loss - whole.loss)).magnitude < 1e-5)
      #expect((ablation.accuracyFall[unit] - (whole.accuracy - without.accuracy)).magnitude < 1e-12)
    }
    #expect(Ablation(weights(without: nil), on: images, threads: 1).lossRise == ablation.lossRise)
  }

  @Test("networks with more to compute after the first layer are looked at with fewer images")
  func images() {
    #expect(Ablation.images(of: 5000, sizes: [784, 100, 10]) == 5000)
    // 100 x (100 + 100 x 100 + 100 x 10) products an image.
    #expect(Ablation.images(of: 5000, sizes: [784, 100, 100, 100, 10]) == 900)
    #expect(Ablation.images(of: 5000, sizes: [784, 1000, 1000, 10]) == 100)
    #expect(Ablation.images(of: 60, sizes: [784, 1000, 1000, 10]) == 60)
  }
}
