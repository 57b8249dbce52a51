/// Bytes are counted in bytes, which a processor adds many of at once; after so many rounds a byte
/// may be full.
private let rounds = 255

/// The number of places at which two rows of bytes of one length differ.
package func differences(_ a: [UInt8], _ b: [UInt8]) -> Int {
  precondition(a.count == b.count, "rows of one length are compared")
  var total = 0
  for start in stride(from: 0, to: a.count, by: rounds) {
    var found: UInt8 = 0
    for index in start..<min(start + rounds, a.count) { found &+= a[index] != b[index] ? 1 : 0 }
    total += Int(found)
  }
  return total
}

extension ByteMatrix {
  /// For each column the number of `selected` rows whose byte is not zero.
  package func nonzeroCounts(_ selected: [Int32], threads: Int = 1) -> [Int] {
    // In the order of memory, however the rows were shuffled.
    var times = [Int32](repeating: 0, count: rows)
    for row in selected { times[Int(row)] += 1 }
    var ordered: [Int32] = []
    ordered.reserveCapacity(selected.count)
    for row in 0..<rows { for _ in 0..<times[row] { ordered.append(Int32(row)) } }
    let selected = ordered
    let piece = 8 * rounds
    let parts = parallelMap(count: (selected.count + piece - 1) / piece, threads: threads) {
      index in
      let from = index * piece
      return nonzeroCounts(selected[from..<min(from + piece, selected.count)])
    }
    return (0..<columns).map { column in parts.reduce(0) { $0 + Int($1[column]) } }
  }

  private func nonzeroCounts(_ selected: ArraySlice<Int32>) -> [UInt16] {
    var totals = [UInt16](repeating: 0, count: columns)
    var bytes = [UInt8](repeating: 0, count: columns)
    for start in Swift.stride(from: selected.startIndex, to: selected.endIndex, by: rounds) {
      for row in selected[start..<min(start + rounds, selected.endIndex)] {
        unsafe withUnsafeBase { base in
          let pixels = unsafe base + Int(row) * stride
          unsafe bytes.withUnsafeMutableBufferPointer { bytes in
            for column in 0..<columns {
              unsafe bytes[column] &+= pixels[column] != 0 ? 1 : 0
            }
          }
        }
      }
      for column in 0..<columns {
        totals[column] += UInt16(bytes[column])
        bytes[column] = 0
      }
    }
    return totals
  }
}
