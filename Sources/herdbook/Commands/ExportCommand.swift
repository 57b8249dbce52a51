import ArgumentParser
import HerdbookBundle
import HerdbookData
import HerdbookEngine
import HerdbookModel

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write networks of a bundle to a file: safetensors, NumPy, CSV or a picture.",
    discussion: """
      The champion, any individual that ever lived at any generation of its life, or a whole \
      generation: what was not recorded lives again, from the herd book and the seeds, to the \
      bit. The path of the file goes to stdout.

      With --zoo a table of what record: {zoo: true} kept, a row a network and generation: \
      hyperparameters, loss and accuracy, statistics of the weights, and where those are.

      EXAMPLES:
        herdbook export sweet-spot
        herdbook export sweet-spot --individual 17 --generation 5
        herdbook export sweet-spot --generation 5 --output population.npz
        herdbook export sweet-spot --format png
        herdbook export study --run wide-3 --individual 0 --output founder.safetensors
        herdbook export thousand-networks --zoo --output zoo.csv
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
      "The individual, by its id in phylogeny.csv; else the champion, or the whole generation.",
      valueName: "id"))
  var individual: Int?
  @Option(
    help: ArgumentHelp(
      "The generation; of an individual the last of its life unless given.", valueName: "t"))
  var generation: Int?
  @Flag(help: "Write the table of a zoo: every network at every generation, as CSV.") var zoo =
    false
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file; named after what it holds, in the current folder, unless given.",
      valueName: "file"),
    completion: .file(extensions: ExportFormat.allCases.map(\.rawValue)))
  var output: String?
  @Option(
    help: ArgumentHelp(
      "safetensors, npz (NumPy), csv or png; as the file's name ends unless given, safetensors where that says nothing."
    ))
  var format: ExportFormat?
  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var threadOptions: ThreadOptions

  private var chosenFormat: ExportFormat {
    format ?? output.flatMap { ExportFormat(suffixOf: $0) } ?? .safetensors
  }

  func validate() throws {
    if zoo, individual != nil || generation != nil {
      throw ValidationError("--zoo is of all networks: without --individual and --generation")
    }
    if zoo, (format ?? output.flatMap { ExportFormat(suffixOf: $0) } ?? .csv) != .csv {
      throw ValidationError("the table of a zoo is CSV")
    }
    if generation != nil && individual == nil && chosenFormat == .png {
      throw ValidationError("a picture is of one network: name it with --individual ID")
    }
    if format == nil, let output, output.hasSuffix(".npy") {
      throw ValidationError("a .npy file holds one tensor, and networks have several: name it .npz")
    }
  }

  func run() throws {
    let project = try projectOptions.project()
    let bundle = try project.bundle(name)
    if zoo { return try exportZoo(of: bundle) }
    let run = try chosenRun(of: bundle)
    if let individual {
      try export(individual, of: run, bundle, project)
    } else if let generation {
      try export(generation: generation, of: run, bundle, project)
    } else {
      let champion = "runs/\(run.id)/champion.safetensors"
      try write(as: "\(run.id)-champion", of: run, bundle, copying: champion) {
        ExportedNetworks(
          network: try Safetensors(
            parsing: bundle.intactBytes(champion), file: "\(bundle.folder)/\(champion)"))
      }
    }
  }

  /// Of the run that was named, or of all.
  private func exportZoo(of bundle: Bundle) throws {
    let runs = runID == nil ? try bundle.runs() : [try chosenRun(of: bundle)]
    let path = Path.absolute(output ?? "\(name)-zoo.csv")
    var rows = try ZooExport(bundle, runs: runs, name: name).csv().makeIterator()
    try Disk().write(to: path, how: .replace) { rows.next() }
    try Terminal.tell(Path.shown(path))
  }

  private func export(
    _ individual: Int, of run: Plan.Run, _ bundle: Bundle, _ project: Project
  ) throws {
    let (replay, experiment, digests) = try replay(run, bundle, project)
    let generation = generation ?? replay.lastGeneration(of: individual) ?? 0
    let member = try replay.member(individual, at: generation)
    let metadata = networkMetadata(
      experiment, run: run.id, generation: generation, ids: [individual],
      stateDigest: digests[generation])
    let what = "\(run.id)-individual-\(individual)-generation-\(generation)"
    try write(as: what, of: run, bundle) { ExportedNetworks(member.weights, metadata: metadata) }
  }

  /// All of a generation: as it was recorded where it was, and lived again elsewhere.
  private func export(
    generation: Int, of run: Plan.Run, _ bundle: Bundle, _ project: Project
  ) throws {
    let what = "\(run.id)-generation-\(generation)"
    if let path = try recorded(generation, of: run, bundle) {
      do {
        return try write(as: what, of: run, bundle, copying: path) {
          try ExportedNetworks(
            generation: Safetensors(
              parsing: bundle.intactBytes(path), file: "\(bundle.folder)/\(path)"),
            file: "\(bundle.folder)/\(path)")
        }
      } catch let error as BundleError {
        guard case .malformed = error else { throw error }
        Terminal.say("\(error.description); generation \(generation) lives again")
      }
    }
    let (replay, experiment, digests) = try replay(run, bundle, project)
    let members = try replay.population(
      at: generation,
      stateDigest: digests.indices.contains(generation) ? digests[generation] : "")
    let ids = members.map(\.id)
    let metadata = networkMetadata(
      experiment, run: run.id, generation: generation, ids: ids,
      stateDigest: digests[generation])
    try write(as: what, of: run, bundle) {
      ExportedNetworks(members.map(\.weights), ids: ids, metadata: metadata)
    }
  }

  /// The file of a whole generation's weights; nil where they were not recorded as they were, or the file is gone.
  private func recorded(
    _ generation: Int, of run: Plan.Run, _ bundle: Bundle
  ) throws(BundleError) -> String? {
    let plan = try bundle.plan()
    let settings = plan.settings(of: run)
    guard settings["record.individuals"] == .text("all"), settings["record.type"] == nil,
      let path = try bundle.weightPaths(of: run.id)
        .first(where: { $0.generation == generation })?.path,
      try bundle.has(path)
    else { return nil }
    return path
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
    _ run: Plan.Run, _ bundle: Bundle, _ project: Project
  ) throws -> (Replay, Experiment, stateDigests: [String]) {
    guard try !bundle.isImported else {
      throw Failure(
        .noInput,
        "error: the networks of '\(name)' were imported, and cannot live again; they are where they were"
          + " imported from")
    }
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
    let digests = try bundle.stateDigests(of: run.id, iterations: experiment.iterations)
    let last = digests.count - 1
    let replay = Replay(
      evolution, individuals: try bundle.herdBook(of: run.id, through: last), lastGeneration: last)
    return (replay, experiment, digests)
  }

  /// Writes networks, and tells the path of the file.
  ///
  /// - Parameter what: what its name tells.
  /// - Parameter copying: the file of the bundle that has the networks as safetensors.
  private func write(
    as what: String, of run: Plan.Run, _ bundle: Bundle, copying file: String? = nil,
    networks: () throws -> ExportedNetworks
  ) throws {
    let format = chosenFormat
    let path = Path.absolute(output ?? "\(name)-\(what)\(format.suffix)")
    if format == .safetensors, let file {
      try bundle.copyIntact(file, to: path)
    } else {
      try networks().write(format, to: path, plane: InputPlane(of: run, in: bundle))
    }
    try Terminal.tell(Path.shown(path))
  }
}

extension ReplayError: DescribesFailure {
  var failure: Failure {
    switch self {
    case .noIndividual, .notAlive, .noGeneration: Failure(.noInput, "error: \(description)")
    case .differs, .otherPopulation: Failure(.different, "error: \(description)")
    }
  }
}
