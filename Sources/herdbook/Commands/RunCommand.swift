import ArgumentParser
import HerdbookBundle
import HerdbookData
import HerdbookModel
import HerdbookSpec

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run experiments and write their bundles.",
    discussion: """
      An experiment whose bundle is up to date is skipped; where only its title, its \
      comments or its pages differ, the pages are made again without a run. The path of \
      each report goes to stdout, all else to stderr.

      With --set, a value is laid over the spec for this bundle alone, which needs a \
      name of its own: --as.

      Ctrl-C ends a run after its iteration and keeps its state (exit status 85); the next \
      run goes on from there, as it does after a crash from a state of about a minute \
      before, and ends in the same bytes. What was there before stays until then. The \
      number of threads never changes a result.

      EXAMPLES:
        herdbook run quickstart
        herdbook run baseline-selection sweet-spot --data ~/datasets
        herdbook run --all --quiet --keep-going
        herdbook run sweet-spot --set mutation.scale=0.1 --as wider-noise
        herdbook run sweet-spot --replicates 10
        herdbook run sweet-spot --shard 0/4
      """)

  @Argument(
    help: ArgumentHelp("Experiments by name, or spec files by path.", valueName: "name"),
    completion: .experiments)
  var names: [String] = []
  @Flag(help: "Run every experiment of the project.") var all = false
  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("Run under this name, and write its bundle.", valueName: "name"))
  var alias: String?
  @Flag(
    help:
      "Run all from the beginning, even what is up to date, and replace folders that hold foreign files."
  )
  var force = false
  @Flag(help: "Say what would be done, and do nothing.") var dryRun = false
  @Flag(help: "Where another process works on a bundle, wait until it is done instead of failing.")
  var wait = false
  @Flag var onFailure: OnFailure = .failFast
  @Flag(help: "Say nothing but errors and the paths of the reports.") var quiet = false
  @OptionGroup var unitOptions: UnitOptions
  @OptionGroup var latencyOptions: LatencyOptions
  @OptionGroup var overrideOptions: OverrideOptions
  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var threadOptions: ThreadOptions

  func validate() throws {
    if names.isEmpty != all {
      throw ValidationError("name the experiments to run, or pass --all")
    }
    try overrideOptions.check(alias: alias, names: names)
    if unitOptions.isGiven && names.count != 1 {
      throw ValidationError("--unit, --shard and --array are of one experiment; name that one")
    }
    if latencyOptions.latencyWait != nil && !unitOptions.isGiven {
      throw ValidationError("--latency-wait goes with --unit, --shard and --array")
    }
  }

  func run() throws {
    let project = try projectOptions.project()
    let places = project.places(data: dataOptions.data)
    if let alias { try project.checkAlias(alias) }
    let files = try project.files(names)
    if files.isEmpty { return say(Project.isEmpty) }
    // A wrong spec never runs, and none that stands before it either.
    let experiments = try readAll(
      files, project, places, overrides: overrideOptions.overrides, as: alias)
    Interruption.heed(isQuiet: quiet)
    if unitOptions.isGiven { return try runUnits(of: experiments[0], places, project) }
    var outcomes: [Outcome] = []
    for needed in try project.withSources(experiments, places) {
      let clock = Stopwatch()
      var outcome = Outcome(name: needed.name)
      do {
        guard let did = try bringInTurn(needed, project, failed: outcomes.filter(\.hasFailed))
        else {
          continue
        }
        outcome.did = did
        if !dryRun && needed.neededBy == nil {
          if let count = overrideOptions.replicates, alias == nil {
            say(
              "\(needed.name): to keep its runs, set 'replicates: \(count)' in the spec, which the next"
                + " run without --replicates goes by")
          }
          try Terminal.tell(project.shownReport(needed.name))
        }
      } catch is Interrupted {
        throw Failure(.stopped, "\(needed.name): \(try stopped(needed.experiment, project))")
      } catch let error as any DescribesFailure where onFailure == .keepGoing {
        Terminal.complain(error.failure.message)
        outcome.did = "failed"
        outcome.hasFailed = true
      }
      outcome.seconds = clock.seconds
      outcomes.append(outcome)
    }
    try conclude(outcomes, project.results)
  }

  private struct Outcome {
    let name: String
    var did = ""
    var hasFailed = false
    var seconds = 0.0
  }

  /// What became of several experiments, as a table.
  private func conclude(_ outcomes: [Outcome], _ results: Results) throws {
    if outcomes.count > 1 && !dryRun {
      let rows = try outcomes.map { outcome in
        let bundle = try results.open(outcome.name)
        return [
          outcome.name, outcome.did, Words.duration(outcome.seconds),
          bundle.flatMap { try? Headline($0).text } ?? "",
        ]
      }
      for line in Words.columns([["name", "", "time", "headline"]] + rows) { say(line) }
    }
    let failed = outcomes.count(where: \.hasFailed)
    if failed > 0 {
      throw Failure(
        .someFailed, "error: \(failed) of \(Words.count(outcomes.count, "experiment")) failed")
    }
  }

  /// Brings the bundle of an experiment up to date, after whoever is at it where that is asked for.
  private func bringInTurn(
    _ needed: NeededExperiment, _ project: Project, failed: [Outcome]
  ) throws -> String? {
    try inTurn(in: project.results, waits: wait, say: say) {
      try bring(needed, project, failed: failed)
    }
  }

  /// Brings the bundle of an experiment up to date, by as little work as that takes; says what it did,
  /// nil where nothing was asked for.
  ///
  /// - Parameter failed: what became of the experiments that failed before.
  private func bring(
    _ needed: NeededExperiment, _ project: Project, failed: [Outcome]
  ) throws -> String? {
    try Interruption.check()
    let (experiment, name) = (needed.experiment, needed.name)
    let sources = experiment.parsed.transferSources
    if let source = failed.first(where: { sources.contains($0.name) }) {
      throw Failure(
        .someFailed, "error: \(name): not run, as \(source.name), which it transfers from, failed")
    }
    let results = project.results
    let planned = try experiment.plan(in: results, threads: threadOptions.count)
    let state = try planned.state(in: results, weights: true)
    try needed.checkUndamaged(state)
    if let heir = needed.neededBy {
      guard state.isToRun else { return nil }
      say("\(name): \(heir) transfers from it")
    }
    let work = try results.work(on: name, planned.keys)
    if case .underWay(let holder) = work {
      throw try results.locked(name, by: holder)
    }
    switch state {
    case .fresh where !force && work == .none:
      say("\(name): up to date (plan, inputs and result version match)")
      let absent = try results.open(name)?.absentWeights() ?? 0
      if absent > 0 {
        say(
          "\(name): \(Words.count(absent, "file")) of recorded weights \(absent == 1 ? "is" : "are") not"
            + " here, as git does not carry them; they are made again with: herdbook run \(name) --force"
        )
      }
      return "up to date"
    case .outdatedPages(let reasons) where !force && work == .none:
      let pages =
        "\(name): the result is up to date, its pages are made again: \(Words.some(reasons))"
      if dryRun {
        say(pages)
        return "pages"
      }
      let writer = try results.revise(name)
      try writer.retell(planned.plan, specs: experiment.specs)
      try writePages(of: writer.bundle, to: writer, threads: threadOptions.count)
      _ = try writer.publish()
      say(pages)
      return "pages"
    default:
      let headers = force ? [:] : work.headers
      let several = planned.plan.runs.count == 1 ? "" : ", \(planned.progress(headers))"
      say(
        "\(name): "
          + (headers.isEmpty
            ? state.reasonToRun : "going on with a run that was cut short\(several)"))
    }
    if dryRun { return "to run" }
    let clock = Stopwatch()
    let execution = Execution(planned: planned, threads: threadOptions.count, isQuiet: quiet)
    let bundle = try execution.run(in: results, isForced: force)
    say("\(name): \(try Headline(bundle).text) in \(Words.duration(clock.seconds))")
    return "run"
  }

  /// How far an experiment came that was told to end, and how it goes on.
  private func stopped(_ experiment: LoadedExperiment, _ project: Project) throws -> String {
    try stopped(
      try experiment.plan(in: project.results, threads: threadOptions.count), in: project.results)
  }

  func stopped(_ planned: PlannedExperiment, in results: Results) throws -> String {
    // A job that is queued again has no need of it.
    let again =
      unitOptions.requeue
      ? "" : "; go on with: \(Words.command(CommandLine.arguments.filter { $0 != "--force" }))"
    let work = try results.work(on: planned.name, planned.keys)
    guard case .interrupted(let headers) = work else {
      return "stopped before its first generation, and what was there before is unchanged\(again)"
    }
    return "stopped \(planned.progress(headers)); what was there before is unchanged\(again)"
  }

  func say(_ text: String) {
    if !quiet { Terminal.say(text) }
  }
}

extension BundleState {
  var reasonToRun: String {
    switch self {
    case .fresh, .outdatedPages: "running again, as --force asks"
    case .missing: "running for the first time"
    case .stale(let reasons): "running again: \(Words.some(reasons))"
    case .damaged(let faults): "running again, its bundle is damaged: \(Words.some(faults))"
    }
  }
}

/// Whether a failure of one experiment ends the others.
enum OnFailure: String, EnumerableFlag {
  case failFast
  case keepGoing

  static func help(for value: OnFailure) -> ArgumentHelp? {
    switch value {
    case .failFast: "End with the first experiment that fails."
    case .keepGoing:
      "Go on with the others when one fails; the exit status is 4 then. A wrong spec runs none of them."
    }
  }
}
