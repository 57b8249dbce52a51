import ArgumentParser
import HerdbookBundle
import HerdbookData
import HerdbookEngine

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run experiments and write their bundles.",
    discussion: """
      An experiment whose bundle is up to date is skipped. The path of each report goes to stdout, all
      else to stderr.

      EXAMPLES:
        herdbook run quickstart
        herdbook run baseline-selection sweet-spot --data ~/datasets
        herdbook run --all --quiet
      """)

  @Argument(help: ArgumentHelp("Experiments by name, or spec files by path.", valueName: "name"))
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
    // A wrong spec never runs, and none that stands before it either.
    try Checking(files, places: places).parsed()
    for file in files {
      try run(file, project, places)
      Terminal.tell(Path.shown("\(project.root)/Results/\(file.name)/report.html"))
    }
  }

  private func run(_ file: ExperimentFile, _ project: Project, _ places: DataPlaces) throws {
    let prepared = try PreparedExperiment(file, places: places, threads: threadOptions.count)
    let state = try project.results.state(
      of: file.name, plan: prepared.plan, resultVersion: Evolution.resultVersion)
    if case .fresh = state, !force {
      return say("\(file.name): up to date (plan, inputs and result version match)")
    }
    say("\(file.name): \(state.reasonToRun)")
    let clock = Stopwatch()
    let bundle = try prepared.run(
      in: project.results, threads: threadOptions.count, isQuiet: quiet, isForced: force)
    say("\(file.name): \(try Headline(bundle).text) in \(Words.duration(clock.seconds))")
  }

  private func say(_ text: String) {
    if !quiet { Terminal.say(text) }
  }
}

extension BundleState {
  fileprivate var reasonToRun: String {
    switch self {
    case .fresh: "running again, as --force asks"
    case .missing: "running for the first time"
    case .stale(let reasons): "running again: \(reasons.joined(separator: "; "))"
    case .damaged(let faults):
      "running again, its bundle is damaged: \(faults.joined(separator: "; "))"
    }
  }

  /// One word for lists.
  var word: String {
    switch self {
    case .fresh: "fresh"
    case .missing: "missing"
    case .stale: "stale"
    case .damaged: "damaged"
    }
  }

  /// Why it is not fresh.
  var reasons: [String] {
    switch self {
    case .fresh, .missing: []
    case .stale(let reasons), .damaged(let reasons): reasons
    }
  }
}
