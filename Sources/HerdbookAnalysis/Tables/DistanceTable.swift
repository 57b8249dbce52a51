package import HerdbookModel

/// The rows of `distances.csv`: pairs of the recorded populations.
package struct Distances: Sendable, Codable {
  private var generations: [Int] = []
  private var first: [Int] = []
  private var second: [Int] = []
  private var distances: [Double] = []
  private var disagreements: [Double] = []

  package init() {}

  /// Adds all pairs of finite networks, in the order of the population.
  package mutating func add(generation: Int, ids: [Int], _ measured: PairDistances) {
    generations += measured.pairs.map { _ in generation }
    first += measured.pairs.map { ids[$0.first] }
    second += measured.pairs.map { ids[$0.second] }
    distances += measured.distances
    disagreements += measured.disagreements
  }

  package func table() -> Table {
    Table([
      Table.Column("generation", .integers(generations)),
      Table.Column("first", .integers(first)),
      Table.Column("second", .integers(second)),
      Table.Column("distance", .singles(distances.map { Float($0) })),
      Table.Column("disagreement", .singles(disagreements.map { Float($0) })),
    ])
  }
}
