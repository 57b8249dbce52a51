/// Which bits of a value's place in the order of binary32 tell stretches of that order apart.
private let shift: UInt32 = 16
private let stretches = 1 << (32 - 16)

/// The stretch of a value: ascending with the value, negative zero before zero.
@inline(__always)
private func stretch(_ value: Float) -> Int {
  let bits = value.bitPattern
  let sign = UInt32(bitPattern: Int32(bitPattern: bits) >> 31)
  return Int((bits ^ (sign | 0x8000_0000)) >> shift)
}

/// How many of some values lie in each stretch of the order of binary32: enough to find values by
/// their rank without sorting the others.
///
/// A stretch is what values share in sign, exponent and seven bits of the fraction: of values that
/// spread like a bell, none holds more than 0.2 %. There must be no NaN among the values.
package struct RankCounts: Sendable {
  fileprivate var counts: [UInt32]
  package private(set) var total: Int

  package init(_ values: [Float]) {
    precondition(values.count <= UInt32.max, "counts have 32 bits")
    counts = [UInt32](repeating: 0, count: stretches)
    total = values.count
    for value in values { counts[stretch(value)] &+= 1 }
  }

  /// Counts the values of `other`, too.
  package mutating func add(_ other: RankCounts) {
    for index in counts.indices { counts[index] &+= other.counts[index] }
    total += other.total
    precondition(total <= UInt32.max, "counts have 32 bits")
  }
}

/// Quantiles of many values without sorting them all: counts say in which stretches the wanted ranks
/// lie, and only the values there are gathered and sorted.
///
/// The same bits as `quantile` of the sorted values. Candidates come in groups, which follow each
/// other in the order of values, so that threads may sort them apart.
package struct QuantileSearch: Sendable {
  package let groups: Int
  /// For each stretch its group; `groups` where no wanted rank lies in it.
  private let group: [UInt8]
  private let levels: [Level]
  /// For each wanted rank, ascending, its group and its position in the sorted group.
  private let places: [(group: Int, position: Int)]

  /// A quantile lies between two ranks, here by their positions in `places`.
  private struct Level {
    let below: Int
    let above: Int
    let rest: Double
  }

  /// The search for quantiles at levels in [0, 1], ascending, of the values that were counted; of
  /// none they are NaN.
  package init(_ levels: [Double], in counts: RankCounts, groups: Int = 1) {
    precondition((1..<255).contains(groups), "a group is a byte")
    var ranks: [Int] = []
    func position(_ rank: Int) -> Int {
      if ranks.last != rank { ranks.append(rank) }
      return ranks.count - 1
    }
    let last = max(counts.total - 1, 0)
    self.groups = groups
    self.levels = levels.map { level in
      let place = level * Double(last)
      let rank = Int(place)
      // It may be the rank below the last level, too, or that above it.
      let below = ranks.suffix(2).lastIndex(of: rank) ?? position(rank)
      return Level(
        below: below, above: rank < last ? position(rank + 1) : below,
        rest: place - place.rounded(.down))
    }
    (group, places) = QuantileSearch.find(ranks, in: counts, groups: groups)
  }

  private static func find(
    _ ranks: [Int], in counts: RankCounts, groups: Int
  ) -> (group: [UInt8], places: [(group: Int, position: Int)]) {
    var group = [UInt8](repeating: UInt8(groups), count: stretches)
    var places: [(group: Int, position: Int)] = []
    var gathered = [Int](repeating: 0, count: groups)
    var below = 0
    let block = 64
    for start in stride(from: 0, to: counts.total == 0 ? 0 : stretches, by: block) {
      guard places.count < ranks.count else { break }
      let held = counts.counts[start..<start + block].reduce(0, &+)
      guard ranks[places.count] < below + Int(held) else {
        below += Int(held)
        continue
      }
      for index in start..<start + block {
        let count = Int(counts.counts[index])
        if places.count < ranks.count, ranks[places.count] < below + count {
          let own = places.count * groups / ranks.count
          group[index] = UInt8(own)
          while places.count < ranks.count, ranks[places.count] < below + count {
            places.append((own, gathered[own] + ranks[places.count] - below))
          }
          gathered[own] += count
        }
        below += count
      }
    }
    return (group, places)
  }

  /// Those of some of the values that lie where a wanted rank lies, by group.
  package func candidates(_ values: [Float]) -> [[Float]] {
    // Every value is written, and the next over it where it is none: no branch to guess wrong.
    let candidates = unsafe [Float](unsafeUninitializedCapacity: values.count) { buffer, count in
      var kept = 0
      for value in values {
        unsafe (buffer.baseAddress! + kept).initialize(to: value)
        kept += Int(group[stretch(value)]) < groups ? 1 : 0
      }
      count = kept
    }
    var found = [[Float]](repeating: [], count: groups)
    for value in candidates { found[Int(group[stretch(value)])].append(value) }
    return found
  }

  /// The quantile at each level, from all candidates of each group in ascending order.
  package func quantiles(_ sorted: [[Float]]) -> [Double] {
    guard !places.isEmpty else { return levels.map { _ in .nan } }
    func value(_ position: Int) -> Double {
      Double(sorted[places[position].group][places[position].position])
    }
    return levels.map { level in
      let below = value(level.below)
      guard level.above != level.below, level.rest > 0 else { return below }
      return below + level.rest * (value(level.above) - below)
    }
  }
}
