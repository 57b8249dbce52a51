package import HerdbookNetworks
import HerdbookNumerics

/// A seeded projection of weights onto few numbers that keeps distances: each weight is added to, or taken from, one of
/// some sums, which and how drawn once for all networks (the count sketch of Charikar, Chen and Farach-Colton 2002;
/// inner products keep their expectation, squared distances lie within about sqrt(2 / sums) of theirs, 4.4 % with
/// 1,024, Weinberger et al. 2009).
package struct WeightSketch: Sendable {
  /// How many sums there are.
  package let dimensions: Int
  /// For each weight its sum, and whether it is taken from it: 2 * sum + sign.
  private let places: [UInt16]

  /// - Parameters:
  ///   - parameters: weights and biases of a network.
  ///   - dimensions: at most 32,768.
  package init(seed: UInt64, parameters: Int, dimensions: Int = 1024) {
    self.dimensions = dimensions
    var stream = RandomStream(seed: seed, purpose: .sketch)
    places = (0..<parameters).map { _ in UInt16(stream.bounded(2 * dimensions)) }
  }

  /// The sums of a network of zeros.
  var zero: [Float] { [Float](repeating: 0, count: dimensions) }

  /// The sums of a network, added up in binary64 in the order of its parameters.
  package func callAsFunction(_ weights: Weights) -> [Float] {
    var sums = [Double](repeating: 0, count: dimensions)
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
