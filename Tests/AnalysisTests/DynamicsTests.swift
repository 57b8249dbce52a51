import HerdbookAnalysis
import Testing

@Suite("Dynamics of distributions")
struct DynamicsTests {
  /// Percentiles of a uniform distribution.
  private func uniform(_ low: Double, _ high: Double) -> [Double] {
    (0...100).map { low + (high - low) * Double($0) / 100 }
  }

  @Test("distances of shifted and stretched distributions, and when they settle")
  func distances() {
    let found = DistributionDynamics([
      uniform(0, 1), uniform(1, 2), uniform(1, 3), uniform(1, 3.02), uniform(1, 3),
    ])
    // A shift by 1 costs 1; stretching by 1 on the right costs 1/2.
    #expect((found.distances[0][1] - 1).magnitude < 1e-12)
    #expect((found.distances[1][2] - 0.5).magnitude < 1e-12)
    #expect((found.span - 1.5).magnitude < 1e-12)
    #expect(found.steps.count == 4 && found.distances[2][0] == found.distances[0][2])
    #expect(found.settled(within: 0.05) == 2 && found.settled(within: 0.5) == 1)
    // The last two steps are opposite.
    #expect((found.persistence[2] + 1).magnitude < 1e-9)
    #expect(found.persistence[0] > 0.8)
    #expect(
      DistributionDynamics([uniform(0, 1), uniform(0, 1), uniform(0, 1)]).persistence[0].isNaN)
  }

  @Test("two samples of one distribution lie apart as far as is told")
  func sampling() {
    // Of the uniform distribution the integral of sqrt(u (1 - u)) is pi / 8:
    // rng = numpy.random.default_rng(0)
    // numpy.mean([scipy.stats.wasserstein_distance(rng.random(1000), rng.random(1000)) for _ in range(4000)])
    let found = samplingDistance(uniform(0, 1), count: 1000)
    #expect((found - 0.0140).magnitude < 0.0003, "\(found)")
    #expect((samplingDistance(uniform(0, 4), count: 4000) / found - 2).magnitude < 1e-9)
  }

  @Test("forecasts of series that follow their rule are exact")
  func forecasts() {
    let times = [0.0, 1, 2, 3, 5]
    let straight = times.map { 2 - 0.5 * $0 }
    #expect((Forecast.linear(times, straight, at: 40) + 18).magnitude < 1e-9)
    #expect(Forecast.persistence(times, straight, at: 40) == -0.5)
    // numpy.log1p(times) * 3 + 1
    let curved = [1, 3.0794415417, 4.2958368660, 5.1588830834, 6.3752784077]
    #expect((Forecast.logarithmic(times, curved, at: 20) - 10.1335673131).magnitude < 1e-8)
  }

  @Test("rank correlation is SciPy's, ties included")
  func ranks() {
    // scipy.stats.spearmanr([1, 2, 2, 5, 4, 9], [3, 1, 4, 8, 8, 6])
    #expect(
      (rankCorrelation([1, 2, 2, 5, 4, 9], [3, 1, 4, 8, 8, 6]) - 0.7058823529).magnitude < 1e-9)
    #expect(rankCorrelation([1, 2, 3], [6, 5, 1]) == -1)
    #expect(rankCorrelation([1, 1, 1], [6, 5, 1]).isNaN)
    // Within groups their levels play no part: +1 in a, -1 in b, which hold as many.
    let groups = ["a", "a", "a", "b", "b", "b"]
    let values: [Double] = [1, 2, 3, 11, 12, 13]
    #expect(rankCorrelation(values, [4, 5, 6, 19, 18, 17], within: groups) == 0)
    #expect(rankCorrelation(values, [4, 5, 6, 17, 18, 19], within: groups) == 1)
    #expect(rankCorrelation(values, [6, 5, 4, 19, 18, 17], within: groups) == -1)
    let one = values.map { _ in "one" }
    let others: [Double] = [4, 6, 6, 19, 3, 17]
    #expect(rankCorrelation(values, others, within: one) == rankCorrelation(values, others))
  }
}
