import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

@Suite("Crossover of layers and means")
struct CrossoverTests {
  private func parents(biases: Bool) -> (Weights, Weights) {
    let layout = NetworkLayout(
      Experiment.Network(layers: [5, 4, 3, 2], activation: .relu, biases: biases))
    func weights(_ id: UInt32) -> Weights {
      Weights.initial(
        layout: layout, scheme: .normal, scale: 1, filter: nil,
        stream: RandomStream(seed: 3, purpose: .initialization, individual: id))
    }
    var pair = (weights(1), weights(2))
    for layer in 0..<3 where biases {
      _ = layer
      pair.0.add(
        Noise.normal(layout: layout, stream: RandomStream(seed: 4, purpose: .mutationNoise)),
        factor: 1)
    }
    return pair
  }

  @Test(
    "each layer comes whole from one parent, with its biases; the share counts parameters",
    arguments: [false, true])
  func layers(biases: Bool) {
    let (one, two) = parents(biases: biases)
    var patterns: [[Bool]: Int] = [:]
    for individual in 0..<400 as Range<UInt32> {
      let stream = RandomStream(seed: 9, purpose: .crossover, individual: individual)
      let (child, share, seconds) = Weights.crossingLayers(one, two, stream: stream)
      var fromFirst = 0
      let pattern = (0..<3).map { layer in
        let isFirst = child.matrix(layer) == one.matrix(layer)
        #expect(isFirst != (child.matrix(layer) == two.matrix(layer)))
        if biases {
          #expect(child.biases(layer) == (isFirst ? one : two).biases(layer))
        }
        let sizes = [5, 4, 3, 2]
        if isFirst { fromFirst += (sizes[layer] + (biases ? 1 : 0)) * sizes[layer + 1] }
        return isFirst
      }
      #expect(seconds == (0..<7).map { !pattern[$0 < 4 ? 0 : 1] })
      patterns[pattern, default: 0] += 1
      let whole = biases ? 24 + 15 + 8 : 20 + 12 + 6
      #expect(abs(share - Double(fromFirst) / Double(whole)) < 1e-15)
    }
    // Eight patterns, each within 4.5 standard errors of 50.
    #expect(patterns.count == 8)
    for count in patterns.values {
      #expect(abs(Double(count) - 50) < 4.5 * (400.0 * 7 / 64).squareRoot())
    }
  }

  @Test("the mean is half the sum of each parameter", arguments: [false, true])
  func mean(biases: Bool) {
    let (one, two) = parents(biases: biases)
    let child = Weights.mean(one, two)
    for layer in 0..<3 {
      let expected = zip(one.matrix(layer), two.matrix(layer)).map { ($0 + $1) / 2 }
      #expect(child.matrix(layer) == expected)
      if biases {
        let expected = zip(one.biases(layer) ?? [], two.biases(layer) ?? []).map { ($0 + $1) / 2 }
        #expect(child.biases(layer) == expected)
      }
    }
    #expect(Weights.mean(one, one) == one)
  }
}
