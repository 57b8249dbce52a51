import CKernels
import HerdbookNumerics
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Distance of a binary64 value from a reference in units of the reference's last place.
private func ulps(_ value: Double, _ reference: Double) -> Double {
  if value == reference || (value.isNaN && reference.isNaN) { return 0 }
  return ((value - reference) / reference.ulp).magnitude
}

/// Distance of a binary32 value from a binary64 reference in binary32's last places.
private func ulps(_ value: Float, _ reference: Double) -> Double {
  let rounded = Float(reference)
  if value == rounded || (value.isNaN && reference.isNaN) { return 0 }
  return ((Double(value) - reference) / Double(rounded.ulp)).magnitude
}

@Suite("Elementary functions")
struct ElementaryTests {
  @Test("binary64 exp, log, sin and cos are within 2 ulp of libm")
  func binary64() {
    var stream = RandomStream(seed: 1, purpose: .bootstrap)
    var worst = (exp: 0.0, log: 0.0, sin: 0.0, cos: 0.0)
    for _ in 0..<200_000 {
      let u = stream.uniform()
      let x = (u - 0.5) * 1400
      worst.exp = max(worst.exp, ulps(Elementary.exp(x), Glibc.exp(x)))
      let y = Glibc.exp((stream.uniform() - 0.5) * 1400)
      worst.log = max(worst.log, ulps(Elementary.log(y), Glibc.log(y)))
      let near = 1 + (stream.uniform() - 0.5) * 1e-3
      worst.log = max(worst.log, ulps(Elementary.log(near), Glibc.log(near)))
      let angle = (stream.uniform() - 0.5) * 40
      if Glibc.sin(angle).magnitude > 1e-3 {
        worst.sin = max(worst.sin, ulps(Elementary.sin(angle), Glibc.sin(angle)))
      }
      if Glibc.cos(angle).magnitude > 1e-3 {
        worst.cos = max(worst.cos, ulps(Elementary.cos(angle), Glibc.cos(angle)))
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
    #expect(ulps(Elementary.log(.leastNonzeroMagnitude), Glibc.log(.leastNonzeroMagnitude)) <= 2)
  }

  @Test("log10 is exact at powers of ten", arguments: -12...15)
  func log10(exponent: Int) {
    #expect(Elementary.log10(Elementary.power(10, exponent)) == Double(exponent))
  }

  @Test("binary32 kernels are within 2 ulp", arguments: available)
  func binary32(set: InstructionSet) throws {
    let kernels = try #require(Kernels(set)).table
    var stream = RandomStream(seed: 2, purpose: .bootstrap)
    let count = 20_003
    func compare(
      _ kernel: (Int, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void,
      _ reference: (Double) -> Double, _ draw: (Double) -> Double
    ) -> Double {
      let x = (0..<count).map { _ in Float(draw(stream.uniform())) }
      var y = [Float](repeating: 0, count: count)
      unsafe kernel(count, x, &y)
      return zip(x, y).map { ulps($1, reference(Double($0))) }.max() ?? .infinity
    }
    #expect(unsafe compare(kernels.exp, Glibc.exp) { ($0 - 0.5) * 205 } <= 2)
    #expect(unsafe compare(kernels.log, Glibc.log) { Glibc.exp(($0 - 0.5) * 200) } <= 2)
    #expect(unsafe compare(kernels.log, Glibc.log) { 0.5 + $0 } <= 2)
    #expect(unsafe compare(kernels.tanh, Glibc.tanh) { ($0 - 0.5) * 24 } <= 2)
    #expect(unsafe compare(kernels.tanh, Glibc.tanh) { ($0 - 0.5) * 1.5 } <= 2)
    // exp's 1 ulp, a sum and a quotient: 2 * 2^-23 relative, at most 4 last places.
    #expect(unsafe compare(kernels.sigmoid, { 1 / (1 + Glibc.exp(-$0)) }) { ($0 - 0.5) * 80 } <= 4)
  }

  static let available = InstructionSet.allCases.filter(\.isAvailable)
}
