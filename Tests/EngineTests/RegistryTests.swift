import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import HerdbookSpec
import Testing

/// Every combination of what the registries have: a spec with it has a fault, or it runs.
@Suite("Combinations of the registries")
struct RegistryTests {
  struct Combination: Sendable, CustomTestStringConvertible {
    let method: Experiment.Selection.Method
    let replace: Experiment.Selection.Replacement
    let approximator: Experiment.Approximator.Kind
    var testDescription: String {
      "\(method.rawValue), replace \(replace.rawValue), approximator \(approximator.rawValue)"
    }
  }

  static let combinations = Experiment.Selection.Method.allCases.flatMap { method in
    Experiment.Selection.Replacement.allCases.flatMap { replace in
      Experiment.Approximator.Kind.allCases.map {
        Combination(method: method, replace: replace, approximator: $0)
      }
    }
  }

  private static let mutations = [
    "{scale: 0}", "{scale: 0.1}", "{scale: {uniform: [0.05, 0.2]}, adapt: 0.2, rate: 0.6}",
    "{scale: 0.1, decay: 0.9, kernel: {shape: gaussian}, preselect: {candidates: 2, images: 8}}",
  ]
  private static let trainings = [
    "",
    "training: {steps: 2, batch: 4, optimizer: adam, learning-rate: {log-uniform: [0.001, 0.1]}}\n",
  ]

  /// What is read of a spec with a combination; nil where it has a fault.
  private func experiment(
    _ combination: Combination, _ crossover: Experiment.Crossover.Method, _ mutation: String,
    _ training: String
  ) -> Experiment? {
    let text = """
      iterations: 5
      seed: 11
      dataset: {name: idx, path: x, validation: 40}
      network: {layers: [36, 5, 3]}
      population: {size: 7}
      \(training)approximator: {kind: \(combination.approximator.rawValue)}
      selection: {method: \(combination.method.rawValue), replace: \(combination.replace.rawValue)}
      crossover: {method: \(crossover.rawValue)}
      mutation: \(mutation)

      """
    return try? readExperiment(
      name: "small", path: "small.yaml", bytes: Array(text.utf8), shape: { _ in nil }
    ).get().experiment
  }

  @Test(
    "every combination that a spec may have runs, the same at 1 and 3 threads",
    arguments: combinations)
  func runs(combination: Combination) {
    let data = smallData()
    for crossover in Experiment.Crossover.Method.allCases {
      for mutation in Self.mutations {
        for training in Self.trainings {
          guard let experiment = experiment(combination, crossover, mutation, training) else {
            continue
          }
          let trace = Trace(experiment, data: data)
          #expect(Trace(experiment, data: data, threads: 3).essence == trace.essence)
          #expect(trace.individuals.map(\.id) == Array(trace.individuals.indices))
          for generation in trace.generations {
            #expect(generation.members.count == 7)
            #expect(Set(generation.record.ids).count == 7)
            #expect(!generation.members.contains { !$0.weights.isFinite })
          }
          for individual in trace.individuals {
            #expect(individual.parents.isEmpty == (individual.birth == 0))
            for parent in individual.parents {
              #expect(trace.individuals[parent].birth < individual.birth)
              #expect((trace.individuals[parent].death ?? .max) >= individual.birth)
            }
          }
        }
      }
    }
  }

  /// Of eight combinations of mutation and training, and five of crossover, those that a spec may have.
  private func allowed(_ combination: Combination) -> Int {
    Experiment.Crossover.Method.allCases.reduce(0) { sum, crossover in
      sum
        + Self.mutations.reduce(0) { sum, mutation in
          sum
            + Self.trainings.count {
              experiment(combination, crossover, mutation, $0) != nil
            }
        }
    }
  }

  @Test("what makes no sense has a fault, and nothing else has")
  func faults() {
    func count(
      _ method: Experiment.Selection.Method, _ replace: Experiment.Selection.Replacement,
      _ kind: Experiment.Approximator.Kind
    ) -> Int {
      allowed(Combination(method: method, replace: replace, approximator: kind))
    }
    for method in [Experiment.Selection.Method.truncation, .tournament, .rank, .roulette, .random] {
      for replace in Experiment.Selection.Replacement.allCases {
        // All of them; with an operator none that trains, and none without noise.
        #expect(count(method, replace, .none) == 40)
        #expect(count(method, replace, .operator) == 15)
        #expect(count(method, replace, .evolutionStrategy) == 0)
      }
    }
    for method in [Experiment.Selection.Method.binaryTournament, .tTest] {
      // They replace one by one, so that nobody is crossed.
      #expect(count(method, .worst, .none) == 8)
      #expect(count(method, .worst, .operator) == 3)
      #expect(count(method, .all, .none) == 0)
    }
    #expect(count(.none, .all, .evolutionStrategy) == 1)
    #expect(count(.none, .all, .operator) == 0)
  }
}
