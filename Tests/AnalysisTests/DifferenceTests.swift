import HerdbookAnalysis
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

/// Numbers of a test, the same on every machine.
private func draws(_ count: Int, seed: UInt64) -> [Float] {
  var stream = RandomStream(seed: seed, purpose: .bootstrap)
  return (0..<count).map { _ in Float(stream.bounded(2001)) / 1000 - 1 }
}

@Suite("Least-cost matching")
struct LeastCostMatchingTests {
  /// The least cost of all orders.
  private func bruteForce(_ costs: [Double], _ size: Int) -> Double {
    var least = Double.infinity
    func extend(_ columns: [Int], _ cost: Double) {
      guard columns.count < size else {
        least = min(least, cost)
        return
      }
      for column in 0..<size where !columns.contains(column) {
        extend(columns + [column], cost + costs[columns.count * size + column])
      }
    }
    extend([], 0)
    return least
  }

  @Test(
    "costs no more than the best of all orders, with ties, zeros and negative costs",
    arguments: 1...6)
  func least(size: Int) {
    for seed in 0..<60 {
      // Few different numbers give many ties.
      var stream = RandomStream(seed: UInt64(seed), purpose: .bootstrap)
      let values = seed.isMultiple(of: 2) ? 4 : 1000
      let costs = (0..<size * size).map { _ in Double(stream.bounded(values)) - 2 }
      let columns = leastCostMatching(costs, size: size)
      #expect(columns.sorted() == Array(0..<size))
      let cost = columns.enumerated().reduce(0) { $0 + costs[$1.offset * size + $1.element] }
      #expect(cost == bruteForce(costs, size), "seed \(seed)")
    }
  }

  @Test("equal costs leave everyone in place, and nothing is matched with nothing")
  func ties() {
    #expect(leastCostMatching([Double](repeating: 3, count: 49), size: 7) == Array(0..<7))
    #expect(leastCostMatching([], size: 0) == [])
  }

  @Test("a hundred rows find their way back from any order")
  func order() {
    let order = (0..<100).map { ($0 * 37 + 11) % 100 }
    let costs = (0..<100).flatMap { row in
      (0..<100).map { Double((order[row] - $0) * (order[row] - $0)) }
    }
    #expect(leastCostMatching(costs, size: 100) == order)
  }
}

@Suite("Matched neurons")
struct NeuronMatchingTests {
  private func random(_ layers: [Int], seed: UInt64, biases: Bool = false) -> Weights {
    let kind = Experiment.Network(layers: layers, biases: biases)
    var values = draws(100_000, seed: seed)[...]
    func take(_ count: Int) -> [Float] {
      defer { values = values.dropFirst(count) }
      return Array(values.prefix(count))
    }
    return Weights(
      layout: NetworkLayout(kind),
      matrices: zip(layers, layers.dropFirst()).map { take($0 * $1) },
      biases: biases ? layers.dropFirst().map { take($0) } : [])
  }

  /// The same network with its hidden units in another order: unit i is unit order[i] of the given one.
  private func reordered(_ weights: Weights, _ orders: [[Int]]) -> Weights {
    let layers = weights.layout.layers
    func order(_ layer: Int, _ count: Int) -> [Int] {
      layer == 0 || layer == layers.count ? Array(0..<count) : orders[layer - 1]
    }
    let matrices = layers.enumerated().map { index, layer in
      let matrix = weights.matrix(index)
      return order(index, layer.inputs).flatMap { row in
        order(index + 1, layer.outputs).map { matrix[row * layer.outputs + $0] }
      }
    }
    let biases = layers.enumerated().compactMap { index, layer in
      weights.biases(index).map { biases in order(index + 1, layer.outputs).map { biases[$0] } }
    }
    return Weights(layout: weights.layout, matrices: matrices, biases: biases)
  }

