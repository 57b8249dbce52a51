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
  /// parents from (selection, iteration, id), then whether it has two from (crossover, iteration, id);
  /// of rules that hold individuals against each other, opponents from (selection, iteration, own id).
  ///
  /// - Parameter histories: the last evaluations of each, where the method looks at them.
  package init(
    experiment: Experiment, seed: UInt64, iteration: Int, ids: [Int], fitness: [Double],
    histories: [[Double]] = [], nextID: Int
  ) {
    let selection = experiment.selection
    let direction = experiment.fitness.direction
    if let exploit = selection.exploit(
      fitness: fitness, histories: histories, direction: direction)
    {
      let sources = exploit.succession(ids: ids) { id in
        RandomStream(
          seed: seed, purpose: .selection, iteration: UInt32(iteration), individual: UInt32(id))
      }
      var id = nextID
      slots = sources.enumerated().map { position, source in
        if source == position { return .survivor(position) }
        defer { id += 1 }
        return .newborn(id: id, first: source, second: nil)
      }
      return
    }
    guard let rule = selection.parentSelection(fitness: fitness, direction: direction) else {
      slots = ids.indices.map { position in
        selection.replace == .worst
          ? .survivor(position) : .newborn(id: nextID + position, first: position, second: nil)
      }
      return
    }
    let ranking =
      selection.method == .random
      ? Ranking(
        shuffling: ids.count,
        stream: RandomStream(seed: seed, purpose: .replacement, iteration: UInt32(iteration)))
      : Ranking(fitness: fitness, ids: ids, direction: direction)
    slots = Self.chosen(
      by: rule, ranking.order, experiment, seed: seed, iteration: iteration, nextID: nextID)
  }

  /// Newborns with parents that a rule chooses, in the places that `selection.replace` leaves them.
  private static func chosen(
    by rule: any ParentSelection, _ order: [Int], _ experiment: Experiment, seed: UInt64,
    iteration: Int, nextID: Int
  ) -> [Slot] {
    let selection = experiment.selection
    let count = order.count
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
      let elites = order.prefix(selection.elites)
      return elites.map { .survivor($0) }
        + (elites.count..<count).map { _ in newborn(among: order) }
    case .worst:
      let replaced = selection.replaced(of: count)
      let survivors = Array(order.dropLast(replaced))
      let gone = Set(order.suffix(replaced))
      return (0..<count).map { gone.contains($0) ? newborn(among: survivors) : .survivor($0) }
    }
  }
}
