import HerdbookModel

extension Section {
  static let crossover = Section(
    "crossover", "how two parents make one child", checks: [hiddenLayer, secondParent],
    [
      .key(
        Key(
          "method", \.crossover.method, .choice, default: .value(.none),
          "what a child takes from one parent or the other: nothing, hidden units, single weights, layers, or the mean of both"
        )),
      .key(
        Key(
          "probability", \.crossover.probability, .real(.probability), default: .value(0.5),
          when: Condition(
            description: "'crossover.method' is not none", uses: ["crossover.method"],
            holds: { $0.crossover.method != .none }),
          "how likely a child has two parents")),
    ])

  private static let hiddenLayer = Check(["crossover.method", "network.layers"]) { context in
    let layers = context.experiment.network.layers
    guard context.experiment.crossover.method == .neuron, layers.count < 3 else { return }
    context.report(
      .crossoverHiddenLayer, at: "crossover.method",
      "crossover by neuron takes hidden units from two parents, but the layers \(layers) have none")
  }

  private static let secondParent = Check(["crossover.method", "population.size"]) { context in
    guard context.experiment.crossover.method != .none, context.experiment.population.size == 1
    else { return }
    context.report(
      .noEffect, at: "crossover.method",
      "'crossover.method' has no effect unless 'population.size' is above 1: there is no second "
        + "parent")
  }
}
