/// What a tensor comes to in a few numbers.
package struct TensorFacts: Sendable, Equatable {
  /// SHA-256 in hex over its values, little-endian binary32.
  package let digest: String
  /// Of the values that are numbers; NaN where there are none.
  package let minimum: Float
  package let maximum: Float
  /// Summed up in binary64, in the order of the values.
  package let mean: Double
  /// Values that are NaN.
  package let nans: Int

  package init(_ tensor: Tensor) {
    digest = TensorFacts.digest(tensor.values)
    let numbers = tensor.values.filter { !$0.isNaN }
    minimum = numbers.min() ?? .nan
    maximum = numbers.max() ?? .nan
    mean = numbers.isEmpty ? .nan : numbers.reduce(0) { $0 + Double($1) } / Double(numbers.count)
    nans = tensor.values.count - numbers.count
  }

  fileprivate static func digest(_ values: [Float]) -> String {
    sha256(
      values.flatMap { value in
        (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
      })
  }
}

extension Tensor {
  /// Neurons that its values lead into: [in, out] has one for each column, [individual, in, out] those of
  /// each individual; nil of other shapes.
  package var neurons: Int? {
    switch shape.count {
    case 2: shape[1]
    case 3: shape[0] * shape[2]
    default: nil
    }
  }

  /// The neuron that a value leads into, by its place; 0 where there are none.
  func neuron(of place: Int) -> Int {
    guard let outputs = shape.last, neurons != nil else { return 0 }
    return place / (shape[shape.count - 2] * outputs) * outputs + place % outputs
  }

  /// The digests of the weights into each neuron; empty where there are no neurons.
  package var neuronDigests: [String] {
    guard let neurons else { return [] }
    var columns = [[Float]](repeating: [], count: neurons)
    for (place, value) in values.enumerated() { columns[neuron(of: place)].append(value) }
    return columns.map(TensorFacts.digest)
  }

  /// The indices of a value along each axis.
  package func indices(of place: Int) -> [Int] {
    var rest = place
    var indices: [Int] = []
    for length in shape.reversed() {
      indices.insert(rest % length, at: 0)
      rest /= length
    }
    return indices
  }
}
