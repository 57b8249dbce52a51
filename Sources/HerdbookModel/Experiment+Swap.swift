/// What the networks of a population take, and where they lie while nobody is at work on them.
extension Experiment {
  /// Bytes of a network in memory: rows of outputs are rounded up to sixteen floats.
  package var networkBytes: Double {
    let layers = network.layers.map(Double.init)
    return zip(layers, layers.dropFirst()).reduce(0) { sum, ends in
      sum + 4 * (ends.0 + (network.biases ? 1 : 0)) * (ends.1 / 16).rounded(.up) * 16
    }
  }

  /// Networks of each individual: itself, what its optimizer keeps, and where its line has been going.
  package var networksPerIndividual: Double {
    let optimizer: Double =
      switch training?.optimizer {
      case nil, .sgd: 0
      case .momentum: 1
      case .adam: 2
      }
    return 1 + optimizer + (approximator.sees(.path) ? 1 : 0)
  }

  /// Networks of a generation, the velocity of an evolution strategy among them, and their bytes.
  package var generationNetworks: Double {
    Double(population.size) * networksPerIndividual
      + (approximator.kind == .evolutionStrategy ? 1 : 0)
  }
  package var generationBytes: Double { generationNetworks * networkBytes }

  /// The most bytes of networks that are in memory where they lie in a swap file.
  package static let swapResident = 64e6

  /// Whether networks lie in a swap file: where they take more than that, and all are recorded, so that they go to
  /// disk in any case, or are a zoo, which may have any number of them.
  package var isSwapped: Bool {
    (record.individuals == .all || record.zoo) && generationBytes > Experiment.swapResident
  }

  /// Generations that a swap file has room for: one, and the next beside it.
  package static let swappedGenerations = 2.0
}
