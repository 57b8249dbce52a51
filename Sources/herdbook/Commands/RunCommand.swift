import ArgumentParser
import HerdbookBundle
import HerdbookData

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run experiments and write their bundles.",
    discussion: """
      An experiment whose bundle is up to date is skipped; where only its title, its \
      comments or its pages differ, the pages are made again without a run. The path of \
      each report goes to stdout, all else to stderr.

      Ctrl-C ends a run after its iteration, and nothing of it is kept; what was there \
      before stays. The number of threads never changes a result.

      EXAMPLES:
        herdbook run quickstart
        herdbook run baseline-selection sweet-spot --data ~/datasets
        herdbook run --all --quiet
      """)

  @Argument(
    help: ArgumentHelp("Experiments by name, or spec files by path.", valueName: "name"),
    completion: .experiments)
  var names: [String] = []
  @Flag(help: "Run every experiment of the project.") var all = false
  @Flag(help: "Run even what is up to date, and replace folders that hold foreign files.")
  var force = false
  @Flag(help: "Say nothing but errors and the paths of the reports.") var quiet = false
  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var threadOptions: ThreadOptions

  func validate() throws {
    if names.isEmpty != all {
      throw ValidationError("name the experiments to run, or pass --all")
    }
  }

  func run() throws {
    let project = try projectOptions.project()
    let places = project.places(data: dataOptions.data)
    let files = try project.files(names)
    if files.isEmpty { return say(Project.isEmpty) }
    // A wrong spec never runs, and none that stands before it either.
    let experiments = try readAll(files, places)
    Interruption.heed(isQuiet: quiet)
    for experiment in experiments {
      do {
        try bring(experiment, project.results, places)
      } catch let interrupted as Interrupted {
        throw Failure(
          interrupted.status,
          "\(experiment.name): interrupted; nothing of this run is kept, and what was there before"
            + " is unchanged; the next run starts from the beginning")
      }
      try Terminal.tell(project.shownReport(experiment.name))
    }
  }

  /// Brings the bundle of an experiment up to date, by as little work as that takes.
  private func bring(
    _ experiment: LoadedExperiment, _ results: Results, _ places: DataPlaces
  ) throws {
    try Interruption.check()
    let name = experiment.name
    let dataset = try experiment.dataset(places, threads: threadOptions.count)
    let plan = experiment.plan(dataset)
    let state = try experiment.state(plan, in: results)
    switch state {
    case .fresh where !force:
      return say("\(name): up to date (plan, inputs and result version match)")
    case .outdatedPages(let reasons) where !force:
      let writer = try results.revise(name)
      try writer.retell(plan, spec: experiment.source)
      try writePages(of: writer.bundle, to: writer, threads: threadOptions.count)
      _ = try writer.publish()
      return say(
        "\(name): the result is up to date, its pages are made again: \(Words.some(reasons))")
    default: say("\(name): \(state.reasonToRun)")
    }
    let clock = Stopwatch()
    let execution = Execution(
      experiment: experiment, plan: plan, dataset: dataset, threads: threadOptions.count,
      isQuiet: quiet)
    let bundle = try execution.run(in: results, discardingForeignFiles: force)
    say("\(name): \(try Headline(bundle).text) in \(Words.duration(clock.seconds))")
  }

  private func say(_ text: String) {
    if !quiet { Terminal.say(text) }
  }
}

extension BundleState {
  fileprivate var reasonToRun: String {
    switch self {
    case .fresh, .outdatedPages: "running again, as --force asks"
    case .missing: "running for the first time"
    case .stale(let reasons): "running again: \(Words.some(reasons))"
    case .damaged(let faults): "running again, its bundle is damaged: \(Words.some(faults))"
    }
  }
}
