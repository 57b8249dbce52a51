import HerdbookAnalysis
import HerdbookModel
import Testing

/// Simulations against the exact Markov chain of Wright and Fisher: with i lines in a generation,
/// the number of their parents is the number of N boxes that i balls occupy.
@Suite("Neutral drift")
struct NeutralDriftTests {
  static let size = 20

  /// Probability of j parents of i lines, [i][j].
  static let parents: [[Double]] = (0...size).map { lines in
    (0..<lines).reduce(into: [1] + [Double](repeating: 0, count: size)) { shares, _ in
      for j in stride(from: size, through: 0, by: -1) {
        let known = shares[j] * Double(j) / Double(size)
        shares[j] = known + (j > 0 ? shares[j - 1] * Double(size - j + 1) / Double(size) : 0)
      }
    }
  }

  /// The distribution of the number of ancestors of all some generations ago.
  static func ancestors(_ generations: Int) -> [Double] {
    var shares = [Double](repeating: 0, count: size + 1)
    shares[size] = 1
    for _ in 0..<generations {
      shares = (0...size).map { j in
        (0...size).reduce(0) { $0 + shares[$1] * parents[$1][j] }
      }
    }
    return shares
  }

  /// The mean of a sample is within 4.5 of its standard errors of the expectation (about once in
  /// 150,000); the error is estimated from the sample itself.
  private func expectMean(_ values: [Double], _ expected: Double) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    #expect((mean - expected).magnitude < 4.5 * (variance / n).squareRoot())
  }

  private func simulate(
    iterations: Int, elites: Int = 0, replaced: Int? = nil, simulations: Int = 1000,
    threads: Int = 2
  ) -> NeutralDrift {
    NeutralDrift(
      size: Self.size, iterations: iterations,
      selection: Experiment.Selection(elites: elites, replace: replaced == nil ? .all : .worst),
      replaced: replaced ?? 0, seed: 4, simulations: simulations, threads: threads)
  }

  @Test("the exact chain's coalescence is near the diffusion's 2 N (1 - 1/N)")
  func chain() {
    let times = (0..<400).reduce(0.0) { $0 + 1 - Self.ancestors($1)[1] }
    #expect((times - 37.27206449).magnitude < 1e-6)
    #expect((times - 38).magnitude < 1)
  }

  @Test("the mean time to one founder is that of Wright and Fisher's 20 lines, 37.27 generations")
  func coalescence() {
    let drift = simulate(iterations: 400)
    let times = (0..<1000).compactMap { simulation in
      drift.founders.firstIndex { $0[simulation] == 1 }.map(Double.init)
    }
    #expect(times.count == 1000)
    expectMean(times, 37.27206449)
  }

  @Test(
    "founders by generation have the chain's expectation; one elite changes nothing",
    arguments: [0, 1])
  func founders(elites: Int) {
    // The elite's line is a uniform draw like any other child's parent.
    let drift = simulate(iterations: 30, elites: elites)
    for generation in [1, 2, 5, 10, 30] {
      let shares = Self.ancestors(generation)
      expectMean(
        drift.founders[generation], shares.indices.reduce(0) { $0 + Double($1) * shares[$1] })
    }
  }

  @Test("the ancestor's age has the chain's distribution")
  func age() {
    let drift = simulate(iterations: 100)
    for age in [20, 35, 60] {
      let within = drift.ancestorAge[100].map { $0 <= Double(age) ? 1.0 : 0 }
      expectMean(within, Self.ancestors(age)[1])
    }
    #expect(drift.ancestorAge[0].allSatisfy { $0 == .infinity })
  }

  @Test("two lines of the next generation meet with probability 1/N")
  func pairs() {
    // E sum of squares of offspring = N + N (N - 1) / N; the effective number is N^2 over it.
    let drift = simulate(iterations: 1)
    expectMean(drift.effectiveFounders[1].map { 400 / $0 }, 20 + 19)
  }

  @Test("elites are distinct: two of them never meet")
  func elites() {
    let drift = simulate(iterations: 1, elites: 2)
    let others = (0..<18).reduce(1.0) { power, _ in power * 0.95 }
    expectMean(drift.founders[1], 2 + 18 * (1 - others))
    expectMean(drift.effectiveFounders[1].map { 400 / $0 }, 20 + (20.0 * 19 - 2) / 20)
  }

  @Test("with the worst replaced, just as many lines end, and children come from the rest")
  func worst() {
    let drift = simulate(iterations: 1, replaced: 4)
    #expect(drift.founders[1].allSatisfy { $0 == 16 })
    // Ordered pairs: 4 * 3 of children and 2 * 4 * 16 of child and survivor meet with 1 / 16.
    expectMean(drift.effectiveFounders[1].map { 400 / $0 }, 20 + (12 + 128) / 16.0)
  }

  @Test("simulations are streams of their own: any number of threads, any number of simulations")
  func threads() {
    let one = simulate(iterations: 20, simulations: 50, threads: 1)
    let many = simulate(iterations: 20, simulations: 60, threads: 3)
    for generation in 0...20 {
      #expect(one.founders[generation] == Array(many.founders[generation].prefix(50)))
      #expect(one.ancestorAge[generation] == Array(many.ancestorAge[generation].prefix(50)))
    }
    #expect(Set(one.effectiveFounders[20]).count > 5)
  }

  @Test("the table has the quantiles of each statistic, an age only where that share has met")
  func table() throws {
    let drift = simulate(iterations: 40, simulations: 101)
    let table = drift.table()
    #expect(
      table.names == [
        "generation", "founders_q025", "founders_median", "founders_q975",
        "effective_founders_q025", "effective_founders_median", "effective_founders_q975",
        "ancestor_age_q025", "ancestor_age_median", "ancestor_age_q975",
      ])
    #expect(table.integers("generation") == Array(0...40))
    // Ranks 2.5 (to 3), 50 and 97.5 (to 98) of 0...100.
    let last = drift.founders[40].sorted()
    #expect(table.reals("founders_q025")?[40] == last[3])
    #expect(table.reals("founders_median")?[40] == last[50])
    #expect(table.reals("founders_q975")?[40] == last[98])
    let ages = try #require(table.reals("ancestor_age_median"))
    for generation in 0...40 {
      let met = drift.ancestorAge[generation].count { $0.isFinite }
      #expect(ages[generation].isNaN == (met <= 50))
    }
  }

  private func crossed(
    _ method: Experiment.Crossover.Method, probability: Double, layers: [Int] = [30, 10]
  ) -> NeutralDrift {
    NeutralDrift(
      size: Self.size, iterations: 3, selection: Experiment.Selection(elites: 0, replace: .all),
      crossover: Experiment.Crossover(method: method, probability: probability),
      hiddenLayers: layers, replaced: 0, seed: 4, simulations: 400, threads: 2)
  }

  @Test("with crossover a founder is left by neuron unless no child has a unit of it")
  func byNeuron() {
    // Of one unit in each: every child's comes from a uniform parent, with or without crossover.
    let alone = crossed(.neuron, probability: 1, layers: [1])
    expectMean(
      alone.foundersByNeuron[1], (0...20).reduce(0) { $0 + Double($1) * Self.ancestors(1)[$1] })
    // Of many, a founder is gone only where nobody drew it as either parent: one parent of two is enough, as
    // 2^-40 of the children take none of forty units from it.
    let many = crossed(.neuron, probability: 1)
    let missed = (0..<40).reduce(1.0) { power, _ in power * 0.95 }
    expectMean(many.foundersByNeuron[1], 20 * (1 - missed))
    // By main parents it is as without crossover.
    expectMean(
      many.founders[1], (0...20).reduce(0) { $0 + Double($1) * Self.ancestors(1)[$1] })
    for (units, whole) in zip(many.foundersByNeuron[3], many.founders[3]) {
      #expect(units >= whole)
    }
  }

  @Test("layers go as one, and without a second parent units stay together")
  func byLayer() {
    let never = crossed(.neuron, probability: 0)
    #expect(never.foundersByNeuron == never.founders)
    // A child of two different parents has both layers of one with probability 1/2.
    let layers = crossed(.layer, probability: 1)
    let missed = (0..<20).reduce(1.0) { power, _ in
      // Neither layer of a child comes from a given founder.
      power * (0.95 * 0.95 + 2 * 0.05 * 0.95 / 4)
    }
    expectMean(layers.foundersByNeuron[1], 20 * (1 - missed))
  }

  @Test("the table has founders by neuron where units have lines of their own")
  func byNeuronTable() {
    #expect(crossed(.neuron, probability: 1).table().names.contains("founders_by_neuron_median"))
    for method in [Experiment.Crossover.Method.none, .uniform, .mean] {
      #expect(!crossed(method, probability: 1).table().names.contains("founders_by_neuron_median"))
    }
  }

  @Test("a population of one drifts nowhere")
  func one() {
    for replacement in Experiment.Selection.Replacement.allCases {
      let drift = NeutralDrift(
        size: 1, iterations: 3,
        selection: Experiment.Selection(elites: 0, replace: replacement), replaced: 0, seed: 1,
        simulations: 2, threads: 1)
      #expect(drift.founders == [[1, 1], [1, 1], [1, 1], [1, 1]])
      #expect(drift.ancestorAge == [[0, 0], [0, 0], [0, 0], [0, 0]])
    }
  }
}
