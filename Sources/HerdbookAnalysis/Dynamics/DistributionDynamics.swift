import HerdbookNumerics

/// How a distribution moves from snapshot to snapshot, each known by its percentiles from 0 to 100.
package struct DistributionDynamics: Sendable {
  /// The Wasserstein-1 distance of every two snapshots [snapshot][snapshot].
  package let distances: [[Double]]
  /// The cosine between each step of the percentiles and the next one: 1 where it goes on the same way, 0 on average
  /// where steps have nothing to do with each other, below where it turns back; NaN where nothing moves.
  package let persistence: [Double]

  /// - Parameter snapshots: [snapshot][101], in the order of time.
  package init(_ snapshots: [[Double]]) {
    var distances = [[Double]](
      repeating: [Double](repeating: 0, count: snapshots.count), count: snapshots.count)
    for a in snapshots.indices {
      for b in snapshots.indices where b > a {
        let distance = QuantileDistance(snapshots[a], snapshots[b]).wasserstein
        (distances[a][b], distances[b][a]) = (distance, distance)
      }
    }
    self.distances = distances
    let steps = zip(snapshots, snapshots.dropFirst()).map { before, after in
      zip(before, after).map { $1 - $0 }
    }
    persistence = zip(steps, steps.dropFirst()).map { step, next in
      let (a, b) = (step.reduce(0) { $0 + $1 * $1 }, next.reduce(0) { $0 + $1 * $1 })
      guard a > 0, b > 0 else { return .nan }
      return zip(step, next).reduce(0) { $0 + $1.0 * $1.1 } / (a * b).squareRoot()
    }
  }

  /// From the first snapshot to the last.
  package var span: Double { distances.first?.last ?? 0 }

  /// From each snapshot to the next.
  package var steps: [Double] { distances.indices.dropLast().map { distances[$0][$0 + 1] } }

  /// The first snapshot from which on none lies farther from the last than a share of the span.
  package func settled(within share: Double) -> Int {
    let far = distances.indices.last { distances[$0][distances.count - 1] > share * span }
    return far.map { $0 + 1 } ?? 0
  }
}

/// How far two samples of so many values from one distribution, known by its percentiles, lie apart on average, by
/// Wasserstein-1: 2 / sqrt(pi n) times the integral of sqrt(F (1 - F)) (del Barrio, Giné and Matrán 1999).
package func samplingDistance(_ percentiles: [Double], count: Double) -> Double {
  let last = Double(percentiles.count - 1)
  var area = 0.0
  for (place, (low, high)) in zip(percentiles, percentiles.dropFirst()).enumerated() {
    let level = (Double(place) + 0.5) / last
    area += (high - low) * (level * (1 - level)).squareRoot()
  }
  return 2 / (Double.pi * count).squareRoot() * area
}
