package import HerdbookModel

/// Where the weights of a network stand in memory.
///
/// Layer by layer: the matrix [inputs][stride], then the biases [stride] where there are any. The
/// stride is the number of outputs rounded up to 16; what lies behind the outputs is zero.
package struct NetworkLayout: Sendable, Equatable, Codable {
  /// One matrix of weights between two layers of units.
  package struct Layer: Sendable, Equatable, Codable {
    package let inputs: Int
    package let outputs: Int
    package let stride: Int
    /// Position of weight [0][0] and of bias 0; nil without biases.
    package let weights: Int
    package let bias: Int?

    /// The scale that noise is measured in: sqrt(2 / (fan in + fan out)).
    package var scale: Double { (2 / Double(inputs + outputs)).squareRoot() }
    /// Weights and biases.
    package var parameters: Int { inputs * outputs + (bias == nil ? 0 : outputs) }
  }

  package let activation: Experiment.Network.Activation
  package let layers: [Layer]
  /// Floats of storage, with the zeros behind the columns.
  package let storage: Int
  /// Weights and biases of all layers.
  package let parameters: Int

  package var inputs: Int { layers[0].inputs }
  /// Units between input and output, in the order of the layers.
  package var hiddenUnits: Int { layers.dropLast().reduce(0) { $0 + $1.outputs } }
  package var classes: Int { layers[layers.count - 1].outputs }
  package var hasBiases: Bool { layers[0].bias != nil }
  /// Multiply-adds of one image's forward pass with dense inputs.
  package var multiplyAdds: Int { layers.reduce(0) { $0 + $1.inputs * $1.outputs } }

  package init(_ network: Experiment.Network) {
    precondition(network.layers.count >= 2, "a network has an input and an output layer")
    var position = 0
    var layers: [Layer] = []
    for (inputs, outputs) in zip(network.layers, network.layers.dropFirst()) {
      let stride = (outputs + 15) / 16 * 16
      let weights = position
      position += inputs * stride
      let bias: Int? = network.biases ? position : nil
      if network.biases { position += stride }
      layers.append(
        Layer(inputs: inputs, outputs: outputs, stride: stride, weights: weights, bias: bias))
    }
    self.activation = network.activation
    self.layers = layers
    self.storage = position
    self.parameters = layers.reduce(0) { $0 + $1.parameters }
  }

  /// The stretches of real parameters, row by row: (position in storage, length), in the order of
  /// the parameters' numbers.
  package var rows: [(position: Int, count: Int)] {
    layers.flatMap { layer in
      (0..<layer.inputs).map { (layer.weights + $0 * layer.stride, layer.outputs) }
        + (layer.bias.map { [($0, layer.outputs)] } ?? [])
    }
  }
}
