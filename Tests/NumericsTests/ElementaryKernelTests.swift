import CKernels
import HerdbookNumerics
import Testing

/// The binary32 functions over a dense part of their range; `Tests/Kernels/run ulps` tries every
/// number, and says why libm's binary64 may judge.
@Suite("Elementary kernels")
struct ElementaryKernelTests {
  static let available = InstructionSet.allCases.filter(\.isAvailable)

  /// Every 997th number, and of each exponent and sign the ends, their neighbours and the middle.
  static let arguments: [Float] = {
    var bits = Array(stride(from: UInt64(0), to: 1 << 32, by: 997)).map(
      UInt32.init(truncatingIfNeeded:))
    for top in UInt32(0)..<512 {
      for fraction: UInt32 in [0, 1, 2, 0x3f_ffff, 0x40_0000, 0x7f_fffe, 0x7f_ffff] {
        bits.append(top << 23 | fraction)
      }
    }
    return bits.map(Float.init(bitPattern:))
  }()

  /// The largest distance, and the argument that has it.
  private func worst(
    _ kernel: (Int, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void,
    _ exact: (Double) -> Double, among arguments: [Float] = Self.arguments, flushes: Bool = false
  ) -> (ulps: Double, at: Float) {
    var values = [Float](repeating: 7, count: arguments.count)
    unsafe kernel(arguments.count, arguments, &values)
    var worst = (ulps: 0.0, at: Float.nan)
    for (x, y) in zip(arguments, values) {
      let reference = exact(Double(x))
      if flushes && y == 0 && reference.magnitude < 0x1p-127 { continue }
      let distance = ulps(y, reference)
      if !(distance <= worst.ulps) { worst = (distance, x) }
    }
    return worst
  }

  @Test("exp, log and tanh are within 2 ulp over their whole range", arguments: available)
  func functions(set: InstructionSet) throws {
    let kernels = try #require(Kernels(set)).table
    let exp = unsafe worst(kernels.exp, Libm.exp)
    #expect(exp.ulps <= 2, "at \(exp.at)")
    let log = unsafe worst(kernels.log, Libm.log)
    #expect(log.ulps <= 2, "at \(log.at)")
    let tanh = unsafe worst(kernels.tanh, Libm.tanh)
    #expect(tanh.ulps <= 2, "at \(tanh.at)")
  }

  /// exp's error, a sum's and a quotient's make at most 4. Where e^-x overflows, below -88.72, the
  /// sigmoid is 0 instead of a subnormal number under 2^-127.
  @Test("the sigmoid is within 4 ulp, or zero for a number under 2^-127", arguments: available)
  func sigmoid(set: InstructionSet) throws {
    let kernels = try #require(Kernels(set)).table
    let found = unsafe worst(kernels.sigmoid, Libm.logistic, flushes: true)
    #expect(found.ulps <= 4, "at \(found.at)")
  }

  @Test("sine and cosine of the turns that are drawn are within 2 ulp", arguments: available)
  func turns(set: InstructionSet) throws {
    let kernels = try #require(Kernels(set)).table
    let edges = (0..<64).flatMap { edge in (-3...3).map { edge << 18 + $0 } }.filter { $0 >= 0 }
    let turns = (Array(stride(from: 0, to: 1 << 24, by: 97)) + edges).map { Float($0) * 0x1p-24 }
    let sine = unsafe worst(
      { count, x, y in
        var other = [Float](repeating: 0, count: count)
        unsafe kernels.sincos_turns(count, x, y, &other)
      }, { Self.quarters($0, cosine: false) }, among: turns)
    #expect(sine.ulps <= 2, "at \(sine.at)")
    let cosine = unsafe worst(
      { count, x, y in
        var other = [Float](repeating: 0, count: count)
        unsafe kernels.sincos_turns(count, x, &other, y)
      }, { Self.quarters($0, cosine: true) }, among: turns)
    #expect(cosine.ulps <= 2, "at \(cosine.at)")
  }

  /// The nearest quarter turn is taken off exactly, so that the angle that libm sees is small.
  private static func quarters(_ turn: Double, cosine: Bool) -> Double {
    let quarter = (4 * turn).rounded()
    let angle = (turn - quarter / 4) * 2 * .pi
    switch (Int(quarter) + (cosine ? 1 : 0)) % 4 {
    case 0: return Libm.sin(angle)
    case 1: return Libm.cos(angle)
    case 2: return -Libm.sin(angle)
    default: return -Libm.cos(angle)
    }
  }

  @Test("zeros keep their sign and the ends are IEEE's", arguments: available)
  func ends(set: InstructionSet) throws {
    let kernels = try #require(Kernels(set)).table
    let x: [Float] = [0, -0.0, .infinity, -.infinity, .nan, -1]
    var y = [Float](repeating: 7, count: x.count)
    unsafe kernels.exp(x.count, x, &y)
    #expect(y[0] == 1 && y[1] == 1 && y[2] == .infinity && y[3] == 0 && y[4].isNaN)
    unsafe kernels.log(x.count, x, &y)
    #expect(y[0] == -.infinity && y[1] == -.infinity && y[2] == .infinity)
    #expect(y[3].isNaN && y[4].isNaN && y[5].isNaN)
    unsafe kernels.tanh(x.count, x, &y)
    #expect(y[0].sign == .plus && y[1].sign == .minus && y[0] == 0 && y[1] == 0)
    #expect(y[2] == 1 && y[3] == -1 && y[4].isNaN)
    unsafe kernels.sigmoid(x.count, x, &y)
    #expect(y[0] == 0.5 && y[1] == 0.5 && y[2] == 1 && y[3] == 0 && y[4].isNaN)
  }
}
