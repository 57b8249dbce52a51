import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

@Suite("Birth")
struct VariationTests {
  private func crossing(_ method: Experiment.Crossover.Method, scale: Double = 0) -> Breeder {
    smallBreeder(
      smallExperiment {
        $0.crossover = Experiment.Crossover(method: method, probability: 1)
        $0.mutation.scale = .fixed(scale)
        $0.training = Experiment.Training(learningRate: .logUniform(0.001, 1))
        $0.mutation.hyperparameters.perturb = nil
      })
  }

  private func parameters(_ weights: Weights) -> [Float] { weights.matrix(0) + weights.matrix(1) }

  @Test(
    "the main parent is the one with more of the child's weights, and gives the hyperparameters",
    arguments: [Experiment.Crossover.Method.neuron, .uniform])
  func shares(method: Experiment.Crossover.Method) {
    let breeder = crossing(method)
    let (a, b) = (breeder.initial(id: 0).member, breeder.initial(id: 1).member)
    var firsts = 0
    for id in 2..<60 {
      let birth = breeder.child(id: id, iteration: 1, first: a, second: b)
      let child = parameters(birth.member.weights)
      let fromA = zip(child, parameters(a.weights)).count { $0 == $1 }
      let fromB = zip(child, parameters(b.weights)).count { $0 == $1 }
      #expect(fromA + fromB == 195)
      let main = fromA >= fromB ? a : b
      #expect(birth.individual.parents == (fromA >= fromB ? [0, 1] : [1, 0]))
      #expect((birth.individual.mainShare - Double(max(fromA, fromB)) / 195).magnitude < 1e-12)
      #expect(birth.individual.operator == .crossover)
      #expect(birth.member.hyperparameters == main.hyperparameters)
      firsts += fromA >= fromB ? 1 : 0
    }
    #expect((15...45).contains(firsts))
  }

  @Test("neuron crossover moves whole units: incoming and outgoing weights of one parent")
  func wholeUnits() {
    let breeder = crossing(.neuron)
    let (a, b) = (breeder.initial(id: 0).member, breeder.initial(id: 1).member)
    for id in 2..<20 {
      let child = breeder.child(id: id, iteration: 1, first: a, second: b).member.weights
      for unit in 0..<5 {
        func unitOf(_ weights: Weights) -> [Float] {
          let (incoming, outgoing) = (weights.matrix(0), weights.matrix(1))
          return (0..<36).map { incoming[$0 * 5 + unit] } + outgoing[unit * 3..<unit * 3 + 3]
        }
        #expect([unitOf(a.weights), unitOf(b.weights)].contains(unitOf(child)))
      }
    }
  }

  @Test("the operator says whether there were two parents and whether there was noise")
  func operators() {
    let expected: [(Double, Bool, Individual.Operator)] = [
      (0, false, .copy), (0.1, false, .mutation), (0, true, .crossover),
      (0.1, true, .crossoverMutation),
    ]
    for (scale, isCrossed, name) in expected {
      let breeder = crossing(.uniform, scale: scale)
      let (a, b) = (breeder.initial(id: 0).member, breeder.initial(id: 1).member)
      let birth = breeder.child(id: 2, iteration: 1, first: a, second: isCrossed ? b : nil)
      #expect(birth.individual.operator == name)
    }
  }

  @Test(
    "noise is parent + scale * decay^(t-1) * s * N from the name (mutation noise, t, id) alone",
    arguments: [1, 2, 4])
  func noise(iteration: Int) {
    let experiment = smallExperiment {
      $0.mutation = Experiment.Mutation(
        scale: .fixed(0.1), rate: 0.7, decay: 0.5, kernel: KernelFilter(shape: .gaussian))
    }
    let breeder = smallBreeder(experiment)
    let parent = breeder.initial(id: 4).member
    let child = breeder.child(id: 33, iteration: iteration, first: parent, second: nil).member
    func stream(_ purpose: RandomPurpose) -> RandomStream {
      RandomStream(
        seed: experiment.seed, purpose: purpose, iteration: UInt32(iteration), individual: 33)
    }
    var noise = Noise.normal(layout: breeder.layout, stream: stream(.mutationNoise))
    noise.filter(
      PlaneFilter(KernelFilter(shape: .gaussian), rows: 6, columns: 6, seed: experiment.seed)!)
    noise.mask(rate: 0.7, stream: stream(.mutationMask))
    var expected = parent.weights
    expected.add(noise, factor: [0.1, 0.05, 0, 0.0125][iteration - 1])
    #expect(child.weights == expected)
    #expect(child.weights != parent.weights)
    // The decay is of the run, not of the individual: its own scale is inherited undecayed.
    #expect(child.hyperparameters.mutationScale == 0.1)
  }

  @Test("any individual can be rebuilt from the herd book and the seed")
  func replay() throws {
    let experiment = smallExperiment {
      $0.crossover = Experiment.Crossover(method: .neuron, probability: 0.5)
      $0.mutation.adapt = 0.2
    }
    let trace = Trace(experiment, threads: 2)
    let breeder = smallBreeder(experiment)
    var rebuilt: [Member] = []
    for individual in trace.individuals {
      guard individual.birth > 0 else {
        rebuilt.append(breeder.initial(id: individual.id).member)
        continue
      }
      let parents = individual.parents.map { rebuilt[$0] }
      let orders = parents.count == 2 ? [parents, parents.reversed()] : [parents]
      // The herd book has the main parent first, the draw had either.
      let births = orders.map {
        breeder.child(
          id: individual.id, iteration: individual.birth, first: $0[0],
          second: $0.count > 1 ? $0[1] : nil)
      }
      let birth = try #require(
        births.first {
          $0.individual.parents == individual.parents
            && $0.individual.mainShare == individual.mainShare
        })
      rebuilt.append(birth.member)
      #expect(birth.individual.hyperparameters == individual.hyperparameters)
    }
    for generation in trace.generations {
      for member in generation.members {
        #expect(rebuilt[member.id].hyperparameters == member.hyperparameters)
        #expect(rebuilt[member.id].weights == member.weights)
      }
    }
    #expect(Set(trace.individuals.map(\.operator)).count == 3)
  }

  @Test("what an optimizer keeps goes on with the individual and with its copies")
  func velocity() {
    let trace = Trace(
      smallExperiment {
        $0.training = Experiment.Training(
          steps: 1, batch: .fixed(4), optimizer: .momentum, learningRate: .fixed(0))
        $0.mutation.scale = .fixed(0)
        $0.selection.replace = .worst
      })
    #expect(trace.generations[0].members.allSatisfy { $0.optimizer == nil })
    #expect(trace.generations[1].members.allSatisfy { $0.optimizer != nil })
    // With a rate of 0 weights stay, and velocities do not.
    let (before, after) = (trace.generations[4], trace.generations[5])
    for (place, origin) in after.origins.enumerated() {
      #expect(after.members[place].weights == before.members[origin].weights)
      #expect(after.members[place].optimizer != before.members[origin].optimizer)
      #expect(after.members[place].digest != before.members[origin].digest)
    }
  }
}
