package import HerdbookModel
import HerdbookNumerics

/// Receptive fields of some networks, as `CoarsePlane` gives them, of which a network's are read when they are looked at.
package struct NeuronFields: Sendable {
  let networks: Int
  let units: Int
  let cells: Int
  /// Of a network [unit][cell], in no more memory than that takes.
  private let read: @Sendable (Int) throws -> [Float]

  package init(
    networks: Int, units: Int, cells: Int, read: @escaping @Sendable (Int) throws -> [Float]
  ) {
    self.networks = networks
    self.units = units
    self.cells = cells
    self.read = read
  }

  /// - Parameter values: [network][unit][cell].
  package init(_ values: [Float], networks: Int, cells: Int) {
    let size = values.count / max(networks, 1)
    self.init(networks: networks, units: size / max(cells, 1), cells: cells) {
      Array(values[$0 * size..<($0 + 1) * size])
    }
  }

  var count: Int { networks * units }

  func of(_ network: Int) throws -> [Float] { try read(network) }

  /// Those of some networks.
  func selecting(_ networks: [Int]) -> NeuronFields {
    NeuronFields(networks: networks.count, units: units, cells: cells) { [read] in
      try read(networks[$0])
    }
  }

  /// Moved aside on their plane.
  func moved(by shift: Int, on plane: CoarsePlane) -> NeuronFields {
    NeuronFields(networks: networks, units: units, cells: cells) { [read] in
      plane.moved(try read($0), by: shift)
    }
  }

  /// `body` of each network with its fields, over threads.
  func map<Result: Sendable>(
    threads: Int, _ body: @escaping @Sendable (Int, [Float]) -> Result
  ) throws -> [Result] {
    try parallelMap(count: networks, threads: threads) { network in
      Swift.Result { body(network, try read(network)) }
    }.map { try $0.get() }
  }
}

