extension Dendrogram {
  /// The order of the leaves in which neighbours lie nearest to each other, of all that a turn of the tree's branches
  /// can give (Bar-Joseph, Gifford and Jaakkola 2001, Bioinformatics 17): the sum of the distances of neighbours is least.
  ///
  /// The first of equally good ones; leaf 0 lies in the half of the root that comes first. O(count^3).
  ///
  /// - Parameter distances: [leaf][leaf], in rows, symmetric and finite; not needed to be those of the tree.
  package func optimalOrder(_ distances: [Double]) -> [Int] {
    precondition(distances.count == count * count, "each leaf has a distance to each leaf")
    guard count > 1 else { return Array(0..<count) }
    var paths = LeafPaths(distances: distances, tree: self)
    for merge in merges { paths.join(merge.left, merge.right) }
    return paths.best(merges[merges.count - 1])
  }
}

/// The shortest paths over the leaves of the nodes of a tree, by their ends. Two leaves are the ends of a path over one
/// node only, the lowest that holds both.
private struct LeafPaths {
  let distances: [Double]
  let tree: Dendrogram
  let leaves: [[Int]]
  /// [leaf][leaf].
  var costs: [Double]
  /// Where the path of two ends leaves the half of the first, [leaf][leaf]: from (left end, right end) to the leaf
  /// of the left half beside the leaf of the right half.
  var middles: [(left: Int, right: Int)]

  init(distances: [Double], tree: Dendrogram) {
    self.distances = distances
    self.tree = tree
    leaves = tree.leaves
    costs = [Double](repeating: 0, count: tree.count * tree.count)
    middles = [(left: Int, right: Int)](repeating: (0, 0), count: tree.count * tree.count)
  }

  /// The leaves at which a path over a node may end that begins at a leaf of it.
  private func ends(_ node: Int, from leaf: Int) -> [Int] {
    guard node >= tree.count else { return [leaf] }
    let merge = tree.merges[node - tree.count]
    return leaves[leaves[merge.left].contains(leaf) ? merge.right : merge.left]
  }

  /// Finds the paths that run over a left half and then over a right one.
  mutating func join(_ left: Int, _ right: Int) {
    let count = tree.count
    let rightEnds = leaves[right].map { ends(right, from: $0) }
    for first in leaves[left] {
      let firstEnds = ends(left, from: first)
      // For each leaf of the right half the best way to it, and the leaf of the left half before it.
      var reach = [(cost: Double, from: Int)](repeating: (.infinity, first), count: count)
      for next in leaves[right] {
        for end in firstEnds {
          let cost = costs[first * count + end] + distances[end * count + next]
          if cost < reach[next].cost { reach[next] = (cost, end) }
        }
      }
      for (last, ends) in zip(leaves[right], rightEnds) {
        var best = (cost: Double.infinity, left: first, right: last)
        for next in ends {
          let cost = reach[next].cost + costs[next * count + last]
          if cost < best.cost { best = (cost, reach[next].from, next) }
        }
        costs[first * count + last] = best.cost
        costs[last * count + first] = best.cost
        middles[first * count + last] = (best.left, best.right)
      }
    }
  }

  /// The shortest of the paths over the root.
  func best(_ root: Dendrogram.Merge) -> [Int] {
    var ends = (first: leaves[root.left][0], last: leaves[root.right][0])
    for first in leaves[root.left] {
      for last in leaves[root.right]
      where costs[first * tree.count + last] < costs[ends.first * tree.count + ends.last] {
        ends = (first, last)
      }
    }
    return path(tree.count + tree.merges.count - 1, ends.first, ends.last)
  }

  private func path(_ node: Int, _ first: Int, _ last: Int) -> [Int] {
    guard node >= tree.count else { return [first] }
    let merge = tree.merges[node - tree.count]
    guard leaves[merge.left].contains(first) else { return path(node, last, first).reversed() }
    let middle = middles[first * tree.count + last]
    return path(merge.left, first, middle.left) + path(merge.right, middle.right, last)
  }
}

/// The mean distance of neighbours in an order; NaN of fewer than two.
///
/// - Parameter distances: [place][place], in rows.
package func meanStep(_ order: [Int], _ distances: [Double]) -> Double {
  let steps = zip(order, order.dropFirst()).map { distances[$0 * order.count + $1] }
  return mean(steps)
}
