import HerdbookNumerics

/// Which individuals became ancestors of all the living, and which families divided the living meanwhile.
///
/// Descent is along main parents. Of every two that live at one time the last common ancestor is one
/// individual. Ancestors whose branches tell most such pairs apart, summed over the sampled generations, are split:
/// those of their children whose descendants reach two and a share of the living are the heads of clades. Founders are
/// parted first, then from each twentieth of the run the ancestor that tells most apart, then the second of each. A clade lies
/// within that of the nearest ancestor that heads one.
///
/// Complexity: individuals + sampled generations x (living x log living + clades), as runs of ancestors with one
/// living branch are stepped over.
package struct Clades: Sendable, Equatable {
  /// The generation from which on all the living descend from one individual more.
  package struct Sweep: Sendable, Equatable {
    package let generation: Int
    /// The branch below the former common ancestor, or the founder, from which all descend now.
    package let head: Int
    /// The new most recent common ancestor: the head or a descendant of it.
    package let ancestor: Int

    package init(generation: Int, head: Int, ancestor: Int) {
      self.generation = generation
      self.head = head
      self.ancestor = ancestor
    }
  }

  package struct Clade: Sendable, Equatable {
    /// Who heads it.
    package let head: Int
    /// The place of the clade around it, among those before; nil for the outermost.
    package let outer: Int?
    /// Its living members at each sampled generation, inner clades with them.
    package let members: [Int]

    package init(head: Int, outer: Int?, members: [Int]) {
      self.head = head
      self.outer = outer
      self.members = members
    }
  }

  /// In their order.
  package let sweeps: [Sweep]
  /// Outer clades before inner ones.
  package let clades: [Clade]
  /// The living at each sampled generation.
  package let living: [Int]
  /// The share of pairs of contemporaries, at sampled generations, that the clades tell apart.
  package let told: Double

  /// - Parameters:
  ///   - parents: the main parent of each individual, which comes before it; -1 for a founder.
  ///   - deaths: the first generation in which each no longer lives, nil while it does.
  ///   - end: the last generation.
  ///   - sampled: generations, ascending.
  ///   - share: of the living, which a branch reaches while others of the same ancestor live, or is no clade.
  ///   - limit: ancestors are split as long as no more clades than this come of it.
  package init(
    parents: [Int], births: [Int], deaths: [Int?], end: Int, sampled: [Int], share: Double = 0.05,
    limit: Int
  ) {
    var genealogy = Genealogy(parents: parents, births: births, deaths: deaths, end: end)
    let heads = genealogy.heads(sampled: sampled, share: share, limit: limit)
    sweeps = genealogy.sweeps
    /// For each individual the clade that it is in, -1 for none.
    var clade = [Int](repeating: -1, count: parents.count)
    var outer: [Int?] = []
    for individual in parents.indices {
      let inherited = parents[individual] < 0 ? -1 : clade[parents[individual]]
      clade[individual] = inherited
      if heads[individual] {
        clade[individual] = outer.count
        outer.append(inherited < 0 ? nil : inherited)
      }
    }
    let first = Clades.positions(of: sampled, end: end)
    /// The last row is of those in no clade; differences from one sampled generation to the next.
    var own = [[Int]](
      repeating: [Int](repeating: 0, count: sampled.count + 1), count: outer.count + 1)
    for individual in parents.indices {
      let row = clade[individual] < 0 ? outer.count : clade[individual]
      own[row][first[min(births[individual], end + 1)]] += 1
      own[row][first[min(deaths[individual] ?? end + 1, end + 1)]] -= 1
    }
    for row in own.indices {
      for column in sampled.indices.dropFirst() { own[row][column] += own[row][column - 1] }
      own[row].removeLast()
    }
    func pairs(_ count: Int) -> Double { Double(count) * Double(count - 1) / 2 }
    let living = sampled.indices.map { column in own.reduce(0) { $0 + $1[column] } }
    let all = living.reduce(0) { $0 + pairs($1) }
    let together = own.joined().reduce(0) { $0 + pairs($1) }
    told = all > 0 ? 1 - together / all : 0
    self.living = living
    for row in outer.indices.reversed() {
      guard let around = outer[row] else { continue }
      for column in sampled.indices { own[around][column] += own[row][column] }
    }
    var found = [Clade?](repeating: nil, count: outer.count)
    for individual in parents.indices where heads[individual] {
      let row = clade[individual]
      found[row] = Clade(head: individual, outer: outer[row], members: own[row])
    }
    clades = found.compactMap(\.self)
  }

  /// For each generation up to the one after the last, the first sampled one from it on.
  private static func positions(of sampled: [Int], end: Int) -> [Int] {
    var out: [Int] = []
    var position = 0
    for generation in 0...(end + 1) {
      while position < sampled.count && sampled[position] < generation { position += 1 }
      out.append(position)
    }
    return out
  }

  /// The mean number of generations from one sweep to the next where all are equally fit.
  ///
  /// New most recent common ancestors come as a Poisson process of rate one, in units of the mean time in
  /// which two lines meet (Pfaffelhuber and Wakolbinger, 2006, Stochastic Processes and their Applications
  /// 116, 1836-1859); so the median is log 2 of it. Holds for populations that are large and have had time to
  /// forget their beginning.
  ///
  /// - Parameters:
  ///   - births: in each generation; the others of `size` live on, whoever they are.
  ///   - parentsLiveOn: whether parents are chosen among those who live on, else among all before.
  package static func neutralInterval(size: Int, births: Double, parentsLiveOn: Bool) -> Double {
    let size = Double(size)
    let kept = size - births
    let apart = size > 1 ? kept * (kept - 1) / (size * (size - 1)) : 0
    return (parentsLiveOn ? kept : size) / (1 - max(0, apart))
  }
}

