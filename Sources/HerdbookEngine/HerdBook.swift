package import HerdbookModel

/// The register of every individual that ever lived, by id.
package struct HerdBook: Sendable, Codable {
  package private(set) var individuals: [Individual] = []

  /// The id of the next individual.
  package var nextID: Int { individuals.count }

  /// Enters a newborn; ids are entered in ascending order without gaps.
  mutating func enter(_ individual: Individual) {
    precondition(individual.id == nextID, "ids are entered in order")
    individuals.append(individual)
  }

  mutating func update(_ member: Member) {
    individuals[member.id].fitness = member.fitness
  }

  mutating func bury(_ id: Int, generation: Int) {
    individuals[id].death = generation
  }
}
