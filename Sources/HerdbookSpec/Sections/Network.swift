package import HerdbookModel

extension Section {
  static let network = Section(
    "network", "the networks, all of one shape", checks: [layersOfDataset],
    [
      .key(
        Key(
          "layers", \.network.layers, .integers(1...1_000_000, atLeast: 2), unit: "units",
          default: .required, "units of each layer, from the image's pixels to the classes")),
      .key(
        Key(
          "activation", \.network.activation, .choice, default: .value(.relu),
          "what hidden units do with their sum")),
      .key(
        Key(
          "biases", \.network.biases, .boolean, default: .value(false),
          "whether units have a bias")),
      .section(initialization),
    ])

  private static let initialization = Section(
    "initialization", "the weights of generation 0",
    when: Condition(
      description: "'transfer' is left out: generation 0 begins with what is transferred",
      uses: [], holds: { $0.transfer == nil }),
    [
      .key(
        Key(
          "scheme", \.network.initialization.scheme, .choice, default: .value(.glorotUniform),
          "what weights are drawn from")),
      .key(
        Key(
          "scale", \.network.initialization.scale, .drawable(.positive),
          default: .value(.fixed(1)),
          "multiplies; the deviation of normal and the limit of uniform")),
      .section(kernel(.initialization, "a filter over the image plane that shapes the weights")),
    ])

  private static let layersOfDataset = Check.withShape([
    "network.layers", "dataset.name", "dataset.classes",
  ]) { context, shape in
    let layers = context.experiment.network.layers
    let dataset = context.experiment.dataset
    let kept = dataset.classes?.count
    let classes = kept ?? shape.classes
    let has =
      "\(dataset.name.rawValue) has \(shape.rows) x \(shape.columns) = \(shape.pixels) pixels and "
      + counted(shape.classes, "class", "classes")
      + (kept.map { ", of which \($0) are kept" } ?? "")
    if layers[0] != shape.pixels {
      context.report(
        .datasetLayers, at: "network.layers", element: 0,
        "the first layer has \(counted(layers[0], "unit", "units")), not \(shape.pixels): \(has)")
    }
    let last = layers[layers.count - 1]
    if last != classes {
      context.report(
        .datasetLayers, at: "network.layers", element: layers.count - 1,
        "the last layer has \(counted(last, "unit", "units")), not \(classes): \(has)")
    }
  }
}

extension Experiment.Network {
  /// Weights and biases of one network; the largest number of 64 bits where it would be more.
  var weightCount: Int {
    zip(layers, layers.dropFirst()).reduce(0) { sum, layer in
      saturatingSum(sum, saturatingProduct(layer.0 + (biases ? 1 : 0), layer.1))
    }
  }

  /// Multiply-adds of one image's way forward; the largest number of 64 bits where it would be
  /// more.
  package var multiplyAdds: Int {
    zip(layers, layers.dropFirst()).reduce(0) { saturatingSum($0, saturatingProduct($1.0, $1.1)) }
  }
}
