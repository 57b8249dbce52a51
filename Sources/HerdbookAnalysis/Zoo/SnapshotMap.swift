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
  private let shares: [Double]
  private let steps: [Step]
  private let map: Table

  /// Projections of the networks that are looked at, or of their ancestors, at a snapshot [network][dimension].
  private typealias Sketches = [[Double]]

  /// - Parameter sketches: gives those of a snapshot by its index [network][dimension], each asked for twice; no more
  ///   than three are held at a time.
  package init(
    _ zoo: Zoo, threads: Int, sketches: (Int) throws -> [Float]
  ) throws {
    func own(_ index: Int) throws -> Sketches {
      let all = try sketches(index)
      return zoo.lines[index].map { network in
        all[network * Snapshots.dimensions..<(network + 1) * Snapshots.dimensions].map(Double.init)
      }
    }
    let indices = zoo.snapshots.indices
    var moments = Moments()
    let pairs = SnapshotMap.pairs(zoo)
    let first = try own(0)
    var before = first
    var steps: [Step] = []
    for index in indices {
      let now = index == 0 ? first : try own(index)
      moments.add(now, threads: threads)
      steps.append(
        SnapshotMap.step(
          zoo.snapshots[index].generation, now, before: index == 0 ? nil : before, first: first,
          pairs, threads: threads))
      before = now
    }
    self.steps = steps
    let (values, vectors) = symmetricEigen(moments.covariance, size: Snapshots.dimensions)
    let total = values.reduce(0) { $0 + max($1, 0) }
    shares = values.prefix(Self.components).map { total > 0 ? max($0, 0) / total : 0 }
    let axes = vectors.prefix(3).map { axis in
      let largest = axis.indices.max { (axis[$0].magnitude, -$0) < (axis[$1].magnitude, -$1) } ?? 0
      return axis[largest] < 0 ? axis.map { -$0 } : axis
    }
    map = try SnapshotMap.map(zoo, axes, center: moments.center, sketches: own)
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

  private static func step(
    _ generation: Int, _ now: Sketches, before: Sketches?, first: Sketches,
    _ pairs: [(Int, Int)], threads: Int
  ) -> Step {
    func distances(_ other: Sketches) -> Double {
      median(zip(now, other).map { distance($0, $1) })
    }
    let ofPairs = parallelMap(count: pairs.count, threads: threads) { place in
      let (a, b) = pairs[place]
      func way(_ network: Int) -> [Double] { zip(now[network], first[network]).map { $0 - $1 } }
      let (x, y) = (way(a), way(b))
      let lengths = inner(x, x) * inner(y, y)
      return (
        between: distance(now[a], now[b]),
        alignment: lengths > 0 ? inner(x, y) / lengths.squareRoot() : .nan
      )
    }
    return Step(
      generation: generation, start: distances(first), between: median(ofPairs.map(\.between)),
      step: before.map { distances($0) } ?? .nan,
      alignment: before == nil ? .nan : mean(ofPairs.map(\.alignment).filter { !$0.isNaN }))
  }

  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  private static func inner(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private static func map(
    _ zoo: Zoo, _ axes: [[Double]], center: [Double], sketches: (Int) throws -> Sketches
  ) throws -> Table {
    let final = zoo.final
    let ranked = zoo.networks.indices.sorted { (-final[$0], $0) < (-final[$1], $1) }
    let shown =
      ranked.isEmpty
      ? [] : evenly(mostNetworks, through: ranked.count - 1).map { ranked[$0] }.sorted()
    var places: [(index: Int, network: Int)] = []
    var coordinates = axes.map { _ in [Float]() }
    for index in evenly(mostGenerations, through: zoo.snapshots.count - 1) {
      let sketches = try sketches(index)
      for network in shown {
        places.append((index, network))
        let from = zip(sketches[network], center).map { $0 - $1 }
        for (component, axis) in axes.enumerated() {
          coordinates[component].append(Float(inner(from, axis)))
        }
      }
    }
    let accuracies = zoo.snapshots.indices.map { zoo.accuracies($0) }
    return Table(
      [
        Table.Column("generation", .integers(places.map { zoo.snapshots[$0.index].generation })),
        Table.Column(
          "network", .integers(places.map { zoo.last.ids[zoo.networks[$0.network]] })),
      ]
        + coordinates.enumerated().map {
          Table.Column("component_\($0.offset + 1)", .singles($0.element))
        } + [
          Table.Column(
            "accuracy", .singles(places.map { Float(accuracies[$0.index][$0.network]) })),
          Table.Column("final", .singles(places.map { Float(final[$0.network]) })),
        ])
  }

  /// The rows of `figures/zoo-map.csv`.
  package func table() -> Table { map }

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

/// Sums over projections from which their middle and their covariances follow.
private struct Moments {
  private var count = 0.0
  private var sums = [Double](repeating: 0, count: Snapshots.dimensions)
  /// Of products, on and below the diagonal.
  private var products = [Double](
    repeating: 0, count: Snapshots.dimensions * Snapshots.dimensions)

  /// Adds projections; each row of products is one thread's, in the order of the networks.
  mutating func add(_ sketches: [[Double]], threads: Int) {
    let dimensions = Snapshots.dimensions
    count += Double(sketches.count)
    let rows = parallelMap(count: dimensions, threads: threads) { a in
      var (sum, products) = (0.0, [Double](repeating: 0, count: a + 1))
      for sketch in sketches {
        let value = sketch[a]
        sum += value
        for b in 0...a { products[b] += value * sketch[b] }
      }
      return (sum, products)
    }
    for (a, (sum, own)) in rows.enumerated() {
      sums[a] += sum
      for b in 0...a { products[a * dimensions + b] += own[b] }
    }
  }

  var center: [Double] { sums.map { $0 / max(count, 1) } }

  var covariance: [Double] {
    let (dimensions, center) = (Snapshots.dimensions, center)
    var covariance = products
    for a in 0..<dimensions {
      for b in 0...a {
        let value = products[a * dimensions + b] / max(count, 1) - center[a] * center[b]
        (covariance[a * dimensions + b], covariance[b * dimensions + a]) = (value, value)
      }
    }
    return covariance
  }
}
