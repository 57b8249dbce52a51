/// Networks as a safetensors file holds them: `layers.N.weight` [in, out] and perhaps `layers.N.bias`
/// [out] of one, or the same with an axis of individuals before of several.
package struct NetworkTensors: Sendable {
  /// Units of each layer, from the inputs to the classes.
  package let layers: [Int]
  package let hasBiases: Bool
  /// How many networks there are.
  package let count: Int
  /// Whether the tensors have an axis of individuals; without it there is one network.
  package let isStacked: Bool
  /// The ids of the networks in their run; their places where the file has none.
  package let ids: [Int]
  /// What hidden units do; nil where the file does not say.
  package let activation: String?

  private let weights: [Tensor]
  private let biases: [Tensor]

  /// Throws where the tensors are not those of layers that follow one another.
  package init(_ tensors: Safetensors, file: String) throws(BundleError) {
    func fault(_ place: String, _ problem: String) -> BundleError {
      .malformed(file: file, place: place, problem: problem)
    }
    var byName: [String: Tensor] = [:]
    for tensor in tensors.tensors { byName[tensor.name] = tensor }
    var weights: [Tensor] = []
    while let matrix = byName.removeValue(forKey: "layers.\(weights.count + 1).weight") {
      weights.append(matrix)
    }
    guard let first = weights.first else {
      throw fault("", "holds no tensor 'layers.1.weight'; networks have that of every layer")
    }
    isStacked = first.shape.count == 3
    let axes = isStacked ? 1 : 0
    count = isStacked ? first.shape[0] : 1
    guard count > 0 else { throw fault("", "holds no networks: the shape is \(first.shape)") }
    var sizes: [(inputs: Int, outputs: Int)] = []
    for matrix in weights {
      let shape = matrix.shape
      guard shape.count == axes + 2, !shape.contains(0), !isStacked || shape[0] == count else {
        let wants = isStacked ? "[\(count), inputs, outputs]" : "[inputs, outputs]"
        throw fault("tensor '\(matrix.name)'", "has the shape \(shape); \(wants) belongs there")
      }
      sizes.append((shape[axes], shape[axes + 1]))
    }
    let pairs = zip(sizes, sizes.dropFirst())
    guard pairs.allSatisfy({ $0.outputs == $1.inputs }) else {
      let shapes = weights.map { "\($0.shape)" }.joined(separator: ", ")
      let isTurned = pairs.allSatisfy { $0.inputs == $1.outputs }
      let advice = isTurned ? "; they seem to be [out, in], turn them to [in, out]" : ""
      throw fault("", "holds matrices that do not follow one another: \(shapes)\(advice)")
    }
    layers = [sizes[0].inputs] + sizes.map(\.outputs)
    biases = try NetworkTensors.biases(of: weights, &byName, file: file)
    hasBiases = !biases.isEmpty
    if let stranger = byName.keys.min() {
      throw fault("tensor '\(stranger)'", "is of no layer from 1 to \(weights.count)")
    }
    ids = try NetworkTensors.ids(tensors.metadata["individuals"], count: count, file: file)
    activation = tensors.metadata["activation"]
    self.weights = weights
  }

  /// The matrices of a network (counted from 0), [inputs][outputs] in row-major order.
  package func matrices(of network: Int) -> [[Float]] { weights.map { part($0, network) } }

  /// The biases of a network; none where it has none.
  package func biases(of network: Int) -> [[Float]] { biases.map { part($0, network) } }

  private func part(_ tensor: Tensor, _ network: Int) -> [Float] {
    let size = tensor.values.count / count
    return Array(tensor.values[network * size..<(network + 1) * size])
  }

  /// The biases of all layers, or none; those that are taken leave `tensors`.
  private static func biases(
    of weights: [Tensor], _ tensors: inout [String: Tensor], file: String
  ) throws(BundleError) -> [Tensor] {
    var biases: [Tensor] = []
    for (index, matrix) in weights.enumerated() {
      guard let bias = tensors.removeValue(forKey: "layers.\(index + 1).bias") else { continue }
      var shape = matrix.shape
      shape.remove(at: shape.count - 2)
      guard bias.shape == shape else {
        throw .malformed(
          file: file, place: "tensor '\(bias.name)'",
          problem: "has the shape \(bias.shape); \(shape) belongs to '\(matrix.name)'")
      }
      biases.append(bias)
    }
    guard biases.isEmpty || biases.count == weights.count else {
      throw .malformed(
        file: file, place: "",
        problem: "holds biases of \(biases.count) of \(weights.count) layers; all have them or none"
      )
    }
    return biases
  }

  private static func ids(_ text: String?, count: Int, file: String) throws(BundleError) -> [Int] {
    guard let text else { return Array(0..<count) }
    let ids = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard ids.count == count, ids.allSatisfy({ $0 ?? -1 >= 0 }) else {
      throw .malformed(
        file: file, place: "metadata",
        problem: "individuals: \(count) ids, with commas between them, belong there")
    }
    return ids.compactMap(\.self)
  }
}
