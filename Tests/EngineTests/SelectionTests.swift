import HerdbookEngine
import HerdbookModel
import HerdbookNumerics
import Testing

@Suite("Selection")
struct SelectionTests {
  /// How often each rank of 8 is chosen in many draws.
  private func counts(_ rule: any ParentSelection, draws: Int) -> [Int] {
    // Positions that are not ranks, so that one is not taken for the other.
    let ranked = [5, 2, 7, 0, 3, 6, 1, 4]
    var stream = RandomStream(seed: 3, purpose: .selection)
    var counts = [Int](repeating: 0, count: 8)
    for _ in 0..<draws {
      counts[ranked.firstIndex(of: rule.parent(among: ranked, stream: &stream))!] += 1
    }
    return counts
  }

  /// Each count within 4.5 standard errors of its expectation (one in 150,000 for a count).
  private func expect(_ counts: [Int], _ shares: [Double]) {
    let draws = Double(counts.reduce(0, +))
    for (count, share) in zip(counts, shares) {
      let error = (draws * share * (1 - share)).squareRoot()
      #expect((Double(count) - draws * share).magnitude <= 4.5 * error)
    }
  }

  @Test("truncation is uniform among the best", arguments: 1...8)
  func truncation(count: Int) {
    let shares = (0..<8).map { $0 < count ? 1 / Double(count) : 0 }
    expect(counts(Truncation(count: count), draws: 20_000), shares)
  }

  @Test(
    "a tournament of s takes rank k of n with probability ((n-k+1)^s - (n-k)^s) / n^s",
    arguments: [1, 2, 3, 5])
  func tournament(size: Int) {
    let shares = (1...8).map { k in
      (Elementary.power(Double(9 - k), size) - Elementary.power(Double(8 - k), size))
        / Elementary.power(8, size)
    }
    #expect((shares.reduce(0, +) - 1).magnitude < 1e-12)
    expect(counts(Tournament(size: size), draws: 20_000), shares)
  }

  @Test("ranking takes rank k of n with probability 2 (n - k) / (n (n - 1))")
  func rank() {
    let shares = (1...8).map { 2 * Double(8 - $0) / 56 }
    expect(counts(Rank(), draws: 20_000), shares)
    var stream = RandomStream(seed: 3, purpose: .selection)
    #expect(Rank().parent(among: [4], stream: &stream) == 4)
  }

  @Test("a roulette has shares as far as fitness is from the worst, none for who diverged")
  func roulette() {
    // By position; the candidates' order is that of `counts`.
    let fitness = [-2.0, -1, .nan, -4, -3, -1.5, -2.5, .nan]
    let order = [5, 2, 7, 0, 3, 6, 1, 4]
    for (direction, worst) in [(Experiment.Fitness.Direction.higher, -4.0), (.lower, -1)] {
      let distances = order.map { fitness[$0].isNaN ? 0 : (fitness[$0] - worst).magnitude }
      let total = distances.reduce(0, +)
      expect(
        counts(Roulette(fitness: fitness, direction: direction), draws: 20_000),
        distances.map { $0 / total })
    }
    for alike in [[Double](repeating: 0.5, count: 8), [Double](repeating: .nan, count: 8)] {
      expect(
        counts(Roulette(fitness: alike, direction: .higher), draws: 20_000),
        [Double](repeating: 0.125, count: 8))
    }
  }

  @Test("random selection is uniform among all")
  func random() {
    expect(
      counts(RandomSelection(), draws: 20_000), [Double](repeating: 0.125, count: 8))
  }

  @Test(
    "the selected fraction is rounded, halves up, and at least one",
    arguments: [
      (0.2, 20, 4), (0.05, 20, 1), (0.01, 20, 1), (0.125, 20, 3), (0.5, 5, 3), (1, 7, 7),
      (0.2, 1, 1), (0.3, 10, 3),
    ] as [(Double, Int, Int)])
  func fraction(fraction: Double, size: Int, expected: Int) {
    let selection = Experiment.Selection(fraction: fraction, replace: .all)
    #expect(selection.selected(of: size) == expected)
    #expect(selection.replaced(of: size) == min(expected, size - 1))
  }

  @Test("ties go to the lowest id, wherever it stands")
  func ties() {
    let ranking = Ranking(
      fitness: [0.5, 0.7, 0.5, 0.7, 0.5], ids: [9, 8, 3, 2, 4], direction: .higher)
    #expect(ranking.order == [3, 1, 2, 4, 0])
  }

  @Test(
    "NaN is worst in either direction, infinities are values",
    arguments: [
      (Experiment.Fitness.Direction.higher, [5, 2, 0, 3, 1, 4]), (.lower, [3, 0, 2, 5, 1, 4]),
    ])
  func notNumbers(direction: Experiment.Fitness.Direction, expected: [Int]) {
    let ranking = Ranking(
      fitness: [1, .nan, 2, -.infinity, -.nan, .infinity], ids: [10, 11, 12, 13, 14, 15],
      direction: direction)
    #expect(ranking.order == expected)
  }

