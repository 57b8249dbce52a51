package import HerdbookModel

/// The herd book as ALife standard phylogeny data: one row an individual, never pruned.
///
/// Columns that apply to no individual are left out. Fitness is given as binary32, of which the images allow no more
/// digits to mean anything.
package func phylogenyTable(_ individuals: [Individual]) -> Table {
  func optional(_ name: String, _ value: (Individual) -> Double?) -> [Table.Column] {
    let values = individuals.map(value)
    guard values.contains(where: { $0 != nil }) else { return [] }
    return [Table.Column(name, .reals(values.map { $0 ?? .nan }))]
  }
  func varying(_ name: String, _ value: (Individual) -> Double?) -> [Table.Column] {
    let first = individuals.first.flatMap(value)
    guard individuals.contains(where: { value($0) != first }) else { return [] }
    return optional(name, value)
  }
  return Table(
    [
      Table.Column("id", .integers(individuals.map(\.id))),
      Table.Column(
        "ancestor_list",
        .texts(
          individuals.map { individual in
            individual.parents.isEmpty
              ? "[none]" : "[\(individual.parents.map(String.init).joined(separator: ","))]"
          })),
      Table.Column("origin_time", .integers(individuals.map(\.birth))),
      Table.Column(
        "destruction_time", .texts(individuals.map { $0.death.map(String.init) ?? "inf" })),
      Table.Column("operator", .texts(individuals.map(\.operator.rawValue))),
      Table.Column("main_share", .reals(individuals.map(\.mainShare))),
      Table.Column("fitness", .singles(individuals.map { Float($0.fitness) })),
    ]
      + optional("learning_rate") { $0.hyperparameters.learningRate }
      + varying("batch") { $0.hyperparameters.batch.map(Double.init) }
      + varying("mutation_scale") { $0.hyperparameters.mutationScale }
      + varying("step_length") { $0.hyperparameters.stepLength }
      + varying("initialization_scale") { $0.hyperparameters.initializationScale })
}