/// What the units of many networks agree on: patterns that are found on one half of the networks and looked for in the
/// other, and where they should not be.
///
/// A pattern is the middle of a cluster of receptive fields (spherical k-means, Dhillon and Modha 2001, begun by
/// k-means++, Arthur and Vassilvitskii 2007). A unit is like a pattern where their cosine is at least that of
/// `Recurrence`, which was fixed before any network was looked at.
package struct RecurringNeurons: Sendable {
  /// Networks in which patterns are looked for.
  package enum Condition: String, Sendable, CaseIterable {
    /// Those that patterns were found on.
    case fit
    case held
    /// The held half before training.
    case untrained
    /// Trained on labels of other images.
    case shuffled
    /// The held half with its fields moved aside.
    case moved
  }

  private struct Presence: Sendable {
    let networks: Int
    let units: Int
    /// The share of units that are like some pattern.
    let rate: Double
    /// For each pattern the share of networks that have a unit like it.
    let shares: [Double]
  }

  static let patterns = 64
  static let rounds = 12
  /// In cells.
  static let shift = 4

  private let centers: Centers
  /// Units of the fitted half that are nearest to each pattern and like it.
  private let sizes: [Int]
  private let presences: [(condition: Condition, presence: Presence)]
  private let plane: CoarsePlane
  /// Patterns by the share of held networks that have them.
  private let order: [Int]

  /// Nil where a half has too few networks or nothing to look at.
  ///
  /// - Parameters:
  ///   - last: of the networks of the last generation.
  ///   - first: of those of generation 0; nil where that is not known.
  ///   - shuffled: of networks that were trained on shuffled labels.
  package init?(
    _ zoo: Zoo, plane: CoarsePlane, last: NeuronFields, first: NeuronFields?,
    shuffled: NeuronFields?, threads: Int
  ) throws {
    guard zoo.isDivided, last.count > 0 else { return nil }
    let fit = last.selecting(zoo.fit.map { zoo.networks[$0] })
    let held = last.selecting(zoo.held.map { zoo.networks[$0] })
    let centers = try Centers(fit, seed: zoo.seed, threads: threads)
    var looked: [(Condition, NeuronFields)] = [(.fit, fit), (.held, held)]
    if let first {
      let founders = Array(Set(zoo.held.map { zoo.founders[$0] })).sorted()
      looked.append((.untrained, first.selecting(founders)))
    }
    if let shuffled, shuffled.count > 0 { looked.append((.shuffled, shuffled)) }
    looked.append((.moved, held.moved(by: RecurringNeurons.shift, on: plane)))
    self.centers = centers
    self.plane = plane
    let presences = try looked.map { condition, fields in
      (condition: condition, presence: try RecurringNeurons.presence(fields, centers, threads))
    }
    self.presences = presences
    sizes = try RecurringNeurons.sizes(fit, centers, threads)
    let shares = presences[1].presence.shares
    order = shares.indices.sorted { (-shares[$0], $0) < (-shares[$1], $1) }
  }

  private static func presence(
    _ fields: NeuronFields, _ centers: Centers, _ threads: Int
  ) throws -> Presence {
    let (units, cells) = (fields.units, fields.cells)
    let found = try fields.map(threads: threads) { _, values in
      var (has, like) = ([Bool](repeating: false, count: centers.count), 0)
      for unit in 0..<units {
        let cosines = centers.cosines(values, at: unit * cells)
        var isLike = false
        for (pattern, cosine) in cosines.enumerated() where cosine >= threshold {
          (has[pattern], isLike) = (true, true)
        }
        like += isLike ? 1 : 0
      }
      return (has, like)
    }
    var counts = [Int](repeating: 0, count: centers.count)
    for (has, _) in found {
      for pattern in counts.indices where has[pattern] { counts[pattern] += 1 }
    }
    return Presence(
      networks: fields.networks, units: fields.count,
      rate: Double(found.reduce(0) { $0 + $1.1 }) / Double(max(fields.count, 1)),
      shares: counts.map { Double($0) / Double(max(fields.networks, 1)) })
  }

  private static var threshold: Float { Float(Recurrence.threshold) }

  private static func sizes(
    _ fields: NeuronFields, _ centers: Centers, _ threads: Int
  ) throws -> [Int] {
    let (units, cells) = (fields.units, fields.cells)
    let nearest = try fields.map(threads: threads) { _, values in
      (0..<units).compactMap { unit -> Int? in
        let cosines = centers.cosines(values, at: unit * cells)
        let best = Centers.largest(cosines)
        return cosines[best] >= threshold ? best : nil
      }
    }
    var sizes = [Int](repeating: 0, count: centers.count)
    for pattern in nearest.joined() { sizes[pattern] += 1 }
    return sizes
  }

  /// The rows of `figures/zoo-recurrence.csv`.
  package func table() -> Table {
    Table([
      Table.Column("condition", .texts(presences.map(\.condition.rawValue))),
      Table.Column("networks", .integers(presences.map(\.presence.networks))),
      Table.Column("units", .integers(presences.map(\.presence.units))),
      Table.Column("rate", .singles(presences.map { Float($0.presence.rate) })),
    ])
  }

  /// The rows of `figures/zoo-patterns.csv`.
  package func patternTable() -> Table {
    Table(
      [
        Table.Column("pattern", .integers(Array(order.indices))),
        Table.Column("units", .integers(order.map { sizes[$0] })),
      ]
        + presences.map { condition, presence in
          Table.Column(
            condition.rawValue, .singles(order.map { Float(presence.shares[$0]) }))
        })
  }

  /// The patterns in the order of their table [pattern][cell], and the height and width of their plane.
  package var pictures: (values: [Float], patterns: Int, rows: Int, columns: Int) {
    (order.flatMap { centers.pattern($0) }, order.count, plane.rows, plane.columns)
  }
}

/// The middles of clusters of unit vectors, each of length 1.
private struct Centers: Sendable {
  let count: Int
  private let cells: Int
  /// [cell][pattern], so that a unit is held against all patterns at once.
  private let values: [Float]

