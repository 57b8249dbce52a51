import HerdbookAnalysis
import HerdbookNetworks
import Testing

@Suite("Neurons")
struct NeuronTests {
  @Test("importance, norm, activation and smoothness of two units, by hand")
  func byHand() {
    let weights = network([2, 2, 3], [[1, -1, 2, 1], [1, 1, 4, 0, 3, 0]])
    let images = examples([[255, 0], [0, 255], [255, 255]], labels: [0, 1, 2])
    let neurons = Neurons(
      weights, on: images, founder: nil, lit: [true, true], planeRows: 1, planeColumns: 2)
    // Unit 0 is 1, 2, 3; unit 1 is 0, 1, 0.
    func expect(_ values: [Double], _ expected: [Double]) {
      #expect(values.count == expected.count)
      for (value, number) in zip(values, expected) {
        #expect((value - number).magnitude < 1e-14)
      }
    }
    expect(neurons.meanActivation, [2, 1.0 / 3])
    expect(neurons.deviation, [(2.0 / 3).squareRoot(), (2.0 / 9).squareRoot()])
    expect(neurons.outgoingNorm, [18.squareRoot(), 3])
    // Both spreads are sqrt 6.
    expect(neurons.importance, [2, 2 / 3.squareRoot()])
    expect(neurons.moran, [-1, -1])
    let table = neurons.table()
    #expect(
      table.names == [
        "neuron", "importance", "outgoing_norm", "moran", "mean_activation", "sd_activation",
        "ablation_loss", "ablation_accuracy", "founder_cosine",
      ])
    #expect(table.integers("neuron") == [0, 1])
    #expect(table.reals("sd_activation") == neurons.deviation)
  }

  @Test("the cosine with the founder's weights, over lit inputs, by hand")
  func founder() {
    let weights = network([3, 2, 2], [[1, 1, 1, 0, 7, 7], [1, 0, 0, 1]])
    let before = network([3, 2, 2], [[1, 0, 0, 0, -7, 1], [1, 0, 0, 1]])
    let images = examples([[255, 0, 0]], labels: [0])
    let found = Neurons(
      weights, on: images, founder: before, lit: [true, true, false], planeRows: 1, planeColumns: 3
    ).founderCosine
    // (1, 1) with (1, 0); (1, 0) with (0, 0).
    #expect((found[0] - 0.5.squareRoot()).magnitude < 1e-15 && found[1].isNaN)
  }

  @Test("a unit that never changes has no deviation at all, and no importance")
  func constant() {
    let weights = network([1, 1, 2], [[0.7310586], [1, 2]])
    let images = examples(
      [[UInt8]](repeating: [255], count: 1000), labels: [UInt8](repeating: 0, count: 1000))
    let neurons = Neurons(
      weights, on: images, founder: nil, lit: [true], planeRows: 1, planeColumns: 1)
    #expect(neurons.deviation == [0])
    #expect(neurons.importance == [0])
  }

  @Test("without a plane there is no Moran's I")
  func flat() {
    let weights = network([2, 1, 2], [[1, 2], [1, 2]])
    let images = examples([[255, 0]], labels: [0])
    #expect(
      Neurons(
        weights, on: images, founder: nil, lit: [true, true], planeRows: 5, planeColumns: 5
      ).moran[0].isNaN)
  }

  @Test("Moran's I is -1 on a chessboard, positive on a slope, near 0 on noise")
  func moran() {
    let chess = (0..<16).map { Double(($0 / 4 + $0 % 4) % 2) }
    #expect((moransI(chess, rows: 4, columns: 4) + 1).magnitude < 1e-14)
    // Rows 0, 1, 2, 3: cross 20 over 24 links, power 20 over 16 places.
    let slope = (0..<16).map { Double($0 / 4) }
    #expect((moransI(slope, rows: 4, columns: 4) - 2.0 / 3).magnitude < 1e-14)
    let turned = (0..<16).map { Double($0 % 4) * -3 + 7 }
    #expect((moransI(turned, rows: 4, columns: 4) - 2.0 / 3).magnitude < 1e-14)
    // One row of three: 1, 0, 0: d = 2/3, -1/3, -1/3; cross -1/9 over 2, power 2/3 over 3.
    #expect((moransI([1, 0, 0], rows: 1, columns: 3) + 0.25).magnitude < 1e-14)
  }

  @Test("a constant field has no Moran's I, whatever its mean rounds to", arguments: [0, 0.1, 1e9])
  func constantField(value: Double) {
    #expect(moransI([Double](repeating: value, count: 9), rows: 3, columns: 3).isNaN)
    #expect(moransI([value], rows: 1, columns: 1).isNaN)
  }

  @Test("a field that is not a number has no Moran's I")
  func notNumber() {
    #expect(moransI([1, .nan, 2, 3], rows: 2, columns: 2).isNaN)
  }
}
