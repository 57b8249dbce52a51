import HerdbookModel
package import HerdbookNetworks
import HerdbookNumerics

/// What is kept of every network of one generation: how good it is, how its weights are distributed, and where it
/// stands. What its units look at, many numbers, is kept beside them: `NeuronFields`.
///
/// Arrays run over the networks first, in the order of the population.
package struct Snapshots: Sendable, Equatable {
  package let generation: Int
  package let ids: [Int]
  /// For each network the position in the snapshots before of itself or of its main parent; empty in the first.
  package let origins: [Int]
  /// On the images that fitness is measured on; NaN of a network that diverged.
  package let accuracy: [Float]
  package let loss: [Float]
  /// On the test images; empty where they were not read, which a run does for its last generation alone.
  package let testAccuracy: [Float]
  /// `layers.N.weight` and `layers.N.bias`, in the order of the layers.
  package let tensors: [String]
  /// Mean and variance [network][tensor][2].
  package let moments: [Float]
  /// [network][tensor][level].
  package let percentiles: [Float]
  /// [network][dimension]; empty where they are read when they are needed.
  package let sketches: [Float]

  /// The levels of `percentiles`.
  package static let levels: [Double] =
    [0, 0.01] + (1...19).map { Double($0) / 20 } + [0.99, 1]
  /// Numbers that a network is projected onto.
  package static let dimensions = Experiment.Record.projectionNumbers

  package init(
    generation: Int, ids: [Int], origins: [Int], accuracy: [Float], loss: [Float],
    testAccuracy: [Float], tensors: [String], moments: [Float], percentiles: [Float],
    sketches: [Float]
  ) {
    let networks = ids.count
    precondition(
      accuracy.count == networks && loss.count == networks
        && moments.count == networks * tensors.count * 2
        && percentiles.count == networks * tensors.count * Snapshots.levels.count
        && (sketches.isEmpty || sketches.count == networks * Snapshots.dimensions),
      "each network has its numbers")
    self.generation = generation
    self.ids = ids
    self.origins = origins
    self.accuracy = accuracy
    self.loss = loss
    self.testAccuracy = testAccuracy
    self.tensors = tensors
    self.moments = moments
    self.percentiles = percentiles
    self.sketches = sketches
  }

  /// Measures networks of one layout, at least one.
  ///
  /// - Parameter sketch: onto `dimensions` numbers.
  package init(
    generation: Int, ids: [Int], origins: [Int], weights: [Weights], accuracy: [Float],
    loss: [Float], testAccuracy: [Float] = [], sketch: WeightSketch, threads: Int
  ) {
    let measured = parallelMap(count: weights.count, threads: threads) { place in
      Measures(weights[place], sketch)
    }
    self.init(
      generation: generation, ids: ids, origins: origins, accuracy: accuracy, loss: loss,
      testAccuracy: testAccuracy, tensors: Snapshots.tensors(of: weights[0].layout),
      moments: measured.flatMap(\.moments), percentiles: measured.flatMap(\.percentiles),
      sketches: measured.flatMap(\.sketch))
  }

  /// The names of the tensors of a network.
  static func tensors(of layout: NetworkLayout) -> [String] {
    layout.layers.indices.flatMap { layer in
      ["layers.\(layer + 1).weight"] + (layout.hasBiases ? ["layers.\(layer + 1).bias"] : [])
    }
  }

  /// Whether everything that is known of a network is finite.
  package func isFinite(_ network: Int) -> Bool {
    let count = tensors.count * 2
    return accuracy[network].isFinite && loss[network].isFinite
      && moments[network * count..<(network + 1) * count].allSatisfy(\.isFinite)
  }

  /// Whether the weights of some tensor have spread beyond all bounds since an ancestor.
  func hasExploded(_ network: Int, since first: Snapshots, _ ancestor: Int) -> Bool {
    tensors.indices.contains { tensor in
      let before = first.variance(ancestor, tensor)
      return before > 0
        && variance(network, tensor) > Zoo.explosion * Zoo.explosion * before
    }
  }

  func mean(_ network: Int, _ tensor: Int) -> Double {
    Double(moments[(network * tensors.count + tensor) * 2])
  }

  func variance(_ network: Int, _ tensor: Int) -> Double {
    Double(moments[(network * tensors.count + tensor) * 2 + 1])
  }

  /// At all levels.
  func percentiles(_ network: Int, _ tensor: Int) -> [Double] {
    let count = Snapshots.levels.count
    let start = (network * tensors.count + tensor) * count
    return percentiles[start..<start + count].map(Double.init)
  }
}

/// What is measured of one network.
private struct Measures: Sendable {
  private(set) var moments: [Float] = []
  private(set) var percentiles: [Float] = []
  let sketch: [Float]

  init(_ weights: Weights, _ sketch: WeightSketch) {
    self.sketch = weights.isFinite ? sketch(weights) : sketch.zero
    for layer in weights.layout.layers.indices {
      add(weights.matrix(layer))
      if let biases = weights.biases(layer) { add(biases) }
    }
  }

  private mutating func add(_ values: [Float]) {
    guard values.allSatisfy(\.isFinite) else {
      moments += [.nan, .nan]
      percentiles += [Float](repeating: .nan, count: Snapshots.levels.count)
      return
    }
    let (mean, variance) = Measures.moments(values)
    moments += [Float(mean), Float(variance)]
    percentiles += Measures.percentiles(values)
  }

  /// Mean and variance (over n), summed in binary64 in eight lanes that are added up at the end.
  private static func moments(_ values: [Float]) -> (mean: Double, variance: Double) {
    var (sum, squares) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    let whole = values.count / 8 * 8
    for start in stride(from: 0, to: whole, by: 8) {
      var lanes = SIMD8<Float>.zero
      for lane in 0..<8 { lanes[lane] = values[start + lane] }
      let wide = SIMD8<Double>(lanes)
      sum += wide
      squares += wide * wide
    }
    var (total, ofSquares) = (0.0, 0.0)
    for lane in 0..<8 {
      total += sum[lane]
      ofSquares += squares[lane]
    }
    for value in values[whole...] {
      total += Double(value)
      ofSquares += Double(value) * Double(value)
    }
    let count = Double(values.count)
    return (total / count, max(0, ofSquares / count - total / count * (total / count)))
  }

  /// Tensors with fewer values are sorted, since counting costs the same for any number.
  private static let fewValues = 1 << 15

  private static func percentiles(_ values: [Float]) -> [Float] {
    guard values.count >= fewValues else {
      let ascending = sorted(values)
      return Snapshots.levels.map { Float(quantile(ascending, $0)) }
    }
    let search = QuantileSearch(Snapshots.levels, in: RankCounts(values))
    return search.quantiles(search.candidates(values).map { sorted($0) }).map { Float($0) }
  }
}
