import HerdbookNetworks
import HerdbookNumerics

/// How far one generation's champion is from the one before.
struct ChampionChange: Sendable, Codable {
  /// The L2 distance of their weights over the norm of the former; NaN where one diverged.
  let weights: Double
  /// The share of validation images that they read differently (churn, Milani Fard et al. 2016).
  let predictions: Double

  init(
    from former: Weights, _ formerly: Evaluation, to latter: Weights, _ now: Evaluation
  ) {
    let norm = former.distance(to: Weights(layout: former.layout))
    weights = norm > 0 ? former.distance(to: latter) / norm : .nan
    predictions =
      Double(differences(formerly.predictions, now.predictions))
      / Double(now.predictions.count)
  }
}
