import CKernels
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics

/// The arithmetic contract written down naively: one fma chain an element, ascending, + 0 at its end.
enum Reference {
  static func activate(_ activation: Experiment.Network.Activation, _ x: Float) -> Float {
    switch activation {
    case .relu: x > 0 ? x : 0
    case .tanh: unsafe map(Kernels(.scalar)!.table.tanh, x)
    case .sigmoid: unsafe map(Kernels(.scalar)!.table.sigmoid, x)
    }
  }

  static func exp(_ x: Float) -> Float { unsafe map(Kernels(.scalar)!.table.exp, x) }

  private static func map(
    _ kernel: (Int, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void, _ x: Float
  ) -> Float {
    var (input, output) = ([x], [Float(0)])
    unsafe kernel(1, &input, &output)
    return output[0]
  }

  /// out[s][j] = bias[j] + sum over k of a[s][k] w[k][j].
  static func product(_ a: [[Float]], _ w: [[Float]], bias: [Float]?) -> [[Float]] {
    a.map { row in
      w[0].indices.map { j in
        var sum = bias?[j] ?? 0
        for k in row.indices where row[k] != 0 { sum.addProduct(row[k], w[k][j]) }
        return sum + 0
      }
    }
  }

  struct Network {
    var matrices: [[[Float]]]
    var biases: [[Float]]?
    var activation: Experiment.Network.Activation
    /// What the optimizer keeps of each matrix and of each bias, flat; Adam's steps so far.
    var first: [[Float]] = []
    var second: [[Float]] = []
    var steps = 0

    /// The activations of every layer, the input first; scores last.
    func forward(_ x: [[Float]]) -> [[[Float]]] {
      var layers = [x]
      for (index, w) in matrices.enumerated() {
        var out = product(layers[index], w, bias: biases?[index])
        if index < matrices.count - 1 {
          out = out.map { $0.map { Reference.activate(activation, $0) } }
        }
        layers.append(out)
      }
      return layers
    }

    /// One step of gradient descent.
    mutating func step(
      _ x: [[Float]], _ labels: [UInt8], rate: Double, optimizer: Optimizer = .sgd,
      kept: Float = 1
    ) {
      let layers = forward(x)
      if steps == 0 {
        first = matrices.map { [Float](repeating: 0, count: ($0.count + 1) * $0[0].count) }
        second = first
      }
      steps += 1
      let rule = Rule(optimizer, rate: rate, batch: x.count, step: steps)
      var errors = zip(layers.last!, labels).map { scores, label in
        let largest = scores.max()!
        let powers = scores.map { Reference.exp($0 - largest) }
        let sum = powers.reduce(0, +)
        return powers.enumerated().map { $0 == Int(label) ? $1 / sum - 1 : $1 / sum }
      }
      for index in matrices.indices.reversed() {
        let a = layers[index]
        let turned = matrices[index][0].indices.map { j in matrices[index].map { $0[j] } }
        let below =
          index == 0
          ? []
          : zip(product(errors, turned, bias: nil), a).map { row, values in
            zip(row, values).map { d, y in
              switch activation {
              case .relu: y > 0 ? d : 0
              case .tanh: d * (Float(1).addingProduct(-y, y))
              case .sigmoid: d * (y * (1 - y))
              }
            }
          }
        let columns = matrices[index][0].count
        for k in matrices[index].indices {
          for j in matrices[index][k].indices {
            var g: Float = 0
            for s in a.indices where a[s][k] != 0 { g.addProduct(a[s][k], errors[s][j]) }
            let place = k * columns + j
            matrices[index][k][j] *= kept
            rule.apply(
              g + 0, &matrices[index][k][j], &first[index][place], &second[index][place])
          }
        }
        for j in biases?[index].indices ?? 0..<0 {
          var g: Float = 0
          for s in a.indices { g.addProduct(1, errors[s][j]) }
          let place = matrices[index].count * columns + j
          rule.apply(g + 0, &biases![index][j], &first[index][place], &second[index][place])
        }
        errors = below
      }
    }
  }

  /// How a gradient becomes a step, one weight at a time.
  struct Rule {
    let optimizer: Optimizer
    let rate: Double
    let batch: Int
    let step: Int

    init(_ optimizer: Optimizer, rate: Double, batch: Int, step: Int) {
      (self.optimizer, self.rate, self.batch, self.step) = (optimizer, rate, batch, step)
    }

    func apply(_ g: Float, _ w: inout Float, _ first: inout Float, _ second: inout Float) {
      let mean = g * Float(1 / Double(batch))
      switch optimizer {
      case .sgd: w.addProduct(-Float(rate / Double(batch)), g)
      case .momentum(let momentum):
        first = mean.addingProduct(Float(momentum), first)
        w.addProduct(-Float(rate), first)
      case .adam(let beta1, let beta2, let epsilon):
        var (power1, power2) = (1.0, 1.0)
        for _ in 0..<step { (power1, power2) = (power1 * beta1, power2 * beta2) }
        first = (mean * Float(1 - beta1)).addingProduct(Float(beta1), first)
        second = (mean * mean * Float(1 - beta2)).addingProduct(Float(beta2), second)
        let correction = Float(1 / (1 - power2).squareRoot())
        let size = Float(epsilon).addingProduct(second.squareRoot(), correction)
        w.addProduct(-Float(rate / (1 - power1)), first / size)
      }
    }
  }
}

/// Random examples with a share of zeros, and a network for them.
struct Case {
  let layout: NetworkLayout
  let weights: Weights
  let reference: Reference.Network
  let examples: Examples

  init(
    layers: [Int], activation: Experiment.Network.Activation = .relu, biases: Bool = false,
    count: Int, lit: Double = 0.3, seed: UInt64 = 1,
    values: [Float] = (0..<256).map { Float($0) / 255 }
  ) {
    var stream = RandomStream(seed: seed, purpose: .bootstrap)
    let network = Experiment.Network(layers: layers, activation: activation, biases: biases)
    layout = NetworkLayout(network)
    let matrices = zip(layers, layers.dropFirst()).map { inputs, outputs in
      (0..<inputs).map { _ in
        (0..<outputs).map { _ in Float(stream.normal() / Double(inputs).squareRoot()) }
      }
    }
    let bias = layers.dropFirst().map { outputs in
      (0..<outputs).map { _ in Float(0.1 * stream.normal()) }
    }
    weights = Weights(
      layout: layout, matrices: matrices.map { $0.flatMap { $0 } }, biases: biases ? bias : [])
    reference = Reference.Network(
      matrices: matrices, biases: biases ? bias : nil, activation: activation)
    let bytes = (0..<count).map { _ in
      (0..<layers[0]).map { _ in
        stream.uniform() < lit ? UInt8(1 + stream.bounded(255)) : UInt8(0)
      }
    }
    let images = ByteMatrix(rows: count, columns: layers[0]) { row, span in
      for column in 0..<layers[0] { span[column] = bytes[row][column] }
    }
    examples = Examples(
      images: images, rows: (0..<Int32(count)).map { $0 },
      labels: (0..<count).map { _ in UInt8(stream.bounded(layers.last!)) },
      values: values)
  }

  func inputs(_ positions: [Int]) -> [[Float]] { positions.map { examples.input($0) } }
}
