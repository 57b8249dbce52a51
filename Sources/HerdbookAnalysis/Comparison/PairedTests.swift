import HerdbookNumerics

/// Tests of whether paired differences lie to one side of zero. Both are two-sided, and assume that under
/// the null each difference is as likely as its opposite.
package enum PairedTests {
  /// Up to this many differences all patterns of signs are counted.
  package static let exactCount = 16
  package static let patterns = 10_000

  package enum Test: String, Sendable {
    /// `signFlips`.
    case permutation
    /// `signs`.
    case sign

    /// The test of some differences: that of signs where one is infinite, and they have no mean.
    package init(of differences: [Double]) {
      self = differences.allSatisfy(\.isFinite) ? .permutation : .sign
    }
  }

  /// The smallest p that so many differences can have where all patterns of signs are counted; 0 of more.
  package static func least(_ count: Int) -> Double {
    count <= exactCount ? 2 / Double(1 << count) : 0
  }

  /// The p of some differences by their test.
  package static func p(of differences: [Double], seed: UInt64) -> Double {
    switch Test(of: differences) {
    case .permutation: signFlips(differences, seed: seed)
    case .sign: signs(differences)
    }
  }

  /// The sign-flip permutation test of the mean (Fisher 1935, The Design of Experiments, section 21): the
  /// share of patterns of signs under which the sum is as far from zero as it is, or further.
  ///
  /// Exact up to 16 differences, so that p is at least 2^(1 - n); above, of 10,000 patterns drawn from
  /// (bootstrap, 1, i), with the one that was found counted among them (Phipson and Smyth 2010). NaN of
  /// nothing. Sums that differ by rounding alone are equal.
  package static func signFlips(_ differences: [Double], seed: UInt64) -> Double {
    guard let last = differences.last else { return .nan }
    let sum = differences.reduce(0, +)
    let bound = sum.magnitude - 1e-12 * differences.reduce(0) { $0 + $1.magnitude }
    if differences.count <= exactCount {
      // A pattern and its opposite are as far: the last sign stays.
      var sums = [last]
      for difference in differences.dropLast() {
        sums = sums.map { $0 + difference } + sums.map { $0 - difference }
      }
      return Double(sums.count { $0.magnitude >= bound }) / Double(sums.count)
    }
    let asFar = (0..<patterns).count { pattern in
      var stream = RandomStream(
        seed: seed, purpose: .bootstrap, iteration: 1, individual: UInt32(pattern))
      var bits: UInt64 = 0
      var sum = 0.0
      for (place, difference) in differences.enumerated() {
        if place.isMultiple(of: 64) { bits = stream.bits64() }
        sum += bits & 1 == 0 ? difference : -difference
        bits >>= 1
      }
      return sum.magnitude >= bound
    }
    return Double(1 + asFar) / Double(1 + patterns)
  }

  /// The exact sign test (Dixon and Mood 1946, JASA 41): twice the probability that a fair coin gives as
  /// few of the rarer sign, or fewer. Ties are left out; 1 of ties alone, NaN of nothing.
  package static func signs(_ differences: [Double]) -> Double {
    guard !differences.isEmpty else { return .nan }
    return fairCoin(differences.count { $0 > 0 }, differences.count { $0 < 0 })
  }

  /// Twice the probability that a fair coin gives as few of the rarer side as this, or fewer; 1 of no throw.
  package static func fairCoin(_ heads: Int, _ tails: Int) -> Double {
    let count = heads + tails
    let rarer = min(heads, tails)
    // The sum of binomial coefficients, scaled down by 2^shift where it grows large.
    var (coefficient, sum, shift) = (1.0, 1.0, 0)
    for place in 0..<rarer {
      coefficient = coefficient * Double(count - place) / Double(place + 1)
      sum += coefficient
      if sum > 0x1p500 {
        coefficient *= 0x1p-500
        sum *= 0x1p-500
        shift += 500
      }
    }
    return min(1, Double(sign: .plus, exponent: 1 + shift - count, significand: sum))
  }
}
