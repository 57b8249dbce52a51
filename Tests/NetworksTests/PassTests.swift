import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

@Suite("Forward and backward pass")
struct PassTests {
  struct Shape: CustomTestStringConvertible, Sendable {
    var layers: [Int]
    var activation: Experiment.Network.Activation = .relu
    var biases = false
    var lit = 0.3
    var testDescription: String { "\(layers) \(activation) \(biases ? "biases" : "") \(lit)" }
  }

  static let shapes = [
    Shape(layers: [1, 2]), Shape(layers: [9, 10]), Shape(layers: [28, 7, 3]),
    Shape(layers: [64, 16, 10], lit: 1), Shape(layers: [100, 113, 10], biases: true),
    Shape(layers: [785, 100, 10]), Shape(layers: [30, 33, 17, 5], activation: .tanh),
    Shape(layers: [30, 33, 17, 5], activation: .sigmoid, biases: true),
    Shape(layers: [50, 130, 20], lit: 0), Shape(layers: [70, 250, 10]),
    Shape(layers: [129, 7, 300, 9, 2], biases: true),
  ]

  /// Bytes whose zero has a value of its own, as after standardization, and one that is worth zero.
  static let standardized = (0..<256).map { (Float($0) / 255 - Float(100) / 255) / 0.3 }

  @Test("scores are one fma chain an element, bit for bit", arguments: shapes)
  func forward(shape: Shape) {
    let one = Case(
      layers: shape.layers, activation: shape.activation, biases: shape.biases, count: 37,
      lit: shape.lit)
    let workspace = Workspace(layout: one.layout, capacity: 16)
    let expected = one.reference.forward(one.inputs(Array(0..<37)))
    for layer in 1..<shape.layers.count {
      let values = workspace.activations(one.weights, on: one.examples, layer: layer)
      #expect(values.map(\.bitPattern) == expected[layer].flatMap { $0 }.map(\.bitPattern))
    }
  }

  @Test(
    "training is the naive loop, bit for bit, on any number of threads", arguments: shapes,
    [1, 2, 3, 8])
  func training(shape: Shape, threads: Int) {
    let one = Case(
      layers: shape.layers, activation: shape.activation, biases: shape.biases, count: 50,
      lit: shape.lit)
    var (weights, state) = (one.weights, OptimizerState?.none)
    var reference = one.reference
    let workspace = Workspace(layout: one.layout, capacity: 13)
    let stream = RandomStream(seed: 3, purpose: .minibatches, iteration: 1, individual: 2)
    workspace.train(
      &weights, state: &state, on: one.examples,
      TrainingRequest(steps: 4, batch: 13, learningRate: 0.3, optimizer: .sgd), stream: stream,
      threads: threads)
    var draws = stream
    for _ in 0..<4 {
      let batch = (0..<13).map { _ in draws.bounded(50) }
      reference.step(one.inputs(batch), batch.map { one.examples.labels[$0] }, rate: 0.3)
    }
    for index in reference.matrices.indices {
      let expected = reference.matrices[index].flatMap { $0 }
      #expect(weights.matrix(index).map(\.bitPattern) == expected.map(\.bitPattern))
      if let bias = reference.biases?[index] { #expect(weights.biases(index) == bias) }
    }
    #expect(state == nil)
    #expect(weights != one.weights || shape.lit == 0)
  }

  @Test(
    "every optimizer is the naive loop, bit for bit, at any size of a minibatch",
    arguments: [
      (.sgd, 1), (.sgd, 64), (.sgd, 65), (.momentum(0.9), 130), (.momentum(0.5), 20),
      (.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), 64),
      (.adam(beta1: 0.5, beta2: 0.9, epsilon: 0.1), 3),
    ] as [(Optimizer, Int)])
  func optimizers(optimizer: Optimizer, batch: Int) {
    for (values, threads) in [(Self.standardized, 3), ((0..<256).map { Float($0) / 255 }, 1)] {
      let one = Case(layers: [75, 17, 120, 4], biases: true, count: 200, values: values)
      var (weights, state) = (one.weights, OptimizerState?.none)
      var reference = one.reference
      let workspace = Workspace(layout: one.layout, capacity: batch)
      // Two iterations, so that the state goes on from one to the next.
      for iteration in 1...2 {
        let stream = RandomStream(
          seed: 9, purpose: .minibatches, iteration: UInt32(iteration), individual: 0)
        workspace.train(
          &weights, state: &state, on: one.examples,
          TrainingRequest(steps: 3, batch: batch, learningRate: 0.03, optimizer: optimizer),
          stream: stream, threads: threads)
        var draws = stream
        for _ in 0..<3 {
          let positions = (0..<batch).map { _ in draws.bounded(200) }
          reference.step(
            one.inputs(positions), positions.map { one.examples.labels[$0] }, rate: 0.03,
            optimizer: optimizer)
        }
      }
      for index in reference.matrices.indices {
        let expected = reference.matrices[index].flatMap { $0 }
        #expect(weights.matrix(index).map(\.bitPattern) == expected.map(\.bitPattern))
        #expect(weights.biases(index) == reference.biases?[index])
      }
      #expect(weights != one.weights)
    }
  }

