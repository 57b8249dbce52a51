import ArgumentParser
import HerdbookBundle
import HerdbookData
import HerdbookEngine
import HerdbookModel

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a network of a bundle as safetensors.",
    discussion: """
      The champion, or any individual that ever lived, at any generation of its life: \
      where its weights were not recorded, it and its ancestors live again, from the herd \
      book and the seeds, to the bit. The path of the file goes to stdout.

      EXAMPLES:
        herdbook export sweet-spot
        herdbook export sweet-spot --individual 17 --generation 5
        herdbook export study --run wide-3 --individual 0 --output founder.safetensors
      """)

  @Argument(
    help: ArgumentHelp("An experiment by name.", valueName: "name"), completion: .experiments)
  var name: String
  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("The run, where the bundle has several, as plan names it.", valueName: "id"))
  var runID: String?
  @Option(
    help: ArgumentHelp(
      "The individual, by its id in phylogeny.csv; the champion unless given.", valueName: "id"))
  var individual: Int?
  @Option(
    help: ArgumentHelp(
      "The generation that it is taken at; the last of its life unless given.", valueName: "t"))
  var generation: Int?
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file; named after what it holds, in the current folder, unless given.",
      valueName: "file"), completion: .file(extensions: ["safetensors"]))
  var output: String?
  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var threadOptions: ThreadOptions

  func validate() throws {
    if generation != nil && individual == nil {
      throw ValidationError("--generation is of an individual: name it with --individual ID")
    }
  }

  func run() throws {
    let project = try projectOptions.project()
    guard let bundle = try project.results.open(name) else {
      throw Failure(
        .noInput, "error: there is no bundle of '\(name)'; make it with: herdbook run \(name)")
    }
    let run = try chosenRun(of: bundle)
    guard let individual else {
      return try write(
        try bundle.intactBytes("runs/\(run.id)/champion.safetensors"), as: "\(run.id)-champion")
    }
    let digests = try bundle.stateDigests(of: run.id)
    let (replay, experiment) = try replay(run, generations: digests.count, bundle, project)
    let generation = generation ?? replay.lastGeneration(of: individual) ?? 0
    let member = try replay.member(individual, at: generation)
    let metadata = networkMetadata(
      experiment, run: run.id, generation: generation, ids: [individual],
      stateDigest: digests[generation])
    try write(
      Safetensors(member.weights, metadata: metadata).bytes,
      as: "\(run.id)-individual-\(individual)-generation-\(generation)")
  }

  private func chosenRun(of bundle: Bundle) throws -> Plan.Run {
    let runs = try bundle.runs()
    if let runID {
      if let found = runs.first(where: { $0.id == runID }) { return found }
      throw Failure(
        .noInput,
        "error: the bundle of '\(name)' has no run '\(runID)'; its runs are "
          + Words.some(runs.map(\.id)))
    }
    guard runs.count == 1 else {
      throw Failure(
        .usage,
        "error: the bundle of '\(name)' has \(runs.count) runs; name one with --run: "
          + Words.some(runs.map(\.id)))
    }
    return runs[0]
  }

  /// The run of the bundle, to be lived again.
  private func replay(
    _ run: Plan.Run, generations: Int, _ bundle: Bundle, _ project: Project
  ) throws -> (Replay, Experiment) {
    let loaded = try project.recordedExperiment(
      name, bundle, project.places(data: dataOptions.data))
    let planned = try loaded.plan(in: project.results, threads: threadOptions.count)
    guard planned.plan.runs.contains(run) else {
      throw BundleError.malformed(
        file: bundle.folder, place: "spec", problem: "does not give the run \(run.id)")
    }
    try planned.checkSame(run, in: project.results)
    let experiment = planned.plan.variant(of: run).experiment
    guard let dataset = planned.datasets.first(where: { $0.keys == experiment.dataset }) else {
      preconditionFailure("every dataset of a plan is found")
    }
    let source = try experiment.transfer.map {
      try transferSource(
        $0, for: experiment, results: project.results, projectRoot: project.root)
    }
    let data = RunData(try dataset.found.open(threads: threadOptions.count))
    let evolution = Evolution(
      experiment: experiment, seed: run.seed, data: data, threads: threadOptions.count,
      transfer: source)
    let replay = Replay(
      evolution, individuals: try bundle.herdBook(of: run.id), lastGeneration: generations - 1)
    return (replay, experiment)
  }

  private func write(_ bytes: [UInt8], as what: String) throws {
    let path = Path.absolute(output ?? "\(name)-\(what).safetensors")
    try Disk().write(bytes, to: path, how: .replace)
    try Terminal.tell(Path.shown(path))
  }
}

extension ReplayError: DescribesFailure {
  var failure: Failure {
    switch self {
    case .noIndividual, .notAlive: Failure(.noInput, "error: \(description)")
    case .differs: Failure(.different, "error: \(description)")
    }
  }
}
