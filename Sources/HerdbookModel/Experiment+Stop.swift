extension Experiment {
  /// The section `stop`: what ends a run before its last iteration, whichever comes first.
  package struct Stop: Sendable, Equatable {
    /// Validation accuracy of the champion; nil for none.
    package var target: Double?
    /// Fitness evaluations of individuals since the start of the run; nil for no limit.
    package var evaluations: Int?

    package init(target: Double? = nil, evaluations: Int? = nil) {
      self.target = target
      self.evaluations = evaluations
    }

    /// Whether a run ends with a generation that came to this.
    package func ends(validationAccuracy: Double, evaluations: Int) -> Bool {
      target.map { validationAccuracy >= $0 } ?? false
        || self.evaluations.map { evaluations >= $0 } ?? false
    }
  }
}
