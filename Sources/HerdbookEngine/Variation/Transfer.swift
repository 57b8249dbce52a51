package import HerdbookModel
package import HerdbookNetworks
import HerdbookNumerics

/// What a source holds of what is taken from it.
package struct TransferSource: Sendable {
  /// The result digest of the source's bundle, or SHA-256 in hex of a file.
  package let digest: String
  /// One champion or a population, all of one layout, in the order of the source's population; none where
  /// coefficients are taken.
  package let networks: [Weights]
  /// The id of each in its own run.
  package let ids: [Int]
  /// Of a learned operator, those of each feature by layer; empty where networks are taken.
  package let coefficients: [Experiment.Approximator.Feature: [Double]]

  package init(digest: String, networks: [Weights], ids: [Int]) {
    precondition(
      !networks.isEmpty && networks.count == ids.count, "a source has networks, each with its id")
    self.digest = digest
    self.networks = networks
    self.ids = ids
    coefficients = [:]
  }

  package init(
    digest: String, coefficients: [Experiment.Approximator.Feature: [Double]]
  ) {
    precondition(!coefficients.isEmpty, "a learned operator has features")
    self.digest = digest
    networks = []
    ids = []
    self.coefficients = coefficients
  }
}

/// What generation 0 begins with: weights of a source as this experiment's networks take them.
struct Inheritance: Sendable {
  private let networks: [Weights]
  private let take: Experiment.Transfer.Take
  private let noise: Double

  /// Nil where networks are drawn all the same.
  init?(from source: TransferSource, _ rule: Experiment.Transfer, layout: NetworkLayout) {
    guard rule.take.isOfWeights else { return nil }
    take = rule.take
    noise = rule.noise
    networks =
      take == .neurons ? [source.networks[0].resized(to: layout)] : source.networks
    precondition(
      networks.allSatisfy {
        take == .filters ? $0.layout.layers[0] == layout.layers[0] : $0.layout == layout
      }, "what is transferred fits the experiment's network")
  }

  /// The weights of an individual: those of the network with its number, from the first again where the
  /// source has fewer, or the first layer of the source's champion below layers of its own; plus noise of its
  /// own on what it takes. The noise is that of mutation without kernel and mask.
  func founder(id: Int, drawn: () -> Weights, noise normals: () -> Noise) -> Weights {
    var weights = take == .filters ? drawn() : networks[id % networks.count]
    if take == .filters { weights.replaceFirstLayer(with: networks[0]) }
    guard noise > 0 else { return weights }
    if take == .filters {
      weights.addToFirstLayer(normals(), factor: noise)
    } else {
      weights.add(normals(), factor: noise)
    }
    return weights
  }
}
