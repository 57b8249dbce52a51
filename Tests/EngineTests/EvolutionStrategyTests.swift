import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import Testing

/// What an evolution strategy does, computed a second time from the networks that it left.
@Suite("Evolution strategy")
struct EvolutionStrategyTests {
  private func numbers(_ weights: Weights) -> [Double] {
    (weights.matrix(0) + weights.matrix(1)).map(Double.init)
  }

  @Test("samples mirror each other, and the centre moves along those that are better")
  func centre() {
    let experiment = ResumeTests.strategy
    let trace = Trace(experiment)
    var velocity: [Double] = []
    for (before, now) in zip(trace.generations, trace.generations.dropFirst()) {
      let old = before.members[before.record.generation == 0 ? before.record.champion : 0]
      let centre = numbers(old.weights)
      let samples = now.members.dropFirst().map { numbers($0.weights) }
      var scale = 0.05
      for _ in 1..<now.record.generation { scale *= 0.9 }
      let fitness = now.members.dropFirst().map(\.fitness)
      var gradient = centre.map { _ in 0.0 }
      for (sample, value) in zip(samples, fitness) {
        let rank = Double(fitness.count { $0 < value }) / 7 - 0.5
        for index in gradient.indices {
          gradient[index] += rank * (sample[index] - centre[index]) / (8 * scale * scale)
        }
      }
      if velocity.isEmpty { velocity = centre.map { _ in 0 } }
      velocity = zip(velocity, gradient).map { 0.75 * $0 + 0.25 * $1 }
      for pair in stride(from: 0, to: 8, by: 2) {
        for (index, weight) in centre.enumerated() {
          #expect((samples[pair][index] + samples[pair + 1][index] - 2 * weight).magnitude < 1e-6)
        }
        #expect(samples[pair] != samples[pair + 1])
      }
      for (weight, (start, step)) in zip(numbers(now.members[0].weights), zip(centre, velocity)) {
        #expect((weight - start - 0.5 * step).magnitude < 1e-4)
      }
      let first = trace.individuals[now.members[0].id]
      #expect(first.operator == .evolutionStrategy && first.parents == [old.id])
      #expect(now.members.allSatisfy { trace.individuals[$0.id].parents == [old.id] })
      #expect(velocity.contains { $0.magnitude > 0.01 })
    }
  }

  @Test("in the other direction the centre moves the other way")
  func direction() {
    var lower = ResumeTests.strategy
    lower.fitness.direction = .lower
    lower.iterations = 40
    var higher = ResumeTests.strategy
    higher.iterations = 40
    #expect(Trace(higher).last.fitness[0] > Trace(lower).last.fitness[0] + 0.1)
  }
}
