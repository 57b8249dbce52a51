package import HerdbookModel

/// The opponent is preferred where its fitness is better; one that diverged is worst, and a tie changes nothing.
package struct BinaryTournament: Exploit {
  package static let neutralChance = 0.5
  let fitness: [Double]
  let direction: Experiment.Fitness.Direction

  package init(fitness: [Double], direction: Experiment.Fitness.Direction) {
    self.fitness = fitness
    self.direction = direction
  }

  package func prefers(_ opponent: Int, to individual: Int) -> Bool {
    let (theirs, own) = (fitness[opponent], fitness[individual])
    if theirs.isNaN || own.isNaN { return own.isNaN && !theirs.isNaN }
    return direction == .higher ? theirs > own : theirs < own
  }
}
