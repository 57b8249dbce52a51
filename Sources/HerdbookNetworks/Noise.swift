import CKernels
package import HerdbookModel
package import HerdbookNumerics

/// Noise on the parameters of a network: one number each, in storage of the network's layout.
package struct Noise: Sendable {
  package private(set) var values: Weights

  /// Standard normals; parameter p (in the order of the parameters' numbers) gets number p of the
  /// stream's vector layout.
  package static func normal(layout: NetworkLayout, stream: RandomStream) -> Noise {
    Noise(layout: layout, numbers: numbers(layout.parameters, stream, normal: true))
  }

  /// Uniform numbers on [-1, 1), laid out in the same way.
  package static func uniform(layout: NetworkLayout, stream: RandomStream) -> Noise {
    let numbers = numbers(layout.parameters, stream, normal: false)
    return Noise(layout: layout, numbers: numbers.map { 2 * $0 - 1 })
  }

  /// Numbers that are there already.
  init(_ values: Weights) { self.values = values }

  private init(layout: NetworkLayout, numbers: [Float]) {
    values = Weights(layout: layout)
    var next = 0
    unsafe values.edit { base in
      for row in layout.rows {
        unsafe numbers.withUnsafeBufferPointer { numbers in
          unsafe (base + row.position).update(from: numbers.baseAddress! + next, count: row.count)
        }
        next += row.count
      }
    }
  }

  private static func numbers(_ count: Int, _ stream: RandomStream, normal: Bool) -> [Float] {
    let kernels = Kernels.current.table
    return unsafe [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe stream.withName { key, name in
        unsafe (normal ? kernels.normals : kernels.uniforms)(key, name, count, buffer.baseAddress!)
      }
      initialized = count
    }
  }

  /// Adds other numbers, one to each parameter, times a factor that is rounded to binary32.
  package mutating func add(_ other: Weights, factor: Double) {
    values.add(other, factors: values.layout.layers.map { _ in factor })
  }

  /// Filters the receptive field of each unit of the first layer, and gives it back the RMS it had.
  package mutating func filter(_ filter: PlaneFilter) {
    let layer = values.layout.layers[0]
    unsafe values.edit { unsafe filter.apply($0 + layer.weights, layer: layer) }
  }

  /// Keeps each number with probability `rate`, else makes it zero: one 24-bit uniform number each.
  package mutating func mask(rate: Double, stream: RandomStream) {
    let uniforms = Noise.numbers(values.layout.parameters, stream, normal: false)
    let threshold = Float(rate)
    let rows = values.layout.rows
    var next = 0
    unsafe values.edit { base in
      for row in rows {
        for index in 0..<row.count where uniforms[next + index] >= threshold {
          unsafe base[row.position + index] = 0
        }
        next += row.count
      }
    }
  }
}

extension Weights {
  /// w <- fma(factor * s, noise, w), with s the scale of the weight's layer and the product rounded
  /// to binary32 once.
  package mutating func add(_ noise: Noise, factor: Double) {
    add(noise.values, factors: layout.layers.map { factor * $0.scale })
  }

  /// A network drawn by a scheme; biases are zero.
  package static func initial(
    layout: NetworkLayout, scheme: Experiment.Initialization.Scheme, scale: Double,
    filter: PlaneFilter?, stream: RandomStream
  ) -> Weights {
    let uniform =
      switch scheme {
      case .glorotUniform, .heUniform, .uniform: true
      case .glorotNormal, .heNormal, .normal: false
      }
    var noise =
      uniform
      ? Noise.uniform(layout: layout, stream: stream) : Noise.normal(layout: layout, stream: stream)
    if let filter { noise.filter(filter) }
    var weights = Weights(layout: layout)
    unsafe weights.edit { base in
      unsafe noise.values.read { noise in
        for layer in layout.layers {
          let factor = Float(scale * scheme.spread(inputs: layer.inputs, outputs: layer.outputs))
          for index in layer.weights..<layer.weights + layer.inputs * layer.stride {
            unsafe base[index] = factor * noise[index]
          }
        }
      }
    }
    return weights
  }
}

extension Experiment.Initialization.Scheme {
  /// The limit of a uniform scheme, the deviation of a normal one, at scale 1 (Glorot and Bengio
  /// 2010; He et al. 2015).
  package func spread(inputs: Int, outputs: Int) -> Double {
    switch self {
    case .glorotUniform: (6 / Double(inputs + outputs)).squareRoot()
    case .glorotNormal: (2 / Double(inputs + outputs)).squareRoot()
    case .heUniform: (6 / Double(inputs)).squareRoot()
    case .heNormal: (2 / Double(inputs)).squareRoot()
    case .normal, .uniform: 1
    }
  }
}
