import HerdbookBundle
import HerdbookModel
import HerdbookNetworks

/// A tensor of a network: its name, its shape, and how its values are taken from weights.
private struct NetworkTensor {
  let name: String
  let shape: [Int]
  let values: @Sendable (Weights) -> [Float]

  /// `layers.N.weight` [in, out] and, where there are biases, `layers.N.bias` [out].
  static func all(of layout: NetworkLayout) -> [NetworkTensor] {
    layout.layers.enumerated().flatMap { index, layer in
      let matrix = NetworkTensor(
        name: "layers.\(index + 1).weight", shape: [layer.inputs, layer.outputs]
      ) { $0.matrix(index) }
      guard layer.bias != nil else { return [matrix] }
      let biases = NetworkTensor(name: "layers.\(index + 1).bias", shape: [layer.outputs]) {
        $0.biases(index) ?? []
      }
      return [matrix, biases]
    }
  }
}

extension Safetensors {
  /// One network.
  init(_ weights: Weights, metadata: [String: String]) {
    self.init(
      tensors: NetworkTensor.all(of: weights.layout).map {
        Tensor(name: $0.name, shape: $0.shape, values: $0.values(weights))
      }, metadata: metadata)
  }
}

/// Units of the first layer of whom the champion comes from, in a generation.
struct LineStop {
  let generation: Int
  let weights: Weights
  let units: [Int]
}

extension Safetensors {
  /// The weights into some units of the first layer, `generation.N.unit.N` [in], in binary16: for pictures.
  init(_ line: [LineStop]) {
    self.init(
      tensors: line.flatMap { stop in
        let matrix = stop.weights.matrix(0)
        let layer = stop.weights.layout.layers[0]
        return stop.units.map { unit in
          Tensor(
            name: "generation.\(stop.generation).unit.\(unit)", shape: [layer.inputs],
            element: .float16,
            values: (0..<layer.inputs).map { matrix[$0 * layer.outputs + unit] })
        }
      })
  }
}

extension SafetensorsStream.Part {
  /// The tensors of several networks of one layout, at least one: with an axis of individuals before, each a
  /// piece.
  static func stacked(
    _ weights: [Weights], as type: Experiment.Record.NumberType = .float32
  ) -> [SafetensorsStream.Part] {
    NetworkTensor.all(of: weights[0].layout).map { tensor in
      SafetensorsStream.Part(
        name: tensor.name, shape: [weights.count] + tensor.shape,
        element: type == .float16 ? .float16 : .float32, pieces: weights.count
      ) { tensor.values(weights[$0]) }
    }
  }
}

extension SafetensorsStream {
  /// Several networks of one layout, at least one: the tensors have an axis of individuals before.
  ///
  /// What is not kept as it is says so in the metadata.
  init(
    _ weights: [Weights], as type: Experiment.Record.NumberType, metadata: [String: String]
  ) {
    let rounding = type == .float16 ? ["rounding": "float16, to nearest, ties to even"] : [:]
    self.init(
      parts: Part.stacked(weights, as: type), metadata: metadata.merging(rounding) { $1 })
  }
}

extension NetworkTensors {
  /// Its kind of network; the activation is the wanted one where the file does not say it, and the kind nil
  /// where the file says one that is not known.
  func network(like wanted: Experiment.Network) -> Experiment.Network? {
    var network = wanted
    network.layers = layers
    network.biases = hasBiases
    if let activation {
      guard let known = Experiment.Network.Activation(rawValue: activation) else { return nil }
      network.activation = known
    }
    return network
  }

  /// The networks, of the kind that `network(like:)` says.
  func weights(_ kind: Experiment.Network) -> [Weights] {
    let layout = NetworkLayout(kind)
    return (0..<count).map {
      Weights(layout: layout, matrices: matrices(of: $0), biases: biases(of: $0))
    }
  }
}

/// What a file of networks says beside its tensors.
///
/// - Parameter stateDigest: that of the population which they are of.
func networkMetadata(
  _ experiment: Experiment, run: String, generation: Int, ids: [Int], stateDigest: String
) -> [String: String] {
  [
    "format": "herdbook", "activation": experiment.network.activation.rawValue,
    "dataset": experiment.dataset.name.rawValue,
    "normalize": experiment.dataset.normalize.rawValue, "run": run,
    "generation": String(generation),
    "individuals": ids.map(String.init).joined(separator: ","),
    "digest": stateDigest,
  ]
}
