import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

@Suite("Resizing hidden layers")
struct ResizingTests {
  private func layout(_ layers: [Int], biases: Bool = false) -> NetworkLayout {
    NetworkLayout(Experiment.Network(layers: layers, biases: biases))
  }

  /// Two inputs, three hidden units of sizes 1 x 4, 3 x 1 and 2 x 2, one class and another.
  private var small: Weights {
    Weights(
      layout: layout([2, 3, 2], biases: true),
      matrices: [[1, 0, 2, 0, 3, 0], [4, 0, 0, 1, 2, 0]],
      biases: [[7, 8, 9], [5, 6]])
  }

  @Test(
    "fewer units are those with the largest |incoming| |outgoing|, in their order; ties go to the lowest"
  )
  func fewer() {
    // Sizes are 4, 3 and 4.
    let two = small.resized(to: layout([2, 2, 2], biases: true))
    #expect(two.matrix(0) == [1, 2, 0, 0] && two.matrix(1) == [4, 0, 2, 0])
    #expect(two.biases(0) == [7, 9] && two.biases(1) == [5, 6])
    let one = small.resized(to: layout([2, 1, 2], biases: true))
    #expect(one.matrix(0) == [1, 0] && one.matrix(1) == [4, 0] && one.biases(0) == [7])
  }

  @Test("more units repeat the largest, and copies share the outgoing weights")
  func more() {
    let five = small.resized(to: layout([2, 5, 2], biases: true))
    #expect(five.matrix(0) == [1, 0, 2, 1, 2, 0, 3, 0, 0, 0])
    #expect(five.matrix(1) == [2, 0, 0, 1, 1, 0, 2, 0, 1, 0])
    #expect(five.biases(0) == [7, 8, 9, 7, 9] && five.biases(1) == [5, 6])
    // Four times the first, three times the others.
    let ten = small.resized(to: layout([2, 10, 2], biases: true))
    #expect(
      ten.matrix(1).enumerated().filter { $0.offset % 2 == 0 }.map(\.element).reduce(0, +) == 6)
    #expect(ten.biases(0)!.count { $0 == 7 } == 4)
  }

  @Test("the same sizes are the same network")
  func same() { #expect(small.resized(to: small.layout) == small) }

  @Test(
    "a wider network of several layers has the function it had",
    arguments: [Experiment.Network.Activation.relu, .tanh, .sigmoid])
  func function(activation: Experiment.Network.Activation) {
    let one = Case(layers: [30, 9, 7, 5], activation: activation, biases: true, count: 40)
    let wide = one.weights.resized(
      to: NetworkLayout(
        Experiment.Network(layers: [30, 31, 8, 5], activation: activation, biases: true)))
    let before = one.weights.activations(on: one.examples, layer: 3, threads: 1)
    let after = wide.activations(on: one.examples, layer: 3, threads: 1)
    // Sums of at most 31 terms that are of order one, each rounded in binary32.
    #expect(zip(before, after).allSatisfy { ($0 - $1).magnitude < 1e-4 })
    #expect(before.contains { $0.magnitude > 0.1 })
  }
}
