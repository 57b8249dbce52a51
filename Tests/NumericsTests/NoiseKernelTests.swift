import CKernels
import HerdbookNumerics
import Testing

@Suite("Random kernels")
struct NoiseKernelTests {
  static let available = InstructionSet.allCases.filter(\.isAvailable)

  private func normals(_ set: InstructionSet, count: Int) throws -> [Float] {
    let kernels = try #require(Kernels(set)).table
    var out = [Float](repeating: 7, count: count)
    unsafe kernels.normals([11, 12], [1, 2, 3], count, &out)
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
    let mean = x.reduce(0, +) / n
    let variance = x.reduce(0) { $0 + $1 * $1 } / n
    let fourth = x.reduce(0) { $0 + $1 * $1 * $1 * $1 } / n
    let beyond = Double(x.count { $0.magnitude > 3 }) / n
    // Four standard errors: 1, sqrt 2, sqrt 96 and sqrt p(1 - p) over sqrt n.
    #expect(mean.magnitude < 4 / n.squareRoot())
    #expect((variance - 1).magnitude < 4 * (2 / n).squareRoot())
    #expect((fourth - 3).magnitude < 4 * (96 / n).squareRoot())
    #expect((beyond - 0.0026998).magnitude < 4 * (0.0026998 / n).squareRoot())
    #expect(x.allSatisfy { $0.isFinite })
  }
}
