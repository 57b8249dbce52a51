import HerdbookAnalysis
import HerdbookModel
import HerdbookNumerics
import Testing

@Suite("Distributions")
struct DistributionTests {
  static let population = [
    network([3, 2, 1], [[1, 2, 10, 20, 3, 4], [5, 6]]),
    network([3, 2, 1], [[-1, -2, -10, -20, -3, -4], [-5, -6]]),
  ]

  private func table(lit: [Bool], individuals: Bool, threads: Int = 2) -> Table {
    var distributions = Distributions(lit: lit)
    distributions.add(
      generation: 4, ids: [8, 3], weights: Self.population, individuals: individuals,
      threads: threads)
    return distributions.table()
  }

  @Test("weights of inputs that no image lights are apart, in the first layer only")
  func neverLit() {
    let table = table(lit: [true, false, true], individuals: false)
    #expect(
      table.names
        == ["generation", "layer", "inputs", "individual", "count"] + (0...100).map { "p\($0)" })
    #expect(table.integers("generation") == [4, 4, 4])
    #expect(table.integers("layer") == [1, 1, 2])
    #expect(table.texts("inputs") == ["live", "never-lit", "live"])
    #expect(table.integers("individual") == [nil, nil, nil])
    #expect(table.integers("count") == [8, 4, 4])
    // Live: ±1 to ±4; never lit: ±10, ±20; second layer: ±5, ±6.
    #expect(table.singles("p0") == [-4, -20, -6])
    #expect(table.singles("p25") == [-2.25, -12.5, -5.25])
    #expect(table.singles("p50") == [0, 0, 0])
    #expect(table.singles("p100") == [4, 20, 6])
  }

  @Test("where every input is lit there is one kind")
  func allLit() {
    let table = table(lit: [true, true, true], individuals: false)
    #expect(table.texts("inputs") == ["live", "live"])
    #expect(table.integers("count") == [12, 4])
  }

  @Test("individuals have every fifth percentile, and leave the others empty")
  func individuals() throws {
    let table = table(lit: [true, false, true], individuals: true)
    #expect(table.integers("individual") == [nil, 8, 3, nil, 8, 3, nil, 8, 3])
    #expect(table.integers("count") == [8, 4, 4, 4, 2, 2, 4, 2, 2])
    #expect(table.singles("p50")?[1] == 2.5)
    #expect(table.singles("p50")?[2] == -2.5)
    for percent in 0...100 {
      let values = try #require(table.singles("p\(percent)"))
      #expect(!values[0].isNaN && !values[3].isNaN)
      #expect(values[1].isNaN == !percent.isMultiple(of: 5))
    }
  }

  @Test("threads cannot be seen")
  func threads() {
    let one = table(lit: [true, false, true], individuals: true, threads: 1)
    let three = table(lit: [true, false, true], individuals: true, threads: 3)
    for (a, b) in zip(one.columns, three.columns) { #expect("\(a)" == "\(b)") }
  }

  @Test(
    "layers of many weights, which are counted, have the percentiles of a sort", arguments: 1...3)
  func many(threads: Int) throws {
    var stream = RandomStream(seed: 5, purpose: .bootstrap)
    let matrices = (0..<3).map { _ in (0..<100 * 60).map { _ in Float(stream.normal()) } }
    let population = matrices.map {
      network([100, 60, 1], [$0, [Float](repeating: 0, count: 60)])
    }
    let lit = (0..<100).map { $0 < 90 }
    var distributions = Distributions(lit: lit)
    distributions.add(
      generation: 0, ids: [5, 6, 7], weights: population, individuals: true, threads: threads)
    let table = distributions.table()
    #expect(table.integers("count")?.prefix(4) == [16_200, 5400, 5400, 5400])
    let live = matrices.map { Array($0.prefix(5400)) }
    for (row, values) in ([live.flatMap { $0 }] + live).enumerated() {
      let ascending = values.sorted()
      for percent in stride(from: 0, through: 100, by: row == 0 ? 1 : 5) {
        let found = try #require(table.singles("p\(percent)"))[row]
        #expect(found == Float(quantile(ascending, Double(percent) / 100)))
      }
    }
  }

  @Test("nothing is added for a population that has diverged as a whole")
  func empty() {
    var distributions = Distributions(lit: [true])
    distributions.add(generation: 0, ids: [], weights: [], individuals: true, threads: 1)
    #expect(distributions.table().rowCount == 0)
  }
}
