import HerdbookCharts
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct ScaleTests {
  @Test(
    "ticks are those of d3.ticks",
    arguments: [
      // Values printed by d3-array 3.2.4.
      (0.0, 1.0, 10.0, [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]),
      (0.0, 1.0, 5.0, [0, 0.2, 0.4, 0.6, 0.8, 1]),
      (0.0, 1.0, 4.0, [0, 0.2, 0.4, 0.6, 0.8, 1]),
      (0.0, 1.0, 2.0, [0, 0.5, 1]),
      (-10.0, 10.0, 3.0, [-10, -5, 0, 5, 10]),
      (-10.0, 10.0, 2.0, [-10, 0, 10]),
      (0.0, 200.0, 6.0, [0, 50, 100, 150, 200]),
      (3.0, 3.0, 5.0, [3]),
      (1.5, 2.6, 3.0, [1.5, 2, 2.5]),
      (123_456.0, 234_567.0, 3.0, [150_000, 200_000]),
    ] as [(Double, Double, Double, [Double])])
  func ticks(start: Double, stop: Double, count: Double, expected: [Double]) {
    #expect(Ticks.linear(start, stop, count: count) == expected)
  }

  @Test(
    "ticks lie within the range, ascend and are about as many as wanted", arguments: Array(0..<40))
  func tickProperties(seed: Int) {
    let low = Double((seed * 7919) % 2000) / 37 - 25
    let width = Double(1 + (seed * 104_729) % 5000) / Double(1 + seed % 900)
    let ticks = Ticks.linear(low, low + width, count: 5)
    #expect(ticks.allSatisfy { $0 >= low && $0 <= low + width })
    #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0 < $1 })
    #expect((2...11).contains(ticks.count))
  }

  @Test("a linear scale maps its ends to its ends and keeps NaN")
  func linear() {
    let scale = Scale(domain: -1...3, from: 100, to: 0)
    #expect(scale(-1) == 100)
    #expect(scale(3) == 0)
    #expect(scale(1) == 50)
    #expect(scale(.nan).isNaN)
    #expect(scale(.infinity).isNaN)
    #expect(scale.clamped(7) == 0)
    #expect(scale.clamped(.infinity) == 0)
  }

  @Test("a domain of one value lies in the middle")
  func degenerate() {
    let scale = Scale(domain: 2...2, from: 0, to: 10)
    #expect(scale(2) == 5)
    #expect(scale(3).isNaN)
    #expect(scale.clamped(3) == 5)
    #expect(scale.ticks(5) == [2])
  }

  @Test("a log scale puts equal ratios at equal distances")
  func log() {
    let scale = Scale(.log, domain: 1...1000, from: 0, to: 3)
    #expect((scale(10) - 1).magnitude < 1e-12)
    #expect((scale(100) - 2).magnitude < 1e-12)
    #expect(scale(0).isNaN)
    #expect(scale(-1).isNaN)
    #expect(scale.ticks(3) == [1, 10, 100, 1000])
    #expect(
      Scale(.log, domain: 0.01...0.2, from: 0, to: 1).ticks(5) == [0.01, 0.02, 0.05, 0.1, 0.2])
  }

  @Test(
    "the logarithm agrees with the system's within 1e-13",
    arguments: Array(stride(from: 1, to: 400, by: 13)))
  func logarithm(step: Int) {
    let value = Double(step) * Double(step) * 0.0137 / Double(1 + (step * 31) % 5000)
    let scale = Scale(.log, domain: 1e-9...1e9, from: -9, to: 9)
    #expect((scale(value) - log10(value)).magnitude < 1e-13 * 18)
  }

  @Test("a symlog scale is odd and passes through zero")
  func symlog() {
    let scale = Scale(.symlog(constant: 0.1), domain: -10...10, from: 0, to: 2)
    #expect((scale(0) - 1).magnitude < 1e-12)
    #expect((scale(3) + scale(-3) - 2).magnitude < 1e-12)
    #expect(scale(1) - scale(0) > 0.4)
  }

  @Test("bands tile their range")
  func band() {
    let scale = BandScale(4, from: 0, to: 40, padding: 0.2)
    #expect(scale.bandwidth == 8)
    #expect((0..<4).map { scale($0) } == [1, 11, 21, 31])
    #expect(scale.center(3) == 35)
  }

  @Test("a diverging scale is symmetric, transparent at zero and clips beyond its limit")
  func diverging() {
    let scale = DivergingScale(limit: 2)
    #expect(scale.index(0) == 0)
    #expect(scale.index(-2) == 7)
    #expect(scale.index(2) == 14)
    #expect(scale.index(99) == 14)
    #expect(scale.index(.nan) == 15)
    #expect(scale.palette.count == 16)
    #expect(scale.palette[0].alpha == 0)
    for level in 1...7 { #expect(scale.palette[level].alpha == scale.palette[7 + level].alpha) }
  }

  @Test("a quantile scale has as many data in each step, and one value in the middle")
  func quantile() {
    let skewed = (0..<700).map { Double($0 * $0 * $0) }
    let scale = QuantileScale(skewed + [.nan])
    for step in 0..<7 { #expect(skewed.filter { scale.step($0) == step }.count == 100) }
    #expect(scale.step(-5) == 0)
    #expect(scale.step(1e12) == 6)
    #expect(scale.step(.nan) == nil)
    #expect(QuantileScale([1, 1]).step(1) == 3)
    #expect(QuantileScale([]).step(1) == 3)
  }

  @Test("labels that would touch are moved apart, no further than needed, within bounds")
  func spreading() {
    #expect(spread([10, 50], gap: 5, within: 0...100) == [10, 50])
    #expect(spread([10, 10], gap: 6, within: 0...100) == [7, 13])
    #expect(spread([98, 99], gap: 6, within: 0...100) == [94, 100])
    let many = spread([5, 4, 3, 90], gap: 10, within: 0...100)
    let sorted = many.sorted()
    #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 >= 10 - 1e-9 })
    #expect(many[2] < many[1] && many[1] < many[0])
  }
}
