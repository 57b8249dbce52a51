extension Plan {
  /// How the variants of a plan are held against each other, with every default filled in.
  package struct Comparison: Sendable, Equatable {
    /// The name of the variant that the others are held against.
    package var baseline: String
    /// That of the primary metric first; each metric once.
    package var rules: [Experiment.Compare.Rule]

    package init(baseline: String, rules: [Experiment.Compare.Rule]) {
      self.baseline = baseline
      self.rules = rules
    }
  }

  /// Nil where the plan has a single run: one run is no comparison.
  package var comparison: Comparison? {
    guard runs.count > 1 else { return nil }
    let compare = experiment.compare ?? Experiment.Compare()
    let primary =
      compare.metrics.first { $0.metric == compare.primary }
      ?? Experiment.Compare.Rule(
        metric: compare.primary, better: compare.primary.usuallyBetter, tolerance: 0)
    return Comparison(
      baseline: compare.baseline ?? variants[0].name,
      rules: [primary] + compare.metrics.filter { $0.metric != compare.primary })
  }
}

extension Experiment.Compare.Metric {
  /// The way that is better unless the spec says otherwise.
  package var usuallyBetter: Experiment.Compare.Better {
    switch self {
    case .testAccuracy, .validationAccuracy, .fitness, .founders, .relativeDiversity: .higher
    case .diverged, .evaluations, .images, .steps, .targetGeneration, .targetEvaluations,
      .targetSteps:
      .lower
    }
  }

  /// Its column in `summary.csv`.
  package var column: String {
    String(rawValue.map { $0 == "-" ? "_" : $0 })
  }

  /// Whether it tells when `fitness.target` was reached.
  package var isOfTarget: Bool {
    switch self {
    case .targetGeneration, .targetEvaluations, .targetSteps: true
    default: false
    }
  }
}
