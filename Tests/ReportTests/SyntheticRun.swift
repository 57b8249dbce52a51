import HerdbookModel

/// A seeded source of numbers for tests (SplitMix64).
struct Source {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }
  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
  /// Normal enough: twelve uniforms.
  mutating func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + uniform() } }
}

/// A population of numbers that stands for one of networks: selection, lineage and cost are real,
/// what a network can do is one latent value that mutation moves.
struct SyntheticRun {
  struct Settings {
    var size = 20
    var iterations = 60
    var seed: UInt64 = 1
    var fraction = 0.2
    var crossover = 0.5
    /// `replace: worst`: the worst fraction copies the best, the others train on.
    var replacesWorst = false
    /// Nobody is selected: all train on.
    var isIndependent = false
    var isConstant = false
    /// From this generation on all networks diverge.
    var divergesAt: Int?
    var elites = 1
  }
  struct Individual {
    var parents: [Int]
    var birth: Int
    var death: Int?
    var skill: Double
    var fitness: Double = .nan
  }

  let settings: Settings
  private(set) var book: [Individual] = []
  /// Ids of the living, generation by generation.
  private(set) var living: [[Int]] = []
  /// Fitness of the living, in their order.
  private(set) var scores: [[Double]] = []

  init(_ settings: Settings) {
    self.settings = settings
    var source = Source(state: settings.seed)
    for _ in 0..<settings.size {
      book.append(
        Individual(
          parents: [], birth: 0, death: nil,
          skill: settings.isConstant ? 0.1 : 0.05 + 0.1 * source.uniform()))
    }
    var alive = Array(0..<settings.size)
    evaluate(alive, at: 0, &source)
    for time in 1..<(settings.iterations + 1) where settings.iterations > 0 {
      let ranked = alive.sorted {
        let (a, b) = (book[$0].fitness, book[$1].fitness)
        return (a.isNaN ? -1e9 : a, -$0) > (b.isNaN ? -1e9 : b, -$1)
      }
      let top = max(1, Int((settings.fraction * Double(settings.size)).rounded()))
      let kept =
        settings.isIndependent
        ? alive
        : settings.replacesWorst
          ? Array(ranked.prefix(settings.size - top)) : Array(ranked.prefix(settings.elites))
      for id in alive where !kept.contains(id) { book[id].death = time }
      if (settings.replacesWorst || settings.isIndependent) && !settings.isConstant {
        for id in kept { book[id].skill += 0.04 * source.uniform() * (4 - book[id].skill) }
      }
      var next = kept
      while next.count < settings.size {
        let main = ranked[source.below(top)]
        let second = ranked[source.below(top)]
        let crosses = source.uniform() < settings.crossover && second != main
        let step = settings.isConstant ? 0 : 0.16 * source.normal() + 0.03
        book.append(
          Individual(
            parents: crosses ? [main, second] : [main], birth: time, death: nil,
            skill: max(0.01, book[main].skill + step)))
        next.append(book.count - 1)
      }
      alive = next
      evaluate(alive, at: time, &source)
    }
  }

  private mutating func evaluate(_ alive: [Int], at time: Int, _ source: inout Source) {
    for id in alive {
      let diverged = settings.divergesAt.map { time >= $0 } ?? false
      book[id].fitness =
        diverged
        ? .nan : -2.3 / (1 + book[id].skill) + (settings.isConstant ? 0 : 0.01 * source.normal())
    }
    living.append(alive)
    scores.append(alive.map { book[$0].fitness })
  }

  func accuracy(_ id: Int) -> Double {
    let skill = book[id].skill
    return 0.08 + 0.9 * skill * skill / (0.6 + skill * skill)
  }

  func champion(_ time: Int) -> Int {
    var best = (id: living[time][0], score: -Double.infinity)
    for (id, score) in zip(living[time], scores[time]) where score > best.score {
      best = (id, score)
    }
    return best.id
  }

  func lineage(_ id: Int) -> [Int] {
    var line = [id]
    while let parent = book[line[line.count - 1]].parents.first { line.append(parent) }
    return line.reversed()
  }

  /// Generations back to the common ancestor, nil where there is none, and each one's founder.
  func ancestry(_ time: Int) -> (age: Int?, founders: [Int]) {
    let lines = living[time].map(lineage)
    var depth = 0
    while lines.allSatisfy({ depth < $0.count && $0[depth] == lines[0][depth] }) { depth += 1 }
    return (depth == 0 ? nil : time - book[lines[0][depth - 1]].birth, lines.map { $0[0] })
  }

  /// The quantile of a bell with long tails, of about unit deviation.
  static func quantile(_ share: Double) -> Double {
    let share = max(2e-3, min(1 - 2e-3, share))
    return 0.8 * (share - 0.5) / (share * (1 - share)).squareRoot()
  }
}
