package import HerdbookModel

/// What one run came to: a row of `summary.csv`.
package struct RunSummary: Sendable, Codable {
  package let run: Plan.Run
  package let champion: Individual
  package let records: [GenerationRecord]
  package let last: GenerationMeasures
  package let relativeDiversity: Double
  package let validationAccuracy: Double
  package let testCorrect: Int
  package let testImages: Int
  /// The first generation whose champion reached `fitness.target`.
  package let target: GenerationRecord?

  package init(
    run: Plan.Run, champion: Individual, records: [GenerationRecord],
    measures: [GenerationMeasures],
    validationAccuracy: Double, testCorrect: Int, testImages: Int, targetAccuracy: Double?
  ) {
    precondition(!measures.isEmpty && records.count == measures.count, "a run has generation 0")
    self.run = run
    self.champion = champion
    self.records = records
    last = measures[measures.count - 1]
    relativeDiversity = measures[0].distance > 0 ? last.distance / measures[0].distance : .nan
    self.validationAccuracy = validationAccuracy
    self.testCorrect = testCorrect
    self.testImages = testImages
    target = targetAccuracy.flatMap { target in
      records.first { $0.validationAccuracy >= target }
    }
  }

  package var testAccuracy: Double { Double(testCorrect) / Double(testImages) }
}

/// One row a run; the target's columns where the spec has one.
package func summaryTable(_ runs: [RunSummary], hasTarget: Bool) -> Table {
  let lasts = runs.map { $0.records[$0.records.count - 1] }
  var columns = [
    Table.Column("run", .texts(runs.map(\.run.id))),
    Table.Column("variant", .texts(runs.map(\.run.variant))),
    Table.Column("replicate", .integers(runs.map(\.run.replicate))),
    Table.Column("seed", .texts(runs.map { String($0.run.seed) })),
    Table.Column("champion", .integers(runs.map(\.champion.id))),
    Table.Column("champion_birth", .integers(runs.map(\.champion.birth))),
    Table.Column("generation", .integers(lasts.map(\.generation))),
    Table.Column("fitness", .singles(runs.map { Float($0.champion.fitness) })),
    Table.Column("validation_accuracy", .reals(runs.map(\.validationAccuracy))),
    Table.Column("test_accuracy", .reals(runs.map(\.testAccuracy))),
    Table.Column("test_correct", .integers(runs.map(\.testCorrect))),
    Table.Column("test_images", .integers(runs.map(\.testImages))),
    Table.Column("founders", .integers(runs.map(\.last.founders))),
    Table.Column("relative_diversity", .singles(runs.map { Float($0.relativeDiversity) })),
    Table.Column("diverged", .integers(lasts.map(\.diverged))),
    Table.Column("evaluations", .integers(lasts.map(\.evaluations))),
    Table.Column("images", .integers(lasts.map(\.images))),
    Table.Column("steps", .integers(lasts.map(\.steps))),
  ]
  if hasTarget {
    columns += [
      Table.Column("target_generation", .integers(runs.map { $0.target?.generation })),
      Table.Column("target_evaluations", .integers(runs.map { $0.target?.evaluations })),
      Table.Column("target_steps", .integers(runs.map { $0.target?.steps })),
    ]
  }
  return Table(columns)
}
