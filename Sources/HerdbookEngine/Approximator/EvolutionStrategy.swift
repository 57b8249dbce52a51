import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics

/// The evolution strategy of Salimans et al. (arXiv:1703.03864) with antithetic samples and momentum.
///
/// A generation is a centre w and n samples around it in pairs, w + scale s K(N) and w - scale s K(N), with s the
/// scale of the layer and K the kernel filter. The next centre is
///     v <- momentum v + (1 - momentum) g
///     w <- w + learning rate v, the rate after its schedule
///     g = s / (n scale) Σ_i u_i K(N_i)
/// with u ranks from the worst up, between -1/2 and 1/2. Samples whose weights are not finite, and their
/// mirror images, move nobody. Nobody lives on: the centre of generation 0 is its champion.
extension Breeder {
  /// A sample around a centre; of two whose ids follow each other, the second is the mirror image.
  func sample(id: Int, iteration: Int, around centre: Member, isMirrored: Bool) -> Birth {
    var weights = centre.weights
    if let step = step(
      towards: nil, centre.hyperparameters, iteration: iteration, id: isMirrored ? id - 1 : id)
    {
      weights.add(step.noise, factor: isMirrored ? -step.scale : step.scale)
    }
    return birth(id: id, iteration: iteration, of: centre, .mutation, weights, velocity: nil)
  }

  /// The next centre.
  ///
  /// - Parameter samples: of this iteration, evaluated, in pairs.
  func centre(id: Int, iteration: Int, from centre: Member, samples: [Member]) -> Birth {
    let ranks = ranks(samples.map(\.fitness))
    let scale = mutationScale(centre.hyperparameters, iteration: iteration)
    let approximator = experiment.approximator
    func each(_ factor: Double) -> [Double] { layout.layers.map { _ in factor } }
    var gradient = Weights(layout: layout)
    for first in stride(from: 0, to: samples.count, by: 2) {
      let (sample, mirrored) = (samples[first].weights, samples[first + 1].weights)
      guard scale > 0, sample.isFinite, mirrored.isFinite else { continue }
      // Their difference is twice the noise, times scale and s.
      let factor =
        (ranks[first] - ranks[first + 1]) / (2 * Double(samples.count) * scale * scale)
      gradient.add(sample, factors: each(factor))
      gradient.add(mirrored, factors: each(-factor))
    }
    var velocity = Weights(layout: layout)
    if let before = centre.path { velocity.add(before, factors: each(approximator.momentum)) }
    velocity.add(gradient, factors: each(1 - approximator.momentum))
    var weights = centre.weights
    let rate =
      approximator.learningRate
      * approximator.schedule.factor(step: iteration - 1, of: experiment.iterations)
    weights.add(velocity, factors: each(rate))
    return birth(
      id: id, iteration: iteration, of: centre, .evolutionStrategy, weights, velocity: velocity)
  }

  private func birth(
    id: Int, iteration: Int, of centre: Member, _ operator: Individual.Operator, _ weights: Weights,
    velocity: Weights?
  ) -> Birth {
    Birth(
      member: Member(
        id: id, weights: weights, optimizer: nil, hyperparameters: centre.hyperparameters,
        path: velocity, fitness: .nan, evaluation: nil, digest: []),
      individual: Individual(
        id: id, parents: [centre.id], birth: iteration, operator: `operator`,
        hyperparameters: centre.hyperparameters))
  }

  /// Ranks from the worst up between -1/2 and 1/2, ties sharing theirs; NaN is worst.
  private func ranks(_ fitness: [Double]) -> [Double] {
    let sign = experiment.fitness.direction == .higher ? 1.0 : -1
    let values = fitness.map { $0.isNaN ? -.infinity : sign * $0 }
    return values.map { value in
      let below = values.reduce(0.0) { $0 + ($1 < value ? 1 : $1 == value ? 0.5 : 0) } - 0.5
      return below / Double(values.count - 1) - 0.5
    }
  }
}
