package import HerdbookModel
import HerdbookNumerics

/// Who is where in the next generation: survivors keep their ids, newborn have parents.
package struct Succession: Sendable, Equatable {
  package enum Slot: Sendable, Equatable {
    /// The individual at a position of the generation before lives on.
    case survivor(Int)
    /// A newborn with its parents' positions, the second for crossover.
    case newborn(id: Int, first: Int, second: Int?)
  }
  package let slots: [Slot]

  /// Draws: the ranking of neutral selection from (replacement, iteration); for each newborn its
  /// parents from (selection, iteration, id), then whether it has two from (crossover, iteration, id).
  package init(
    experiment: Experiment, seed: UInt64, iteration: Int, ids: [Int], fitness: [Double], nextID: Int
  ) {
    let selection = experiment.selection
    let count = ids.count
    let ranking =
      selection.method == .random
      ? Ranking(
        shuffling: count,
        stream: RandomStream(seed: seed, purpose: .replacement, iteration: UInt32(iteration)))
      : Ranking(fitness: fitness, ids: ids, direction: experiment.fitness.direction)
    let rule = selection.parentSelection(population: count)
    var id = nextID
    func newborn(among candidates: [Int]) -> Slot {
      defer { id += 1 }
      var stream = RandomStream(
        seed: seed, purpose: .selection, iteration: UInt32(iteration), individual: UInt32(id))
      var chance = RandomStream(
        seed: seed, purpose: .crossover, iteration: UInt32(iteration), individual: UInt32(id))
      let first = rule.parent(among: candidates, stream: &stream)
      guard experiment.crossover.method != .none,
        chance.uniform() < experiment.crossover.probability
      else { return .newborn(id: id, first: first, second: nil) }
      let second = rule.parent(among: candidates, stream: &stream)
      return .newborn(id: id, first: first, second: second == first ? nil : second)
    }
    switch selection.replace {
    case .all:
      let elites = ranking.order.prefix(selection.elites)
      slots =
        elites.map { .survivor($0) }
        + (elites.count..<count).map { _ in newborn(among: ranking.order) }
    case .worst:
      let replaced = selection.replaced(of: count)
      let survivors = Array(ranking.order.dropLast(replaced))
      let gone = Set(ranking.order.suffix(replaced))
      slots = (0..<count).map { gone.contains($0) ? newborn(among: survivors) : .survivor($0) }
    }
  }
}
