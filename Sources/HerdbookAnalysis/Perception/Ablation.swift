package import HerdbookNetworks
import HerdbookNumerics

/// What a network loses without each unit of its first hidden layer, one at a time: the unit gives 0 whatever it sees,
/// and everything after it stays as it is (Mozer and Smolensky 1989, "Skeletonization").
package struct Ablation: Sendable {
  /// For each unit, by how much the mean cross-entropy rises without it, in nats; negative where the network does
  /// better without it.
  package let lossRise: [Double]
  /// For each unit, how much less of the examples are read correctly without it.
  package let accuracyFall: [Double]

  /// Products that one pass over all units may take: more hidden layers are looked at with fewer examples.
  private static let budget = 1_000_000_000

  /// How many of some examples, the first, a network with so many units in each layer is looked at with.
  ///
  /// - Parameter sizes: of all layers, inputs first.
  package static func images(of examples: Int, sizes: [Int]) -> Int {
    let after = zip(sizes.dropFirst(2), sizes.dropFirst(3)).reduce(sizes[2]) { $0 + $1.0 * $1.1 }
    return min(examples, max(100, budget / max(1, sizes[1] * after)))
  }

  /// - Parameter weights: with a hidden layer.
  package init(_ weights: Weights, on examples: Examples, threads: Int = 1) {
    let sizes = [weights.layout.inputs] + weights.layout.layers.map(\.outputs)
    let count = Ablation.images(of: examples.count, sizes: sizes)
    let seen = count < examples.count ? examples.selecting(0..<count) : examples
    let activations = weights.activations(on: seen, layer: 1, threads: threads)
    let rest = LaterLayers(weights)
    let units = sizes[1]
    let labels = seen.labels.map(Int.init)
    let whole = parallelMap(count: count, threads: threads) { example in
      rest.sums(activations[example * units..<(example + 1) * units])
    }
    let outcomes = zip(whole, labels).map { rest.outcome($0, label: $1) }
    let n = Double(max(count, 1))
    let changes = parallelMap(count: units, threads: threads) { unit in
      var (loss, right) = (0.0, 0)
      for example in 0..<count {
        let activation = Double(activations[example * units + unit])
        // A silent unit is gone already.
        guard activation != 0 else { continue }
        let without = rest.outcome(
          rest.sums(whole[example], without: unit, activation), label: labels[example])
        loss += without.loss - outcomes[example].loss
        right += (without.isRight ? 1 : 0) - (outcomes[example].isRight ? 1 : 0)
      }
      return (loss: loss / n, right: Double(right) / n)
    }
    lossRise = changes.map(\.loss)
    accuracyFall = changes.map { 0 - $0.right }
  }
}

/// A network from its first hidden layer on, in binary64; rows of outputs are in groups of eight, the last filled up
/// with zeros.
private struct LaterLayers: Sendable {
  typealias Group = SIMD8<Double>

  private let layers: [NetworkLayout.Layer]
  /// [input][group].
  private let matrices: [[Group]]
  private let biases: [[Group]]
  private let activation: @Sendable (Double) -> Double

  init(_ weights: Weights) {
    layers = Array(weights.layout.layers.dropFirst())
    matrices = weights.layout.layers.indices.dropFirst().map { layer in
      LaterLayers.groups(weights.matrix(layer), of: weights.layout.layers[layer].outputs)
    }
    biases = weights.layout.layers.indices.dropFirst().map { layer in
      let outputs = weights.layout.layers[layer].outputs
      return LaterLayers.groups(
        weights.biases(layer) ?? [Float](repeating: 0, count: outputs), of: outputs)
    }
    let kind = weights.layout.activation
    activation = { kind.value(of: $0) }
  }

  /// Rows of `outputs` numbers.
  private static func groups(_ values: [Float], of outputs: Int) -> [Group] {
    stride(from: 0, to: values.count, by: outputs).flatMap { row in
      stride(from: 0, to: outputs, by: 8).map { start in
        var group = Group.zero
        for lane in 0..<min(8, outputs - start) { group[lane] = Double(values[row + start + lane]) }
        return group
      }
    }
  }

  /// What comes into the second layer from activations of the first.
  func sums(_ activations: ArraySlice<Float>) -> [Group] {
    multiplied(activations.map(Double.init), 0)
  }

  /// The same without what one unit gave.
  func sums(_ sums: [Group], without unit: Int, _ activation: Double) -> [Group] {
    let row = unit * sums.count
    return sums.indices.map { sums[$0] - activation * matrices[0][row + $0] }
  }

  /// What the network says where this comes into its second layer: the cross-entropy, and whether the class with the
  /// highest score, the first of equal ones, is the true one.
  func outcome(_ groups: [Group], label: Int) -> (loss: Double, isRight: Bool) {
    var groups = groups
    for layer in layers.indices.dropFirst() {
      groups = multiplied(numbers(groups, layer - 1).map(activation), layer)
    }
    let sums = numbers(groups, layers.count - 1)
    let largest = sums.max() ?? 0
    let total = sums.reduce(0) { $0 + Elementary.exp($1 - largest) }
    return (Elementary.log(total) + largest - sums[label], sums.firstIndex(of: largest) == label)
  }

  /// The outputs of a layer, one by one.
  private func numbers(_ groups: [Group], _ layer: Int) -> [Double] {
    (0..<layers[layer].outputs).map { groups[$0 / 8][$0 % 8] }
  }

  private func multiplied(_ values: [Double], _ layer: Int) -> [Group] {
    let (matrix, count) = (matrices[layer], biases[layer].count)
    var sums = biases[layer]
    for (from, value) in values.enumerated() where value != 0 {
      for group in 0..<count { sums[group] += value * matrix[from * count + group] }
    }
    return sums
  }
}
