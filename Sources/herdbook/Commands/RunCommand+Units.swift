import HerdbookBundle
import HerdbookData
import HerdbookModel

/// Some runs of a plan, each into a bundle of its own.
extension RunCommand {
  func runUnits(
    of experiment: LoadedExperiment, _ places: DataPlaces, _ project: Project
  ) throws {
    let results = project.results
    let requeuing = try unitOptions.requeue ? Requeuing() : nil
    do {
      try checkSources(of: experiment, places, project)
    } catch is Interrupted {
      throw Failure(.stopped, "\(experiment.name): stopped before anything was begun")
    }
    let planned = try experiment.plan(in: results, threads: threadOptions.count)
    let runs = try unitOptions.runs(of: planned.plan, called: planned.name)
    let runner = UnitRunner(
      planned: planned, results: results, units: try results.units(of: planned.name),
      threads: threadOptions.count, isForced: force, isQuiet: quiet, isDry: dryRun, waits: wait,
      onFailure: onFailure)
    let before = try runner.generations(of: runs)
    let outcome = try runner.run(runs)
    if !outcome.interrupted.isEmpty {
      let words = try outcome.interrupted.map { run in
        "\(planned.name) \(run.id): \(try stopped(planned.unit(run), in: runner.units))"
      }
      .joined(separator: "\n")
      guard let requeuing, Interruption.isWarning else { throw Failure(.stopped, words) }
      guard
        try !outcome.done.isEmpty || runner.generations(of: runs) != before
          || runner.isElsewhere(outcome.interrupted)
      else {
        let failure = Failure(
          .someFailed,
          "error: \(planned.name): the time of this task is up before a generation was finished; it is not"
            + " queued again, as it would never end: give it more time")
        for run in outcome.interrupted { runner.remember(failure, of: run) }
        throw failure
      }
      say(words)
      try requeuing.requeue()
      throw Failure(.stopped, "\(planned.name): queued again as job \(requeuing.job)")
    }
    if outcome.failed > 0 {
      throw Failure(
        .someFailed, "error: \(outcome.failed) of \(Words.count(runs.count, "run")) failed")
    }
  }

  /// What is transferred has to be there: of many tasks at once one would make it, and the others be refused.
  private func checkSources(
    of experiment: LoadedExperiment, _ places: DataPlaces, _ project: Project
  ) throws {
    for needed in try project.withSources([experiment], places) where needed.neededBy != nil {
      let planned = try needed.experiment.plan(in: project.results, threads: threadOptions.count)
      let state = try latencyOptions.looking(at: project.results, for: planned.name) {
        try planned.state(in: project.results)
      } until: {
        !$0.isToRun
      }
      guard state.isToRun else { continue }
      throw Failure(
        .noInput,
        "error: \(experiment.name) transfers from \(needed.name), whose bundle is \(state.word); make it first"
          + " with: herdbook run \(needed.name)")
    }
  }
}

/// The job of Slurm that this process is in, which it puts back into the queue when its time is up.
struct Requeuing {
  let job: String

  init() throws(Failure) {
    guard let job = Environment.value("SLURM_JOB_ID"), !job.isEmpty else {
      throw Failure(
        .usage, "error: --requeue: this is no job of Slurm, as SLURM_JOB_ID is not set")
    }
    self.job = job
  }

  func requeue() throws(Failure) {
    do throws(Slurm.Fault) {
      try Slurm.requeue(job)
    } catch {
      throw Failure(
        .stopped, "error: the job was not queued again, though its state is kept: \(error.text)")
    }
  }
}
