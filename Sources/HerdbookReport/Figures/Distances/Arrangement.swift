package import HerdbookAnalysis

/// The networks of one recorded generation, put in order by their distances and by their descent.
package struct Arrangement {
  /// Networks whose lines were one for longer than those of all.
  package struct Family: Equatable {
    /// The position of their last common ancestor in the phylogeny; nil of a network that it does not have.
    package let ancestor: Int?
    /// Places in the matrix, ascending.
    package let members: [Int]
  }

  package let matrix: Distances
  /// By place; NaN where unknown.
  package let fitness: [Double]
  /// The place of the champion.
  package let champion: Int?
  /// The largest first; each network is in one.
  package let families: [Family]
  /// Of average linkage, over the generations since two lines parted.
  package let descent: Dendrogram
  /// Places, with relatives beside each other.
  package let byDescent: [Int]
  /// Of average linkage, over the distances of weights; nil where these are not all finite, or all 0.
  package let tree: Dendrogram?
  /// Places in the optimal order of the leaves of `tree`.
  package let byDistance: [Int]?
  /// The networks on the plane, as far from each other as it can; nil of fewer than three.
  package let map: PrincipalComponents?

  package init(_ matrix: Distances, _ data: BundleRun) {
    let count = matrix.ids.count
    let positions = matrix.ids.map { data.phylogeny.position($0) }
    let lines = positions.map { $0.map { data.phylogeny.lineage(of: $0) } ?? [] }
    self.matrix = matrix
    fitness = positions.map { $0.map { data.phylogeny.fitness[$0] } ?? .nan }
    champion = data.champion.flatMap { champion in positions.firstIndex { $0 == champion } }
    let ages = Arrangement.ages(lines, data.phylogeny.birth, generation: matrix.generation)
    families = Arrangement.families(lines, ages)
    descent = Dendrogram(distances: ages, count: count)
    guard matrix.weights.allSatisfy(\.isFinite), matrix.weights.contains(where: { $0 > 0 }) else {
      byDescent = descent.leaves.last ?? []
      (tree, byDistance, map) = (nil, nil, nil)
      return
    }
    let tree = Dendrogram(distances: matrix.weights, count: count)
    byDescent = descent.optimalOrder(matrix.weights)
    byDistance = tree.optimalOrder(matrix.weights)
    self.tree = tree
    map =
      count > 2
      ? PrincipalComponents(distances: matrix.weights, count: count, most: 2) : nil
  }

  private static func shared(_ a: [Int], _ b: [Int]) -> Int {
    zip(a, b).prefix { $0 == $1 }.count
  }

  /// Generations back to the last in which two had one ancestor [place][place]; one more than there are of strangers.
  private static func ages(_ lines: [[Int]], _ births: [Int], generation: Int) -> [Double] {
    var ages = [Double](repeating: 0, count: lines.count * lines.count)
    for pair in Pair.all(lines.count) {
      let (a, b) = (lines[pair.first], lines[pair.second])
      let shared = shared(a, b)
      let parted = [a, b].compactMap { shared < $0.count ? births[$0[shared]] : nil }.min()
      let age = generation + 1 - (shared > 0 ? parted ?? generation : 0)
      ages[pair.first * lines.count + pair.second] = Double(age)
      ages[pair.second * lines.count + pair.first] = Double(age)
    }
    return ages
  }

  /// A family that holds more than this share of all is divided again.
  private static let largestShare = 0.75

  /// Those whose lines parted later than the first lines of all did; where most are of one family, its parts.
  private static func families(_ lines: [[Int]], _ ages: [Double]) -> [Family] {
    var families = [Array(lines.indices)]
    while families[0].count > 1, Double(families[0].count) > largestShare * Double(lines.count) {
      families = (parts(of: families[0], ages, lines.count) + families.dropFirst())
        .sorted { (-$0.count, $0[0]) < (-$1.count, $1[0]) }
    }
    return families.map { members in
      let line = lines[members[0]]
      let common = members.reduce(line.count) { min($0, shared(line, lines[$1])) }
      return Family(ancestor: common > 0 ? line[common - 1] : nil, members: members)
    }
  }

  /// Some networks, apart where their lines parted first.
  private static func parts(of members: [Int], _ ages: [Double], _ count: Int) -> [[Int]] {
    let oldest = members.flatMap { a in members.map { ages[a * count + $0] } }.max() ?? 0
    var parts: [[Int]] = []
    for place in members {
      if let known = parts.firstIndex(where: { ages[$0[0] * count + place] < oldest }) {
        parts[known].append(place)
      } else {
        parts.append([place])
      }
    }
    return parts
  }

  /// For each place the number of its family.
  package var familyOf: [Int] {
    var numbers = [Int](repeating: 0, count: matrix.ids.count)
    for (number, family) in families.enumerated() {
      for member in family.members { numbers[member] = number }
    }
    return numbers
  }

  /// The mean of a measure over pairs that a condition holds for; NaN of none.
  package func mean(_ values: [Double], where holds: (Pair) -> Bool) -> Double {
    HerdbookAnalysis.mean(
      Pair.all(matrix.ids.count).filter(holds).map {
        values[$0.first * matrix.ids.count + $0.second]
      })
  }
}
