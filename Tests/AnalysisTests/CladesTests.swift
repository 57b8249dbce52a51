import HerdbookAnalysis
import HerdbookNumerics
import Testing

@Suite("Clades")
struct CladesTests {
  /// Three live at a time, one generation each:
  ///
  ///     0     1   2
  ///     3 4   5
  ///     6 7 8          6 of 3; 7 and 8 of 4
  ///     9 10 11        9 and 10 of 7; 11 of 8
  ///     12 13 14       all of 9
  static let parents = [-1, -1, -1, 0, 0, 1, 3, 4, 4, 7, 7, 8, 9, 9, 9]
  static let births = (0..<15).map { $0 / 3 }

  private func clades(share: Double = 0.05, limit: Int = 100, sampled: [Int] = Array(0...4))
    -> Clades
  {
    Clades(
      parents: Self.parents, births: Self.births,
      deaths: Self.births.map { $0 < 4 ? $0 + 1 : nil }, end: 4, sampled: sampled, share: share,
      limit: limit)
  }

  @Test("sweeps come when one branch of the former common ancestor is left")
  func sweeps() {
    #expect(
      clades().sweeps == [
        .init(generation: 2, head: 0, ancestor: 0), .init(generation: 3, head: 4, ancestor: 4),
        .init(generation: 4, head: 7, ancestor: 9),
      ])
  }

  @Test("with room for all, whoever has two living descendants at a time heads a clade")
  func all() {
    let clades = clades()
    #expect(clades.clades.map(\.head) == [0, 4, 7])
    #expect((clades.told - 10.0 / 15).magnitude < 1e-15)
    #expect(clades.living == [3, 3, 3, 3, 3])
  }

  @Test("with little room, those are split that tell most pairs apart, founders first")
  func limited() {
    // Of 15 pairs the founders tell 3 + 2 apart, 0 tells 1 + 2, as many as 4 and 9; 7 tells 1.
    let clades = clades(limit: 2)
    #expect(
      clades.clades == [
        .init(head: 0, outer: nil, members: [1, 2, 3, 3, 3]),
        .init(head: 4, outer: 0, members: [0, 1, 2, 3, 3]),
      ])
    #expect((clades.told - 7.0 / 15).magnitude < 1e-15)
  }

  @Test("branches that stay below the share head no clade")
  func small() {
    // Two of three are not enough; the founder has all from generation 2 on.
    let clades = clades(share: 0.7)
    #expect(clades.clades == [.init(head: 0, outer: nil, members: [1, 2, 3, 3, 3])])
    #expect((clades.told - 4.0 / 15).magnitude < 1e-15)
  }

  @Test("members are counted at the generations that are sampled")
  func sampled() {
    let clades = clades(sampled: [0, 2, 4])
    #expect(clades.living == [3, 3, 3])
    #expect(clades.clades.first?.members == [1, 3, 3])
    #expect(clades.sweeps == self.clades().sweeps)
  }

  @Test("an ancestor that lives on is in its own family, and gives way when it dies")
  func livesOn() {
    let clades = Clades(
      parents: [-1, -1, 0, 2], births: [0, 0, 1, 2], deaths: [2, 1, nil, nil], end: 3,
      sampled: [0, 1, 2, 3], limit: 10)
    #expect(
      clades.sweeps == [
        .init(generation: 1, head: 0, ancestor: 0), .init(generation: 2, head: 2, ancestor: 2),
      ])
    #expect(clades.living == [2, 2, 2, 2])
  }

  @Test("sweeps are where the common ancestor of all lines changes", arguments: 1...12)
  func againstLines(seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: .neutralDrift)
    let (size, end) = (6, 60)
    var (parents, births, deaths) = ([Int](), [Int](), [Int?]())
    func add(_ parent: Int, _ birth: Int) -> Int {
      parents.append(parent)
      births.append(birth)
      deaths.append(nil)
      return parents.count - 1
    }
    var living = [(0..<size).map { _ in add(-1, 0) }]
    for generation in 1...end {
      var order = living[generation - 1]
      stream.shuffle(&order)
      // From whole generations to single births.
      let kept = Array(order.prefix(seed % size))
      for individual in order.dropFirst(kept.count) { deaths[individual] = generation }
      living.append(
        kept + (kept.count..<size).map { _ in add(order[stream.bounded(size)], generation) })
    }
    func lineage(_ individual: Int) -> [Int] {
      var line = [individual]
      while let last = line.last, parents[last] >= 0 { line.append(parents[last]) }
      return line.reversed()
    }
    var expected: [Clades.Sweep] = []
    var former = -1
    for generation in 0...end {
      let lines = living[generation].map(lineage)
      var shared = 0
      while lines.allSatisfy({ shared < $0.count && $0[shared] == lines[0][shared] }) {
        shared += 1
      }
      let ancestor = shared > 0 ? lines[0][shared - 1] : -1
      if ancestor != former {
        let head = lines[0][(lines[0].firstIndex(of: former) ?? -1) + 1]
        expected.append(.init(generation: generation, head: head, ancestor: ancestor))
      }
      former = ancestor
    }
    let clades = Clades(
      parents: parents, births: births, deaths: deaths, end: end, sampled: Array(0...end),
      limit: 1000)
    #expect(clades.sweeps == expected)
    for clade in clades.clades {
      for generation in 0...end {
        let members = living[generation].count { lineage($0).contains(clade.head) }
        #expect(clade.members[generation] == members)
      }
    }
  }

  @Test("the mean time between sweeps under neutrality")
  func neutral() {
    #expect(Clades.neutralInterval(size: 20, births: 20, parentsLiveOn: false) == 20)
    #expect(Clades.neutralInterval(size: 20, births: 19, parentsLiveOn: false) == 20)
    // python3 -c "print(16 / (1 - 16 * 15 / (20 * 19)))"
    let steady = Clades.neutralInterval(size: 20, births: 4, parentsLiveOn: true)
    #expect((steady - 43.42857142857143).magnitude < 1e-12)
    // A simulation in Python of 20 whole generations of 20, 800 generations each: 19.5.
    var stream = RandomStream(seed: 5, purpose: .neutralDrift)
    let end = 8_000
    let parents = (0..<20 * (end + 1)).map { child in
      child < 20 ? -1 : child / 20 * 20 - 20 + stream.bounded(20)
    }
    let births = parents.indices.map { $0 / 20 }
    let clades = Clades(
      parents: parents, births: births, deaths: births.map { $0 < end ? $0 + 1 : nil }, end: end,
      sampled: [0, end], limit: 1)
    // Some 400 of a Poisson process: a deviation of 5 %.
    #expect((Double(clades.sweeps.count) / 400 - 1).magnitude < 0.15)
  }
}
