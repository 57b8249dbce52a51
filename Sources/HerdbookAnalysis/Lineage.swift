/// Descent along main parents, generation by generation.
///
/// `origins` of a generation give for each place the place in the generation before of the same
/// individual or of its main parent.
package struct Lineage: Sendable {
  /// For each place its founder: the place of its ancestor in generation 0.
  package private(set) var founders: [Int]
  private var history: [[Int]] = []

  /// Generation 0.
  package init(size: Int) { founders = Array(0..<size) }

  /// The next generation.
  package mutating func append(origins: [Int]) {
    founders = origins.map { founders[$0] }
    history.append(origins)
  }

  /// The number of distinct founders with living descendants.
  package var founderCount: Int { Set(founders).count }

  /// The inverse Simpson index of the founders' shares: 1 / sum of squared shares.
  package var effectiveFounders: Double {
    var counts = [Int: Int]()
    for founder in founders { counts[founder, default: 0] += 1 }
    let squares = counts.values.reduce(0) { $0 + $1 * $1 }
    return Double(founders.count * founders.count) / Double(squares)
  }

  /// Generations back to the most recent common ancestor of all living; nil when there is none.
  package var ancestorAge: Int? {
    var places = Set(founders.indices)
    for (age, origins) in history.reversed().enumerated() {
      if places.count == 1 { return age }
      places = Set(places.map { origins[$0] })
    }
    return places.count == 1 ? history.count : nil
  }
}
