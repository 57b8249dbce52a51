package import HerdbookModel
package import HerdbookNetworks
import HerdbookNumerics

/// The rows of `distributions.csv`: percentiles of weights by generation, layer and kind of input.
package struct Distributions: Sendable {
  /// Inputs whose weights are told apart: those that some training image lights, and the rest.
  package enum Inputs: String, Sendable {
    case live
    case neverLit = "never-lit"
  }

  private struct Row: Sendable {
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
    var jobs: [(layer: Int, inputs: Inputs, place: Int?)] = []
    for layer in layout.layers.indices {
      for inputs in layer == 0 && lit.contains(false) ? [Inputs.live, .neverLit] : [.live] {
        jobs.append((layer, inputs, nil))
        if individuals { jobs += weights.indices.map { (layer, inputs, $0) } }
      }
    }
    let tasks = jobs
    rows += parallelMap(count: tasks.count, threads: threads) { index in
      let job = tasks[index]
      let members = job.place.map { [weights[$0]] } ?? weights
      let values = sorted(
        members.flatMap {
          Distributions.values($0, layer: job.layer, inputs: job.inputs, lit: lit)
        })
      return Row(
        generation: generation, layer: job.layer + 1, inputs: job.inputs,
        individual: job.place.map { ids[$0] }, count: values.count,
        percentiles: (0...100).map { percent in
          guard job.place == nil || percent.isMultiple(of: 5) else { return .nan }
          return Float(quantile(values, Double(percent) / 100))
        })
    }
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
