/// Descent along main parents, generation by generation.
///
/// `origins` of a generation give for each place the place in the generation before of the same
/// individual or of its main parent.
package struct Lineage: Sendable, Codable {
  /// For each place its founder: the place of its ancestor in generation 0.
  package private(set) var founders: [Int]
  /// For each founder the number of its living descendants.
  private var shares: [Int]
  private var history: [[Int]] = []

  /// Generation 0.
  package init(size: Int) {
    founders = Array(0..<size)
    shares = [Int](repeating: 1, count: size)
  }

  /// The next generation, of the same size.
  package mutating func append(origins: [Int]) {
    founders = origins.map { founders[$0] }
    for founder in shares.indices { shares[founder] = 0 }
    for founder in founders { shares[founder] += 1 }
    history.append(origins)
  }

  /// The number of distinct founders with living descendants.
  package var founderCount: Int { shares.count { $0 > 0 } }

  /// The inverse Simpson index of the founders' shares: 1 / sum of squared shares.
  package var effectiveFounders: Double {
    let squares = shares.reduce(0) { $0 + $1 * $1 }
    return Double(founders.count * founders.count) / Double(squares)
  }

  /// Generations back to the most recent common ancestor of all living; nil when there is none.
  ///
  /// Costs the number of distinct ancestors in each generation on the way.
  package var ancestorAge: Int? {
    var places = Array(founders.indices)
    /// For each place the step at which it was last reached.
    var reached = [Int](repeating: -1, count: founders.count)
    for (age, origins) in history.reversed().enumerated() {
      if places.count == 1 { return age }
      var distinct = 0
      for place in places where reached[origins[place]] != age {
        reached[origins[place]] = age
        places[distinct] = origins[place]
        distinct += 1
      }
      places.removeLast(places.count - distinct)
    }
    return places.count == 1 ? history.count : nil
  }
}
