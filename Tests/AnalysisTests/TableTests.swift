import HerdbookAnalysis
import HerdbookModel
import Testing

@Suite("Tables of a run")
struct TableTests {
  private func record(
    _ generation: Int, ids: [Int], fitness: [Double], champion: Int, validation: Double,
    test: Double? = nil
  ) -> GenerationRecord {
    GenerationRecord(
      generation: generation, ids: ids, fitness: fitness, champion: champion,
      validationAccuracy: validation, testAccuracy: test,
      championChange: generation == 0 ? nil : 0.25, churn: generation == 0 ? nil : 0.125,
      diverged: fitness.count { $0.isNaN },
      evaluations: 3 + 2 * generation, images: 100 * (generation + 1), steps: 10 * generation,
      stateDigest: "d\(generation)")
  }

  private var records: [GenerationRecord] {
    [
      record(
        0, ids: [0, 1, 2], fitness: [0.1, 0.4, 0.2], champion: 1, validation: 0.3, test: 0.25),
      record(1, ids: [1, 3, 4], fitness: [0.4, .nan, 0.5], champion: 2, validation: 0.6),
      record(2, ids: [4, 5, 6], fitness: [.nan, .nan, .nan], champion: 0, validation: 0.55),
    ]
  }

  private var measures: [GenerationMeasures] {
    let apart = Diversity(
      PairDistances(
        weights: DiversityTests.weights, predictions: DiversityTests.predictions, threads: 1))
    let close = Diversity(
      PairDistances(
        weights: Array(DiversityTests.weights.suffix(2)),
        predictions: Array(DiversityTests.predictions.suffix(2)), threads: 1))
    let none = Diversity(PairDistances(weights: [], predictions: [], threads: 1))
    var lineage = Lineage(size: 3)
    let first = GenerationMeasures(diversity: apart, lineage: lineage, hyperparameters: drawn(0.1))
    lineage.append(origins: [1, 1, 2])
    let second = GenerationMeasures(diversity: close, lineage: lineage, hyperparameters: drawn(0.2))
    lineage.append(origins: [0, 1, 0])
    return [
      first, second,
      GenerationMeasures(diversity: none, lineage: lineage, hyperparameters: drawn(0.4)),
    ]
  }

  private func drawn(_ rate: Double) -> [Hyperparameters] {
    [2, 1, 4].map {
      Hyperparameters(learningRate: rate * $0, batch: 8 * Int($0), mutationScale: $0)
    }
  }

  private let fixedNames = [
    "generation", "fitness_min", "fitness_q25", "fitness_median", "fitness_q75", "fitness_max",
    "fitness_mean", "champion", "validation_accuracy", "diversity", "relative_diversity",
    "founders", "effective_founders", "ancestor_age", "disagreement", "champion_change",
    "churn", "diverged", "evaluations", "images", "steps", "state_digest",
  ]

  @Test("a generation's row: quantiles of what did not diverge, champion, kinship, counts")
  func generations() throws {
    let table = generationTable(records, measures, experiment: experiment())
    #expect(table.names == fixedNames)
    func expect(_ name: String, _ expected: [Double]) throws {
      // binary32, but for accuracies, which are short as they are.
      if let values = table.singles(name) {
        #expect(values.map(\.description) == expected.map { Float($0).description }, "\(name)")
        return
      }
      let values = try #require(table.reals(name))
      #expect(values.count == expected.count)
      for (value, number) in zip(values, expected) {
        #expect(number.isNaN ? value.isNaN : (value - number).magnitude < 1e-15, "\(name)")
      }
    }
    #expect(table.integers("generation") == [0, 1, 2])
    try expect("fitness_min", [0.1, 0.4, .nan])
    try expect("fitness_q25", [0.15, 0.425, .nan])
    try expect("fitness_median", [0.2, 0.45, .nan])
    try expect("fitness_q75", [0.3, 0.475, .nan])
    try expect("fitness_max", [0.4, 0.5, .nan])
    try expect("fitness_mean", [0.7 / 3, 0.45, .nan])
    #expect(table.integers("champion") == [1, 4, 4])
    try expect("validation_accuracy", [0.3, 0.6, 0.55])
    try expect("diversity", [4, 3, .nan])
    try expect("relative_diversity", [1, 0.75, .nan])
    #expect(table.integers("founders") == [3, 2, 1])
    try expect("effective_founders", [3, 9.0 / 5, 1])
    #expect(table.integers("ancestor_age") == [nil, nil, 2])
    try expect("disagreement", [1.0 / 3, 0.5, .nan])
    try expect("champion_change", [.nan, 0.25, 0.25])
    try expect("churn", [.nan, 0.125, 0.125])
    #expect(table.integers("diverged") == [0, 1, 3])
    #expect(table.integers("evaluations") == [3, 5, 7])
    #expect(table.integers("images") == [100, 200, 300])
    #expect(table.integers("steps") == [0, 10, 20])
    #expect(table.texts("state_digest") == ["d0", "d1", "d2"])
  }

  @Test("test accuracy has a column only where the spec asked for the curve")
  func testCurve() throws {
    let table = generationTable(
      records, measures, experiment: experiment { $0.record.testCurve = true })
    #expect(table.names.firstIndex(of: "test_accuracy") == 9)
    let values = try #require(table.reals("test_accuracy"))
    #expect(values[0] == 0.25 && values[1].isNaN)
  }