/// The tree of those with living descendants, generation by generation. Nodes are individuals plus one; 0 stands
/// above all founders.
private struct Genealogy {
  private static let stretches = 20

  private let parents: [Int]
  private let births: [Int]
  private let size: Int
  private let end: Int
  /// Individuals in order of birth, of death, and of the last of death and children's births; with where each
  /// generation begins.
  private let born: Buckets
  private let dying: Buckets
  private let closing: Buckets

  private var lives: [Bool]
  /// Whether a node can have no more children.
  private var isClosed: [Bool]
  /// The number of children with living descendants, themselves included, and the sum of their nodes.
  private var branches: [Int]
  private var sum: [Int]
  /// The next node above that divides, as far as known, and the node below it on the way.
  private var above: [Int]
  private var top: [Int]
  private(set) var sweeps: [Clades.Sweep] = []
  private var alive: [Int] = []
  private var place: [Int]

  init(parents: [Int], births: [Int], deaths: [Int?], end: Int) {
    self.parents = parents
    self.births = births
    self.end = end
    size = parents.count + 1
    let deaths = deaths.map { min($0 ?? end + 1, end + 1) }
    var closings = deaths
    var foundersEnd = 0
    for (child, parent) in parents.enumerated() {
      if parent >= 0 {
        closings[parent] = max(closings[parent], births[child])
      } else {
        foundersEnd = max(foundersEnd, births[child])
      }
    }
    born = Buckets(births, end: end)
    dying = Buckets(deaths, end: end)
    closing = Buckets(closings, end: end)
    lives = [Bool](repeating: false, count: size)
    isClosed = lives
    branches = [Int](repeating: 0, count: size)
    sum = branches
    place = branches
    above = [0] + parents.map { $0 + 1 }
    top = Array(0..<size)
  }

  /// Whether each individual heads a clade.
  mutating func heads(sampled: [Int], share: Double, limit: Int) -> [Bool] {
    /// Pairs that a node tells apart; and of each branch of two or more the greatest share while it has siblings.
    var told = [Double](repeating: 0, count: size)
    var peak = told
    var root = 0
    var next = 0
    for generation in 0...end {
      advance(to: generation, &root)
      guard next < sampled.count, sampled[next] == generation else { continue }
      next += 1
      tell(&told, &peak)
    }
    var heads = [Int](repeating: 0, count: size)
    for (child, parent) in parents.enumerated() where peak[child + 1] >= share {
      heads[parent + 1] += 1
    }
    let candidates = told.indices.filter { told[$0] > 0 && heads[$0] > 0 }
      .sorted { (-told[$0], $0) < (-told[$1], $1) }
    // The first of each stretch of the run come before the second of each.
    var ranks = [Int](repeating: 0, count: Genealogy.stretches)
    let ranked = candidates.filter { $0 > 0 }.map { node in
      let stretch = births[node - 1] * Genealogy.stretches / (end + 1)
      ranks[stretch] += 1
      return (rank: ranks[stretch], node: node)
    }
    var isSplit = [Bool](repeating: false, count: size)
    var clades = 0
    // The founders first: with them the story begins.
    for node in [0]
      + ranked.sorted(by: {
        ($0.rank, -told[$0.node], $0.node) < ($1.rank, -told[$1.node], $1.node)
      }).map(\.node)
    {
      guard clades + heads[node] <= limit else { continue }
      clades += heads[node]
      isSplit[node] = true
    }
    return parents.enumerated().map { isSplit[$1 + 1] && peak[$0 + 1] >= share }
  }