  @Test("the units of a network in another order are found again, of one and of two layers")
  func reordered() throws {
    let one = random([6, 5, 3], seed: 1, biases: true)
    let order = [3, 0, 4, 1, 2]
    let matching = try #require(NeuronMatching(reordered(one, [order]), one))
    #expect(matching.units == [order] && matching.moved == 5)
    #expect(matching.matched.distance == 0 && (matching.matched.cosine - 1).magnitude < 1e-12)
    #expect(matching.unmatched.distance > 1 && matching.unmatched.cosine < 0.9)
    let two = random([8, 6, 5, 3], seed: 2)
    let orders = [[5, 4, 3, 2, 1, 0], [1, 2, 3, 4, 0]]
    let deep = try #require(NeuronMatching(reordered(two, orders), two))
    #expect(deep.units == orders && deep.matched.distance == 0)
  }

  @Test("one hidden layer is matched as near as the best of all orders", arguments: 0..<20)
  func best(seed: Int) throws {
    let (a, b) = (
      random([3, 4, 2], seed: UInt64(seed)), random([3, 4, 2], seed: UInt64(seed + 99))
    )
    var least = Double.infinity
    func extend(_ order: [Int]) {
      guard order.count < 4 else {
        least = min(least, a.distance(to: reordered(b, [order])))
        return
      }
      for unit in 0..<4 where !order.contains(unit) { extend(order + [unit]) }
    }
    extend([])
    let matching = try #require(NeuronMatching(a, b))
    #expect((matching.matched.distance - least).magnitude < 1e-9)
    #expect((matching.unmatched.distance - a.distance(to: b)).magnitude < 1e-9)
    let again = reordered(b, matching.units)
    #expect((a.distance(to: again) - matching.matched.distance).magnitude < 1e-9)
  }

  @Test("weights in random order keep their numbers, and nothing is found in them")
  func shuffled() throws {
    let one = random([30, 8, 4], seed: 1)
    let (mine, control) = (
      try #require(NeuronMatching(reordered(one, [[7, 6, 5, 4, 3, 2, 1, 0]]), one)),
      try #require(NeuronMatching.ofShuffled(one, one, seed: 5))
    )
    #expect(mine.matched.cosine > 0.999)
    #expect(control.matched.cosine < 0.5 && control.matched.distance > 0)
    #expect(try #require(NeuronMatching.ofShuffled(one, one, seed: 5)) == control)
    #expect(try #require(NeuronMatching.ofShuffled(one, one, seed: 6)) != control)
    // The length of the second network stays, and with it what distance and cosine follow from.
    let lengths = (0..<2).reduce(0.0) { sum, layer in
      sum + one.matrix(layer).reduce(0) { $0 + Double($1) * Double($1) }
    }
    let squared = 2 * lengths * (1 - control.matched.cosine)
    #expect((control.matched.distance - squared.squareRoot()).magnitude < 1e-6)
  }

  @Test("other layouts, networks without hidden units and diverged ones are not matched")
  func unmatched() {
    let one = random([4, 3, 2], seed: 1)
    #expect(NeuronMatching(one, random([4, 2, 2], seed: 1)) == nil)
    #expect(NeuronMatching(random([4, 2], seed: 1), random([4, 2], seed: 2)) == nil)
    var diverged = one
    diverged.diverge()
    #expect(NeuronMatching(one, diverged) == nil)
    let itself = NeuronMatching(one, one)
    #expect(itself?.moved == 0 && itself?.matched == itself?.unmatched)
  }
}

@Suite("Differences of numbers")
struct NumberDifferenceTests {
  @Test("neighbours are one step apart, across zero and up to infinity; NaN is apart from numbers")
  func steps() {
    let least = Float.leastNonzeroMagnitude
    #expect(ulps(1, Float(1).nextUp) == 1 && ulps(Float(1).nextDown, 1) == 1)
    #expect(ulps(0, -0.0) == 0 && ulps(0, least) == 1 && ulps(-least, least) == 2)
    #expect(ulps(-0.0, least) == 1 && ulps(1, 2) == 1 << 23)
    #expect(ulps(.greatestFiniteMagnitude, .infinity) == 1)
    #expect(ulps(-.infinity, .infinity) == 2 * 0x7F80_0000 && ulps(.infinity, .infinity) == 0)
    #expect(ulps(.nan, 1) == nil && ulps(1, .nan) == nil && ulps(.infinity, .nan) == nil)
    #expect(ulps(.nan, Float(bitPattern: 0xFFC0_0001)) == 0)
  }

