package import HerdbookModel
import HerdbookNumerics

/// What a generation's row holds beside its record.
package struct GenerationMeasures: Sendable, Codable {
  package let distance: Double
  package let disagreement: Double
  package let founders: Int
  package let effectiveFounders: Double
  package let ancestorAge: Int?
  /// The founders that hidden units of the living come from; nil where units are not inherited whole.
  package let foundersByNeuron: Int?
  /// Of the living, in the order of the population.
  package let hyperparameters: [Hyperparameters]

  package init(
    diversity: Diversity, lineage: Lineage, foundersByNeuron: Int? = nil,
    hyperparameters: [Hyperparameters]
  ) {
    self.foundersByNeuron = foundersByNeuron
    distance = diversity.distance
    disagreement = diversity.disagreement
    founders = lineage.founderCount
    effectiveFounders = lineage.effectiveFounders
    ancestorAge = lineage.ancestorAge
    self.hyperparameters = hyperparameters
  }
}

/// One row a generation; see the reference of the bundle's tables for the columns. Measures of a population, fitness
/// among them, are given as binary32.
package func generationTable(
  _ records: [GenerationRecord], _ measures: [GenerationMeasures], experiment: Experiment
) -> Table {
  let fitness = records.map { $0.fitness.filter { !$0.isNaN }.sorted() }
  func level(_ name: String, _ level: Double) -> Table.Column {
    Table.Column(name, .singles(fitness.map { Float(quantile($0, level)) }))
  }
  var columns = [
    Table.Column("generation", .integers(records.map(\.generation))),
    level("fitness_min", 0), level("fitness_q25", 0.25), level("fitness_median", 0.5),
    level("fitness_q75", 0.75), level("fitness_max", 1),
    Table.Column(
      "fitness_mean",
      .singles(fitness.map { $0.isEmpty ? .nan : Float($0.reduce(0, +) / Double($0.count)) })),
    Table.Column("champion", .integers(records.map { $0.ids[$0.champion] })),
    Table.Column("validation_accuracy", .reals(records.map(\.validationAccuracy))),
  ]
  if experiment.record.testCurve {
    columns.append(Table.Column("test_accuracy", .reals(records.map { $0.testAccuracy ?? .nan })))
  }
  let first = measures.first?.distance ?? .nan
  columns += [
    Table.Column("diversity", .singles(measures.map { Float($0.distance) })),
    Table.Column(
      "relative_diversity",
      .singles(measures.map { first > 0 ? Float($0.distance / first) : .nan })),
    Table.Column("founders", .integers(measures.map(\.founders))),
    Table.Column("effective_founders", .singles(measures.map { Float($0.effectiveFounders) })),
    Table.Column("ancestor_age", .integers(measures.map(\.ancestorAge))),
  ]
  if measures.contains(where: { $0.foundersByNeuron != nil }) {
    columns.append(
      Table.Column("founders_by_neuron", .integers(measures.map(\.foundersByNeuron))))
  }
  columns += [
    Table.Column("disagreement", .singles(measures.map { Float($0.disagreement) })),
    Table.Column("champion_change", .singles(records.map { Float($0.championChange ?? .nan) })),
    Table.Column("churn", .singles(records.map { Float($0.churn ?? .nan) })),
    Table.Column("diverged", .integers(records.map(\.diverged))),
    Table.Column("evaluations", .integers(records.map(\.evaluations))),
    Table.Column("images", .integers(records.map(\.images))),
    Table.Column("steps", .integers(records.map(\.steps))),
  ]
  if let training = experiment.training {
    columns += spread("learning_rate", training.learningRate, measures) { $0.learningRate }
    columns += spread("batch", training.batch, measures) { $0.batch.map(Double.init) }
  }
  if experiment.mutation.scale.isDrawn || experiment.mutation.adapt > 0 {
    columns += spread("mutation_scale", nil, measures) { $0.mutationScale }
  }
  if experiment.approximator.kind == .operator {
    columns += spread("step_length", nil, measures) { $0.stepLength }
  }
  columns.append(Table.Column("state_digest", .texts(records.map(\.stateDigest))))
  return Table(columns)
}

/// Minimum, median and maximum over the living of a value that was drawn.
private func spread(
  _ name: String, _ drawable: Drawable?, _ measures: [GenerationMeasures],
  _ value: (Hyperparameters) -> Double?
) -> [Table.Column] {
  if let drawable, !drawable.isDrawn { return [] }
  let values = measures.map { $0.hyperparameters.compactMap(value).sorted() }
  return [("min", 0), ("median", 0.5), ("max", 1)].map { suffix, level in
    Table.Column("\(name)_\(suffix)", .reals(values.map { quantile($0, level) }))
  }
}
