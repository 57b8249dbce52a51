package import HerdbookNetworks
import HerdbookNumerics

/// How alike two networks see the same images: linear centered kernel alignment (Kornblith et al. 2019, ICML) of every
/// two layers, which asks for no matching of units and no layer of one width.
///
/// It is 1 where the images lie to each other in one layer as in the other, but for rotation and size. Covariances are
/// estimated without bias (Song et al. 2012, JMLR 13), so that layers that have nothing in common give 0 on average, and
/// may fall below, however wide they are.
package struct LayerAlignment: Sendable, Equatable {
  /// By layer of the first, then by layer of the second: hidden ones in their order, then the outputs before softmax.
  /// NaN where a layer tells no two images apart.
  package let values: [[Double]]
  package let images: Int

  /// Time grows with images, and with the units of both layers.
  package static let mostImages = 1000

  package init(values: [[Double]], images: Int) {
    self.values = values
    self.images = images
  }

  /// - Parameter examples: of which the first `mostImages` are taken; with fewer than four every value is NaN.
  package init(_ first: Weights, _ second: Weights, on examples: Examples, threads: Int = 1) {
    let shown = examples.selecting(0..<min(examples.count, LayerAlignment.mostImages))
    func layers(_ network: Weights) -> [LayerResponses] {
      network.layout.layers.indices.map { layer in
        LayerResponses(
          network.activations(on: shown, layer: layer + 1, threads: threads).map(Double.init),
          units: network.layout.layers[layer].outputs, threads: threads)
      }
    }
    let (mine, theirs) = (layers(first), layers(second))
    images = shown.count
    values = mine.map { own in theirs.map { own.alignment(with: $0, threads: threads) } }
  }
}

/// What the units of a layer give for some examples.
package struct LayerResponses: Sendable {
  /// [example][unit], less the mean of the unit.
  private let values: [Double]
  private let units: Int
  private let examples: Int
  /// The squared length of each example's row.
  private let norms: [Double]
  /// The covariance of the layer with itself.
  private var own = Double.nan

  /// - Parameter values: [example][unit].
  package init(_ values: [Double], units: Int, threads: Int = 1) {
    precondition(units > 0 && values.count % units == 0, "each example has a value of each unit")
    self.units = units
    examples = values.count / units
    var centered = values
    for unit in 0..<units {
      let places = stride(from: unit, to: values.count, by: units)
      // What is the same for all examples is its own mean, which a sum of many would miss by rounding.
      let isConstant = places.allSatisfy { values[$0] == values[unit] }
      let mean =
        isConstant
        ? values[unit] : places.reduce(0) { $0 + values[$1] } / Double(examples)
      for place in places { centered[place] -= mean }
    }
    self.values = centered
    norms = (0..<examples).map { example in
      centered[example * units..<(example + 1) * units].reduce(0) { $0 + $1 * $1 }
    }
    own = covariance(with: self, threads: threads)
  }

  /// Linear centered kernel alignment; NaN where one of the layers tells no two examples apart.
  package func alignment(with other: LayerResponses, threads: Int = 1) -> Double {
    precondition(examples == other.examples, "both layers are given the same examples")
    guard own > 0, other.own > 0 else { return .nan }
    return covariance(with: other, threads: threads) / (own * other.own).squareRoot()
  }

  /// The Hilbert-Schmidt independence criterion of linear kernels, without bias: equation 5 of Song et al. (2012), for
  /// rows that sum up to zero, so that no matrix of examples by examples is needed. NaN of fewer than four examples.
  private func covariance(with other: LayerResponses, threads: Int) -> Double {
    guard examples > 3 else { return .nan }
    // Unit by unit the squares of the sums over examples; every sum has one order, whatever the threads.
    let shares = parallelMap(count: units, threads: threads) { unit -> Double in
      var sums = [Double](repeating: 0, count: other.units)
      for example in 0..<examples {
        let value = values[example * units + unit]
        guard value != 0 else { continue }
        let start = example * other.units
        for place in 0..<other.units { sums[place] += value * other.values[start + place] }
      }
      return sums.reduce(0) { $0 + $1 * $1 }
    }
    let count = Double(examples)
    let both = zip(norms, other.norms).reduce(0) { $0 + $1.0 * $1.1 }
    let totals = norms.reduce(0, +) * other.norms.reduce(0, +)
    return
      (shares.reduce(0, +) - both + totals / ((count - 1) * (count - 2))
      - 2 / (count - 2) * both) / (count * (count - 3))
  }
}
