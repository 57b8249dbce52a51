import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

@Suite("Founders by neuron")
struct UnitFounderTests {
  private static func crossing(_ method: Experiment.Crossover.Method) -> Experiment {
    smallExperiment {
      $0.network = Experiment.Network(layers: [36, 5, 4, 3])
      $0.population.size = 12
      $0.selection = Experiment.Selection(method: .random, replace: .all)
      $0.crossover = Experiment.Crossover(method: method, probability: 0.8)
      // Without noise a unit's incoming weights tell whose they were.
      $0.mutation.scale = .fixed(0)
    }
  }

  @Test(
    "a unit of the first layer has the incoming weights of the founder it is said to come from",
    arguments: [Experiment.Crossover.Method.neuron, .layer])
  func weights(method: Experiment.Crossover.Method) {
    let trace = Trace(Self.crossing(method))
    let founders = trace.generations[0].members
    var mixed = 0
    for generation in trace.generations {
      for member in generation.members {
        #expect(member.unitFounders.count == 9)
        let matrix = member.weights.matrix(0)
        for unit in 0..<5 {
          let origin = founders[Int(member.unitFounders[unit])].weights.matrix(0)
          #expect((0..<36).allSatisfy { matrix[$0 * 5 + unit] == origin[$0 * 5 + unit] })
        }
        if Set(member.unitFounders).count > 1 { mixed += 1 }
      }
    }
    #expect(mixed > 20)
  }

  @Test("the generation counts the founders that any unit of the living comes from")
  func count() {
    let trace = Trace(Self.crossing(.neuron))
    #expect(trace.generations[0].foundersByNeuron == 12)
    for generation in trace.generations {
      let founders = trace.generations[0].members.indices.filter { founder in
        generation.members.contains { $0.unitFounders.contains(Int32(founder)) }
      }
      #expect(generation.foundersByNeuron == founders.count)
    }
  }

  @Test(
    "where units are taken apart, or nobody is crossed, none is followed",
    arguments: [Experiment.Crossover.Method.none, .uniform, .mean])
  func none(method: Experiment.Crossover.Method) {
    let trace = Trace(Self.crossing(method))
    #expect(trace.generations.allSatisfy { $0.foundersByNeuron == nil })
    #expect(trace.generations.allSatisfy { $0.members.allSatisfy(\.unitFounders.isEmpty) })
  }

  @Test("a run that is taken up again knows the founders of units")
  func resumed() throws {
    let store = try Store()
    let whole = Trace(Self.crossing(.neuron))
    let kept = try store.kept(whole.generations[2].state)
    let rest = Trace(Self.crossing(.neuron), following: whole, until: 2, state: kept.state)
    #expect(
      rest.generations.map { $0.members.map(\.unitFounders) }
        == whole.generations.map { $0.members.map(\.unitFounders) })
  }
}
