import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics

/// A network from its matrices in row-major order.
func network(_ layers: [Int], _ matrices: [[Float]]) -> Weights {
  Weights(layout: NetworkLayout(Experiment.Network(layers: layers)), matrices: matrices)
}

/// Labelled images from their bytes; 255 is 1.
func examples(_ images: [[UInt8]], labels: [UInt8]) -> Examples {
  let columns = images[0].count
  let matrix = ByteMatrix(rows: images.count, columns: columns) { row, span in
    for column in 0..<columns { span[column] = images[row][column] }
  }
  return Examples(
    images: matrix, rows: images.indices.map { Int32($0) }, labels: labels,
    values: (0..<256).map { Float($0) / 255 })
}

extension Table {
  var names: [String] { columns.map(\.name) }

  func integers(_ name: String) -> [Int?]? {
    guard case .integers(let values)? = columns.first(where: { $0.name == name })?.values
    else { return nil }
    return values
  }

  func reals(_ name: String) -> [Double]? {
    guard case .reals(let values)? = columns.first(where: { $0.name == name })?.values
    else { return nil }
    return values
  }

  func singles(_ name: String) -> [Float]? {
    guard case .singles(let values)? = columns.first(where: { $0.name == name })?.values
    else { return nil }
    return values
  }

  func texts(_ name: String) -> [String]? {
    guard case .texts(let values)? = columns.first(where: { $0.name == name })?.values
    else { return nil }
    return values
  }
}

/// An experiment whose tables are asked for; three networks 2-2-2.
func experiment(_ change: (inout Experiment) -> Void = { _ in }) -> Experiment {
  var experiment = Experiment(
    name: "small", title: "small", description: nil, seed: 1, iterations: 2,
    dataset: Experiment.Dataset(), network: Experiment.Network(layers: [2, 2, 2]),
    population: Experiment.Population(size: 3), training: nil,
    fitness: Experiment.Fitness(metric: .accuracy),
    selection: Experiment.Selection(replace: .all), crossover: Experiment.Crossover(),
    mutation: Experiment.Mutation(scale: .fixed(0.1)), record: Experiment.Record())
  change(&experiment)
  return experiment
}