  @Test("a number is the same where one of the bounds allows it")
  func tolerance() {
    let exact = Tolerance()
    #expect(exact.isExact && exact.allows(0, -0.0) && exact.allows(.nan, .nan))
    #expect(!exact.allows(1, Double(1).nextUp) && exact.allows(.infinity, .infinity))
    let absolute = Tolerance(absolute: 0.25)
    #expect(absolute.allows(1, 1.25) && !absolute.allows(1, 1.26) && !absolute.allows(.nan, 0))
    #expect(!absolute.allows(.infinity, 1) && !absolute.isExact)
    let relative = Tolerance(relative: 0.01)
    #expect(relative.allows(-100, -99) && !relative.allows(100, 98.9) && !relative.allows(0, 1e-9))
    let steps = Tolerance(ulps: 1)
    #expect(steps.allows(0.1, Double(Float(0.1).nextUp)))
    #expect(!steps.allows(0.1, Double(Float(0.1).nextUp.nextUp)))
    // Counts are not rounded to binary32.
    #expect(!steps.allows(484_400_000, 484_400_001) && steps.allows(0, 1e-45))
    #expect(Tolerance(absolute: 0.1, ulps: 0).allows(1, 1.05))
  }

  @Test("tensors: counts, distance, largest difference and steps")
  func tensors() {
    let same = TensorDifference([1, 2, 3], [1, 2, 3], tolerance: Tolerance())
    #expect(same.changed == 0 && same.beyond == 0 && same.distance == 0 && same.ulps == 0)
    let found = TensorDifference([1, 2, 3, 0], [1, 5, -1, -0.0], tolerance: Tolerance())
    #expect(found.count == 4 && found.changed == 3 && found.beyond == 3)
    #expect(found.distance == 5 && found.largest == 4)
    #expect(found.ulps == ulps(3, -1) && found.changesSign)
    let allowed = TensorDifference([1, 2, 3], [1, 5, -1], tolerance: Tolerance(absolute: 3))
    #expect(allowed.changed == 2 && allowed.beyond == 1)
    let diverged = TensorDifference([1, 2, 3], [2, .nan, 3], tolerance: Tolerance())
    #expect(diverged.distance.isNaN && diverged.largest.isNaN && diverged.ulps == nil)
    let one = TensorDifference([1], [Float(1).nextUp], tolerance: Tolerance(ulps: 1))
    #expect(one.changed == 1 && one.beyond == 0 && one.ulps == 1 && !one.changesSign)
    #expect(!TensorDifference([-1, 0, 2], [-2, 3, -0.0], tolerance: Tolerance()).changesSign)
  }
}

@Suite("Differences of runs")
struct RunMeasureTests {
  /// Expected values are exact sums of binomial coefficients.
  @Test(
    "McNemar's exact p",
    arguments: [
      (5, 15, 0.04138946533203125), (15, 5, 0.04138946533203125), (10, 10, 1), (0, 5, 0.0625),
      (1, 9, 0.021484375), (41, 63, 0.03895793340131187), (0, 0, 1),
    ])
  func mcNemar(onlyFirst: Int, onlySecond: Int, p: Double) {
    // Three more images are right in both, two in neither.
    let labels = [UInt8](repeating: 7, count: onlyFirst + onlySecond + 5)
    func answers(_ right: Range<Int>) -> [UInt8] {
      labels.indices.map {
        right.contains($0) || (onlyFirst + onlySecond..<labels.count - 2).contains($0) ? 7 : 1
      }
    }
    let test = McNemar(
      answers(0..<onlyFirst), answers(onlyFirst..<onlyFirst + onlySecond), labels: labels)
    #expect(test.onlyFirst == onlyFirst && test.onlySecond == onlySecond)
    #expect((test.p - p).magnitude < 1e-14)
  }

