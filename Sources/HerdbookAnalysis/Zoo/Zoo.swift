import HerdbookNumerics

/// A value of each network of a zoo's last generation, by which networks differ from the beginning on.
package struct ZooHyperparameter: Sendable, Equatable {
  package let name: String
  /// In the order of the last generation; NaN where it is not known.
  package let values: [Double]

  package init(name: String, values: [Double]) {
    self.name = name
    self.values = values
  }
}

/// Many networks, each known at every iteration, in two halves: on one everything is found or fitted, on the other it is
/// tested.
///
/// Who descends from one network of the first generation is in one half, so that nothing is told of a network from what
/// it inherited. What diverged at any generation of its line is left out: where weights, loss or accuracy are not finite,
/// or the weights of a tensor have spread to more than `explosion` times their deviation at the beginning.
package struct Zoo: Sendable {
  let snapshots: [Snapshots]
  let images: Int
  let seed: UInt64
  /// Those that differ between networks.
  let hyperparameters: [ZooHyperparameter]
  /// For each generation how many of the last have diverged, or descend from one that had.
  let diverged: [Int]
  /// Positions in the last generation of the networks that are looked at.
  let networks: [Int]
  /// For each generation and each of `networks` its position, or that of its ancestor.
  let lines: [[Int]]
  /// For each of `networks`.
  let founders: [Int]
  let isFit: [Bool]
  /// For each of `networks` the fold of the fitted half that its founder is in.
  let folds: [Int]

  static let explosion = 100.0
  /// Networks of each half, of fewer nothing is told.
  static let fewestOfHalf = 8

  /// - Parameters:
  ///   - snapshots: of ascending generations, the same tensors in all, at least one.
  ///   - images: that accuracies are measured on.
  package init(
    _ snapshots: [Snapshots], hyperparameters: [ZooHyperparameter], images: Int, seed: UInt64
  ) {
    self.snapshots = snapshots
    self.images = images
    self.seed = seed
    let last = snapshots[snapshots.count - 1]
    var positions = Array(last.ids.indices)
    var lines = [positions]
    for snapshot in snapshots.dropFirst().reversed() {
      positions = positions.map { snapshot.origins[$0] }
      lines.insert(positions, at: 0)
    }
    let first = snapshots[0]
    let isOut = zip(snapshots, lines).map { snapshot, line in
      last.ids.indices.map { network in
        !snapshot.isFinite(line[network])
          || snapshot.hasExploded(line[network], since: first, lines[0][network])
      }
    }
    diverged = isOut.map { $0.count { $0 } }
    let networks = last.ids.indices.filter { network in !isOut.contains { $0[network] } }
    self.networks = networks
    self.lines = lines.map { line in networks.map { line[$0] } }
    let founders = networks.map { lines[0][$0] }
    self.founders = founders
    self.hyperparameters = hyperparameters.filter { hyperparameter in
      let values = networks.map { hyperparameter.values[$0] }
      return values.allSatisfy(\.isFinite) && Set(values).count > 1
    }
    (isFit, folds) = Zoo.halves(founders, seed: seed)
  }

  /// Founders in an order that is drawn; they are of the fitted half until that holds half of the networks, and of the
  /// folds of that half in turn.
  private static func halves(_ founders: [Int], seed: UInt64) -> (isFit: [Bool], folds: [Int]) {
    var members: [Int: Int] = [:]
    for founder in founders { members[founder, default: 0] += 1 }
    var order = members.keys.sorted()
    var stream = RandomStream(seed: seed, purpose: .zooHalves)
    stream.shuffle(&order)
    var (isFit, folds): ([Int: Bool], [Int: Int]) = ([:], [:])
    var taken = 0
    for (place, founder) in order.enumerated() {
      let count = members[founder] ?? 0
      // What would be nearer to half without it stays without it.
      let isTaken = 2 * taken + count <= founders.count
      isFit[founder] = isTaken
      folds[founder] = place % Ridge.folds
      if isTaken { taken += count }
    }
    return (founders.map { isFit[$0] ?? false }, founders.map { folds[$0] ?? 0 })
  }

  var last: Snapshots { snapshots[snapshots.count - 1] }
  var fit: [Int] { networks.indices.filter { isFit[$0] } }
  var held: [Int] { networks.indices.filter { !isFit[$0] } }

  /// Whether both halves have networks enough.
  var isDivided: Bool { fit.count >= Zoo.fewestOfHalf && held.count >= Zoo.fewestOfHalf }

  /// Accuracies of `networks` at the snapshot of an index, or of their ancestors.
  func accuracies(_ index: Int) -> [Double] {
    lines[index].map { Double(snapshots[index].accuracy[$0]) }
  }

  /// How good networks are at the end.
  var final: [Double] { accuracies(snapshots.count - 1) }

  /// log10 of the share of images that are read wrongly, at least half an image.
  func logErrors(_ index: Int) -> [Double] {
    accuracies(index).map { Elementary.log10(max(1 - $0, 0.5 / Double(images))) }
  }

  /// Positions among `networks` of the best and the worst quarter at the end, the best first.
  var quarters: (good: [Int], bad: [Int]) {
    let final = final
    let order = networks.indices.sorted { (-final[$0], $0) < (-final[$1], $1) }
    let count = order.count / 4
    return (Array(order.prefix(count)), Array(order.suffix(count)))
  }

  /// The hyperparameters of `networks`: logarithms where they are positive and span more than a factor of ten.
  var settings: [[Double]] {
    hyperparameters.map { hyperparameter in
      let values = networks.map { hyperparameter.values[$0] }
      let (low, high) = (values.min() ?? 0, values.max() ?? 0)
      return low > 0 && high > 10 * low ? values.map { Elementary.log10($0) } : values
    }
  }

  /// Logarithms of error and loss at a generation.
  func progress(_ index: Int) -> [[Double]] {
    let losses = lines[index].map {
      Elementary.log10(min(max(Double(snapshots[index].loss[$0]), 1e-9), 1e2))
    }
    return [logErrors(index), losses]
  }

  /// Numbers as features of which a line can make a curve: with products of every two, and what each has beyond five of
  /// its quantiles among the fitted networks.
  func curved(_ values: [[Double]]) -> [[Double]] {
    var features = values
    for a in values.indices {
      for b in a..<values.count { features.append(Zoo.products(values[a], values[b])) }
    }
    let fit = fit
    for column in values {
      let ascending = fit.map { column[$0] }.sorted()
      let knots = Set((1...5).map { quantile(ascending, Double($0) / 6) })
      for knot in knots.sorted() { features.append(column.map { max(0, $0 - knot) }) }
    }
    return features
  }

  /// Mean, variance and percentiles 1, 25, 50, 75, 99 of each tensor (Unterthiner et al. 2020), each as its place from
  /// -1 to 1 among those of the fitted half, since some networks are orders of magnitude from the others; with squares.
  func statisticFeatures(_ index: Int) -> [[Double]] {
    let snapshot = snapshots[index]
    var features: [[Double]] = []
    for tensor in snapshot.tensors.indices {
      for statistic in WeightStatistic.allCases {
        let values = lines[index].map { statistic.value(snapshot, $0, tensor) }
        let ascending = fit.map { values[$0] }.sorted()
        features.append(values.map { 2 * Zoo.place($0, among: ascending) - 1 })
      }
    }
    return features + features.map(Zoo.squares)
  }

  /// The share of ascending values that are below one, equal ones counting half.
  static func place(_ value: Double, among ascending: [Double]) -> Double {
    let below = ascending.partitioningIndex { $0 >= value }
    let notAbove = ascending.partitioningIndex { $0 > value }
    return Double(below + notAbove) / Double(2 * max(ascending.count, 1))
  }

  /// Of what is measured from the middle, so that a square is not the same as what it is of.
  private static func products(_ first: [Double], _ second: [Double]) -> [Double] {
    let (a, b) = (mean(first), mean(second))
    return zip(first, second).map { ($0 - a) * ($1 - b) }
  }

  private static func squares(_ values: [Double]) -> [Double] { products(values, values) }
}

/// What is told of the weights of a tensor.
package enum WeightStatistic: String, Sendable, CaseIterable {
  case mean
  case variance
  case p1
  case p25
  case p50
  case p75
  case p99

  private var level: Double {
    switch self {
    case .mean, .variance: .nan
    case .p1: 0.01
    case .p25: 0.25
    case .p50: 0.5
    case .p75: 0.75
    case .p99: 0.99
    }
  }

  /// Of a tensor of a network, both by their places.
  package func value(_ snapshots: Snapshots, _ network: Int, _ tensor: Int) -> Double {
    switch self {
    case .mean: return snapshots.mean(network, tensor)
    case .variance: return snapshots.variance(network, tensor)
    default:
      let place = Snapshots.levels.firstIndex { ($0 - level).magnitude < 1e-9 } ?? 0
      return Double(
        snapshots.percentiles[
          (network * snapshots.tensors.count + tensor) * Snapshots.levels.count + place])
    }
  }
}

extension Array {
  /// The first place from which on a condition holds, which holds from one place on.
  fileprivate func partitioningIndex(where holds: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
