package import HerdbookModel
package import HerdbookNetworks

/// A living individual: its weights, and what its last evaluation gave.
package struct Member: Sendable, Codable {
  package let id: Int
  package var weights: Weights
  /// What its optimizer keeps, which goes on with the individual and with its copies.
  package var optimizer: OptimizerState?
  package var hyperparameters: Hyperparameters
  /// Where its line of descent has been going; nil before the first step, and where nobody looks at it. With
  /// a learned operator p <- 0.8 p + 0.2 step over the births, in units of the layer's scale; of an
  /// evolution strategy the velocity of the centre.
  package var path: Weights?
  /// For each hidden unit the founder that it comes from; empty where crossover takes units apart or there
  /// is none.
  package var unitFounders: [Int32] = []
  /// In the metric of the spec, higher first unless the spec turns it round; NaN when it diverged.
  package var fitness: Double
  /// What it did on the fitness images; nil when it diverged.
  package var evaluation: Evaluation?
  /// Fitness at its last evaluations and those of its weights before they were copied, the last one last; empty
  /// where selection does not look at them.
  package var history: [Double] = []
  /// SHA-256 over what it goes on with.
  package var digest: [UInt8]
}

/// A generation as an observer sees it.
package struct Generation: Sendable {
  package let record: GenerationRecord
  /// Whether the run ends with it.
  package var isLast: Bool { state.isLast }
  package var members: [Member] { state.members }
  /// For each member the position in the generation before of itself, where it lived on, or of its
  /// main parent; empty in generation 0.
  package var origins: [Int] { state.origins }
  /// The number of founders that hidden units come from; nil where they are not inherited whole.
  package var foundersByNeuron: Int? {
    guard members.contains(where: { !$0.unitFounders.isEmpty }) else { return nil }
    return Set(members.flatMap(\.unitFounders)).count
  }
  /// Of the learned operator after this generation, [features][layers]; empty where there is none.
  package var coefficients: [[Double]] { state.coefficients }
  /// What the run goes on from, so that it can be kept and taken up again.
  package let state: Evolution.State
}
