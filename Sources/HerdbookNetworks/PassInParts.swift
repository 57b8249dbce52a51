import HerdbookNumerics

/// Examples of one part; of one length for any number of threads, since the sum of losses is that of
/// the parts' sums.
private let part = 1024

extension Weights {
  /// Passes all examples forward, in parts that threads share.
  ///
  /// The loss may differ in its last bits from that of one pass, which sums in another order; the
  /// number of threads makes no difference.
  package func evaluation(on examples: Examples, threads: Int) -> Evaluation {
    let parts = inParts(of: examples, threads: threads) { $1.evaluate(self, on: $0) }
    return Evaluation(
      correct: parts.reduce(0) { $0 + $1.correct },
      loss: parts.reduce(0) { $0 + $1.loss * Double($1.predictions.count) }
        / Double(examples.count),
      predictions: parts.flatMap(\.predictions))
  }

  /// The activations of a layer of units for all examples, as a workspace gives them.
  package func activations(on examples: Examples, layer: Int, threads: Int) -> [Float] {
    inParts(of: examples, threads: threads) { $1.activations(self, on: $0, layer: layer) }
      .flatMap { $0 }
  }

  private func inParts<Result: Sendable>(
    of examples: Examples, threads: Int,
    _ pass: @escaping @Sendable (Examples, Workspace) -> Result
  ) -> [Result] {
    let layout = layout
    return parallelMap(
      count: (examples.count + part - 1) / part, threads: threads,
      workspace: { Workspace(layout: layout, capacity: 64) },
      body: { index, workspace in
        let from = index * part
        return pass(examples.selecting(from..<min(from + part, examples.count)), workspace)
      })
  }
}
