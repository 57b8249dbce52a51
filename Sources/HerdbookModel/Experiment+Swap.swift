/// What the networks of a population take, and where they lie while nobody is at work on them.
extension Experiment {
  /// Bytes of a network in memory: rows of outputs are rounded up to sixteen floats.
  package var networkBytes: Double {
    let layers = network.layers.map(Double.init)
    return zip(layers, layers.dropFirst()).reduce(0) { sum, ends in
      sum + 4 * (ends.0 + (network.biases ? 1 : 0)) * (ends.1 / 16).rounded(.up) * 16
    }
  }

  /// Networks that are kept for each individual: itself, what its optimizer keeps, and where its line has been going.
  package var networksPerIndividual: Double {
    let optimizer: Double =
      switch training?.optimizer {
      case nil, .sgd: 0
      case .momentum: 1
      case .adam: 2
      }
    return 1 + optimizer + (approximator.sees(.path) ? 1 : 0)
  }

  /// Bytes of the networks of a generation.
  package var populationBytes: Double {
    Double(population.size) * networksPerIndividual * networkBytes
  }

  /// The most bytes of networks that are in memory where they lie in a swap file.
  package static let swapResident = 64e6

  /// Whether networks lie in a swap file: where there are more of them than that, and all are recorded,
  /// so that they go to disk in any case.
  package var isSwapped: Bool {
    record.keepsWeightFiles && record.individuals == .all
      && populationBytes > Experiment.swapResident
  }

  /// The networks that a swap file has room for: those of a generation, and of the next one beside it.
  package var swappedNetworks: Double {
    2 * Double(population.size) * networksPerIndividual
  }
}