  @Test(
    "rates of their own for each step and weight decay are the naive loop, bit for bit; biases keep theirs",
    arguments: [.sgd, .momentum(0.9), .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)]
      as [Optimizer],
    [1, 3])
  func decay(optimizer: Optimizer, threads: Int) {
    let one = Case(layers: [75, 17, 120, 4], biases: true, count: 200, values: Self.standardized)
    let rates = [0.05, 0.01, 0.002]
    var (weights, state) = (one.weights, OptimizerState?.none)
    var reference = one.reference
    let stream = RandomStream(seed: 9, purpose: .minibatches, iteration: 1, individual: 0)
    Workspace(layout: one.layout, capacity: 20).train(
      &weights, state: &state, on: one.examples,
      TrainingRequest(batch: 20, learningRates: rates, optimizer: optimizer, weightDecay: 0.3),
      stream: stream, threads: threads)
    var draws = stream
    for rate in rates {
      let positions = (0..<20).map { _ in draws.bounded(200) }
      reference.step(
        one.inputs(positions), positions.map { one.examples.labels[$0] }, rate: rate,
        optimizer: optimizer, kept: Float(1 - rate * 0.3))
    }
    for index in reference.matrices.indices {
      let expected = reference.matrices[index].flatMap { $0 }
      #expect(weights.matrix(index).map(\.bitPattern) == expected.map(\.bitPattern))
      #expect(weights.biases(index) == reference.biases?[index])
    }
  }

  @Test("momentum 0 is plain descent up to rounding, and its velocity is kept")
  func momentum() {
    let one = Case(layers: [20, 12, 4], count: 30)
    let workspace = Workspace(layout: one.layout, capacity: 10)
    let stream = RandomStream(seed: 3, purpose: .minibatches)
    var results: [Weights] = []
    for optimizer in [.sgd, .momentum(0), .momentum(0.9)] as [Optimizer] {
      var (weights, state) = (one.weights, OptimizerState?.none)
      workspace.train(
        &weights, state: &state, on: one.examples,
        TrainingRequest(steps: 5, batch: 10, learningRate: 0.1, optimizer: optimizer),
        stream: stream)
      #expect((state == nil) == (optimizer == .sgd))
      results.append(weights)
    }
    #expect(results[0].distance(to: results[1]) < 1e-5)
    #expect(results[0].distance(to: results[2]) > 1e-2)
  }

  @Test("momentum after two steps on one image is (1 + mu) g + g' by hand")
  func momentumByHand() {
    // One weight matrix [1][2], input 1, label 0: the gradient is p - (1, 0).
    let layout = NetworkLayout(Experiment.Network(layers: [1, 2]))
    let images = ByteMatrix(rows: 1, columns: 1) { _, span in span[0] = 255 }
    let examples = Examples(
      images: images, rows: [0], labels: [0], values: (0..<256).map { Float($0) / 255 })
    var (weights, state) = (Weights(layout: layout), OptimizerState?.none)
    Workspace(layout: layout, capacity: 1).train(
      &weights, state: &state, on: examples,
      TrainingRequest(steps: 2, batch: 1, learningRate: 0.5, optimizer: .momentum(0.5)),
      stream: RandomStream(seed: 0, purpose: .minibatches))
    // First gradient (-1/2, 1/2), so w = (1/4, -1/4); then p0 = 1 / (1 + e^-1/2) = 0.6224593,
    // gradient (-0.3775407, ...), v = -0.25 - 0.3775407 = -0.6275407, w0 = 0.25 + 0.3137703.
    #expect((Double(weights.matrix(0)[0]) - 0.5637703).magnitude < 1e-6)
    #expect((Double(weights.matrix(0)[1]) + 0.5637703).magnitude < 1e-6)
  }

  @Test("the loss is that of binary64, and the largest score wins, the lowest class on ties")
  func evaluation() {
    let one = Case(layers: [30, 20, 5], count: 200)
    let evaluation = Workspace(layout: one.layout, capacity: 64)
      .evaluate(one.weights, on: one.examples)
    let scores = one.reference.forward(one.inputs(Array(0..<200))).last!
    var (loss, correct) = (0.0, 0)
    for (row, label) in zip(scores, one.examples.labels) {
      let largest = Double(row.max()!)
      let sum = row.reduce(0) { $0 + Elementary.exp(Double($1) - largest) }
      loss += Elementary.log(sum) - (Double(row[Int(label)]) - largest)
      if row.firstIndex(of: row.max()!)! == Int(label) { correct += 1 }
    }
    #expect((evaluation.loss - loss / 200).magnitude < 1e-6)
    #expect(evaluation.correct == correct)
    let zero = Workspace(layout: one.layout, capacity: 64)
      .evaluate(Weights(layout: one.layout), on: one.examples)
    #expect(zero.predictions.allSatisfy { $0 == 0 })
    #expect((zero.loss - Elementary.log(5)).magnitude < 1e-6)
  }

  @Test(
    "gradients agree with finite differences in binary64",
    arguments: [
      Shape(layers: [12, 9, 4], activation: .tanh, biases: true),
      Shape(layers: [12, 9, 7, 4], activation: .sigmoid, biases: true),
      Shape(layers: [12, 9, 4], activation: .relu),
    ])
  func finiteDifferences(shape: Shape) {
    let one = Case(
      layers: shape.layers, activation: shape.activation, biases: shape.biases, count: 1, lit: 0.8)
    // Every draw of a minibatch is the one example, so a step's gradient is the example's.
    var (weights, state) = (one.weights, OptimizerState?.none)
    Workspace(layout: one.layout, capacity: 1).train(
      &weights, state: &state, on: one.examples,
      TrainingRequest(steps: 1, batch: 1, learningRate: 1, optimizer: .sgd),
      stream: RandomStream(seed: 0, purpose: .minibatches))
    let exact = Exact(one)
    for index in one.reference.matrices.indices {
      let (before, after) = (one.weights.matrix(index), weights.matrix(index))
      let outputs = one.reference.matrices[index][0].count
      for position in before.indices {
        let gradient = Double(before[position]) - Double(after[position])
        let expected = exact.derivative(index, position / outputs, position % outputs)
        // Rounding of the weight before and after, and of some dozen binary32 operations.
        #expect((gradient - expected).magnitude < 1e-6)
      }
    }
  }
}

