package import HerdbookModel

/// The register of every individual that ever lived, by id.
package struct HerdBook: Sendable, Codable {
  package private(set) var individuals: [Individual] = []

  /// The id of the next individual.
  package var nextID: Int { individuals.count }

  /// The founder that an individual comes from along main parents, and on from parent to child down to itself.
  package func line(to id: Int) -> [Individual] { individuals.line(to: id) }

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

extension [Individual] {
  /// From the founder to the individual of an id, which is its place; parents are older than children.
  func line(to id: Int) -> [Individual] {
    var line = [self[id]]
    while let parent = line[line.count - 1].parents.first { line.append(self[parent]) }
    return line.reversed()
  }
}
