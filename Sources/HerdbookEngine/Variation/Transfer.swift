import HerdbookModel
package import HerdbookNetworks
import HerdbookNumerics

/// The networks that generation 0 begins with: one champion, or a population.
package struct TransferSource: Sendable {
  /// The result digest of the source's bundle, or SHA-256 in hex of a file.
  package let digest: String
  /// At least one, all of one layout, in the order of the source's population.
  package let networks: [Weights]
  /// The id of each in its own run.
  package let ids: [Int]

  package init(digest: String, networks: [Weights], ids: [Int]) {
    precondition(
      !networks.isEmpty && networks.count == ids.count, "a source has networks, each with its id")
    self.digest = digest
    self.networks = networks
    self.ids = ids
  }
}

extension Breeder {
  /// The weights of an individual of generation 0 that were transferred: those of the network with
  /// its number, from the first again where the source has fewer, plus noise of its own.
  ///
  /// The noise is that of mutation without kernel and mask, from (transfer noise, 0, id).
  func founder(of source: TransferSource, _ transfer: Experiment.Transfer, id: Int) -> Weights {
    var weights = source.networks[id % source.networks.count]
    guard transfer.noise > 0 else { return weights }
    let noise = Noise.normal(layout: layout, stream: stream(.transferNoise, iteration: 0, id: id))
    weights.add(noise, factor: transfer.noise)
    return weights
  }
}