/// The loss of one example in binary64, for finite differences.
private struct Exact {
  var matrices: [[[Double]]]
  let biases: [[Double]]?
  let activation: Experiment.Network.Activation
  let input: [Double]
  let label: Int

  init(_ one: Case) {
    matrices = one.reference.matrices.map { $0.map { $0.map(Double.init) } }
    biases = one.reference.biases?.map { $0.map(Double.init) }
    activation = one.reference.activation
    input = one.examples.input(0).map(Double.init)
    label = Int(one.examples.labels[0])
  }

  var loss: Double {
    var values = input
    for (index, w) in matrices.enumerated() {
      values = w[0].indices.map { j in
        let z = values.indices.reduce(biases?[index][j] ?? 0) { $0 + values[$1] * w[$1][j] }
        guard index < matrices.count - 1 else { return z }
        return switch activation {
        case .relu: max(z, 0)
        case .tanh: 1 - 2 / (Elementary.exp(2 * z) + 1)
        case .sigmoid: 1 / (1 + Elementary.exp(-z))
        }
      }
    }
    return Elementary.log(values.reduce(0) { $0 + Elementary.exp($1) }) - values[label]
  }

  func derivative(_ layer: Int, _ row: Int, _ column: Int) -> Double {
    var (up, down) = (self, self)
    up.matrices[layer][row][column] += 1e-6
    down.matrices[layer][row][column] -= 1e-6
    return (up.loss - down.loss) / 2e-6
  }
}
