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

  @Test("a schedule shortens the steps of the centre, over the iterations of the run")
  func schedule() throws {
    var annealed = ResumeTests.strategy
    annealed.approximator.schedule = .cosine
    annealed.approximator.momentum = 0
    annealed.iterations = 4
    var constant = annealed
    constant.approximator.schedule = .constant
    // The first step is a whole one, and of the second, from the same centre and noise, (1 + cos 45°) / 2 is left.
    let (one, two) = (Trace(annealed), Trace(constant))
    #expect(one.generations[1].members[0].weights == two.generations[1].members[0].weights)
    let start = numbers(one.generations[1].members[0].weights)
    let steps = [one, two].map { trace in
      zip(numbers(trace.generations[2].members[0].weights), start).map { $0 - $1 }
    }
    let length = steps.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    #expect((length[0] / length[1] - (1 + 0.5.squareRoot()) / 2).magnitude < 1e-4)
    var stepwise = constant
    stepwise.approximator.schedule = .step(every: 2, factor: 0.25)
    let three = Trace(stepwise)
    #expect(three.generations[2].members[0].weights == two.generations[2].members[0].weights)
    #expect(three.generations[3].members[0].weights != two.generations[3].members[0].weights)
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
