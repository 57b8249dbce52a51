/// A herd book as lines of descent.
///
/// Each line starts at a founder or where it parts from another, and follows one child in every
/// generation: towards the champion, else towards survivors, else towards whoever lasts longest.
/// All other children begin lines of their own. Runs of only children thereby become one line.
package struct Chains {
  package struct Chain {
    /// Positions in the phylogeny, oldest first; an individual stands once.
    package var members: [Int]
    /// The line that it parts from; nil for a founder's.
    package var origin: Int?
    /// Birth of the first member, and the last generation in which the last one lives.
    package var start: Int
    package var end: Int
    package var survives: Bool
    package var holdsChampion: Bool
    /// Generations from the first birth to the end.
    package var length: Int { end - start }
  }

  package let chains: [Chain]
  /// Position in `chains` of each individual's line.
  package let chainOf: [Int]

  /// - Parameter end: the last generation of the run.
  /// - Complexity: linear in the individuals.
  package init(_ phylogeny: Phylogeny, champion: Int?, end: Int) {
    let count = phylogeny.count
    var reach = (0..<count).map { index -> Int in
      phylogeny.death[index].map { max(phylogeny.birth[index], $0 - 1) } ?? end
    }
    var survivors = phylogeny.death.map { $0 == nil ? 1 : 0 }
    var onLine = [Bool](repeating: false, count: count)
    if let champion { for index in phylogeny.lineage(of: champion) { onLine[index] = true } }
    // Parents stand before their children, so one pass from the end gathers what descends.
    for index in (0..<count).reversed() where phylogeny.parent[index] >= 0 {
      let parent = phylogeny.parent[index]
      reach[parent] = max(reach[parent], reach[index])
      survivors[parent] += survivors[index]
    }
    var heir = [Int](repeating: -1, count: count)
    func outranks(_ a: Int, _ b: Int) -> Bool {
      (onLine[a] ? 1 : 0, survivors[a], reach[a], -a) > (
        onLine[b] ? 1 : 0, survivors[b], reach[b], -b
      )
    }
    for index in 0..<count where phylogeny.parent[index] >= 0 {
      let parent = phylogeny.parent[index]
      // Whoever lives on keeps its own line; its children part from it.
      guard phylogeny.death[parent] != nil else { continue }
      if heir[parent] < 0 || outranks(index, heir[parent]) { heir[parent] = index }
    }
    var chains: [Chain] = []
    var chainOf = [Int](repeating: -1, count: count)
    for index in 0..<count {
      let parent = phylogeny.parent[index]
      if parent >= 0 && heir[parent] == index { continue }
      var members: [Int] = []
      var at = index
      while at >= 0 {
        chainOf[at] = chains.count
        members.append(at)
        at = heir[at]
      }
      let last = members[members.count - 1]
      let alive = phylogeny.death[last] == nil
      chains.append(
        Chain(
          members: members, origin: nil, start: phylogeny.birth[index],
          end: phylogeny.death[last].map { max(phylogeny.birth[last], $0 - 1) } ?? end,
          survives: alive, holdsChampion: members.contains { $0 == champion }))
    }
    for index in chains.indices {
      let parent = phylogeny.parent[chains[index].members[0]]
      if parent >= 0 { chains[index].origin = chainOf[parent] }
    }
    self.chains = chains
    self.chainOf = chainOf
  }

  /// What is drawn, and what that leaves out.
  package struct Selection {
    /// By line, whether it is drawn.
    package var isKept: [Bool]
    /// Extinct lines that lasted this many generations or more are drawn, and of those that lasted
    /// one less, about one in `every`.
    package var shortestExtinct: Int
    package var every: Int
    package var extinctLeftOut: Int
    /// Survivors' lines that parted fewer generations before the end are left out.
    package var shortestSurvivor: Int
    package var survivorsLeftOut: Int
  }

  /// Whether item `rank` belongs to an even sample: multiples of the golden ratio are spread evenly and
  /// beat with no period of the population, as every k-th would.
  private static func isSampled(_ rank: Int, oneIn every: Int) -> Bool {
    guard every < Int.max else { return false }
    let position = Double(rank) * 0.618_033_988_749_894_9
    return (position - position.rounded(.down)) * Double(every) < 1
  }

  /// The longest lines: survivors' and extinct ones apart, no more than the limits of each; and all
  /// founders', where they are no more than 64.
  ///
  /// A line is as long as it lasted on its own. Of the longest extinct ones that no longer all fit, an
  /// even sample in the order of birth is drawn.
  package func selection(survivors: Int, extinct: Int) -> Selection {
    func threshold(_ lengths: [Int], _ limit: Int) -> Int {
      let sorted = lengths.sorted(by: >)
      guard sorted.count > limit else { return 0 }
      return sorted[limit] + 1
    }
    let shortestSurvivor = threshold(
      chains.filter { $0.survives && !$0.holdsChampion }.map(\.length), survivors)
    let lengths = chains.filter { !$0.survives }.map(\.length)
    let shortestExtinct = threshold(lengths, extinct)
    let room = extinct - lengths.filter { $0 >= shortestExtinct }.count
    let candidates = lengths.filter { $0 == shortestExtinct - 1 }.count
    let every = room > 0 ? max(1, (candidates + room - 1) / room) : Int.max
    let founders = chains.filter { $0.origin == nil }.count
    var rank = 0
    var kept = [Bool](repeating: false, count: chains.count)
    for (index, chain) in chains.enumerated() {
      let long = chain.length >= (chain.survives ? shortestSurvivor : shortestExtinct)
      // Parents' lines stand before those that part from them.
      let attached = chain.origin.map { kept[$0] } ?? true
      var sampled = false
      if !chain.survives && chain.length == shortestExtinct - 1 {
        sampled = Chains.isSampled(rank, oneIn: every)
        rank += 1
      }
      let founds = chain.origin == nil && founders <= 64
      kept[index] = chain.holdsChampion || founds || ((long || sampled) && attached)
    }
    for (index, chain) in chains.enumerated() where chain.holdsChampion {
      var at: Int? = index
      while let line = at {
        kept[line] = true
        at = chains[line].origin
      }
    }
    func left(_ survives: Bool) -> Int {
      chains.indices.filter { chains[$0].survives == survives && !kept[$0] }.count
    }
    return Selection(
      isKept: kept, shortestExtinct: shortestExtinct, every: every, extinctLeftOut: left(false),
      shortestSurvivor: shortestSurvivor, survivorsLeftOut: left(true))
  }
}
