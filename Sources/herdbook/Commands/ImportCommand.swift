import ArgumentParser
import HerdbookBundle
import HerdbookData
import HerdbookModel
import HerdbookSpec

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a bundle of networks that were trained elsewhere.",
    discussion: """
      The folder holds models.csv, a row a model and iteration, with the columns model, \
      iteration, weights (a safetensors file within the folder, or a folder of .npy files) and \
      accuracy; perhaps index (the place in a file of several models), loss, test_accuracy; \
      every other column is a hyperparameter. Matrices may be [inputs, outputs] or, as \
      PyTorch has them, [outputs, inputs]. At least \(Experiment.Record.fewestOfZoo) models, all with the same iterations \
      and layers.

      The bundle is that of a zoo: the same analysis and report as with record: {zoo: true}. \
      The path of its report goes to stdout.

      EXAMPLES:
        herdbook import zoo --as pytorch-zoo --dataset mnist
        herdbook import zoo --as tanh-zoo --dataset fashion-mnist --activation tanh
      """)

  @Argument(
    help: ArgumentHelp("The folder with models.csv.", valueName: "folder"),
    completion: .directory)
  var folder: String
  @Option(
    name: .customLong("as"), help: ArgumentHelp("The name of the bundle.", valueName: "name"))
  var alias: String
  @Option(
    help: ArgumentHelp(
      "What the networks were trained on: mnist, fashion-mnist, digits.", valueName: "name"))
  var dataset: String
  @Option(help: ArgumentHelp("What hidden units do: relu, tanh or sigmoid.", valueName: "name"))
  var activation = "relu"
  @Option(help: ArgumentHelp("The title of the page.", valueName: "text")) var title: String?
  @Flag(help: "Say nothing but errors and the path of the report.") var quiet = false
  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var threadOptions: ThreadOptions

  func run() throws {
    let project = try projectOptions.project()
    try project.checkAlias(alias)
    let places = project.places(data: dataOptions.data)
    let networks = try networks(places)
    let count = networks.models.models.count
    guard count >= Experiment.Record.fewestOfZoo else {
      throw Failure(
        .noInput,
        "error: a zoo has at least \(Experiment.Record.fewestOfZoo) models; \(ImportedModels.file) lists \(count)"
      )
    }
    let planned = try plan(networks, project, places)
    Interruption.heed(isQuiet: quiet)
    do {
      let bundle = try Execution(
        planned: planned, threads: threadOptions.count, isQuiet: quiet
      ).take(networks, in: project.results)
      if !quiet { tellAgreement(of: networks, with: bundle) }
    } catch is Interrupted {
      throw Failure(.stopped, "\(alias): stopped; nothing was kept")
    }
    try Terminal.tell(project.shownReport(alias))
  }

  private func networks(_ places: DataPlaces) throws -> ImportedNetworks {
    guard let name = Experiment.Dataset.Name(rawValue: dataset), name != .idx else {
      let names = Experiment.Dataset.Name.allCases.filter { $0 != .idx }.map(\.rawValue)
      let near = nearestName(to: dataset, among: names).map { "; did you mean '\($0)'?" } ?? ""
      throw Failure(
        .usage,
        "error: --dataset is one of \(names.joined(separator: ", ")), found '\(dataset)'\(near)")
    }
    guard let activation = Experiment.Network.Activation(rawValue: activation) else {
      let names = Experiment.Network.Activation.allCases.map(\.rawValue)
      throw Failure(
        .usage,
        "error: --activation is one of \(names.joined(separator: ", ")), found '\(activation)'")
    }
    let path = Path.absolute(folder)
    guard Path.isFolder(path) else {
      throw Failure(.noInput, "error: there is no folder \(Path.shown(path))")
    }
    let shape = try datasetShape(Experiment.Dataset(name: name), places: places)
    return try ImportedNetworks(
      in: path, ends: (shape.pixels, shape.classes), activation: activation)
  }

  /// What a spec would say of the networks, and that they were imported.
  private func plan(
    _ networks: ImportedNetworks, _ project: Project, _ places: DataPlaces
  ) throws -> PlannedExperiment {
    let quoted = JSONValue.text(title ?? alias).compact
    let spec = """
      # Written by herdbook import, of networks that were trained elsewhere: it tells of them, and does not run.
      title: \(quoted)
      iterations: \(networks.models.iterations.last ?? 0)
      dataset: {name: \(dataset)}
      network:
        layers: \(networks.network.layers)
        activation: \(networks.network.activation.rawValue)
        biases: \(networks.network.biases)
      population: {size: \(networks.models.models.count)}
      selection: {method: none}
      record: {zoo: true}

      """
    let source = Array(spec.utf8)
    let parsed = try readExperiment(
      name: alias, path: "\(alias).yaml", bytes: source, library: project.library,
      shape: { try? datasetShape($0, places: places) }
    ).get()
    let loaded = LoadedExperiment(
      name: alias, file: alias, source: source, parsed: parsed, places: places)
    let planned = try loaded.plan(in: project.results, threads: threadOptions.count)
    var plan = planned.plan
    plan.variants[0].settings.append(
      Plan.Setting(path: "imported", value: .text(try networks.digest()), origin: .file))
    return PlannedExperiment(
      name: alias, experiment: loaded, plan: plan, datasets: planned.datasets)
  }

  /// Accuracies of the table beside what the networks read here, of the champion: where those part, images were
  /// prepared in another way, or units do something else.
  private func tellAgreement(of networks: ImportedNetworks, with bundle: Bundle) {
    guard let summary = try? bundle.table("summary.csv"),
      let here = try? summary.reals("validation_accuracy").first,
      let there = networks.models.rows.last?.map(\.accuracy).filter({ !$0.isNaN }).max(),
      (here - there).magnitude > 0.05
    else { return }
    Terminal.say(
      "warning: the best network has an accuracy of \(Words.fixed(there, 4)) in \(ImportedModels.file), and reads"
        + " \(Words.fixed(here, 4)) of the validation images here; were images prepared in another way than as"
        + " pixels from 0 to 1, or do hidden units do something else than \(networks.network.activation.rawValue)?"
    )
  }
}
