/// A canonical Huffman code of limited length (RFC 1951, 3.2.2).
struct HuffmanCode {
  /// Bits of each symbol's code; 0 where it does not occur.
  let lengths: [Int]
  /// Each code with its bits reversed, ready for a writer that begins at the lowest bit.
  let reversedCodes: [UInt32]

  /// The code for symbols that occur `counts` times, none longer than `limit`.
  ///
  /// Where Huffman's tree is deeper than the limit, counts are halved (and kept above zero) until it
  /// is not: near the optimum, and simple. Ties go to the lower symbol.
  init(counts: [Int], limit: Int) {
    var counts = counts
    var lengths = HuffmanCode.depths(counts)
    while lengths.max() ?? 0 > limit {
      counts = counts.map { $0 > 0 ? ($0 + 1) / 2 : 0 }
      lengths = HuffmanCode.depths(counts)
    }
    self.lengths = lengths
    var perLength = [UInt32](repeating: 0, count: limit + 2)
    for length in lengths where length > 0 { perLength[length] += 1 }
    var next = [UInt32](repeating: 0, count: limit + 2)
    var code: UInt32 = 0
    for length in 1...limit {
      code = (code + perLength[length - 1]) << 1
      next[length] = code
    }
    var codes = [UInt32](repeating: 0, count: lengths.count)
    for symbol in lengths.indices where lengths[symbol] > 0 {
      let length = lengths[symbol]
      var value = next[length]
      next[length] += 1
      for _ in 0..<length {
        codes[symbol] = codes[symbol] << 1 | value & 1
        value >>= 1
      }
    }
    reversedCodes = codes
  }

  /// Depths of the leaves in Huffman's tree; a lone symbol gets one bit.
  private static func depths(_ counts: [Int]) -> [Int] {
    var nodes: [(count: Int, parent: Int)] = counts.map { ($0, -1) }
    var open = counts.indices.filter { counts[$0] > 0 }
    var depths = [Int](repeating: 0, count: counts.count)
    if open.count == 1 {
      depths[open[0]] = 1
      return depths
    }
    /// The rarest last.
    func isBefore(_ a: Int, _ b: Int) -> Bool { (nodes[a].count, a) > (nodes[b].count, b) }
    open.sort(by: isBefore)
    while open.count > 1 {
      let first = open.removeLast()
      let second = open.removeLast()
      nodes.append((nodes[first].count + nodes[second].count, -1))
      nodes[first].parent = nodes.count - 1
      nodes[second].parent = nodes.count - 1
      var place = open.count
      while place > 0 && isBefore(nodes.count - 1, open[place - 1]) { place -= 1 }
      open.insert(nodes.count - 1, at: place)
    }
    for symbol in counts.indices where counts[symbol] > 0 {
      var node = symbol
      while nodes[node].parent >= 0 {
        node = nodes[node].parent
        depths[symbol] += 1
      }
    }
    return depths
  }
}
