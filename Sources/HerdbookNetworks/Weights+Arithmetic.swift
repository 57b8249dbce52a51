import CKernels
import HerdbookNumerics

extension NetworkLayout.Layer {
  /// Floats of its matrix and its biases in storage, with the zeros behind the columns.
  var storage: Int { (inputs + (bias == nil ? 0 : 1)) * stride }
}

extension Weights {
  /// w <- fma(f, x, w), with f the factor of the weight's layer rounded to binary32.
  package mutating func add(_ other: Weights, factors: [Double]) {
    precondition(layout == other.layout, "sums are of networks of one layout")
    let layout = layout
    unsafe edit { base in
      unsafe other.read { other in
        for (layer, factor) in zip(layout.layers, factors) {
          unsafe Kernels.current.table.add_scaled(
            Float(factor), other + layer.weights, layer.storage, base + layer.weights)
        }
      }
    }
  }

  /// Takes over matrix and biases of the first layer, which is the same in both layouts.
  package mutating func replaceFirstLayer(with other: Weights) {
    let layer = layout.layers[0]
    precondition(layer == other.layout.layers[0], "a layer takes the place of its like")
    unsafe edit { base in
      unsafe other.read { unsafe base.update(from: $0, count: layer.storage) }
    }
  }

  /// As `add` of noise, to the first layer alone.
  package mutating func addToFirstLayer(_ noise: Noise, factor: Double) {
    add(
      noise.values,
      factors: layout.layers.indices.map { $0 == 0 ? factor * layout.layers[0].scale : 0 })
  }

  package var negated: Weights {
    var result = Weights(layout: layout)
    result.add(self, factors: layout.layers.map { _ in -1 })
    return result
  }

  /// The inner product with another network, layer by layer, in binary64.
  package func innerProducts(with other: Weights) -> [Double] {
    precondition(layout == other.layout, "products are of networks of one layout")
    return unsafe read { a in
      unsafe other.read { b in
        layout.layers.map { layer in
          unsafe Kernels.current.table.inner_product(
            a + layer.weights, b + layer.weights, layer.storage)
        }
      }
    }
  }

  /// The root mean square of each layer's weights and biases.
  package var rootMeanSquares: [Double] {
    zip(innerProducts(with: self), layout.layers).map {
      ($0 / Double($1.parameters)).squareRoot()
    }
  }

  /// The receptive fields of the first layer filtered, each with the RMS it had; other layers as they are.
  package func filtered(_ filter: PlaneFilter) -> Weights {
    var noise = Noise(self)
    noise.filter(filter)
    return noise.values
  }
}
