import HerdbookModel
import HerdbookNumerics

/// Who takes which place where everybody is equally fit.
struct NeutralSuccession: Sendable {
  let size: Int
  let selection: Experiment.Selection
  let crossover: Experiment.Crossover
  let hiddenLayers: [Int]
  let replaced: Int
  /// How likely an individual becomes the copy of one other; nil where parents are chosen.
  let exploit: Double?

  /// Whether hidden units have lines of their own.
  var keepsUnitsWhole: Bool {
    crossover.method.keepsUnitsWhole && !hiddenLayers.isEmpty && selection.choosesParents
  }

  /// Where an individual comes from, by places in the generation before: itself or its main parent, and
  /// perhaps a second parent.
  struct Origin {
    var first: Int
    var second: Int?
  }

  /// The origin of each place. Under crossover the main parent is either with equal chances, as either may
  /// give more; so lines of descent are those without it.
  func births(_ stream: inout RandomStream) -> [Origin] {
    guard selection.choosesParents else {
      return (0..<size).map { place in
        guard let exploit, size > 1, stream.uniform() < exploit else { return Origin(first: place) }
        let drawn = stream.bounded(size - 1)
        return Origin(first: drawn < place ? drawn : drawn + 1)
      }
    }
    var order = Array(0..<size)
    stream.shuffle(&order)
    switch selection.replace {
    case .all:
      let elites = min(selection.elites, size)
      return order.prefix(elites).map { Origin(first: $0) }
        + (elites..<size).map { _ in newborn(among: order, &stream) }
    case .worst:
      var origins = (0..<size).map { Origin(first: $0) }
      let survivors = Array(order.dropLast(replaced))
      for place in order.suffix(replaced) { origins[place] = newborn(among: survivors, &stream) }
      return origins
    }
  }

  private func newborn(among candidates: [Int], _ stream: inout RandomStream) -> Origin {
    let first = candidates[stream.bounded(candidates.count)]
    guard keepsUnitsWhole, stream.uniform() < crossover.probability else {
      return Origin(first: first)
    }
    let second = candidates[stream.bounded(candidates.count)]
    return Origin(first: first, second: second == first ? nil : second)
  }
}

/// The founder of each hidden unit of a population.
struct UnitLines {
  private let layers: [Int]
  /// [places][units].
  private var founders: [[Int32]]
  private let size: Int

  /// Nil where units have no lines of their own.
  init?(_ scheme: NeutralSuccession) {
    guard scheme.keepsUnitsWhole else { return nil }
    size = scheme.size
    layers = scheme.hiddenLayers
    let units = layers.reduce(0, +)
    founders = (0..<size).map { Array(repeating: Int32($0), count: units) }
  }

  /// The next generation: of two parents, a unit or a layer comes from either with equal chances, one bit each.
  mutating func inherit(
    _ births: [NeutralSuccession.Origin], _ method: Experiment.Crossover.Method,
    _ stream: inout RandomStream
  ) {
    founders = births.map { birth in
      var own = founders[birth.first]
      guard let second = birth.second.map({ founders[$0] }) else { return own }
      var (bits, left): (UInt32, Int) = (0, 0)
      var next = 0
      for units in layers {
        let pieces = method == .layer ? 1 : units
        for _ in 0..<pieces {
          if left == 0 { (bits, left) = (stream.bits32(), 32) }
          let width = units / pieces
          if bits & 1 == 1 {
            for unit in next..<next + width { own[unit] = second[unit] }
          }
          bits >>= 1
          left -= 1
          next += width
        }
      }
      return own
    }
  }

  var founderCount: Int {
    var seen = [Bool](repeating: false, count: size)
    for units in founders { for founder in units { seen[Int(founder)] = true } }
    return seen.count(where: \.self)
  }
}
