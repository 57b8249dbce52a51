package import HerdbookNetworks
import HerdbookNumerics

extension NeuronMatching {
  /// What matching gives where there is nothing to be found: the first network, and the second with the weights of
  /// each layer in random order, so that their distribution stays and what they had learned goes.
  ///
  /// Layer i draws from (weight shuffle, 0, i). Nil where the two cannot be matched.
  package static func ofShuffled(
    _ first: Weights, _ second: Weights, seed: UInt64
  ) -> NeuronMatching? {
    let layers = second.layout.layers.indices
    let matrices = layers.map { layer -> [Float] in
      var values = second.matrix(layer)
      var stream = RandomStream(
        seed: seed, purpose: .weightShuffle, individual: UInt32(layer))
      stream.shuffle(&values)
      return values
    }
    return NeuronMatching(
      first,
      Weights(
        layout: second.layout, matrices: matrices, biases: layers.compactMap { second.biases($0) }))
  }
}
