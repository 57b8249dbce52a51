package import HerdbookModel
package import HerdbookNetworks
import HerdbookNumerics

/// The way of a run through weight space: the champion's ancestors at each snapshot, and the population at the ends.
package struct WeightPath: Sendable, Codable {
  private struct Point: Sendable, Codable {
    let generation: Int
    let id: Int
    let sketch: [Float]
  }
  private var points: [Point] = []

  package init() {}

  /// Adds the finite members of a population, or a sample of them, at a snapshot.
  package mutating func add(
    generation: Int, ids: [Int], weights: [Weights], _ sketch: WeightSketch, threads: Int
  ) {
    let sketches = parallelMap(count: weights.count, threads: threads) { sketch(weights[$0]) }
    points += zip(ids, sketches).map { Point(generation: generation, id: $0, sketch: $1) }
  }

  /// Components that are told of.
  private static let components = 8

  /// The rows of `figures/path.csv` and of `figures/components.csv`: the points along the first three principal
  /// components of the ancestors' path, which the first and the last population are laid on, and the share of the path's
  /// variance that each component holds, beside that of a random walk of as many points. Nil of fewer than three ancestors,
  /// or where they are one.
  ///
  /// - Parameter ancestor: of the champion, in a generation; one that no sample holds is left out.
  package func tables(ancestor: (Int) -> Int?) -> (path: Table, components: Table)? {
    let ancestors = points.filter { $0.id == ancestor($0.generation) }
    let ends = Set([points.first, points.last].compactMap { $0?.generation })
    let members = points.filter { ends.contains($0.generation) && $0.id != ancestor($0.generation) }
    let count = ancestors.count
    guard count >= 3 else { return nil }
    let gram = (0..<count * count).map { inner(ancestors[$0 / count], ancestors[$0 % count]) }
    let path = PrincipalComponents(gram: gram, count: count, most: WeightPath.components)
    guard !path.shares.isEmpty else { return nil }
    let walk = PrincipalComponents.ofRandomWalk(points: count, most: WeightPath.components)
    let means = (0..<count).map { row in
      gram[row * count..<(row + 1) * count].reduce(0, +) / Double(count)
    }
    let mean = means.reduce(0, +) / Double(count)
    /// A point off the path, by its inner products with the points of it (Gower 1968).
    func coordinate(_ member: Point, _ component: Int) -> Double {
      let scores = path.scores[component]
      let length = scores.reduce(0) { $0 + $1 * $1 }
      let products = ancestors.map { inner(member, $0) }
      let own = products.reduce(0, +) / Double(count)
      let sum = products.indices.reduce(0) {
        $0 + (products[$1] - own - means[$1] + mean) * scores[$1]
      }
      return length > 0 ? sum / length : 0
    }
    let shown = ancestors + members
    let coordinates = (0..<3).map { component -> [Float] in
      guard component < path.scores.count else { return shown.map { _ in 0 } }
      return path.scores[component].map { Float($0) }
        + members.map { Float(coordinate($0, component)) }
    }
    let table = Table(
      [
        Table.Column("generation", .integers(shown.map(\.generation))),
        Table.Column("id", .integers(shown.map(\.id))),
        Table.Column(
          "kind", .texts(shown.map { $0.id == ancestor($0.generation) ? "ancestor" : "member" })),
      ]
        + coordinates.enumerated().map {
          Table.Column("component_\($0.offset + 1)", .singles($0.element))
        })
    let components = Table([
      Table.Column("component", .integers(Array(1...path.shares.count))),
      Table.Column("share", .singles(path.shares.map { Float($0) })),
      Table.Column("random_walk", .singles(walk.shares.map { Float($0) })),
    ])
    return (table, components)
  }

  private func inner(_ a: Point, _ b: Point) -> Double {
    var sum = 0.0
    for (x, y) in zip(a.sketch, b.sketch) { sum += Double(x) * Double(y) }
    return sum
  }
}
