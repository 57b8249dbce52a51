import HerdbookNumerics
import Testing

@Suite("Quantiles without a sort, and counts of bytes")
struct RankTests {
  /// Values of several kinds: like a bell, few that repeat, one only, any bits.
  private func values(_ kind: Int, count: Int) -> [Float] {
    var stream = RandomStream(seed: UInt64(kind), purpose: .bootstrap, individual: UInt32(count))
    return (0..<count).map { _ in
      switch kind {
      case 0: return Float(stream.normal())
      case 1: return [0, -0.0, 1, -1, .leastNonzeroMagnitude][stream.bounded(5)]
      case 2: return -0.375
      default:
        let any = Float(bitPattern: stream.bits32())
        return any.isNaN ? .infinity : any
      }
    }
  }

  @Test(
    "the quantiles of counted values are those of sorted ones, to the bit",
    arguments: 0..<4, [1, 2, 3, 21, 1000, 20_000])
  func quantiles(kind: Int, count: Int) {
    let values = values(kind, count: count)
    let ascending = sorted(values)
    let levels = (0...100).map { Double($0) / 100 }
    let expected = levels.map { quantile(ascending, $0).bitPattern }
    for groups in [1, 2, 16] {
      let search = QuantileSearch(levels, in: RankCounts(values), groups: groups)
      let found = search.quantiles(search.candidates(values).map { sorted($0) })
      #expect(found.map(\.bitPattern) == expected)
    }
  }

  @Test("of a bell's values, few are sorted")
  func few() {
    let values = values(0, count: 50_000)
    let levels = stride(from: 0, through: 100, by: 5).map { Double($0) / 100 }
    let candidates = QuantileSearch(levels, in: RankCounts(values)).candidates(values)
    #expect(candidates[0].count < 4000)
  }

  @Test("values that are counted apart are searched for together")
  func parts() {
    let parts = [values(0, count: 5000), values(3, count: 700), values(1, count: 300)]
    var counts = RankCounts(parts[0])
    for part in parts.dropFirst() { counts.add(RankCounts(part)) }
    #expect(counts.total == 6000)
    let ascending = sorted(parts.flatMap { $0 })
    let levels = [0, 0.1, 0.5, 0.5, 0.501, 0.975, 1]
    let search = QuantileSearch(levels, in: counts, groups: 3)
    let candidates = parts.map { search.candidates($0) }
    let found = search.quantiles((0..<3).map { group in sorted(candidates.flatMap { $0[group] }) })
    let expected = levels.map { quantile(ascending, $0).bitPattern }
    #expect(found.map(\.bitPattern) == expected)
  }

  @Test("quantiles of nothing are NaN")
  func nothing() {
    let search = QuantileSearch([0, 0.5, 1], in: RankCounts([]), groups: 2)
    #expect(search.quantiles([[], []]).allSatisfy { $0.isNaN })
  }

  @Test("places that differ are counted", arguments: [0, 1, 254, 255, 256, 511, 3000])
  func places(count: Int) {
    var stream = RandomStream(seed: 3, purpose: .bootstrap)
    let a = (0..<count).map { _ in UInt8(stream.bounded(3)) }
    let b = (0..<count).map { _ in UInt8(stream.bounded(3)) }
    let expected = zip(a, b).count { $0 != $1 }
    #expect(differences(a, b) == expected)
    #expect(differences(a, a.map { $0 ^ 255 }) == count)
  }

  @Test("bytes of selected rows are counted, lit ones column by column", arguments: 1...3)
  func lit(threads: Int) {
    let matrix = ByteMatrix(rows: 5000, columns: 70) { row, bytes in
      for column in 0..<70 {
        bytes[column] = row.isMultiple(of: column + 1) ? 0 : UInt8(column + 1)
      }
    }
    // Every row once, and some again: more rows than a byte counts.
    let selected = (0..<5000).map { Int32($0) } + (0..<300).map { Int32($0 * 7) }
    let expected = (0..<70).map { column in
      selected.count { !Int($0).isMultiple(of: column + 1) }
    }
    #expect(matrix.nonzeroCounts(selected, threads: threads) == expected)
    #expect(matrix.nonzeroCounts([], threads: threads) == [Int](repeating: 0, count: 70))
    var histogram = [Int](repeating: 0, count: 256)
    for row in selected { for byte in matrix.row(Int(row)) { histogram[Int(byte)] += 1 } }
    #expect(matrix.histogram(selected, threads: threads) == histogram)
  }
}
