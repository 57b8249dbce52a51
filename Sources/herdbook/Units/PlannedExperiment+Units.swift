import HerdbookBundle
import HerdbookEngine
import HerdbookModel

extension PlannedExperiment {
  /// The plan of one run alone, whose bundle has the run's id for a name.
  func unit(_ run: Plan.Run) -> PlannedExperiment {
    let variant = plan.variant(of: run)
    return PlannedExperiment(
      name: run.id, experiment: experiment,
      plan: Plan(
        variants: [variant], runs: [run], overrides: plan.overrides, transfers: plan.transfers),
      datasets: datasets.filter { $0.keys == variant.experiment.dataset })
  }

  /// What the bundle holds of each run of the plan, or else the bundle that the run has for itself.
  func collectedRuns(in results: Results) throws(BundleError) -> RecordedRuns {
    var recorded = try recordedRuns(in: results)
    let units = try results.units(of: name)
    for run in plan.runs where recorded.state(of: run) != .fresh {
      recorded.add(
        try units.recordedRuns(
          of: run.id, plan: unit(run).plan, resultVersion: Evolution.resultVersion), of: run)
    }
    return recorded
  }
}
