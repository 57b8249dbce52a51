import CKernels
import HerdbookNumerics
import Testing

@Suite("Random kernels")
struct NoiseKernelTests {
  static let available = InstructionSet.allCases.filter(\.isAvailable)

  private func normals(
    _ set: InstructionSet, count: Int, individual: UInt32 = 2
  ) throws -> [Float] {
    let kernels = try #require(Kernels(set)).table
    var out = [Float](repeating: 7, count: count)
    unsafe kernels.normals([11, 12], [1, individual, 3], count, &out)
    return out
  }

  @Test("a uniform of block i, output c stands at c * blocks + i", arguments: available)
  func layout(set: InstructionSet) throws {
    let kernels = try #require(Kernels(set)).table
    for count in [1, 4, 7, 64, 100, 785] {
      var out = [Float](repeating: 7, count: count)
      unsafe kernels.uniforms([11, 12], [1, 2, 3], count, &out)
      let blocks = (count + 3) / 4
      for i in 0..<blocks {
        let words = RandomStream.philox(key: (11, 12), counter: (UInt32(i), 1, 2, 3))
        for (c, word) in [words.0, words.1, words.2, words.3].enumerated()
        where c * blocks + i < count {
          #expect(out[c * blocks + i] == Float(word >> 8) * 0x1p-24)
        }
      }
    }
  }

  @Test("normals are the same bits under every instruction set", arguments: available)
  func sameBits(set: InstructionSet) throws {
    for count in [1, 5, 16, 63, 64, 65, 1000] {
      let here = try normals(set, count: count).map(\.bitPattern)
      #expect(try here == normals(.scalar, count: count).map(\.bitPattern))
    }
  }

  @Test("normals pass moment and tail tests")
  func moments() throws {
    let count = 1_000_000
    let x = try normals(InstructionSet.current, count: count).map(Double.init)
    let n = Double(count)
    let power = { (p: Int) in x.reduce(0) { $0 + Elementary.power($1, p) } / n }
    // Four standard errors: 1, sqrt 2, sqrt 15, sqrt 96 and sqrt p(1 - p) over sqrt n.
    #expect(power(1).magnitude < 4 / n.squareRoot())
    #expect((power(2) - 1).magnitude < 4 * (2 / n).squareRoot())
    #expect(power(3).magnitude < 4 * (15 / n).squareRoot())
    #expect((power(4) - 3).magnitude < 4 * (96 / n).squareRoot())
    for edge in [1.0, 2, 3, 4, 4.5] {
      let tail = 2 * Libm.normal(-edge)
      let beyond = Double(x.count { $0.magnitude > edge }) / n
      #expect((beyond - tail).magnitude < 4 * (tail / n).squareRoot(), "beyond \(edge)")
    }
    #expect(x.allSatisfy { $0.isFinite })
  }

  /// Kolmogorov and Smirnov's statistic times sqrt n exceeds 1.95 in one of a thousand samples.
  @Test("the normals of each output of a block follow the normal distribution", arguments: 0..<5)
  func distribution(output: Int) throws {
    let all = try normals(InstructionSet.current, count: 1_000_000)
    let blocks = all.count / 4
    // Outputs 0 to 3, and all of them together.
    let x = sorted(output < 4 ? Array(all[output * blocks..<(output + 1) * blocks]) : all)
    let n = Double(x.count)
    var distance = 0.0
    for (i, value) in x.enumerated() {
      let p = Libm.normal(Double(value))
      distance = max(distance, p - Double(i) / n, Double(i + 1) / n - p)
    }
    #expect(distance * n.squareRoot() < 1.95)
  }

  @Test("outputs of a block, neighbouring blocks and neighbouring streams are uncorrelated")
  func independence() throws {
    let count = 1_000_000
    let blocks = count / 4
    let x = try normals(InstructionSet.current, count: count).map(Double.init)
    let other = try normals(InstructionSet.current, count: count, individual: 3).map(Double.init)
    // A product of independent normals has mean 0 and variance 1; that of their squares less one 4.
    func expectIndependent(_ pairs: [(Double, Double)], _ what: String) {
      let error = 4 / Double(pairs.count).squareRoot()
      let products = pairs.reduce(0) { $0 + $1.0 * $1.1 } / Double(pairs.count)
      let squares =
        pairs.reduce(0) { $0 + ($1.0 * $1.0 - 1) * ($1.1 * $1.1 - 1) } / Double(pairs.count)
      #expect(products.magnitude < error, "\(what)")
      #expect(squares.magnitude < 2 * error, "squares of \(what)")
    }
    let outputs = (0..<4).map { Array(x[$0 * blocks..<($0 + 1) * blocks]) }
    for (c, one) in outputs.enumerated() {
      for d in (c + 1)..<4 where c < 3 {
        expectIndependent(Array(zip(one, outputs[d])), "outputs \(c) and \(d)")
      }
      expectIndependent(Array(zip(one, one.dropFirst())), "neighbours of output \(c)")
      // Vectors of the kernel begin 16 blocks apart.
      expectIndependent(Array(zip(one, one.dropFirst(16))), "output \(c), 16 apart")
    }
    expectIndependent(Array(zip(x, other)), "individuals 2 and 3")
  }
}
