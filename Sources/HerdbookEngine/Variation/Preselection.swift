import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics

/// Preselection: of several mutants of a birth the one with the lowest loss on a few training images is born;
/// a loss that is cheaper than fitness stands in for it.
extension Breeder {
  /// The images of an iteration: drawn with replacement from (preselection images, iteration), the same for
  /// all births; nil where there is no preselection.
  func preselectionImages(iteration: Int) -> Examples? {
    guard let rule = experiment.mutation.preselect else { return nil }
    var stream = stream(.preselectionImages, iteration: iteration, id: 0)
    return training.selecting((0..<rule.images).map { _ in stream.bounded(training.count) })
  }

  /// Mutates the weights of a child, and gives the step; nil where nothing is mutated.
  ///
  /// Of equal losses the first counts; one that is not finite, or of weights that are not, is worst.
  func mutate(
    _ weights: inout Weights, towards proposal: Weights?, _ hyperparameters: Hyperparameters,
    iteration: Int, id: Int, loss: (Weights) -> Double
  ) -> Step? {
    var best: (mutant: Weights, step: Step, loss: Double)?
    for candidate in 0..<(experiment.mutation.preselect?.candidates ?? 1) {
      guard
        let step = step(
          towards: proposal, hyperparameters, iteration: iteration, id: id, candidate: candidate)
      else { return nil }
      var mutant = weights
      mutant.add(step.noise, factor: step.scale)
      var own = Double.infinity
      if experiment.mutation.preselect != nil, mutant.isFinite {
        let measured = loss(mutant)
        if measured.isFinite { own = measured }
      }
      if best.map({ own < $0.loss }) ?? true { best = (mutant, step, own) }
    }
    guard let best else { return nil }
    weights = best.mutant
    return best.step
  }
}
