import HerdbookNumerics

/// Examples of one part.
private let part = 1024

extension Weights {
  /// Passes all examples forward, in parts that threads share; the same bits for any number of them.
  package func evaluation(on examples: Examples, threads: Int) -> Evaluation {
    let parts = inParts(of: examples, threads: threads) { $1.answers(of: self, on: $0) }
    return Evaluation(
      predictions: parts.flatMap(\.0), losses: parts.flatMap(\.1), labels: examples.labels)
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
