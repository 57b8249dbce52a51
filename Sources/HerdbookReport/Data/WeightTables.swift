/// The weights of one layer over time: percentiles of the whole population.
package struct LayerDistribution {
  package let layer: Int
  /// `live` or `never-lit`.
  package let inputs: String
  package let generation: [Double]
  package let count: [Double]
  /// 101 percentiles for each generation.
  package let percentiles: [[Double]]

  /// At most `count` of the snapshots, evenly, the first and the last among them.
  package func thinned(to count: Int) -> LayerDistribution {
    let rows = Words.evenly(generation.count, atMost: count)
    return LayerDistribution(
      layer: layer, inputs: inputs, generation: rows.map { generation[$0] },
      count: rows.map { self.count[$0] }, percentiles: rows.map { percentiles[$0] })
  }

  /// The range of an axis; a single snapshot has it in the middle.
  package var domain: ClosedRange<Double> {
    let (first, last) = (generation[0], generation[generation.count - 1])
    return first < last ? first...last : first - 0.5...first + 0.5
  }

  /// The value below which a share of `percent` of the weights lies, between whole percentiles by
  /// straight lines.
  package func quantile(_ percent: Double) -> [Double] {
    let low = Int(percent)
    let high = min(100, low + 1)
    let share = percent - Double(low)
    return percentiles.map { row in
      share == 0 ? row[low] : row[low] + (row[high] - row[low]) * share
    }
  }

  /// The layers of `distributions.csv` in order, live inputs first.
  package static func read(_ columns: Columns) throws(ReportError) -> [LayerDistribution] {
    let layer = try columns.integers("layer")
    let inputs = try columns.texts("inputs")
    let individual = try columns.texts("individual")
    let generation = try columns.reals("generation")
    let count = try columns.reals("count")
    var percentiles: [[Double]] = []
    for percent in 0...100 { percentiles.append(try columns.reals("p\(percent)")) }
    var out: [LayerDistribution] = []
    for number in Set(layer).sorted() {
      for kind in ["live", "never-lit"] {
        let rows = layer.indices.filter { row in
          layer[row] == number && inputs[row] == kind && individual[row].isEmpty
            && percentiles[0][row].isFinite
        }
        guard !rows.isEmpty else { continue }
        out.append(
          LayerDistribution(
            layer: number, inputs: kind, generation: rows.map { generation[$0] },
            count: rows.map { count[$0] },
            percentiles: rows.map { row in percentiles.map { $0[row] } }))
      }
    }
    return out
  }
}

/// The weights of one layer of a single network, of inputs that are lit.
package struct IndividualDistribution {
  package let generation: Double
  package let layer: Int
  package let id: Int
  /// Percentiles 0, 5, ... 100.
  package let percentiles: [Double]

  /// In the order of `distributions.csv`.
  package static func read(_ columns: Columns) throws(ReportError) -> [IndividualDistribution] {
    let layer = try columns.integers("layer")
    let inputs = try columns.texts("inputs")
    let individual = try columns.optionalIntegers("individual")
    let generation = try columns.reals("generation")
    var percentiles: [[Double]] = []
    for percent in stride(from: 0, through: 100, by: 5) {
      percentiles.append(try columns.reals("p\(percent)"))
    }
    return layer.indices.compactMap { row in
      guard let id = individual[row], inputs[row] == "live" else { return nil }
      return IndividualDistribution(
        generation: generation[row], layer: layer[row], id: id,
        percentiles: percentiles.map { $0[row] })
    }
  }
}

/// Pairwise distances of one recorded generation.
package struct Distances {
  package let generation: Int
  /// In order of first appearance.
  package let ids: [Int]
  /// Of weights and of predictions, row by row; NaN where unknown, 0 on the diagonal.
  package let weights: [Double]
  package let predictions: [Double]

  package static func read(_ columns: Columns) throws(ReportError) -> [Distances] {
    let generation = try columns.integers("generation")
    let first = try columns.integers("first")
    let second = try columns.integers("second")
    let distance = try columns.reals("distance")
    let disagreement = try columns.reals("disagreement")
    var out: [Distances] = []
    for number in Set(generation).sorted() {
      let rows = generation.indices.filter { generation[$0] == number }
      var place: [Int: Int] = [:]
      var ids: [Int] = []
      for row in rows {
        for id in [first[row], second[row]] where place[id] == nil {
          place[id] = ids.count
          ids.append(id)
        }
      }
      let size = ids.count
      var weights = [Double](repeating: .nan, count: size * size)
      var predictions = weights
      for index in 0..<size {
        weights[index * size + index] = 0
        predictions[index * size + index] = 0
      }
      for row in rows {
        guard let a = place[first[row]], let b = place[second[row]] else { continue }
        for (i, j) in [(a, b), (b, a)] {
          weights[i * size + j] = distance[row]
          predictions[i * size + j] = disagreement[row]
        }
      }
      out.append(
        Distances(generation: number, ids: ids, weights: weights, predictions: predictions))
    }
    return out
  }
}
