import ArgumentParser
import HerdbookBundle
import HerdbookModel
import HerdbookSpec

struct CollectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect",
    abstract: "Join the bundles of single runs into the bundle of their experiment.",
    usage: "herdbook collect <name> [<options>]",
    discussion: """
      With submit, or run --unit, --shard or --array, processes on one machine or many each execute \
      some runs of a plan. When all are there, this makes Results/NAME of them: the same bytes as a run of \
      all on one machine. Runs that Results/NAME holds already count as well. Until all are \
      there, what is missing is named, nothing is written, and the exit status is 4.

      EXAMPLES:
        herdbook collect sweet-spot
        herdbook collect sweet-spot --replicates 100
      """)

  @Flag(
    help: "Where processes are at runs that are missing, or at the bundle, wait for them.")
  var wait = false
  @Flag(
    help:
      "In a job of Slurm, when SIGUSR1 says that its time is nearly up and runs are still missing: put the job back into the queue, and end with status 85."
  )
  var requeue = false
  @Flag(help: "Say nothing but errors and the path of the report.") var quiet = false
  @OptionGroup var study: StudyOptions
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var latencyOptions: LatencyOptions

  func run() throws {
    let (project, _, experiment) = try study.read()
    let planned = try experiment.plan(in: project.results, threads: threadOptions.count)
    Interruption.heed(isQuiet: quiet)
    let requeuing = try requeue ? Requeuing() : nil
    var isJoining = false
    do {
      try inTurn(in: project.results, waits: wait, say: say) {
        isJoining = false
        try collect(planned, project, &isJoining)
      }
    } catch is Interrupted {
      if let requeuing, Interruption.isWarning, !isJoining {
        try requeuing.requeue()
        throw Failure(.stopped, "\(planned.name): queued again as job \(requeuing.job)")
      }
      throw Failure(
        .stopped,
        "\(planned.name): stopped; nothing is written, and what runs have for themselves is unchanged"
      )
    }
  }

  private func say(_ text: String) { if !quiet { Terminal.say(text) } }

  /// - Parameter isJoining: whether all runs are there.
  private func collect(
    _ planned: PlannedExperiment, _ project: Project, _ isJoining: inout Bool
  ) throws {
    let results = project.results
    let state = try planned.state(in: results, weights: true)
    if state == .fresh {
      say("\(planned.name): up to date, there is nothing to collect")
    } else {
      let recorded = try latencyOptions.looking(at: results, for: planned.name) {
        try planned.collectedRuns(in: results)
      } until: { recorded in
        // One that failed does not come.
        let units = try results.units(of: planned.name)
        return try planned.plan.runs.allSatisfy {
          try recorded.state(of: $0) == .fresh || units.rememberedFailure(of: $0.id) != nil
        }
      } butWhile: { recorded in
        guard wait else { return false }
        let units = try results.units(of: planned.name)
        if case .underWay = try results.work(on: planned.name, [:]) { return true }
        return try planned.plan.runs.contains { run in
          guard recorded.state(of: run) != .fresh else { return false }
          if case .underWay = try units.work(on: run.id, [:]) { return true }
          return false
        }
      }
      try checkAll(recorded, planned, results)
      isJoining = true
      let bundle = try Execution(
        planned: planned, threads: threadOptions.count, isQuiet: quiet
      ).collect(recorded, in: results)
      say(
        "\(planned.name): \(Words.count(planned.plan.runs.count, "run")) collected;"
          + " \(try Headline(bundle).text)")
    }
    try forgetJobs(of: planned.name, in: results)
    try results.discardUnits(planned.plan.runs, of: planned.name)
    try Terminal.tell(project.shownReport(planned.name))
  }

  /// Forgets jobs that are over; what is still queued is known until it is gone, too.
  private func forgetJobs(of name: String, in results: Results) throws {
    let file = try JobFile(of: name, in: results)
    guard try file.isBegun() else { return }
    do {
      let jobs = try UnitJobs(of: name, in: results)
      guard jobs.strays.isEmpty, jobs.queue != nil else { return }
      try file.forget(jobs.ended, of: jobs.records)
    } catch let failure as Failure {
      // The bundle stands all the same.
      Terminal.complain(failure.message)
    }
  }

  /// Throws what is missing, with what is known of it.
  private func checkAll(
    _ recorded: RecordedRuns, _ planned: PlannedExperiment, _ results: Results
  ) throws {
    let plan = planned.plan
    let absent = plan.runs.filter { recorded.state(of: $0) != .fresh }
    guard !absent.isEmpty else { return }
    let units = try results.units(of: planned.name)
    let lines = try absent.prefix(20).map { run in
      let unit = planned.unit(run)
      let word: String
      switch try units.work(on: run.id, unit.keys) {
      case .underWay(let holder):
        word = "running, process \(holder.process) on \(holder.host) is at it"
      case .interrupted(let headers): word = "interrupted \(unit.progress(headers))"
      case .none: word = recorded.state(of: run).rawValue
      }
      if let failure = try units.rememberedFailure(of: run.id) {
        return "  \(run.id): \(word); \(failure.firstLine)"
      }
      return "  \(run.id): \(word)"
    }
    let rest = absent.count - lines.count
    let more = rest > 0 ? ["  and \(Words.grouped(rest)) more"] : []
    throw Failure(
      .someFailed,
      ([
        "error: \(planned.name): \(Words.grouped(absent.count)) of"
          + " \(Words.count(plan.runs.count, "run")) \(absent.count == 1 ? "is" : "are") not there:"
      ] + lines + more + [
        "make one with: herdbook run \(Words.quoted(study.words)) --unit \(absent[0].id)"
      ])
      .joined(separator: "\n"))
  }
}
