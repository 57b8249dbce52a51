/// Chance for one input: the SplitMix64 generator (Steele, Lea and Flood 2014), begun from a seed and the
/// number of the input, so that each input can be made again without those before it.
struct Dice {
  private var state: UInt64

  init(seed: UInt64, input: UInt64) {
    state = seed
    state = next() ^ input
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return bits ^ bits >> 31
  }

  /// From 0 to below `sides`, which is at least 1.
  mutating func roll(_ sides: Int) -> Int { Int(next() % UInt64(sides)) }

  /// True once in `count` times.
  mutating func once(in count: Int) -> Bool { roll(count) == 0 }

  /// An element of a collection that is not empty.
  mutating func pick<C: RandomAccessCollection>(_ elements: C) -> C.Element {
    elements[elements.index(elements.startIndex, offsetBy: roll(elements.count))]
  }

  /// A stretch of at most `limit` of `count` places; empty where there are none.
  mutating func stretch(of count: Int, limit: Int) -> Range<Int> {
    guard count > 0 else { return 0..<0 }
    let start = roll(count)
    return start..<min(count, start + 1 + roll(limit))
  }
}
