package import HerdbookModel
import HerdbookNumerics

/// Where networks stand among each other: all snapshots along the principal components of their seeded projections, how
/// far they go, and whether they go the same way.
package struct SnapshotMap: Sendable {
  /// Networks and generations whose places are told.
  static let mostNetworks = 60
  static let mostGenerations = 16
  static let components = 8
  /// Pairs of networks whose distances and ways are measured.
  static let mostPairs = 2000

  private struct Step: Sendable {
    let generation: Int
    let start: Double
    let between: Double
    let step: Double
    let alignment: Double
  }
  private let zoo: Zoo
  private let shares: [Double]
  /// [component][dimension], each of length 1, and the middle of all snapshots.
  private let axes: [[Double]]
  private let center: [Double]
  private let steps: [Step]

  package init(_ zoo: Zoo, threads: Int) {
    self.zoo = zoo
    let dimensions = Snapshots.dimensions
    let indices = zoo.snapshots.indices
    let sums = parallelMap(count: indices.count, threads: threads) { index in
      SnapshotMap.sums(zoo, index)
    }
    let count = Double(max(zoo.networks.count * indices.count, 1))
    var center = [Double](repeating: 0, count: dimensions)
    var products = [Double](repeating: 0, count: dimensions * dimensions)
    for (own, ofPairs) in sums {
      for a in 0..<dimensions { center[a] += own[a] / count }
      for a in products.indices { products[a] += ofPairs[a] / count }
    }
    for a in 0..<dimensions {
      for b in 0...a {
        let value = products[a * dimensions + b] - center[a] * center[b]
        (products[a * dimensions + b], products[b * dimensions + a]) = (value, value)
      }
    }
    let (values, vectors) = symmetricEigen(products, size: dimensions)
    let total = values.reduce(0) { $0 + max($1, 0) }
    shares = values.prefix(Self.components).map { total > 0 ? max($0, 0) / total : 0 }
    axes = vectors.prefix(Self.components).map { axis in
      let largest = axis.indices.max { (axis[$0].magnitude, -$0) < (axis[$1].magnitude, -$1) } ?? 0
      return axis[largest] < 0 ? axis.map { -$0 } : axis
    }
    self.center = center
    let pairs = SnapshotMap.pairs(zoo)
    steps = parallelMap(count: indices.count, threads: threads) { index in
      SnapshotMap.step(zoo, index, pairs)
    }
  }

  /// Sums of the projections of a generation and, below the diagonal, of their products.
  private static func sums(_ zoo: Zoo, _ index: Int) -> ([Double], [Double]) {
    let dimensions = Snapshots.dimensions
    var own = [Double](repeating: 0, count: dimensions)
    var products = [Double](repeating: 0, count: dimensions * dimensions)
    for network in zoo.networks.indices {
      let sketch = zoo.sketch(index, network)
      for a in 0..<dimensions {
        own[a] += sketch[a]
        let value = sketch[a]
        for b in 0...a { products[a * dimensions + b] += value * sketch[b] }
      }
    }
    return (own, products)
  }

  /// All pairs of networks, or as many of them as are measured, drawn.
  private static func pairs(_ zoo: Zoo) -> [(Int, Int)] {
    let count = zoo.networks.count
    if count * (count - 1) / 2 <= mostPairs {
      return (0..<count).flatMap { a in (a + 1..<max(count, a + 1)).map { (a, $0) } }
    }
    var stream = zoo.permutationStream(0, 1000)
    return (0..<mostPairs).map { _ in
      let first = stream.bounded(count)
      let other = stream.bounded(count - 1)
      return (first, other < first ? other : other + 1)
    }
  }

  private static func step(_ zoo: Zoo, _ index: Int, _ pairs: [(Int, Int)]) -> Step {
    func distances(_ other: Int) -> Double {
      median(
        zoo.networks.indices.map { network in
          distance(zoo.sketch(index, network), zoo.sketch(other, network))
        })
    }
    let alignments = pairs.compactMap { a, b -> Double? in
      let (first, second) = (zoo.displacement(index, a), zoo.displacement(index, b))
      let lengths = inner(first, first) * inner(second, second)
      return lengths > 0 ? inner(first, second) / lengths.squareRoot() : nil
    }
    return Step(
      generation: zoo.snapshots[index].generation, start: distances(0),
      between: median(
        pairs.map { distance(zoo.sketch(index, $0), zoo.sketch(index, $1)) }),
      step: index == 0 ? .nan : distances(index - 1),
      alignment: index == 0 ? .nan : mean(alignments))
  }

  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  private static func inner(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The rows of `figures/zoo-map.csv`.
  package func table() -> Table {
    let final = zoo.final
    let ranked = zoo.networks.indices.sorted { (-final[$0], $0) < (-final[$1], $1) }
    let shown = evenly(Self.mostNetworks, through: ranked.count - 1).map { ranked[$0] }.sorted()
    let indices = evenly(Self.mostGenerations, through: zoo.snapshots.count - 1)
    let places = ranked.isEmpty ? [] : indices.flatMap { index in shown.map { (index, $0) } }
    let coordinates = (0..<3).map { component in
      places.map { index, network in
        Float(
          zip(zip(zoo.sketch(index, network), center), axes[component]).reduce(0) {
            $0 + ($1.0.0 - $1.0.1) * $1.1
          })
      }
    }
    return Table(
      [
        Table.Column("generation", .integers(places.map { zoo.snapshots[$0.0].generation })),
        Table.Column("network", .integers(places.map { zoo.last.ids[zoo.networks[$0.1]] })),
      ]
        + coordinates.enumerated().map {
          Table.Column("component_\($0.offset + 1)", .singles($0.element))
        } + [
          Table.Column(
            "accuracy", .singles(places.map { Float(zoo.accuracies($0.0)[$0.1]) })),
          Table.Column("final", .singles(places.map { Float(final[$0.1]) })),
        ])
  }

  /// The rows of `figures/zoo-components.csv`.
  package func componentTable() -> Table {
    Table([
      Table.Column("component", .integers(Array(1...max(shares.count, 1)))),
      Table.Column("share", .singles(shares.map { Float($0) })),
    ])
  }

  /// The rows of `figures/zoo-distances.csv`.
  package func distanceTable() -> Table {
    // Cosines of random directions are normal with this deviation.
    let chance = 1.96 / Double(Snapshots.dimensions).squareRoot()
    return Table([
      Table.Column("generation", .integers(steps.map(\.generation))),
      Table.Column("start", .singles(steps.map { Float($0.start) })),
      Table.Column("between", .singles(steps.map { Float($0.between) })),
      Table.Column("step", .singles(steps.map { Float($0.step) })),
      Table.Column("alignment", .singles(steps.map { Float($0.alignment) })),
      Table.Column("chance", .singles(steps.map { _ in Float(chance) })),
    ])
  }
}

extension Zoo {
  /// The projection of one of `networks`, or of its ancestor, at a snapshot.
  fileprivate func sketch(_ index: Int, _ network: Int) -> [Double] {
    snapshots[index].sketch(lines[index][network]).map(Double.init)
  }

  /// From where it, or its founder, began.
  fileprivate func displacement(_ index: Int, _ network: Int) -> [Double] {
    zip(sketch(index, network), sketch(0, network)).map { $0 - $1 }
  }
}
