package import HerdbookNetworks
import HerdbookNumerics

/// A seeded projection of weights onto few numbers that keeps distances: each weight is added to, or taken from, one of
/// 1,024 sums, which and how drawn once for all networks (the count sketch of Charikar, Chen and Farach-Colton 2002;
/// inner products keep their expectation, squared distances lie within about sqrt(2 / 1024) = 4.4 % of theirs,
/// Weinberger et al. 2009).
package struct WeightSketch: Sendable {
  package static let dimensions = 1024

  /// For each weight its sum, and whether it is taken from it: 2 * sum + sign.
  private let places: [UInt16]

  /// - Parameter parameters: weights and biases of a network.
  package init(seed: UInt64, parameters: Int) {
    var stream = RandomStream(seed: seed, purpose: .sketch)
    places = (0..<parameters).map { _ in
      UInt16(stream.bounded(2 * WeightSketch.dimensions))
    }
  }

  /// The sums of a network, added up in binary64 in the order of its parameters.
  package func callAsFunction(_ weights: Weights) -> [Float] {
    var sums = [Double](repeating: 0, count: WeightSketch.dimensions)
    var at = 0
    for layer in weights.layout.layers.indices {
      for value in weights.matrix(layer) + (weights.biases(layer) ?? []) {
        let place = Int(places[at])
        sums[place >> 1] += place & 1 == 0 ? Double(value) : -Double(value)
        at += 1
      }
    }
    return sums.map { Float($0) }
  }
}