  @Test("quantiles: a shift, a crossing and the largest difference")
  func quantiles() {
    let shift = QuantileDistance([0, 1, 2], [0.5, 1.5, 2.5])
    #expect(shift.wasserstein == 0.5 && shift.largest == 0.5 && shift.place == 0)
    // Uniform on [0, 1] against uniform on [-1, 2]: both ends move by 1, the middle by none.
    let wider = QuantileDistance([0, 1], [-1, 2])
    #expect(wider.wasserstein == 0.5 && wider.largest == -1 && wider.place == 0)
    let one = QuantileDistance([0, 1, 2, 3], [0, 1, 2, 0])
    #expect(one.largest == -3 && one.place == 3 && one.wasserstein == 0.5)
    #expect(QuantileDistance([1, 2], [1, 2]).wasserstein == 0)
  }

  @Test("series: where they part, how they end and the signed mean between them")
  func series() {
    let found = SeriesDifference([0.5, 0.6, 0.7], [0.5, 0.7, 0.9], tolerance: Tolerance())
    #expect(found.parting == 1 && found.first == 0.7 && found.second == 0.9)
    #expect((found.mean - 0.1).magnitude < 1e-12 && found.isChanged)
    #expect((found.firstMean - 0.6).magnitude < 1e-12)
    #expect((found.secondMean - 0.7).magnitude < 1e-12)
    // The means are over the generations that both have.
    let partial = SeriesDifference([1, .nan, 3], [5, 6, 7, 90], tolerance: Tolerance())
    #expect(partial.firstMean == 2 && partial.secondMean == 6 && partial.mean == 4)
    let allowed = SeriesDifference(
      [0.5, 0.6], [0.5, 0.65], tolerance: Tolerance(absolute: 0.1))
    #expect(allowed.parting == nil && !allowed.isChanged)
    let longer = SeriesDifference([1, 2], [1, 2, 3], tolerance: Tolerance())
    #expect(longer.parting == nil && longer.isChanged && longer.second == 3)
    #expect(!SeriesDifference([1, 2], [1, 2, 2], tolerance: Tolerance()).isChanged)
    // 0.26 - 0.25 and 0.25 - 0.26 + 0.1 - 0.1 leave rounding.
    let crossing = SeriesDifference(
      [0.26, 0.25, 0.1, 0.3], [0.25, 0.26, 0.3, 0.1], tolerance: Tolerance())
    #expect(crossing.mean == 0 && crossing.isChanged)
    let empty = SeriesDifference([.nan, 1], [.nan, .nan], tolerance: Tolerance())
    #expect(empty.parting == 1 && empty.mean.isNaN)
  }

  private func outcomes(
    _ first: [Double], _ second: [Double], pairs: Int,
    better: Experiment.Compare.Better = .higher, tolerance: Tolerance = Tolerance()
  ) -> OutcomeDifference {
    compareOutcomes(
      [
        OutcomeDifference.Cell(
          variant: "main", metric: .testAccuracy, better: better, first: first, second: second,
          pairs: (0..<pairs).map { ($0, $0) })
      ], tolerance: tolerance, seed: 1, threads: 1)[0]
  }

  @Test("outcomes of pairs have an interval and a p from five on")
  func paired() {
    let found = outcomes([0.1, 0.2, 0.3, 0.4, 0.5], [0.2, 0.4, 0.4, 0.6, 0.6], pairs: 5)
    #expect(found.pairs == 5 && found.first == 0.3 && found.second == 0.4)
    #expect((found.difference - 0.1).magnitude < 1e-12)
    #expect(found.p == 0.0625 && found.corrected == 0.0625 && found.way == .better)
    let interval = found.interval
    #expect(interval.map { $0.lowerBound > 0.09 && $0.upperBound < 0.21 } == true)
    let few = outcomes([0.1, 0.2], [0.2, 0.4], pairs: 2, better: .lower)
    #expect(few.interval == nil && few.p.isNaN && few.way == .worse)
  }

