import HerdbookNumerics
import Testing

@Suite("Student's t")
struct StudentTTests {
  @Test(
    "two-sided probabilities are those of the tables",
    arguments: [
      // Quantiles of the t distribution (Abramowitz and Stegun, table 26.10): P(|T| >= t) = 0.05 and 0.01.
      (12.706_204_736, 1, 0.05), (4.302_652_730, 2, 0.05), (2.570_581_836, 5, 0.05),
      (2.228_138_852, 10, 0.05), (2.100_922_040, 18, 0.05), (1.959_963_985, 1e6, 0.05),
      (63.656_741_163, 1, 0.01), (3.169_272_673, 10, 0.01),
    ])
  func tables(t: Double, degrees: Double, expected: Double) {
    #expect(abs(StudentT.twoSided(t, degrees: degrees) - expected) < 3e-6 * expected + 2e-7)
    #expect(StudentT.twoSided(-t, degrees: degrees) == StudentT.twoSided(t, degrees: degrees))
  }

  @Test("one degree of freedom is Cauchy's, two have a closed form")
  func closed() {
    for t in [0.01, 0.3, 1, 2.5, 40] {
      // P(|T| >= t) = 1 - t / sqrt(t^2 + 2) with two degrees.
      let two = 1 - t / (t * t + 2).squareRoot()
      #expect(abs(StudentT.twoSided(t, degrees: 2) - two) < 1e-12)
    }
    #expect(abs(StudentT.twoSided(1, degrees: 1) - 0.5) < 1e-12)
  }

  @Test("it falls with t, is 1 at 0, 0 at infinity, and no number where there is none")
  func edges() {
    #expect(StudentT.twoSided(0, degrees: 3.7) == 1)
    #expect(StudentT.twoSided(.infinity, degrees: 3.7) == 0)
    #expect(StudentT.twoSided(.nan, degrees: 3).isNaN && StudentT.twoSided(1, degrees: 0).isNaN)
    let values = stride(from: 0.0, through: 9, by: 0.25).map {
      StudentT.twoSided($0, degrees: 3.7)
    }
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 > $1 })
  }
}
