import HerdbookBundle
import HerdbookModel
import HerdbookNetworks

/// Tensors of a network that was trained elsewhere, whatever they are called: matrices in the order of their names (numbers
/// by their value), as [inputs, outputs] or as [outputs, inputs], and biases.
struct ForeignNetwork {
  /// Units of each layer, from the inputs to the classes.
  let layers: [Int]
  private let matrices: [Tensor]
  private let biases: [Tensor]
  /// Whether matrices are [outputs, inputs].
  private let isTurned: Bool

  var hasBiases: Bool { !biases.isEmpty }

  /// - Parameters:
  ///   - index: the place in tensors that have an axis of models before.
  ///   - ends: inputs and classes of the dataset.
  init(
    _ tensors: [Tensor], index: Int?, ends: (inputs: Int, classes: Int), file: String
  ) throws(BundleError) {
    func fault(_ problem: String) -> BundleError {
      .malformed(file: file, place: "", problem: problem)
    }
    var own: [Tensor] = []
    for tensor in tensors.sorted(by: { ForeignNetwork.precedes($0.name, $1.name) }) {
      own.append(try ForeignNetwork.part(of: tensor, index, file: file))
    }
    if let stranger = own.first(where: { !(1...2).contains($0.shape.count) }) {
      throw fault(
        "holds '\(stranger.name)' of the shape \(stranger.shape); networks of matrices and biases can be imported"
      )
    }
    let matrices = own.filter { $0.shape.count == 2 }
    let biases = own.filter { $0.shape.count == 1 }
    func named(_ tensors: [Tensor]) -> String {
      tensors.map { "\($0.name) \($0.shape)" }.joined(separator: ", ")
    }
    let isTurned = [false, true].first { isTurned in
      let sizes = matrices.map {
        isTurned ? ($0.shape[1], $0.shape[0]) : ($0.shape[0], $0.shape[1])
      }
      return sizes.first?.0 == ends.inputs && sizes.last?.1 == ends.classes
        && zip(sizes, sizes.dropFirst()).allSatisfy { $0.1 == $1.0 }
    }
    guard let isTurned else {
      throw fault(
        "holds \(matrices.isEmpty ? "no matrices" : named(matrices)), which do not lead from \(ends.inputs) inputs"
          + " to \(ends.classes) classes")
    }
    let layers = [ends.inputs] + matrices.map { isTurned ? $0.shape[0] : $0.shape[1] }
    guard biases.isEmpty || biases.map(\.values.count) == Array(layers.dropFirst()) else {
      throw fault("holds biases \(named(biases)); every layer has them or none")
    }
    (self.matrices, self.biases, self.isTurned, self.layers) = (matrices, biases, isTurned, layers)
  }

  /// One model's part of a tensor of several.
  private static func part(
    of tensor: Tensor, _ index: Int?, file: String
  ) throws(BundleError) -> Tensor {
    guard let index else { return tensor }
    guard let count = tensor.shape.first, index >= 0, index < count else {
      throw .malformed(
        file: file, place: "tensor '\(tensor.name)'",
        problem: "has the shape \(tensor.shape), and no place \(index)")
    }
    let size = tensor.values.count / count
    return Tensor(
      name: tensor.name, shape: Array(tensor.shape.dropFirst()),
      values: Array(tensor.values[index * size..<(index + 1) * size]))
  }

  /// - Parameter layout: of the layers and with biases exactly where this has them.
  func weights(_ layout: NetworkLayout) -> Weights {
    let matrices = self.matrices.map { matrix -> [Float] in
      guard isTurned else { return matrix.values }
      let (outputs, inputs) = (matrix.shape[0], matrix.shape[1])
      var turned = [Float](repeating: 0, count: matrix.values.count)
      for output in 0..<outputs {
        for input in 0..<inputs {
          turned[input * outputs + output] = matrix.values[output * inputs + input]
        }
      }
      return turned
    }
    return Weights(layout: layout, matrices: matrices, biases: biases.map(\.values))
  }

  /// Names in the order of their words and numbers: `fc2` before `fc10`.
  static func precedes(_ first: String, _ second: String) -> Bool {
    let (a, b) = (parts(first), parts(second))
    for (x, y) in zip(a, b) where x != y {
      if let m = Int(x), let n = Int(y), m != n { return m < n }
      return x < y
    }
    return a.count < b.count
  }

  private static func parts(_ name: String) -> [String] {
    var parts: [String] = []
    for character in name {
      if let last = parts.last?.last, last.isNumber == character.isNumber {
        parts[parts.count - 1].append(character)
      } else {
        parts.append(String(character))
      }
    }
    return parts
  }
}