  /// The successions of many iterations on one fitness.
  private func successions(
    _ fitness: [Double], _ change: (inout Experiment) -> Void
  ) -> [Succession] {
    let experiment = smallExperiment(change)
    return (1...400).map {
      Succession(
        experiment: experiment, seed: 5, iteration: $0, ids: Array(100..<100 + fitness.count),
        fitness: fitness, nextID: 200)
    }
  }

  private func parents(_ successions: [Succession]) -> [Int: Int] {
    var counts: [Int: Int] = [:]
    for case .newborn(_, let first, let second) in successions.flatMap(\.slots) {
      counts[first, default: 0] += 1
      if let second { counts[second, default: 0] += 1 }
    }
    return counts
  }

  static let fitness = [0.1, 0.9, .nan, 0.4, 0.8, 0.2, 0.6, 0.3]

  @Test("replacing all, parents come from the best, elites included, in the fitness's direction")
  func replaceAll() {
    for (direction, best) in [(Experiment.Fitness.Direction.higher, [1, 4]), (.lower, [0, 5])] {
      let all = successions(Self.fitness) {
        $0.selection.fraction = 0.25
        $0.fitness.direction = direction
      }
      #expect(all.allSatisfy { $0.slots.count == 8 && $0.slots[0] == .survivor(best[0]) })
      let counts = parents(all)
      #expect(counts.keys.sorted() == best.sorted())
      // 2,800 newborn: each of two within 4.5 standard errors of half.
      #expect((Double(counts[best[0]]!) - 1400).magnitude < binomialBound(2800, 0.5))
    }
  }

  @Test("replacing the worst, NaN goes first and the rest keep their places")
  func replaceWorst() {
    let all = successions(Self.fitness) {
      $0.selection.fraction = 0.25
      $0.selection.replace = .worst
    }
    for succession in all {
      for (place, slot) in succession.slots.enumerated() {
        if case .newborn(let id, let first, nil) = slot {
          #expect([0, 2].contains(place) && [1, 4].contains(first))
          #expect(id == (place == 0 ? 200 : 201))
        } else {
          #expect(slot == .survivor(place) && ![0, 2].contains(place))
        }
      }
    }
  }

  @Test("neutral selection ignores fitness, for parents, elites and who makes room")
  func neutral() {
    for replace in Experiment.Selection.Replacement.allCases {
      let all = successions(Self.fitness) {
        $0.selection.method = .random
        $0.selection.fraction = 0.25
        $0.selection.replace = replace
      }
      let other = successions(Self.fitness.reversed()) {
        $0.selection.method = .random
        $0.selection.fraction = 0.25
        $0.selection.replace = replace
      }
      #expect(all == other)
      let survivors = all.flatMap(\.slots).compactMap { slot -> Int? in
        if case .survivor(let place) = slot { place } else { nil }
      }
      let newborn = parents(all)
      let (born, lived) = (newborn.values.reduce(0, +), survivors.count)
      #expect(born == (replace == .all ? 2800 : 800) && lived == 3200 - born)
      for place in 0..<8 {
        // Uniform over eight places, within 4.5 standard errors; survivors of one iteration are
        // distinct, which makes their counts less variable.
        let share = (0.125 * 0.875).squareRoot()
        let parents = Double(newborn[place, default: 0]) - Double(born) / 8
        #expect(parents.magnitude < 4.5 * share * Double(born).squareRoot())
        let lives = Double(survivors.count { $0 == place }) - Double(lived) / 8
        #expect(lives.magnitude < 4.5 * share * Double(lived).squareRoot())
      }
    }
  }

  @Test("a tournament may replace more than half, but never the best")
  func largeFraction() {
    for (fraction, survivors) in [(0.75, [1, 4]), (1, [1])] {
      let all = successions(Self.fitness) {
        $0.selection.method = .tournament
        $0.selection.fraction = fraction
        $0.selection.replace = .worst
      }
      for succession in all {
        for (place, slot) in succession.slots.enumerated() {
          #expect((slot == .survivor(place)) == survivors.contains(place))
        }
      }
      #expect(Set(parents(all).keys) == Set(survivors))
    }
  }

  @Test("a child has two different parents with the probability of crossover")
  func secondParent() {
    let all = successions([0.4, 0.3, 0.2, 0.1]) {
      $0.crossover = Experiment.Crossover(method: .uniform, probability: 0.6)
      $0.selection.fraction = 1
      $0.selection.elites = 0
    }
    var two = 0
    for case .newborn(_, let first, let second?) in all.flatMap(\.slots) {
      #expect(first != second)
      two += 1
    }
    // The second is drawn like the first and the same in a quarter of cases: 0.6 * 0.75 of 1,600.
    #expect((Double(two) - 720).magnitude < binomialBound(1600, 0.45))
  }
}
