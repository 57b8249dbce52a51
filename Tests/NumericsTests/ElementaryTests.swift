import HerdbookNumerics
import Testing

@Suite("Elementary functions")
struct ElementaryTests {
  @Test("binary64 exp, log, sin and cos are within 2 ulp of libm")
  func binary64() {
    var stream = RandomStream(seed: 1, purpose: .bootstrap)
    var worst = (exp: 0.0, log: 0.0, sin: 0.0, cos: 0.0)
    for _ in 0..<200_000 {
      let u = stream.uniform()
      let x = (u - 0.5) * 1400
      worst.exp = max(worst.exp, ulps(Elementary.exp(x), Libm.exp(x)))
      let y = Libm.exp((stream.uniform() - 0.5) * 1400)
      worst.log = max(worst.log, ulps(Elementary.log(y), Libm.log(y)))
      let near = 1 + (stream.uniform() - 0.5) * 1e-3
      worst.log = max(worst.log, ulps(Elementary.log(near), Libm.log(near)))
      let angle = (stream.uniform() - 0.5) * 40
      if Libm.sin(angle).magnitude > 1e-3 {
        worst.sin = max(worst.sin, ulps(Elementary.sin(angle), Libm.sin(angle)))
      }
      if Libm.cos(angle).magnitude > 1e-3 {
        worst.cos = max(worst.cos, ulps(Elementary.cos(angle), Libm.cos(angle)))
      }
    }
    #expect(worst.exp <= 2)
    #expect(worst.log <= 2)
    #expect(worst.sin <= 2)
    #expect(worst.cos <= 2)
  }

  @Test("the edges of exp and log are IEEE's")
  func edges() {
    #expect(Elementary.exp(0) == 1)
    #expect(Elementary.exp(1000) == .infinity)
    #expect(Elementary.exp(-1000) == 0)
    #expect(Elementary.exp(.nan).isNaN)
    #expect(Elementary.log(1) == 0)
    #expect(Elementary.log(0) == -.infinity)
    #expect(Elementary.log(-1).isNaN)
    #expect(Elementary.log(.infinity) == .infinity)
    #expect(ulps(Elementary.log(.leastNonzeroMagnitude), Libm.log(.leastNonzeroMagnitude)) <= 2)
  }

  @Test("log10 is exact at powers of ten", arguments: -12...15)
  func log10(exponent: Int) {
    #expect(Elementary.log10(Elementary.power(10, exponent)) == Double(exponent))
  }
}
