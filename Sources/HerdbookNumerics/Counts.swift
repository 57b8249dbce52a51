/// Bytes are counted in bytes, which a processor adds many of at once; after so many rounds a byte
/// may be full.
private let rounds = 255

/// The number of places at which two rows of bytes of one length differ.
package func differences(_ a: [UInt8], _ b: [UInt8]) -> Int {
  precondition(a.count == b.count, "rows of one length are compared")
  return unsafe a.withUnsafeBufferPointer { a in
    unsafe b.withUnsafeBufferPointer { b in
      var total = 0
      for start in stride(from: 0, to: a.count, by: rounds) {
        var found: UInt8 = 0
        for index in start..<min(start + rounds, a.count) {
          unsafe found &+= a[index] != b[index] ? 1 : 0
        }
        total += Int(found)
      }
      return total
    }
  }
}

extension ByteMatrix {
  /// For each column the number of `selected` rows whose byte is not zero.
  package func nonzeroCounts(_ selected: [Int32], threads: Int = 1) -> [Int] {
    sums(over: selected, threads: threads, count: columns) { rows, totals in
      addNonzeroCounts(rows, to: &totals)
    }
  }

  /// How often each byte occurs in the `selected` rows.
  package func histogram(_ selected: [Int32], threads: Int = 1) -> [Int] {
    sums(over: selected, threads: threads, count: 256) { rows, totals in
      addHistogram(rows, to: &totals)
    }
  }

  /// Sums over pieces of the rows, taken in the order of memory however they were shuffled.
  private func sums(
    over selected: [Int32], threads: Int, count: Int,
    _ add: @escaping @Sendable (ArraySlice<Int32>, inout [Int]) -> Void
  ) -> [Int] {
    var times = [Int32](repeating: 0, count: rows)
    for row in selected { times[Int(row)] += 1 }
    var ordered: [Int32] = []
    ordered.reserveCapacity(selected.count)
    for row in 0..<rows { for _ in 0..<times[row] { ordered.append(Int32(row)) } }
    let all = ordered
    let piece = 8 * rounds
    let parts = parallelMap(count: (all.count + piece - 1) / piece, threads: threads) { index in
      var totals = [Int](repeating: 0, count: count)
      add(all[index * piece..<min((index + 1) * piece, all.count)], &totals)
      return totals
    }
    var sums = [Int](repeating: 0, count: count)
    for part in parts { for place in 0..<count { sums[place] += part[place] } }
    return sums
  }

  private func addNonzeroCounts(_ selected: ArraySlice<Int32>, to totals: inout [Int]) {
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
        totals[column] += Int(bytes[column])
        bytes[column] = 0
      }
    }
  }

  private func addHistogram(_ selected: ArraySlice<Int32>, to totals: inout [Int]) {
    // Four tables, in turn: a count that has just been written need not be read at once.
    var tables = [UInt32](repeating: 0, count: 4 * 256)
    for row in selected {
      unsafe withUnsafeBase { base in
        let pixels = unsafe base + Int(row) * stride
        unsafe tables.withUnsafeMutableBufferPointer { tables in
          for column in 0..<columns {
            unsafe tables[(column & 3) << 8 + Int(pixels[column])] &+= 1
          }
        }
      }
    }
    for (place, count) in tables.enumerated() { totals[place & 255] += Int(count) }
  }
}
