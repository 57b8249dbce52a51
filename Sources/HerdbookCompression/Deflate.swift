/// A compressor for the deflate format (RFC 1951): greedy matches found through one hash table, one
/// block with Huffman codes of its own. Smaller than stored blocks by half on pictures of weights,
/// and with nothing in it that could differ between machines.
package enum Deflate {
  private enum Symbol {
    case literal(UInt8)
    case match(length: Int, distance: Int)
  }

  package static func compress(_ bytes: [UInt8]) -> [UInt8] {
    let symbols = matches(in: bytes)
    let lengthSlots = lengthSlots
    var literalCounts = [Int](repeating: 0, count: 286)
    var distanceCounts = [Int](repeating: 0, count: 30)
    literalCounts[256] = 1
    for symbol in symbols {
      switch symbol {
      case .literal(let byte): literalCounts[Int(byte)] += 1
      case .match(let length, let distance):
        literalCounts[257 + Int(lengthSlots[length])] += 1
        distanceCounts[distanceSlot(distance)] += 1
      }
    }
    // A decoder wants at least one distance code; two make the code complete.
    if distanceCounts.filter({ $0 > 0 }).count < 2 {
      distanceCounts[0] += 1
      distanceCounts[1] += 1
    }
    let literals = HuffmanCode(counts: literalCounts, limit: 15)
    let distances = HuffmanCode(counts: distanceCounts, limit: 15)
    var writer = BitWriter()
    writer.write(1, bits: 1)  // the last block
    writer.write(2, bits: 2)  // with codes of its own
    writeCodes(literals, distances, to: &writer)
    for symbol in symbols {
      switch symbol {
      case .literal(let byte): writer.write(literals, Int(byte))
      case .match(let length, let distance):
        let lengthSlot = Int(lengthSlots[length])
        writer.write(literals, 257 + lengthSlot)
        writer.write(UInt32(length - lengthBases[lengthSlot]), bits: lengthExtra[lengthSlot])
        let distanceSlot = distanceSlot(distance)
        writer.write(distances, distanceSlot)
        writer.write(
          UInt32(distance - distanceBases[distanceSlot]), bits: distanceExtra[distanceSlot])
      }
    }
    writer.write(literals, 256)
    return writer.finished()
  }

  /// Literals and matches of at least four bytes within the last 32 KiB.
  private static func matches(in bytes: [UInt8]) -> [Symbol] {
    var symbols: [Symbol] = []
    var last = [Int](repeating: -1, count: 1 << 13)
    var index = 0
    func hash(_ at: Int) -> Int {
      let word =
        UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16
        | UInt32(bytes[at + 3]) << 24
      return Int((word &* 0x9E37_79B1) >> 19)
    }
    while index < bytes.count {
      var length = 0
      var distance = 0
      if index + 4 <= bytes.count {
        let key = hash(index)
        let candidate = last[key]
        last[key] = index
        if candidate >= 0 && index - candidate <= 32768 {
          let limit = min(258, bytes.count - index)
          while length < limit && bytes[candidate + length] == bytes[index + length] {
            length += 1
          }
          distance = index - candidate
        }
      }
      if length >= 4 {
        symbols.append(.match(length: length, distance: distance))
        let end = min(index + length, bytes.count - 3)
        var inside = index + 1
        while inside < end {
          last[hash(inside)] = inside
          inside += 1
        }
        index += length
      } else {
        symbols.append(.literal(bytes[index]))
        index += 1
      }
    }
    return symbols
  }

  /// The header of a dynamic block (RFC 1951, 3.2.7), lengths written one by one, zeros in runs.
  private static func writeCodes(
    _ literals: HuffmanCode, _ distances: HuffmanCode, to writer: inout BitWriter
  ) {
    let lengths = literals.lengths + distances.lengths
    var items: [(symbol: Int, extra: UInt32, bits: Int)] = []
    var index = 0
    while index < lengths.count {
      var run = 1
      while index + run < lengths.count && lengths[index + run] == lengths[index] { run += 1 }
      if lengths[index] == 0 && run >= 3 {
        let taken = min(run, 138)
        items.append(
          taken >= 11 ? (18, UInt32(taken - 11), 7) : (17, UInt32(taken - 3), 3))
        index += taken
      } else {
        items.append((lengths[index], 0, 0))
        index += 1
      }
    }
    var counts = [Int](repeating: 0, count: 19)
    for item in items { counts[item.symbol] += 1 }
    if counts.filter({ $0 > 0 }).count < 2 { counts[counts[0] > 0 ? 1 : 0] += 1 }
    let code = HuffmanCode(counts: counts, limit: 7)
    writer.write(UInt32(literals.lengths.count - 257), bits: 5)
    writer.write(UInt32(distances.lengths.count - 1), bits: 5)
    writer.write(UInt32(19 - 4), bits: 4)
    for symbol in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] {
      writer.write(UInt32(code.lengths[symbol]), bits: 3)
    }
    for item in items {
      writer.write(code, item.symbol)
      writer.write(item.extra, bits: item.bits)
    }
  }

  /// The slot of a distance: two for each power of two, of which the next bit is the second.
  private static func distanceSlot(_ distance: Int) -> Int {
    guard distance > 2 else { return distance - 1 }
    let exponent = Int.bitWidth - 1 - (distance - 1).leadingZeroBitCount
    return 2 * exponent + (distance - 1) >> (exponent - 1) & 1
  }

  /// The slot of each length.
  private static let lengthSlots = (0...258).map { length in
    UInt8(max(0, lengthBases.count { $0 <= length } - 1))
  }

  private static let lengthBases = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
  ]
  private static let lengthExtra = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBases = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
    2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
  ]
  private static let distanceExtra = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13,
    13,
  ]
}

/// Bits from the lowest of each byte up, as deflate packs them.
struct BitWriter {
  private var bytes: [UInt8] = []
  private var pending: UInt64 = 0
  private var count = 0

  mutating func write(_ value: UInt32, bits: Int) {
    pending |= UInt64(value) << UInt64(count)
    count += bits
    while count >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      count -= 8
    }
  }

  /// The code of `symbol`; Huffman codes go with their highest bit first.
  mutating func write(_ code: HuffmanCode, _ symbol: Int) {
    precondition(code.lengths[symbol] > 0, "a symbol that occurs has a code")
    write(code.reversedCodes[symbol], bits: code.lengths[symbol])
  }

  consuming func finished() -> [UInt8] {
    if count > 0 { bytes.append(UInt8(truncatingIfNeeded: pending)) }
    return bytes
  }
}
