import HerdbookBundle
import HerdbookData
import HerdbookModel

/// Some runs of a plan, each into a bundle of its own.
extension RunCommand {
  func runUnits(
    of experiment: LoadedExperiment, _ places: DataPlaces, _ project: Project
  ) throws {
    let results = project.results
    let planned = try experiment.plan(in: results, threads: threadOptions.count)
    let runs = try unitOptions.runs(of: planned.plan, called: planned.name)
    try checkSources(of: experiment, places, project)
    let held = try planned.recordedRuns(in: results)
    let units = try results.units(of: planned.name)
    var failed = 0
    for run in runs {
      let unit = planned.unit(run)
      do {
        try inTurn(in: units) {
          try bring(unit, of: planned, isHeld: held.state(of: run) == .fresh, units, results)
        }
      } catch is Interrupted {
        throw Failure(.stopped, "\(planned.name) \(run.id): \(try stopped(unit, in: units))")
      } catch let error as any DescribesFailure where onFailure == .keepGoing {
        Terminal.complain(error.failure.message)
        failed += 1
      }
    }
    if failed > 0 {
      throw Failure(
        .someFailed, "error: \(failed) of \(Words.count(runs.count, "run")) failed")
    }
  }

  /// What is transferred has to be there: of many tasks at once one would make it, and the others be refused.
  private func checkSources(
    of experiment: LoadedExperiment, _ places: DataPlaces, _ project: Project
  ) throws {
    for needed in try project.withSources([experiment], places) where needed.neededBy != nil {
      let planned = try needed.experiment.plan(in: project.results, threads: threadOptions.count)
      let state = try planned.state(in: project.results)
      guard state.isToRun else { continue }
      throw Failure(
        .noInput,
        "error: \(experiment.name) transfers from \(needed.name), whose bundle is \(state.word); make it first"
          + " with: herdbook run \(needed.name)")
    }
  }

  /// Brings the bundle of one run up to date, where the experiment's does not hold it.
  private func bring(
    _ unit: PlannedExperiment, of planned: PlannedExperiment, isHeld: Bool, _ units: Results,
    _ results: Results
  ) throws {
    try Interruption.check()
    let name = "\(planned.name) \(unit.name)"
    if isHeld && !force { return say("\(name): up to date in the bundle of \(planned.name)") }
    let state = try unit.state(in: units, weights: true)
    let work = try units.work(on: unit.name, unit.keys)
    if case .underWay(let holder) = work { throw try units.locked(unit.name, by: holder) }
    let page = Path.shown("\(units.folder)/\(unit.name)/report.html")
    if !force && work == .none && !state.isToRun {
      say("\(name): up to date")
      return try Terminal.tell(page)
    }
    let headers = force ? [:] : work.headers
    say(
      "\(name): "
        + (headers.isEmpty
          ? state.reasonToRun
          : "going on with a run that was cut short, \(unit.progress(headers))"))
    if dryRun { return }
    let clock = Stopwatch()
    let bundle = try Execution(
      planned: unit, threads: threadOptions.count, isQuiet: quiet, library: results
    ).run(in: units, isForced: force)
    say("\(name): \(try Headline(bundle).text) in \(Words.duration(clock.seconds))")
    try Terminal.tell(page)
  }
}
