package import HerdbookModel
package import HerdbookNumerics

/// Parents are drawn in proportion to how far their fitness is from the worst of the candidates, which has
/// no share, and neither has one that diverged (fitness-proportionate selection with a window of one
/// generation, Holland 1975, Grefenstette 1986). Where all are alike, they are uniform. One draw.
package struct Roulette: ParentSelection {
  let fitness: [Double]
  let direction: Experiment.Fitness.Direction

  /// - Parameter fitness: of each position of the population; NaN where it diverged.
  package init(fitness: [Double], direction: Experiment.Fitness.Direction) {
    self.fitness = fitness
    self.direction = direction
  }

  package func parent(among ranked: [Int], stream: inout RandomStream) -> Int {
    let finite = ranked.map { fitness[$0] }.filter(\.isFinite)
    let worst = direction == .higher ? finite.min() : finite.max()
    let shares = ranked.map { position -> Double in
      guard let worst, fitness[position].isFinite else { return 0 }
      return (fitness[position] - worst).magnitude
    }
    let total = shares.reduce(0, +)
    let draw = stream.uniform()
    guard total > 0, total.isFinite else { return ranked[Int(draw * Double(ranked.count))] }
    var left = draw * total
    for (candidate, share) in zip(ranked, shares) where share > 0 {
      if left < share { return candidate }
      left -= share
    }
    // What rounding left over is the best one's.
    return ranked[0]
  }
}
