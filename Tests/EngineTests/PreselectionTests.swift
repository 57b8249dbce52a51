import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

@Suite("Preselection")
struct PreselectionTests {
  private static func preselecting(_ candidates: Int) -> Experiment {
    smallExperiment {
      $0.mutation.preselect = Experiment.Preselection(candidates: candidates, images: 9)
      $0.mutation.rate = 0.8
      $0.mutation.kernel = KernelFilter(shape: .gaussian)
    }
  }

  /// A mutant as birth makes it, from streams that have the candidate's number above 20 bits of iteration.
  private func mutant(
    _ candidate: Int, of parent: Member, id: Int, iteration: Int, _ experiment: Experiment
  ) -> Weights {
    func stream(_ purpose: RandomPurpose) -> RandomStream {
      RandomStream(
        seed: experiment.seed, purpose: purpose,
        iteration: UInt32(iteration) + UInt32(candidate) << 20, individual: UInt32(id))
    }
    var noise = Noise.normal(
      layout: NetworkLayout(experiment.network), stream: stream(.mutationNoise))
    noise.filter(PlaneFilter(experiment.mutation.kernel, rows: 6, columns: 6, seed: 0)!)
    noise.mask(rate: 0.8, stream: stream(.mutationMask))
    var weights = parent.weights
    weights.add(noise, factor: 0.1)
    return weights
  }

  @Test("the mutant with the lowest loss on the iteration's images is born, here computed anew")
  func lowest() throws {
    let experiment = Self.preselecting(5)
    let data = smallData()
    let trace = Trace(experiment)
    var chosen: Set<Int> = []
    for (before, after) in zip(trace.generations, trace.generations.dropFirst()) {
      let iteration = after.record.generation
      var draws = RandomStream(
        seed: 11, purpose: .preselectionImages, iteration: UInt32(iteration), individual: 0)
      let images = data.training.selecting((0..<9).map { _ in draws.bounded(60) })
      for (place, member) in after.members.enumerated()
      where trace.individuals[member.id].birth == iteration {
        let parent = before.members[after.origins[place]]
        let mutants = (0..<5).map {
          mutant($0, of: parent, id: member.id, iteration: iteration, experiment)
        }
        let losses = mutants.map { $0.evaluation(on: images, threads: 1).loss }
        let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
        #expect(member.weights == mutants[best])
        chosen.insert(best)
      }
    }
    #expect(chosen.count == 5)
  }

  @Test("the first mutant is the child of a run without preselection")
  func first() {
    let experiment = Self.preselecting(2)
    var plain = experiment
    plain.mutation.preselect = nil
    let parent = smallBreeder(plain).initial(id: 0).member
    let child = smallBreeder(plain).child(id: 6, iteration: 3, first: parent, second: nil)
    var asked: [Weights] = []
    let birth = smallBreeder(experiment).child(
      id: 6, iteration: 3, first: parent, second: nil,
      loss: { weights in
        asked.append(weights)
        return 1
      })
    #expect(asked.count == 2 && asked[0] == child.member.weights)
    // Of equal losses the first counts.
    #expect(birth.member.weights == child.member.weights)
  }

  @Test("a mutant whose loss is not finite is never born where another is")
  func finite() {
    let breeder = smallBreeder(Self.preselecting(3))
    let parent = breeder.initial(id: 0).member
    for losses in [[Double.nan, 2, 3], [.infinity, 3, .nan], [.nan, .nan, 1]] {
      var asked: [Weights] = []
      let birth = breeder.child(
        id: 6, iteration: 1, first: parent, second: nil,
        loss: { weights in
          asked.append(weights)
          return losses[asked.count - 1]
        })
      let best = losses.indices.filter { losses[$0].isFinite }.min { losses[$0] < losses[$1] }!
      #expect(birth.member.weights == asked[best])
    }
  }

  @Test("it pays: with the same number of evaluations the loss is lower, over ten seeds")
  func pays() {
    var wins = 0
    for seed in 0..<10 as Range<UInt64> {
      var experiment = Self.preselecting(8)
      experiment.seed = seed
      experiment.iterations = 10
      var plain = experiment
      plain.mutation.preselect = nil
      if Trace(experiment).outcome.champion.fitness > Trace(plain).outcome.champion.fitness {
        wins += 1
      }
    }
    // Nine or ten of ten fair coins come once in 93.
    #expect(wins >= 9)
  }

  @Test("every life is lived again, at any number of threads")
  func replay() throws {
    let experiment = Self.preselecting(4)
    let trace = Trace(experiment)
    #expect(Trace(experiment, threads: 3).essence == trace.essence)
    #expect(experiment.replayMethod == .ancestry)
    let lives = Replay(
      Evolution(experiment: experiment, seed: 11, data: smallData(), threads: 2),
      individuals: trace.individuals, lastGeneration: 5)
    for generation in trace.generations {
      for member in generation.members {
        let again = try lives.member(member.id, at: generation.record.generation)
        #expect(again.weights == member.weights && again.digest == member.digest)
      }
    }
  }
}
