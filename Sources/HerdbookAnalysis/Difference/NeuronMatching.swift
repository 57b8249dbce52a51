package import HerdbookNetworks

/// Two networks of one layout, the hidden units of the second brought into the order in which they lie
/// nearest to those of the first: what a network does is the same in any order of them.
///
/// One hidden layer is matched at the least L2 distance of all weights that there is. Of several the
/// layers are matched in turn, each with the others held, until none gets nearer (Ainsworth, Hayase
/// and Srinivasa 2023, "Git Re-Basin"): a good matching, perhaps not the best.
package struct NeuronMatching: Sendable, Equatable {
  /// How near two networks are, over all weights and biases.
  package struct Nearness: Sendable, Equatable {
    /// L2.
    package let distance: Double
    /// Of the angle between them; NaN where one is all zero.
    package let cosine: Double
  }

  /// For each hidden layer and each unit of the first network, its unit of the second.
  package let units: [[Int]]
  /// As the units are numbered.
  package let unmatched: Nearness
  package let matched: Nearness

  /// Units that are matched with one of another number.
  package var moved: Int {
    units.reduce(0) { sum, layer in sum + layer.indices.count { layer[$0] != $0 } }
  }

  /// Nil of networks of different layouts, without hidden units, or with a weight that is not finite.
  package init?(_ first: Weights, _ second: Weights) {
    guard first.layout == second.layout, first.layout.hiddenUnits > 0, first.isFinite,
      second.isFinite
    else { return nil }
    let pair = NetworkPair(first, second)
    let inPlace = pair.hidden.map { Array(0..<pair.sizes[$0]) }
    unmatched = pair.nearness(inPlace)
    let found = pair.match(from: inPlace)
    let nearness = pair.nearness(found)
    // Of several layers, an end of the search may lie farther than the beginning.
    let isNearer = nearness.distance < unmatched.distance
    units = isNearer ? found : inPlace
    matched = isNearer ? nearness : unmatched
  }
}

/// The weights of two networks of one layout.
private struct NetworkPair {
  /// Units of each layer, from the inputs on.
  let sizes: [Int]
  let first: [[Float]]
  let second: [[Float]]
  let firstBiases: [[Float]]
  let secondBiases: [[Float]]

  init(_ first: Weights, _ second: Weights) {
    let layers = first.layout.layers
    sizes = [first.layout.inputs] + layers.map(\.outputs)
    self.first = layers.indices.map { first.matrix($0) }
    self.second = layers.indices.map { second.matrix($0) }
    firstBiases = layers.indices.compactMap { first.biases($0) }
    secondBiases = layers.indices.compactMap { second.biases($0) }
  }

  /// The places of the hidden layers in `sizes`.
  var hidden: Range<Int> { 1..<sizes.count - 1 }

  /// Rounds are few in practice; each gets nearer, so that they end.
  private static let mostRounds = 100

  func match(from start: [[Int]]) -> [[Int]] {
    var units = start
    for layer in hidden { units[layer - 1] = best(layer, units, withOutgoing: false) }
    for _ in 0..<NetworkPair.mostRounds {
      let before = units
      for layer in hidden { units[layer - 1] = best(layer, units, withOutgoing: true) }
      if units == before { break }
    }
    return units
  }

  /// The matching of a layer with the largest sum of products, and so the least distance, the other
  /// layers as they are.
  private func best(_ layer: Int, _ units: [[Int]], withOutgoing: Bool) -> [Int] {
    let size = sizes[layer]
    var costs = [Double](repeating: 0, count: size * size)
    func add(_ mine: ArraySlice<Float>, _ theirs: [Double]) {
      for (row, value) in mine.enumerated() where value != 0 {
        let factor = Double(value)
        for column in 0..<size { costs[row * size + column] -= factor * theirs[column] }
      }
    }
    for input in 0..<sizes[layer - 1] {
      let other = unit(input, of: layer - 1, units)
      add(
        first[layer - 1][input * size..<(input + 1) * size],
        second[layer - 1][other * size..<(other + 1) * size].map(Double.init))
    }
    if !firstBiases.isEmpty {
      add(firstBiases[layer - 1][...], secondBiases[layer - 1].map(Double.init))
    }
    guard withOutgoing else { return leastCostMatching(costs, size: size) }
    let next = sizes[layer + 1]
    for output in 0..<next {
      let other = unit(output, of: layer + 1, units)
      add(
        (0..<size).map { first[layer][$0 * next + output] }[...],
        (0..<size).map { Double(second[layer][$0 * next + other]) })
    }
    return leastCostMatching(costs, size: size)
  }

  /// The unit of the second network that stands for one of the first; inputs and classes are themselves.
  private func unit(_ place: Int, of layer: Int, _ units: [[Int]]) -> Int {
    hidden.contains(layer) ? units[layer - 1][place] : place
  }

  func nearness(_ units: [[Int]]) -> NeuronMatching.Nearness {
    var (squares, product, mine, theirs) = (0.0, 0.0, 0.0, 0.0)
    func add(_ a: Float, _ b: Float) {
      let (a, b) = (Double(a), Double(b))
      squares += (a - b) * (a - b)
      product += a * b
      mine += a * a
      theirs += b * b
    }
    for layer in first.indices {
      let outputs = sizes[layer + 1]
      let columns = (0..<outputs).map { unit($0, of: layer + 1, units) }
      for input in 0..<sizes[layer] {
        let row = unit(input, of: layer, units) * outputs
        for output in 0..<outputs {
          add(first[layer][input * outputs + output], second[layer][row + columns[output]])
        }
      }
      guard !firstBiases.isEmpty else { continue }
      for output in 0..<outputs {
        add(firstBiases[layer][output], secondBiases[layer][columns[output]])
      }
    }
    let norms = mine.squareRoot() * theirs.squareRoot()
    return NeuronMatching.Nearness(
      distance: squares.squareRoot(), cosine: norms > 0 ? product / norms : .nan)
  }
}