  /// - Parameter fields: of which evenly spread ones are looked at where they are many.
  init(_ fields: NeuronFields, seed: UInt64, threads: Int) throws {
    let (units, cells) = (fields.units, fields.cells)
    // A field that is 0 has no direction.
    let shaped = try fields.map(threads: threads) { network, values in
      (0..<units).filter { unit in
        values[unit * cells..<(unit + 1) * cells].contains { $0 != 0 }
      }.map { network * units + $0 }
    }.flatMap { $0 }
    let chosen =
      shaped.isEmpty
      ? []
      : evenly(Experiment.Record.mostPatternUnits, through: shaped.count - 1).map { shaped[$0] }
    let ofNetwork = Dictionary(grouping: chosen) { $0 / units }
    let values = try fields.map(threads: threads) { network, values in
      (ofNetwork[network] ?? []).flatMap { unit in
        values[unit % units * cells..<(unit % units + 1) * cells]
      }
    }.flatMap { $0 }
    let places = Array(chosen.indices)
    let count = min(RecurringNeurons.patterns, places.count)
    var centers = Centers(
      Centers.seeds(values, places, count, cells: cells, seed: seed), count: count, cells: cells)
    for _ in 0..<RecurringNeurons.rounds {
      let current = centers
      let nearest = parallelMap(count: places.count, threads: threads) { place in
        Centers.largest(current.cosines(values, at: place * cells))
      }
      var sums = [Double](repeating: 0, count: count * cells)
      for (place, pattern) in nearest.enumerated() {
        for cell in 0..<cells {
          sums[pattern * cells + cell] += Double(values[place * cells + cell])
        }
      }
      let means = (0..<count).flatMap { pattern -> [Float] in
        let sum = sums[pattern * cells..<(pattern + 1) * cells]
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? sum.map { Float($0 / length) } : current.pattern(pattern)
      }
      centers = Centers(means, count: count, cells: cells)
    }
    self = centers
  }

  /// - Parameter patterns: [pattern][cell].
  private init(_ patterns: [Float], count: Int, cells: Int) {
    self.count = count
    self.cells = cells
    var values = [Float](repeating: 0, count: count * cells)
    for pattern in 0..<count {
      for cell in 0..<cells { values[cell * count + pattern] = patterns[pattern * cells + cell] }
    }
    self.values = values
  }

  /// Fields that are drawn one after another, each with a chance that grows with its distance from those before.
  private static func seeds(
    _ fields: [Float], _ places: [Int], _ count: Int, cells: Int, seed: UInt64
  ) -> [Float] {
    var stream = RandomStream(seed: seed, purpose: .zooPatterns)
    var far = [Double](repeating: 1, count: places.count)
    var patterns: [Float] = []
    for _ in 0..<count {
      var left = stream.uniform() * far.reduce(0, +)
      var chosen = places.count - 1
      for place in far.indices {
        left -= far[place]
        if left < 0 {
          chosen = place
          break
        }
      }
      let start = places[chosen] * cells
      patterns += fields[start..<start + cells]
      let newest = Centers(Array(fields[start..<start + cells]), count: 1, cells: cells)
      for place in far.indices {
        let cosine = newest.cosines(fields, at: places[place] * cells)[0]
        far[place] = min(far[place], max(0, 1 - Double(cosine)))
      }
    }
    return patterns
  }

  func pattern(_ index: Int) -> [Float] { (0..<cells).map { values[$0 * count + index] } }

  /// With all patterns, of a field that begins at a place; summed in the order of the cells.
  func cosines(_ fields: [Float], at start: Int) -> [Float] {
    var cosines = [Float](repeating: 0, count: count)
    for cell in 0..<cells {
      let value = fields[start + cell]
      if value == 0 { continue }
      let from = cell * count
      for pattern in 0..<count { cosines[pattern] += value * values[from + pattern] }
    }
    return cosines
  }

  /// The place of the largest value, the first of equal ones.
  static func largest(_ values: [Float]) -> Int {
    var best = 0
    for place in values.indices where values[place] > values[best] { best = place }
    return best
  }
}
