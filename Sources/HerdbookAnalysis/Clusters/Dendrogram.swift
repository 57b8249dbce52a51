/// The tree of average linkage (UPGMA: Sokal and Michener 1958): the two groups whose members lie nearest to each other
/// on average are joined, again and again, until one is left.
package struct Dendrogram: Sendable, Equatable {
  /// Two nodes that become one. Nodes 0..<count are the leaves, node count + i is merge i.
  package struct Merge: Sendable, Equatable {
    /// The node with the lowest leaf of the two.
    package let left: Int
    package let right: Int
    /// The mean distance between the leaves of both.
    package let height: Double
  }

  package let count: Int
  /// In the order of their heights.
  package let merges: [Merge]
  /// Of every node, those of its left part first; the last node has all.
  package let leaves: [[Int]]

  /// Of equally near groups those with the lowest leaves come first. O(count^3).
  ///
  /// - Parameter distances: [leaf][leaf], in rows, symmetric and finite.
  package init(distances: [Double], count: Int) {
    precondition(distances.count == count * count, "each leaf has a distance to each leaf")
    var between = distances
    // A group is kept at the place of its lowest leaf.
    var places = Array(0..<count)
    var node = places
    var size = [Int](repeating: 1, count: count)
    var merges: [Merge] = []
    while places.count > 1 {
      var nearest = (a: places[0], b: places[1], distance: Double.infinity)
      for (rank, a) in places.enumerated() {
        for b in places[(rank + 1)...] where between[a * count + b] < nearest.distance {
          nearest = (a, b, between[a * count + b])
        }
      }
      let (a, b) = (nearest.a, nearest.b)
      merges.append(Merge(left: node[a], right: node[b], height: between[a * count + b]))
      let (sizeA, sizeB) = (Double(size[a]), Double(size[b]))
      for other in places where other != a && other != b {
        let sum = sizeA * between[a * count + other] + sizeB * between[b * count + other]
        between[a * count + other] = sum / (sizeA + sizeB)
        between[other * count + a] = between[a * count + other]
      }
      size[a] += size[b]
      node[a] = count + merges.count - 1
      places.removeAll { $0 == b }
    }
    var leaves = (0..<count).map { [$0] }
    for merge in merges { leaves.append(leaves[merge.left] + leaves[merge.right]) }
    self.count = count
    self.merges = merges
    self.leaves = leaves
  }

  /// For each leaf its group, when the tree is cut into so many; groups are numbered by their lowest leaves.
  package func cut(into groups: Int) -> [Int] {
    precondition(
      (1...max(1, count)).contains(groups), "a tree has as many groups as leaves at most")
    var lowest = Array(0..<count)
    for (index, merge) in merges.prefix(count - groups).enumerated() {
      let first = lowest[leaves[merge.left][0]]
      for leaf in leaves[count + index] { lowest[leaf] = first }
    }
    var number = [Int](repeating: 0, count: count)
    var found = 0
    for leaf in lowest.indices where lowest[leaf] == leaf {
      number[leaf] = found
      found += 1
    }
    return lowest.map { number[$0] }
  }

  /// The height at which two leaves come together [leaf][leaf], in rows (Sokal and Rohlf 1962).
  package var heights: [Double] {
    var heights = [Double](repeating: 0, count: count * count)
    for merge in merges {
      for a in leaves[merge.left] {
        for b in leaves[merge.right] {
          heights[a * count + b] = merge.height
          heights[b * count + a] = merge.height
        }
      }
    }
    return heights
  }

  /// How well the tree keeps the distances that it was made of: their correlation with `heights` over all pairs (Sokal and
  /// Rohlf 1962). 1 of distances that are those of a tree; NaN where all are equal.
  package func copheneticCorrelation(_ distances: [Double]) -> Double {
    let heights = heights
    let pairs = Pair.all(count).map { $0.first * count + $0.second }
    return correlation(pairs.map { distances[$0] }, pairs.map { heights[$0] })
  }
}