  /// Births, then deaths, of one generation; then whether all descend from one node more.
  private mutating func advance(to generation: Int, _ root: inout Int) {
    for individual in born[generation] {
      let parent = parents[individual] + 1
      lives[individual + 1] = true
      branches[parent] += 1
      sum[parent] += individual + 1
      place[individual + 1] = alive.count
      alive.append(individual + 1)
    }
    for individual in dying[generation] {
      lives[individual + 1] = false
      let hole = place[individual + 1]
      alive[hole] = alive[alive.count - 1]
      place[alive[hole]] = hole
      alive.removeLast()
    }
    for individual in closing[generation] {
      isClosed[individual + 1] = true
      var node = individual + 1
      while node > 0, isClosed[node], !lives[node], branches[node] == 0 {
        let parent = parents[node - 1] + 1
        branches[parent] -= 1
        sum[parent] -= node
        node = parent
      }
    }
    let former = root
    while isPassed(root) { root = sum[root] }
    if root != former && generation > 0 {
      sweeps.append(
        Clades.Sweep(generation: generation, head: sum[former] - 1, ancestor: root - 1))
    }
  }

  /// Whether all that descends from a node does so through one child.
  private func isPassed(_ node: Int) -> Bool {
    (node == 0 || isClosed[node]) && !lives[node] && branches[node] == 1
  }

  /// Steps over ancestors with one branch, and forgets them.
  private mutating func ascend(from node: Int) {
    while above[node] > 0, isPassed(above[node]) {
      let passed = above[node]
      top[node] = top[passed]
      above[node] = above[passed]
    }
  }

  /// Adds the pairs of the living to the nodes that tell them apart.
  private mutating func tell(_ told: inout [Double], _ peak: inout [Double]) {
    var nodes: [Int] = []
    var members: [Int: Int] = [:]
    for leaf in alive {
      var node = leaf
      while node > 0, members[node] == nil {
        members[node] = 0
        nodes.append(node)
        ascend(from: node)
        node = above[node]
      }
    }
    nodes.sort(by: >)
    nodes.append(0)
    var squares: [Int: Int] = [:]
    for node in nodes {
      let count = (members[node] ?? 0) + (lives[node] ? 1 : 0)
      let alone = lives[node] ? 1 : 0
      told[node] += Double(count * count - (squares[node] ?? 0) - alone) / 2
      guard node > 0 else { continue }
      let parent = above[node]
      members[parent, default: 0] += count
      squares[parent, default: 0] += count * count
      if count > 1 {
        peak[top[node]] = max(peak[top[node]], Double(count) / Double(alive.count))
      }
    }
  }
}

/// Positions by the generation of something, within one in their order.
private struct Buckets {
  private let order: [Int]
  private let starts: [Int]

  /// What comes after `end` is left out.
  init(_ generations: [Int], end: Int) {
    var starts = [Int](repeating: 0, count: end + 2)
    for generation in generations where generation <= end { starts[generation + 1] += 1 }
    for generation in 0...end { starts[generation + 1] += starts[generation] }
    var next = starts
    var order = [Int](repeating: 0, count: starts[end + 1])
    for (position, generation) in generations.enumerated() where generation <= end {
      order[next[generation]] = position
      next[generation] += 1
    }
    self.order = order
    self.starts = starts
  }

  subscript(generation: Int) -> ArraySlice<Int> {
    order[starts[generation]..<starts[generation + 1]]
  }
}