  @Test("what is drawn or adapted has its spread, what is given has not")
  func hyperparameters() {
    func names(_ change: (inout Experiment) -> Void) -> [String] {
      generationTable(records, measures, experiment: experiment(change)).names
        .filter { !fixedNames.contains($0) }
    }
    func spread(_ name: String) -> [String] { ["min", "median", "max"].map { "\(name)_\($0)" } }
    #expect(names { $0.mutation.adapt = 0.2 } == spread("mutation_scale"))
    #expect(names { $0.mutation.scale = .uniform(0, 1) } == spread("mutation_scale"))
    #expect(names { $0.training = Experiment.Training() } == spread("learning_rate"))
    #expect(
      names { $0.training = Experiment.Training(batch: .choice([8, 16])) }
        == spread("learning_rate") + spread("batch"))
    #expect(names { $0.training = Experiment.Training(learningRate: .fixed(1)) } == [])
    let table = generationTable(
      records, measures, experiment: experiment { $0.training = Experiment.Training() })
    #expect(table.reals("learning_rate_min") == [0.1, 0.2, 0.4])
    #expect(table.reals("learning_rate_median") == [0.2, 0.4, 0.8])
    #expect(table.reals("learning_rate_max") == [0.4, 0.8, 1.6])
  }

  private func individual(
    _ id: Int, parents: [Int], birth: Int, _ name: Individual.Operator, _ drawn: Hyperparameters,
    share: Double = 1, death: Int? = nil, fitness: Double
  ) -> Individual {
    var individual = Individual(
      id: id, parents: parents, mainShare: share, birth: birth, operator: name,
      hyperparameters: drawn)
    individual.death = death
    individual.fitness = fitness
    return individual
  }

  @Test("the phylogeny is in the ALife standard: roots, parents with the main one first, inf")
  func phylogeny() {
    let plain = Hyperparameters(mutationScale: 0.1)
    let table = phylogenyTable([
      individual(0, parents: [], birth: 0, .initialization, plain, death: 2, fitness: 0.5),
      individual(1, parents: [], birth: 0, .initialization, plain, death: 1, fitness: .nan),
      individual(2, parents: [0], birth: 1, .mutation, plain, fitness: 0.25),
      individual(
        3, parents: [2, 0], birth: 2, .crossoverMutation, plain, share: 0.75, fitness: 0.75),
    ])
    #expect(
      table.names == [
        "id", "ancestor_list", "origin_time", "destruction_time", "operator", "main_share",
        "fitness",
      ])
    #expect(table.integers("id") == [0, 1, 2, 3])
    #expect(table.texts("ancestor_list") == ["[none]", "[none]", "[0]", "[2,0]"])
    #expect(table.integers("origin_time") == [0, 0, 1, 2])
    #expect(table.texts("destruction_time") == ["2", "1", "inf", "inf"])
    #expect(
      table.texts("operator")
        == ["initialization", "initialization", "mutation", "crossover+mutation"])
    #expect(table.reals("main_share") == [1, 1, 1, 0.75])
    #expect(table.singles("fitness").map { $0[1].isNaN && $0[3] == 0.75 } == true)
  }

  @Test("hyperparameters have a column where they differ, the learning rate where it applies")
  func phylogenyHyperparameters() {
    let trained = [0.1, 0.1, 0.2].enumerated().map { id, scale in
      individual(
        id, parents: [], birth: 0, .initialization,
        Hyperparameters(learningRate: 0.3, batch: 8, mutationScale: scale), fitness: 0)
    }
    let table = phylogenyTable(trained)
    #expect(table.names.dropFirst(7) == ["learning_rate", "mutation_scale"])
    #expect(table.reals("learning_rate") == [0.3, 0.3, 0.3])
    #expect(table.reals("mutation_scale") == [0.1, 0.1, 0.2])
  }

  private func summary(target: Double?) -> RunSummary {
    RunSummary(
      run: Plan.Run(variant: "main", replicate: 0, seed: .max),
      champion: individual(
        4, parents: [1], birth: 1, .mutation, Hyperparameters(), fitness: 0.5),
      records: Array(records.prefix(2)), measures: Array(measures.prefix(2)),
      validationAccuracy: 0.6, testCorrect: 55, testImages: 100, targetAccuracy: target)
  }

  @Test("a run's summary is its last generation and its champion")
  func summary() {
    let table = summaryTable([summary(target: nil)], hasTarget: false)
    #expect(
      table.names == [
        "run", "variant", "replicate", "seed", "champion", "champion_birth", "generation",
        "fitness", "validation_accuracy", "test_accuracy", "test_correct", "test_images",
        "founders", "relative_diversity", "diverged", "evaluations", "images", "steps",
      ])
    #expect(table.texts("run") == ["main-0"])
    #expect(table.texts("seed") == ["18446744073709551615"])
    #expect(table.integers("champion") == [4])
    #expect(table.integers("champion_birth") == [1])
    #expect(table.integers("generation") == [1])
    #expect(table.singles("fitness") == [0.5])
    #expect(table.reals("validation_accuracy") == [0.6])
    #expect(table.reals("test_accuracy") == [0.55])
    #expect(table.integers("test_correct") == [55])
    #expect(table.integers("founders") == [2])
    #expect(table.singles("relative_diversity") == [0.75])
    #expect(table.integers("diverged") == [1])
    #expect(table.integers("images") == [200])
  }

  @Test("the target's columns tell when it was first reached, and are empty when it was not")
  func target() {
    let table = summaryTable(
      [0.3, 0.6, 0.61].map { summary(target: $0) }, hasTarget: true)
    #expect(
      table.names.suffix(3) == ["target_generation", "target_evaluations", "target_steps"])
    #expect(table.integers("target_generation") == [0, 1, nil])
    #expect(table.integers("target_evaluations") == [3, 5, nil])
    #expect(table.integers("target_steps") == [0, 10, nil])
  }
}
