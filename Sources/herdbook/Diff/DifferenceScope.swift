import HerdbookAnalysis

/// How much of a difference is told.
enum DifferenceScope {
  case all
  /// The outcomes of runs, and nothing else.
  case metrics
  /// One count an aspect.
  case stat

  var aspects: [Aspect] { self == .metrics ? [.outcome] : Aspect.allCases }
}

extension BundleDifference {
  /// Whether what is told is the same within the tolerance, as the exit status says.
  func isSame(_ scope: DifferenceScope) -> Bool {
    scope == .metrics ? !isOutcomeChanged : verdict(scope).isSame
  }

  /// The verdict on what is told, and what it does not say.
  func verdictWords(_ scope: DifferenceScope) -> String {
    if scope == .metrics {
      return runs.isEmpty
        ? "no outcomes to compare" : isOutcomeChanged ? "other outcomes" : "same outcomes"
    }
    let verdict = verdict(scope)
    guard verdict == .sameResult else { return verdict.words }
    let isWithin = !haveSameWeights || runs.contains { !$0.files.isEmpty }
    let parts = [
      isWithin ? "within the tolerance" : nil, retold.isEmpty ? nil : "beside the result",
    ]
    return "\(verdict.words) (\(parts.compactMap(\.self).joined(separator: ", ")))"
  }
}
