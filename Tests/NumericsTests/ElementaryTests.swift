import CKernels
import HerdbookNumerics
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The system's functions, which ours are measured against.
private enum Libm {
  static func exp(_ x: Double) -> Double { systemExp(x) }
  static func log(_ x: Double) -> Double { systemLog(x) }
  static func sin(_ x: Double) -> Double { systemSin(x) }
  static func cos(_ x: Double) -> Double { systemCos(x) }
  static func tanh(_ x: Double) -> Double { systemTanh(x) }
}
private func systemExp(_ x: Double) -> Double { exp(x) }
private func systemLog(_ x: Double) -> Double { log(x) }
private func systemSin(_ x: Double) -> Double { sin(x) }
private func systemCos(_ x: Double) -> Double { cos(x) }
private func systemTanh(_ x: Double) -> Double { tanh(x) }

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
    func logistic(_ x: Double) -> Double { 1 / (1 + Libm.exp(-x)) }
    #expect(unsafe compare(kernels.exp, Libm.exp) { ($0 - 0.5) * 205 } <= 2)
    #expect(unsafe compare(kernels.log, Libm.log) { Libm.exp(($0 - 0.5) * 200) } <= 2)
    #expect(unsafe compare(kernels.log, Libm.log) { 0.5 + $0 } <= 2)
    #expect(unsafe compare(kernels.tanh, Libm.tanh) { ($0 - 0.5) * 24 } <= 2)
    #expect(unsafe compare(kernels.tanh, Libm.tanh) { ($0 - 0.5) * 1.5 } <= 2)
    // exp's 1 ulp, a sum and a quotient: 2 * 2^-23 relative, at most 4 last places.
    #expect(unsafe compare(kernels.sigmoid, logistic) { ($0 - 0.5) * 80 } <= 4)
  }

  static let available = InstructionSet.allCases.filter(\.isAvailable)
}
