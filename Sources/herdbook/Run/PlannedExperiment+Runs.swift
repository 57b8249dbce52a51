import HerdbookBundle
import HerdbookEngine
import HerdbookModel

extension PlannedExperiment {
  /// What the bundle holds of each run of the plan.
  func recordedRuns(in results: Results) throws(BundleError) -> RecordedRuns {
    try results.recordedRuns(of: name, plan: plan, resultVersion: Evolution.resultVersion)
  }

  /// How each run of the plan stands to the bundle, whose own state is known; in the order of the plan.
  func runStates(
    _ state: BundleState, in results: Results
  ) throws(BundleError) -> [RunState] {
    switch state {
    case .fresh, .outdatedPages: return plan.runs.map { _ in .fresh }
    case .missing, .stale, .damaged:
      let recorded = try recordedRuns(in: results)
      return plan.runs.map(recorded.state)
    }
  }
}
