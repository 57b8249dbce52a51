package import HerdbookModel
package import HerdbookNumerics

/// The order of a population from the fittest down, as selection sees it.
package struct Ranking: Sendable, Equatable {
  /// Positions in the population, the best first.
  package let order: [Int]

  /// By fitness; NaN is worst in either direction, ties go to the lowest id.
  package init(fitness: [Double], ids: [Int], direction: Experiment.Fitness.Direction) {
    order = fitness.indices.sorted { a, b in
      let (x, y) = (fitness[a], fitness[b])
      if x.isNaN != y.isNaN { return y.isNaN }
      if x == y || x.isNaN { return ids[a] < ids[b] }
      return direction == .higher ? x > y : x < y
    }
  }

  /// In an order that ignores fitness: for neutral selection.
  package init(shuffling count: Int, stream: RandomStream) {
    var stream = stream
    var positions = Array(0..<count)
    stream.shuffle(&positions)
    order = positions
  }
}
