package import HerdbookModel
package import HerdbookNetworks
import HerdbookNumerics

/// The rows of `distributions.csv`: percentiles of weights by generation, layer and kind of input.
package struct Distributions: Sendable, Codable {
  /// Inputs whose weights are told apart: those that some training image lights, and the rest.
  package enum Inputs: String, Sendable, Codable {
    case live
    case neverLit = "never-lit"
  }

  private struct Row: Sendable, Codable {
    let generation: Int
    let layer: Int
    let inputs: Inputs
    let individual: Int?
    let count: Int
    /// 101 percentiles; NaN where they are left out.
    let percentiles: [Float]
  }

  private var rows: [Row] = []
  /// For each input of the first layer, whether some training image lights it.
  private let lit: [Bool]

  package init(lit: [Bool]) { self.lit = lit }

  /// Adds the percentiles of a population (finite networks only), and of each of its individuals
  /// where asked: 0, 5, ..., 100 % for those.
  package mutating func add(
    generation: Int, ids: [Int], weights: [Weights], individuals: Bool, threads: Int
  ) {
    guard let layout = weights.first?.layout else { return }
    let lit = lit
    for layer in layout.layers.indices {
      for inputs in layer == 0 && lit.contains(false) ? [Inputs.live, .neverLit] : [.live] {
        let values = parallelMap(count: weights.count, threads: threads) { place in
          Distributions.values(weights[place], layer: layer, inputs: inputs, lit: lit)
        }
        let found = Distributions.percentiles(values, individuals: individuals, threads: threads)
        for (place, percentiles) in found.enumerated() {
          rows.append(
            Row(
              generation: generation, layer: layer + 1, inputs: inputs,
              individual: place == 0 ? nil : ids[place - 1],
              count: place == 0 ? values.reduce(0) { $0 + $1.count } : values[place - 1].count,
              percentiles: percentiles))
        }
      }
    }
  }

  /// Members with fewer values are sorted, since counting costs the same for any number.
  private static let fewValues = 4096

  /// The 101 percentiles of the values of all members together, then every fifth of each member,
  /// with NaN between them, where they are asked for.
  private static func percentiles(
    _ values: [[Float]], individuals: Bool, threads: Int
  ) -> [[Float]] {
    let counts =
      values[0].count < fewValues
      ? [] : parallelMap(count: values.count, threads: threads) { RankCounts(values[$0]) }
    let together = together(values, counts, threads: threads)
    guard individuals else { return [together] }
    return [together]
      + parallelMap(count: values.count, threads: threads) { place in
        let percents = stride(from: 0, through: 100, by: 5)
        let levels = percents.map { Double($0) / 100 }
        var percentiles = [Float](repeating: .nan, count: 101)
        for (percent, value) in zip(
          percents, quantiles(levels, of: values[place], counts.isEmpty ? nil : counts[place]))
        {
          percentiles[percent] = Float(value)
        }
        return percentiles
      }
  }

  private static func together(
    _ values: [[Float]], _ counts: [RankCounts], threads: Int
  ) -> [Float] {
    let levels = (0...100).map { Double($0) / 100 }
    guard var all = counts.first else {
      return quantiles(levels, of: values.flatMap { $0 }, nil).map(Float.init)
    }
    for other in counts.dropFirst() { all.add(other) }
    let search = QuantileSearch(levels, in: all, groups: 16)
    let candidates = parallelMap(count: values.count, threads: threads) {
      search.candidates(values[$0])
    }
    let groups = parallelMap(count: search.groups, threads: threads) { group in
      sorted(candidates.flatMap { $0[group] })
    }
    return search.quantiles(groups).map(Float.init)
  }

  /// The same bits with counts and without.
  private static func quantiles(
    _ levels: [Double], of values: [Float], _ counts: RankCounts?
  ) -> [Double] {
    guard let counts else {
      let values = sorted(values)
      return levels.map { quantile(values, $0) }
    }
    let search = QuantileSearch(levels, in: counts)
    return search.quantiles(search.candidates(values).map { sorted($0) })
  }

  /// The weights of a layer (biases aside) that belong to some inputs.
  private static func values(
    _ weights: Weights, layer: Int, inputs: Inputs, lit: [Bool]
  ) -> [Float] {
    let matrix = weights.matrix(layer)
    guard layer == 0, lit.contains(false) else { return matrix }
    let outputs = weights.layout.layers[0].outputs
    var values: [Float] = []
    values.reserveCapacity(matrix.count)
    for input in lit.indices where lit[input] == (inputs == .live) {
      values += matrix[input * outputs..<(input + 1) * outputs]
    }
    return values
  }

  package func table() -> Table {
    Table(
      [
        Table.Column("generation", .integers(rows.map(\.generation))),
        Table.Column("layer", .integers(rows.map(\.layer))),
        Table.Column("inputs", .texts(rows.map(\.inputs.rawValue))),
        Table.Column("individual", .integers(rows.map(\.individual))),
        Table.Column("count", .integers(rows.map(\.count))),
      ]
        + (0...100).map { percent in
          Table.Column("p\(percent)", .singles(rows.map { $0.percentiles[percent] }))
        })
  }
}
