import HerdbookNumerics
import Testing

@Suite("Philox4x32-10")
struct PhiloxTests {
  @Test(
    "gives the published known-answer vectors",
    arguments: [
      (
        [0, 0, 0, 0], [0, 0],
        [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
      ),
      (
        [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
        [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ] as [([UInt32], [UInt32], [UInt32])])
  func knownAnswers(counter: [UInt32], key: [UInt32], expected: [UInt32]) {
    let out = RandomStream.philox(
      key: (key[0], key[1]), counter: (counter[0], counter[1], counter[2], counter[3]))
    #expect([out.0, out.1, out.2, out.3] == expected)
  }

  @Test(
    "a stream is its name: key from the seed, counter from block, iteration, individual, purpose")
  func naming() {
    var stream = RandomStream(
      seed: 0x0123_4567_89ab_cdef, purpose: .selection, iteration: 7, individual: 9)
    let first = (0..<8).map { _ in stream.bits32() }
    let blocks = [UInt32(0), 1].flatMap { block in
      let out = RandomStream.philox(
        key: (0x89ab_cdef, 0x0123_4567), counter: (block, 7, 9, RandomPurpose.selection.rawValue))
      return [out.0, out.1, out.2, out.3]
    }
    #expect(first == blocks)
  }

  @Test("purposes have numbers of their own")
  func purposes() {
    #expect(Set(RandomPurpose.allCases.map(\.rawValue)).count == RandomPurpose.allCases.count)
  }

  @Test("bounded numbers are uniform within four standard errors")
  func bounded() {
    var stream = RandomStream(seed: 5, purpose: .bootstrap)
    var counts = [Int](repeating: 0, count: 7)
    let draws = 70_000
    for _ in 0..<draws { counts[stream.bounded(7)] += 1 }
    let deviation = (Double(draws) * (1.0 / 7) * (6.0 / 7)).squareRoot()
    for count in counts { #expect((Double(count) - Double(draws) / 7).magnitude < 4 * deviation) }
  }

  @Test("a shuffle is a permutation, and frozen")
  func shuffle() {
    var stream = RandomStream(seed: 1, purpose: .bootstrap)
    var array = Array(0..<10)
    stream.shuffle(&array)
    #expect(array.sorted() == Array(0..<10))
    #expect(array == [8, 9, 2, 1, 5, 0, 7, 6, 3, 4])
  }
}
