import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics

/// The learned mutation operator: it proposes the direction in which features of an individual have
/// pointed to improvement, and learns from what became of its proposals and of the noise around them.
///
/// A birth's step, layer by layer in units of the layer's scale:
///     step = K * (scale N + lambda unit(Σ_f c_f φ_f))
/// with N standard normals, K the kernel filter, φ_f the features and unit(...) of RMS 1. Once an iteration
///     c_f <- (1 - eta) c_f + eta Σ_i u_i cos(φ_f, step_i)
/// over its births i, with u centred ranks of improvement over the main parent, |u| = 1. Coefficients are of
/// each feature and layer, zero at first.
struct LearnedOperator: Sendable {
  let features: [Experiment.Approximator.Feature]
  let learningRate: Double
  private let means: ClassMeans?
  private let filter: PlaneFilter?

  /// Nil where the experiment has none.
  init?(_ experiment: Experiment, data: RunData, classes: Int) {
    let approximator = experiment.approximator
    guard approximator.kind == .operator else { return nil }
    features = approximator.features
    learningRate = approximator.learningRate
    means = features.contains(.hebbian) ? ClassMeans(data.training, classes: classes) : nil
    filter =
      features.contains(.filteredWeight)
      ? PlaneFilter(
        KernelFilter(shape: .gaussian), rows: data.planeRows, columns: data.planeColumns, seed: 0)
      : nil
  }

  /// [features][layers]: those of the source, where it has any, else zeros.
  func initialCoefficients(layers: Int, from source: TransferSource?) -> [[Double]] {
    features.map { feature in
      let taken = source?.coefficients[feature] ?? [Double](repeating: 0, count: layers)
      precondition(taken.count == layers, "coefficients are of the experiment's layers")
      return taken
    }
  }

  /// What it sees of an individual, in the order of the features; zeros where there is nothing to see.
  func view(of weights: Weights, path: Weights?, gradient: (Weights) -> Weights) -> [Weights] {
    let nothing = Weights(layout: weights.layout)
    guard weights.isFinite else { return features.map { _ in nothing } }
    return features.map { feature in
      let seen =
        switch feature {
        case .path: path ?? nothing
        case .weight: weights
        case .filteredWeight: filter.map { weights.filtered($0) } ?? weights
        case .hebbian: means?.hebbian(weights) ?? nothing
        case .probeGradient: gradient(weights).negated
        }
      return seen.isFinite ? seen : nothing
    }
  }

  /// unit(Σ_f c_f φ_f), of RMS 1 in each layer; zero in a layer that nothing is known of.
  func proposal(_ view: [Weights], _ coefficients: [[Double]]) -> Weights? {
    guard let layout = view.first?.layout else { return nil }
    var sum = Weights(layout: layout)
    for (feature, coefficients) in zip(view, coefficients) {
      sum.add(feature, factors: zip(coefficients, feature.rootMeanSquares).map(quotient))
    }
    var unit = Weights(layout: layout)
    unit.add(sum, factors: sum.rootMeanSquares.map { quotient(1, $0) })
    return unit
  }

  /// The cosine of a step with each feature, layer by layer: [features][layers].
  func cosines(_ view: [Weights], with step: Weights) -> [[Double]] {
    let length = step.innerProducts(with: step)
    return view.map { feature in
      let own = feature.innerProducts(with: feature)
      return feature.innerProducts(with: step).enumerated().map { layer, product in
        quotient(product, (own[layer] * length[layer]).squareRoot())
      }
    }
  }

  /// The coefficients after an iteration.
  ///
  /// - Parameter births: of each its improvement over its main parent in the direction that is better, NaN
  ///   where there is none to tell, and its cosines.
  func learned(
    _ coefficients: [[Double]], from births: [(improvement: Double, cosines: [[Double]])]
  ) -> [[Double]] {
    let ranks = centredRanks(births.map(\.improvement))
    var learned = coefficients.map { $0.map { (1 - learningRate) * $0 } }
    for (rank, birth) in zip(ranks, births) {
      for (feature, cosines) in birth.cosines.enumerated() {
        for (layer, cosine) in cosines.enumerated() {
          learned[feature][layer] += learningRate * rank * cosine
        }
      }
    }
    return learned
  }

  /// Zero where the divisor is as good as zero.
  private func quotient(_ value: Double, _ divisor: Double) -> Double {
    divisor > 1e-30 ? value / divisor : 0
  }
}

/// Ranks from the worst up, ties sharing theirs, less their mean and of unit length; NaN is worst. All zero
/// where all are equal.
func centredRanks(_ values: [Double]) -> [Double] {
  let numbers = values.map { $0.isNaN ? -.infinity : $0 }
  let ranks = numbers.map { value in
    numbers.reduce(0.0) { $0 + ($1 < value ? 1 : $1 == value ? 0.5 : 0) }
  }
  let centred = ranks.map { $0 - Double(values.count) / 2 }
  let length = centred.reduce(0) { $0 + $1 * $1 }.squareRoot()
  return centred.map { length > 0 ? $0 / length : 0 }
}
