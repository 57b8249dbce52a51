/// Student's t distribution.
package enum StudentT {
  /// The probability that |T| is at least |t|: the regularized incomplete beta function I_x(ν/2, 1/2) at
  /// x = ν / (ν + t²), by its continued fraction (modified Lentz; Press et al., Numerical Recipes, 6.4).
  ///
  /// Right to about 1e-12 for degrees of freedom from 0.5 to 1e6; NaN where an argument is.
  package static func twoSided(_ t: Double, degrees: Double) -> Double {
    guard !t.isNaN, degrees > 0 else { return .nan }
    guard t.isFinite else { return 0 }
    return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
  }

  private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    let front = Elementary.exp(
      logGamma(a + b) - logGamma(a) - logGamma(b) + a * Elementary.log(x)
        + b * Elementary.log(1 - x))
    return x < (a + 1) / (a + b + 2)
      ? front * fraction(x, a, b) / a : 1 - front * fraction(1 - x, b, a) / b
  }

  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    func away(_ value: Double) -> Double { value.magnitude < 1e-300 ? 1e-300 : value }
    var c = 1.0
    var d = 1 / away(1 - (a + b) * x / (a + 1))
    var value = d
    for m in 1...500 {
      let m = Double(m)
      for term in [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ] {
        d = 1 / away(1 + term * d)
        c = away(1 + term / c)
        value *= c * d
      }
      if (c * d - 1).magnitude < 1e-15 { break }
    }
    return value
  }

  /// The logarithm of the gamma function, x > 0: Lanczos with g = 7 and nine terms.
  private static func logGamma(_ x: Double) -> Double {
    let terms = [
      676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_13,
      -176.615_029_162_140_6, 12.507_343_278_686_905, -0.138_571_095_265_720_12,
      9.984_369_578_019_572e-6, 1.505_632_735_149_311_6e-7,
    ]
    if x < 0.5 {
      // Gamma(x) Gamma(1 - x) = pi / sin(pi x)
      return Elementary.log(.pi / Elementary.sin(.pi * x)) - logGamma(1 - x)
    }
    let z = x - 1
    var sum = 0.999_999_999_999_809_9
    for (index, term) in terms.enumerated() { sum += term / (z + Double(index) + 1) }
    let base = z + 7.5
    return 0.918_938_533_204_672_74 + (z + 0.5) * Elementary.log(base) - base
      + Elementary.log(sum)
  }
}
