/// How well points lie in their groups, on average over the points (Rousseeuw 1987): 1 where a group is far from the
/// others beside its own width, 0 where it lies among them. A point that is a group of its own has 0, as in the paper; NaN
/// of fewer than two groups.
///
/// - Parameters: distances [point][point], in rows; for each point its group, from 0 on.
package func silhouette(_ distances: [Double], groups: [Int]) -> Double {
  let count = groups.count
  precondition(distances.count == count * count, "each point has a distance to each point")
  let number = (groups.max() ?? -1) + 1
  guard number > 1 else { return .nan }
  var sizes = [Int](repeating: 0, count: number)
  for group in groups { sizes[group] += 1 }
  var sum = 0.0
  var sums = [Double](repeating: 0, count: number)
  for point in 0..<count where sizes[groups[point]] > 1 {
    for group in 0..<number { sums[group] = 0 }
    for other in 0..<count { sums[groups[other]] += distances[point * count + other] }
    let own = sums[groups[point]] / Double(sizes[groups[point]] - 1)
    var nearest = Double.infinity
    for group in 0..<number where group != groups[point] && sizes[group] > 0 {
      nearest = min(nearest, sums[group] / Double(sizes[group]))
    }
    let width = max(own, nearest)
    sum += width > 0 ? (nearest - own) / width : 0
  }
  return sum / Double(count)
}

/// How far two divisions of the same points into groups agree (Hubert and Arabie 1985): 1 where they are one, 0 on
/// average where groups of these sizes are dealt by chance; NaN where both leave nothing to chance.
package func adjustedRand(_ first: [Int], _ second: [Int]) -> Double {
  precondition(first.count == second.count, "both divide the same points")
  func pairs(_ counts: some Sequence<Int>) -> Double {
    Double(counts.reduce(0) { $0 + $1 * ($1 - 1) / 2 })
  }
  func counts(_ groups: [[Int]]) -> [Int] {
    Array(Dictionary(grouping: groups) { $0 }.mapValues(\.count).values)
  }
  let together = pairs(counts(zip(first, second).map { [$0, $1] }))
  let (a, b) = (pairs(counts(first.map { [$0] })), pairs(counts(second.map { [$0] })))
  let all = Double(first.count * (first.count - 1) / 2)
  let chance = a * b / all
  let most = (a + b) / 2
  return most > chance ? (together - chance) / (most - chance) : .nan
}
