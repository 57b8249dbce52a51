import HerdbookAnalysis
import HerdbookEngine
import HerdbookModel

extension Experiment {
  /// The neutral drift of a run that ended with generation `last`: 1,000 simulated lineages where they are cheap,
  /// fewer where population and iterations are many.
  func neutralDrift(through last: Int, seed: UInt64, threads: Int) -> NeutralDrift {
    let work = population.size * max(last, 1)
    return NeutralDrift(
      size: population.size, iterations: last, selection: selection, crossover: crossover,
      hiddenLayers: Array(network.layers.dropFirst().dropLast()),
      replaced: selection.replaced(of: population.size), exploit: selection.neutralExploit,
      seed: seed,
      simulations: min(max(4_000_000 / work, 100), 1000), threads: threads)
  }
}
