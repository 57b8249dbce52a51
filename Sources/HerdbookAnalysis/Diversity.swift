package import HerdbookNetworks
import HerdbookNumerics

/// How much the members of a population differ: in weights, and in what they predict.
package struct Diversity: Sendable, Equatable {
  /// The mean L2 distance of weights over all pairs; NaN below two.
  package let distance: Double
  /// The mean over all pairs of the share of images that are predicted differently.
  package let disagreement: Double

  /// Binary64 sums over pairs in ascending order.
  package init(_ pairs: PairDistances) {
    distance = pairs.distances.reduce(0, +) / Double(pairs.pairs.count)
    disagreement = pairs.disagreements.reduce(0, +) / Double(pairs.pairs.count)
  }
}

/// Two places in a population, the first below the second.
package struct Pair: Sendable, Equatable {
  package let first: Int
  package let second: Int

  /// All pairs below `count`, ordered by the first place, then by the second.
  package static func all(_ count: Int) -> [Pair] {
    (0..<count).flatMap { first in
      ((first + 1)..<max(count, first + 1)).map { Pair(first: first, second: $0) }
    }
  }
}

/// Distances and disagreements of all pairs of a population.
package struct PairDistances: Sendable {
  package let pairs: [Pair]
  package let distances: [Double]
  package let disagreements: [Double]

  /// Of networks that are finite, with their predictions on the same images.
  package init(weights: [Weights], predictions: [[UInt8]], threads: Int) {
    let pairs = Pair.all(weights.count)
    let measured = parallelMap(count: pairs.count, threads: threads) { index in
      let pair = pairs[index]
      let (a, b) = (predictions[pair.first], predictions[pair.second])
      return (
        weights[pair.first].distance(to: weights[pair.second]),
        Double(differences(a, b)) / Double(a.count)
      )
    }
    self.pairs = pairs
    distances = measured.map(\.0)
    disagreements = measured.map(\.1)
  }
}

/// At most `limit` places below `count`, ascending: all of them, or a seeded sample.
package func sampledPlaces(_ count: Int, limit: Int, seed: UInt64, generation: Int) -> [Int] {
  guard count > limit else { return Array(0..<count) }
  var stream = RandomStream(
    seed: seed, purpose: .distanceSample, iteration: UInt32(generation))
  var places = Array(0..<count)
  for index in 0..<limit { places.swapAt(index, index + stream.bounded(count - index)) }
  return places.prefix(limit).sorted()
}
