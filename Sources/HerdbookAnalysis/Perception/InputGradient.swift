package import HerdbookNetworks

/// A network in binary64, and how its scores change with its input.
package struct InputGradient: Sendable {
  private let matrices: [[Double]]
  private let biases: [[Double]]
  private let layout: NetworkLayout
  /// Of a pixel that is dark, and what a fully lit one has more.
  private let dark: Double
  private let range: Double

  /// - Parameter values: of each byte of an image, which a pixel from 0 to 1 runs through evenly.
  package init(_ weights: Weights, values: [Float]) {
    layout = weights.layout
    matrices = layout.layers.indices.map { weights.matrix($0).map(Double.init) }
    biases = layout.layers.indices.map { layer in
      weights.biases(layer)?.map(Double.init)
        ?? [Double](repeating: 0, count: weights.layout.layers[layer].outputs)
    }
    dark = Double(values[0])
    range = Double(values[255]) - Double(values[0])
  }

  /// The scores of the classes for an input, its pixels from 0 to 1.
  package func scores(_ input: [Double]) -> [Double] { passed(input)[layout.layers.count] }

  /// The gradient of a class's score less the mean of all, with respect to the pixels.
  package func ofScore(_ input: [Double], kind: Int) -> [Double] {
    let activations = passed(input)
    var slopes = [Double](repeating: -1 / Double(layout.classes), count: layout.classes)
    slopes[kind] += 1
    for (index, layer) in layout.layers.enumerated().reversed() {
      let matrix = matrices[index]
      var back = [Double](repeating: 0, count: layer.inputs)
      for from in 0..<layer.inputs {
        var sum = 0.0
        for to in 0..<layer.outputs { sum += matrix[from * layer.outputs + to] * slopes[to] }
        back[from] =
          index == 0 ? sum * range : sum * layout.activation.slope(at: activations[index][from])
      }
      slopes = back
    }
    return slopes
  }

  /// What each layer gives on to the next, the input's values first.
  private func passed(_ input: [Double]) -> [[Double]] {
    var activations = [input.map { dark + range * $0 }]
    for (index, layer) in layout.layers.enumerated() {
      var sums = biases[index]
      let matrix = matrices[index]
      for (from, value) in activations[index].enumerated() where value != 0 {
        for to in 0..<layer.outputs { sums[to] += value * matrix[from * layer.outputs + to] }
      }
      let isLast = index == layout.layers.count - 1
      activations.append(isLast ? sums : sums.map { layout.activation.value(of: $0) })
    }
    return activations
  }
}