  @Test("what all pairs differ by alike is no matter of chance, but for targets that none reached")
  func fixed() {
    let cost = outcomes([10, 11, 12, 13, 14], [20, 21, 22, 23, 24], pairs: 5)
    #expect(cost.isChanged && cost.difference == 10 && cost.p.isNaN && cost.corrected.isNaN)
    let lost = outcomes(
      [1, 2, 3, 4, 5], [Double](repeating: .infinity, count: 5), pairs: 5, better: .lower)
    #expect(lost.p == 0.0625 && lost.corrected == 0.0625)
  }

  @Test("Holm's family has no costs that are fixed, and fitness once with validation accuracy")
  func family() {
    let before = [0.1, 0.2, 0.3, 0.4, 0.5]
    let after = [0.2, 0.4, 0.4, 0.6, 0.6]
    func cell(
      _ metric: Experiment.Compare.Metric, _ first: [Double], _ second: [Double],
      variant: String = "x"
    ) -> OutcomeDifference.Cell {
      OutcomeDifference.Cell(
        variant: variant, metric: metric, better: .higher, first: first, second: second,
        pairs: (0..<5).map { ($0, $0) })
    }
    let rounded = after.map { Double(Float($0)) }
    func corrected(_ cells: [OutcomeDifference.Cell]) -> [Double] {
      compareOutcomes(cells, tolerance: Tolerance(), seed: 1, threads: 1).map(\.corrected)
    }
    let found = corrected([
      cell(.testAccuracy, before, after), cell(.validationAccuracy, before, after),
      cell(.fitness, before, rounded), cell(.steps, [1, 2, 3, 4, 5], [9, 10, 11, 12, 13]),
    ])
    #expect(found[0...2] == [0.125, 0.125, 0.125] && found[3].isNaN)
    // Fitness of other numbers, or of another variant, is a row of its own.
    let other = corrected([
      cell(.validationAccuracy, before, after), cell(.fitness, before, after.reversed()),
      cell(.fitness, before, after, variant: "y"),
    ])
    #expect(other[0] == 0.1875 && other[2] == 0.1875)
  }

  @Test("a difference is told from noise by p, the tolerance of the spec, and only by enough pairs")
  func findings() {
    func finding(_ differences: [Double], noise: Double = 0) -> OutcomeDifference.Finding? {
      let cell = OutcomeDifference.Cell(
        variant: "x", metric: .testAccuracy, better: .higher,
        first: differences.map { _ in 0.5 }, second: differences.map { 0.5 + $0 },
        pairs: differences.indices.map { ($0, $0) })
      let found = compareOutcomes([cell], tolerance: Tolerance(), seed: 0, threads: 1)[0]
      #expect(found.differences.count == differences.count)
      return found.finding(noise: noise)
    }
    let clear = [0.01, 0.02, 0.03, 0.02, 0.01, 0.02, 0.03]
    #expect(finding(clear) == .beyondNoise)
    #expect(finding(clear, noise: 0.05) == .withinNoise)
    #expect(finding(clear.enumerated().map { $0.isMultiple(of: 2) ? $1 : -$1 }) == .withinNoise)
    #expect(finding(clear.map { _ in 0 }) == .same)
    #expect(finding(Array(clear.prefix(4))) == .untold)
    // All five lie on one side, and p is 2 / 32: it cannot be smaller.
    #expect(finding(Array(clear.prefix(5))) == .untold)
    #expect(PairedTests.least(5) == 0.0625 && PairedTests.least(40) == 0)
  }

  @Test("outcomes without pairs are told by their medians; tied infinities are no difference")
  func unpaired() {
    let found = outcomes([1, 2, 9], [4, 5], pairs: 0)
    #expect(found.pairs == 0 && found.difference == 2.5 && found.p.isNaN && found.isChanged)
    let tied = outcomes([.infinity], [.infinity], pairs: 1)
    #expect(!tied.isChanged && tied.difference == 0 && tied.way == nil)
    let reached = outcomes([.infinity], [5], pairs: 1, better: .lower)
    #expect(reached.isChanged && reached.difference == -.infinity && reached.way == .better)
    #expect(!outcomes([1], [1.1], pairs: 1, tolerance: Tolerance(absolute: 0.2)).isChanged)
    #expect(outcomes([1, .nan], [1, 2], pairs: 2).isChanged)
  }
}
