import HerdbookNumerics

/// The division of points into groups that their tree of average linkage supports best.
package struct BestCut: Sendable, Equatable {
  /// For each point its group, numbered by their lowest points.
  package let groups: [Int]
  /// The mean silhouette over all points.
  package let silhouette: Double

  /// Of all cuts that have at least two groups of two points and more, so that a point that stands apart makes no group,
  /// the one with the highest silhouette, the coarsest of equal ones. Nil where no cut has.
  ///
  /// - Parameter distances: [point][point], in rows, those of the tree.
  package init?(_ tree: Dendrogram, _ distances: [Double]) {
    var best: (groups: [Int], silhouette: Double)?
    for number in 2..<max(2, tree.count) {
      let groups = tree.cut(into: number)
      var sizes = [Int](repeating: 0, count: number)
      for group in groups { sizes[group] += 1 }
      guard sizes.count(where: { $0 > 1 }) > 1 else { continue }
      let found = HerdbookAnalysis.silhouette(distances, groups: groups)
      if best.map({ found > $0.silhouette }) ?? true { best = (groups, found) }
    }
    guard let best else { return nil }
    (groups, silhouette) = best
  }

  /// Points of each group, the largest first.
  package var sizes: [Int] {
    Dictionary(grouping: groups) { $0 }.values.map(\.count).sorted(by: >)
  }
}

/// Whether points form groups, and whether they form a tree, against clouds that do neither (after SigClust: Liu, Hayes,
/// Nobel and Marron 2008, JASA 103): as many points from one normal distribution, as wide along each principal axis as the
/// points are. So a cloud that is long in one direction, which any cut halves well, is no finding.
package struct ClusterTest: Sendable, Equatable {
  package static let clouds = 199

  /// What was measured, and the same of each cloud, ascending.
  package struct Measure: Sendable, Equatable {
    package let value: Double
    package let null: [Double]

    /// What 95 % of the clouds stay below.
    package var bound: Double { quantile(null, 0.95) }
    /// The share of clouds, the points among them, that have as much (Phipson and Smyth 2010).
    package var p: Double { Double(1 + null.count { $0 >= value }) / Double(1 + null.count) }
    package var isBeyond: Bool { p <= 0.05 }
  }

  package let cut: BestCut
  /// The silhouette of the best cut; −1 of clouds that have none.
  package let silhouette: Measure
  /// The cophenetic correlation of the tree of average linkage.
  package let tree: Measure

  /// Nil where no cut has two groups of two points. Cloud i draws its coordinates, point by point, from
  /// (bootstrap, 2, i). O(clouds count^3).
  ///
  /// - Parameters:
  ///   - distances: [point][point], in rows, symmetric and finite.
  ///   - tree: of these distances.
  package init?(_ distances: [Double], _ tree: Dendrogram, seed: UInt64) {
    guard let cut = BestCut(tree, distances) else { return nil }
    let count = tree.count
    let axes = PrincipalComponents(distances: distances, count: count, most: count)
    let widths = axes.shares.map { $0.squareRoot() }
    let clouds = (0..<ClusterTest.clouds).map { cloud in
      var stream = RandomStream(
        seed: seed, purpose: .bootstrap, iteration: 2, individual: UInt32(cloud))
      let points = (0..<count).map { _ in widths.map { $0 * stream.normal() } }
      let apart = euclidean(points)
      let tree = Dendrogram(distances: apart, count: count)
      return (
        BestCut(tree, apart)?.silhouette ?? -1, tree.copheneticCorrelation(apart)
      )
    }
    self.cut = cut
    silhouette = Measure(value: cut.silhouette, null: clouds.map(\.0).sorted())
    self.tree = Measure(
      value: tree.copheneticCorrelation(distances), null: clouds.map(\.1).sorted())
  }
}

/// The Euclidean distance of every two points, in rows.
private func euclidean(_ points: [[Double]]) -> [Double] {
  var distances = [Double](repeating: 0, count: points.count * points.count)
  for a in points.indices {
    for b in points.indices where b > a {
      var sum = 0.0
      for axis in points[a].indices {
        let difference = points[a][axis] - points[b][axis]
        sum += difference * difference
      }
      distances[a * points.count + b] = sum.squareRoot()
      distances[b * points.count + a] = distances[a * points.count + b]
    }
  }
  return distances
}
