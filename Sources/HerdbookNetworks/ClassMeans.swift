import CKernels
import HerdbookNumerics

/// The mean image of each class, and how the weights of a network go with them.
package struct ClassMeans: Sendable {
  /// Of each class the mean of its images' values; of a class without images the mean of the others.
  package let images: [[Float]]

  /// Sums are in binary64 in the order of the examples, rounded once.
  package init(_ examples: Examples, classes: Int) {
    let pixels = examples.images.columns
    var sums = [[Double]](repeating: [Double](repeating: 0, count: pixels), count: classes)
    var counts = [Int](repeating: 0, count: classes)
    let values = examples.values.map(Double.init)
    unsafe examples.withAddresses { images, rows, labels in
      for index in 0..<examples.count {
        let image = unsafe images + Int(rows[index]) * examples.images.stride
        let label = unsafe Int(labels[index])
        counts[label] += 1
        for pixel in 0..<pixels { unsafe sums[label][pixel] += values[Int(image[pixel])] }
      }
    }
    let means = zip(sums, counts).map { sum, count in sum.map { $0 / Double(max(count, 1)) } }
    let present = counts.indices.filter { counts[$0] > 0 }
    let mean = (0..<pixels).map { pixel in
      present.reduce(0) { $0 + means[$1][pixel] } / Double(max(present.count, 1))
    }
    images = counts.indices.map { (counts[$0] > 0 ? means[$0] : mean).map { Float($0) } }
  }

  /// The Hebbian term of each weight.
  ///
  /// With a[k] what arrives at a layer from the mean image of class k, and b[k] the weights of the way from
  /// what leaves it to the output of class k, activations left aside (1 or 0 at the last layer): weight
  /// [i, j] has Σ_k b[k][j] (a[k][i] - mean of a over the classes [i]), one chain over ascending k. Biases
  /// have zero.
  package func hebbian(_ weights: Weights) -> Weights {
    let arriving = arriving(in: weights)
    let ways = ways(through: weights)
    let kernels = Kernels.current.table
    var result = Weights(layout: weights.layout)
    unsafe result.edit { base in
      for (index, layer) in weights.layout.layers.enumerated() {
        let means = (0..<layer.inputs).map { input in
          arriving[index].reduce(0) { $0 + $1[input] } / Float(images.count)
        }
        for (signal, way) in zip(arriving[index], ways[index]) {
          for input in 0..<layer.inputs {
            unsafe kernels.add_scaled(
              signal[input] - means[input], way.base, layer.stride,
              base + layer.weights + input * layer.stride)
          }
        }
      }
    }
    return result
  }

  /// What arrives at each layer from each class's mean image: [layers][classes][inputs].
  private func arriving(in weights: Weights) -> [[[Float]]] {
    let kernels = Kernels.current.table
    return unsafe weights.read { base in
      var signals = [images]
      for layer in weights.layout.layers.dropLast() {
        signals.append(
          signals[signals.count - 1].map { signal in
            let out = AlignedFloats(count: layer.stride)
            for input in 0..<layer.inputs where signal[input] != 0 {
              unsafe kernels.add_scaled(
                signal[input], base + layer.weights + input * layer.stride, layer.stride,
                out.base)
            }
            if let bias = layer.bias {
              unsafe kernels.add_scaled(1, base + bias, layer.stride, out.base)
            }
            unsafe kernels.activate(weights.layout.activation.kernel, layer.stride, out.base)
            return unsafe Array(UnsafeBufferPointer(start: out.base, count: layer.outputs))
          })
      }
      return signals
    }
  }

  /// The weights of the ways from each layer's units to each class: [layers][classes][stride].
  private func ways(through weights: Weights) -> [[AlignedFloats]] {
    let layers = weights.layout.layers
    var ways = [
      images.indices.map { label in
        let way = AlignedFloats(count: layers[layers.count - 1].stride)
        unsafe way.base[label] = 1
        return way
      }
    ]
    for (layer, below) in zip(layers.dropFirst(), layers).reversed() {
      ways.append(
        ways[ways.count - 1].map { above in
          let way = AlignedFloats(count: below.stride)
          unsafe weights.read { base in
            for unit in 0..<layer.inputs {
              let row = unsafe base + layer.weights + unit * layer.stride
              var sum: Float = 0
              for output in 0..<layer.outputs { unsafe sum += row[output] * above.base[output] }
              unsafe way.base[unit] = sum
            }
          }
          return way
        })
    }
    return ways.reversed()
  }
}
