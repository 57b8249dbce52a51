package import HerdbookModel

/// `approximator.csv`: what a learned operator makes of each feature, layer by layer.
///
/// - Parameter coefficients: [generations][features][layers].
package func coefficientTable(
  _ coefficients: [[[Double]]], of features: [Experiment.Approximator.Feature]
) -> Table {
  var (generations, names, layers, values): ([Int], [String], [Int], [Double]) = ([], [], [], [])
  for (generation, coefficients) in coefficients.enumerated() {
    for (feature, coefficients) in zip(features, coefficients) {
      for (layer, coefficient) in coefficients.enumerated() {
        generations.append(generation)
        names.append(feature.rawValue)
        layers.append(layer + 1)
        values.append(coefficient)
      }
    }
  }
  return Table([
    Table.Column("generation", .integers(generations)),
    Table.Column("feature", .texts(names)),
    Table.Column("layer", .integers(layers)),
    Table.Column("coefficient", .reals(values)),
  ])
}
