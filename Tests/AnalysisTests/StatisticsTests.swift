import HerdbookAnalysis
import Testing

/// Expected values are of SciPy 1.17.1 and NumPy 2.4.6: `stats.permutation_test((d,), np.mean,
/// permutation_type="samples", n_resamples=inf)`, `stats.binomtest(k, n)`, `np.median`, `x.std(ddof=1)`.
@Suite("Statistics of variants")
struct StatisticsTests {
  @Test("median, mean and deviation are NumPy's")
  func averages() {
    let values = [0.959, 0.978, 0.953, 0.959, 0.959, 0.95, 0.965, 0.958, 0.953, 0.926]
    #expect((median(values) - 0.9585).magnitude < 1e-15)
    #expect((mean(values) - 0.956).magnitude < 1e-15)
    #expect((sampleDeviation(values) - 0.013123346456686336).magnitude < 1e-15)
    #expect(median([3, 1, 2]) == 2 && median([5]) == 5 && median([]).isNaN)
    #expect(sampleDeviation([5]).isNaN && mean([]).isNaN && sampleDeviation([2, 2]) == 0)
  }

  @Test("infinities have a place in medians, and none in means")
  func infinite() {
    #expect(median([1, .infinity, 2]) == 2 && median([.infinity, 1]) == .infinity)
    #expect(median([.infinity, .infinity]) == .infinity && median([-.infinity, 3]) == -.infinity)
    #expect(median([-.infinity, .infinity]) == 0)
    #expect(mean([1, .infinity]).isNaN && sampleDeviation([1, .infinity]).isNaN)
  }

  @Test(
    "the sign-flip test of up to 16 differences is exact",
    arguments: [
      ([0.01, 0.013, 0.007, 0.001, 0.005], 0.0625),
      ([-0.006, 0.005, 0.017, -0.001, -0.002, 0.009, 0.008, 0.005], 0.1484375),
      (
        [-0.048, -0.021, 0.001, -0.06, -0.034, -0.077, -0.059, -0.075, -0.027, -0.058],
        0.00390625
      ),
      (
        [
          0.005, 0.004, 0.002, -0.012, 0, 0.003, 0.004, -0.006, 0, -0.003, -0.002, 0.009, -0.002,
          0.003, 0.008, -0.001,
        ], 0.61083984375
      ),
      ([0.002, 0.002, -0.001, 0, 0.003, 0.001], 0.1875),
    ])
  func signFlips(differences: [Double], p: Double) {
    #expect(PairedTests.signFlips(differences, seed: 1) == p)
    #expect(PairedTests.signFlips(differences.map(-), seed: 2) == p)
  }

  @Test("of 24 differences patterns are drawn: near the exact p, the same for the same seed")
  func drawn() {
    let differences = [
      0.003, 0.005, 0.005, -0.007, 0.005, 0.016, -0.01, 0.012, 0.005, -0.002, 0.022, 0.011, -0.007,
      0.005, 0.009, 0.002, 0.01, 0.003, 0.01, 0.017, -0.002, 0.006, 0, 0.005,
    ]
    let p = PairedTests.signFlips(differences, seed: 3)
    // All 2^24 patterns give 0.003637; 4.5 standard errors of 10,000 draws are 0.0027.
    #expect((p - 0.0036373138427734375).magnitude < 0.0027)
    #expect(p == PairedTests.signFlips(differences, seed: 3))
    #expect(p != PairedTests.signFlips(differences, seed: 4))
    // What was found is one of the patterns: p is never zero.
    #expect(PairedTests.signFlips(Array(1...60).map(Double.init), seed: 1) == 1 / 10_001.0)
  }

  @Test("differences that are all zero, one alone and none")
  func edges() {
    #expect(PairedTests.signFlips([0, 0, 0, 0, 0], seed: 1) == 1)
    #expect(PairedTests.signFlips([0.3], seed: 1) == 1)
    #expect(PairedTests.signFlips([], seed: 1).isNaN && PairedTests.signs([]).isNaN)
    #expect(PairedTests.signs([0, 0]) == 1)
    #expect(PairedTests.signFlips([Double](repeating: 0, count: 20), seed: 1) == 1)
  }

  @Test(
    "the sign test is the exact binomial one, ties left out",
    arguments: [
      (9, 1, 0.021484375), (8, 2, 0.109375), (5, 0, 0.0625), (0, 6, 0.03125), (3, 3, 1),
      (40, 20, 0.01348929373119186), (700, 640, 0.10697992524490962),
      (1500, 1300, 0.00016841162264376235),
    ])
  func signs(positive: Int, negative: Int, p: Double) {
    let differences =
      [Double](repeating: .infinity, count: positive) + [0, 0]
      + [Double](repeating: -2, count: negative)
    #expect((PairedTests.signs(differences) / p - 1).magnitude < 1e-9)
  }

  @Test("a difference that is infinite takes the sign test, finite ones the test of the mean")
  func choice() {
    let finite = [-4.0, -3, -2, -2, -1, 1]
    #expect(PairedTests.p(of: finite, seed: 1) == PairedTests.signFlips(finite, seed: 1))
    #expect(PairedTests.p(of: finite + [-.infinity], seed: 1) == 0.125)
  }

  @Test("Holm's correction multiplies by what is left, never falls, ends at one and skips NaN")
  func correction() {
    let p = [0.01, 0.04, .nan, 0.03, 0.005, 0.9]
    let expected = [0.04, 0.09, .nan, 0.09, 0.025, 0.9]
    for (value, number) in zip(holm(p), expected) {
      #expect(number.isNaN ? value.isNaN : (value - number).magnitude < 1e-15)
    }
    #expect(holm([0.6, 0.7]) == [1, 1] && holm([]).isEmpty && holm([0.02]) == [0.02])
  }

  /// For an odd number of distinct values the median of a resample is one of them, the k-th or a smaller one
  /// with the probability `stats.binom.sf(n // 2, n, k / n)`; the places are where that passes 2.5 and 97.5 %.
  @Test(
    "the interval ends at the values where the exact distribution of resamples does",
    arguments: [(5, 0, 4), (7, 1, 5), (11, 2, 8), (21, 6, 14)])
  func bootstrap(count: Int, low: Int, high: Int) {
    let values = (0..<count).map { Double($0 * $0) }
    for seed in 0..<4 {
      let interval = Bootstrap.medianInterval(
        of: values.reversed(), seed: UInt64(seed), threads: 2)
      #expect(interval == values[low]...values[high])
    }
  }

  @Test(
    "intervals are the same for any number of threads, and of fewer than five values there are none"
  )
  func threads() throws {
    let values = [0.31, 0.12, 0.55, 0.23, 0.41, 0.38, 0.29, 0.47, 0.19, 0.33]
    let one = try #require(Bootstrap.medianInterval(of: values, seed: 9, threads: 1))
    #expect(one == Bootstrap.medianInterval(of: values, seed: 9, threads: 3))
    #expect(one.lowerBound < one.upperBound && one.contains(median(values)))
    #expect(Bootstrap.medianInterval(of: [1, 2, 3, 4], seed: 9, threads: 1) == nil)
    #expect(Bootstrap.medianInterval(of: [2, 2, 2, 2, 2], seed: 9, threads: 1) == 2...2)
    #expect(
      Bootstrap.medianInterval(
        of: [1, 2, 3, .infinity, .infinity], seed: 9, threads: 1)?.upperBound == .infinity)
  }
}
