import HerdbookBundle
import HerdbookEngine
import HerdbookModel

extension PlannedExperiment {
  /// What the bundle holds of each run of the plan; one that is being run anew, from a state that was kept,
  /// counts as stale.
  ///
  /// - Parameter readingFiles: false where runs are only counted, and none is taken over.
  func recordedRuns(
    in results: Results, readingFiles: Bool = true
  ) throws(BundleError) -> RecordedRuns {
    var recorded = try results.recordedRuns(
      of: name, plan: plan, resultVersion: Evolution.resultVersion, readingFiles: readingFiles)
    recorded.renew(Set(try results.work(on: name, keys).headers.keys))
    return recorded
  }

  /// How each run of the plan stands to the bundle, whose own state is known; in the order of the plan.
  func runStates(
    _ state: BundleState, in results: Results
  ) throws(BundleError) -> [RunState] {
    if !state.isToRun, case .none = try results.work(on: name, keys) {
      return plan.runs.map { _ in .fresh }
    }
    let recorded = try recordedRuns(in: results)
    return plan.runs.map(recorded.state)
  }
}
