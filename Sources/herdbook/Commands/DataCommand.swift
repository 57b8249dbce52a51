import ArgumentParser
import HerdbookBundle
import HerdbookData
import HerdbookModel
import HerdbookSpec

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "List datasets, and fetch them.",
    discussion: """
      EXAMPLES:
        herdbook data list
        herdbook data fetch mnist
      """,
    subcommands: [DataListCommand.self, DataFetchCommand.self])
}

struct DataListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the datasets, where they come from, and whether they are at hand.",
    discussion: """
      EXAMPLES:
        herdbook data list
        herdbook data list --data ~/datasets --json
      """)

  @Flag(help: "Print JSON.") var json = false
  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var dataOptions: DataOptions

  func run() throws {
    let places = try dataOptions.places(projectOptions)
    if json { return try Terminal.tell(.list(Catalogue.entries.map { document($0, places) })) }
    for entry in Catalogue.entries {
      let shape = entry.shape
      try Terminal.tell(
        """
        \(entry.name.rawValue): \(entry.title)
          shape    \(shape.rows) x \(shape.columns) pixels, \(shape.classes) classes, \
        \(Words.grouped(shape.trainingImages)) training and \(Words.grouped(shape.testImages)) test images
          origin   \(entry.origin)
          licence  \(entry.licence)
          here     \(words(places.availability(Experiment.Dataset(name: entry.name)), entry))
        """)
    }
  }

  private func words(_ availability: Availability, _ entry: Catalogue.Entry) -> String {
    switch availability {
    case .builtIn: "built in"
    case .present(let folder): "yes, in \(folder)"
    case .absent: "no; get it with: herdbook data fetch \(entry.name.rawValue)"
    }
  }

  private func document(_ entry: Catalogue.Entry, _ places: DataPlaces) -> JSONValue {
    var members: [String: JSONValue] = [
      "name": .text(entry.name.rawValue), "title": .text(entry.title),
      "origin": .text(entry.origin), "licence": .text(entry.licence),
      "rows": .integer(entry.shape.rows), "columns": .integer(entry.shape.columns),
      "classes": .integer(entry.shape.classes),
      "training_images": .integer(entry.shape.trainingImages),
      "test_images": .integer(entry.shape.testImages),
    ]
    switch places.availability(Experiment.Dataset(name: entry.name)) {
    case .builtIn: members["state"] = .text("built-in")
    case .absent: members["state"] = .text("absent")
    case .present(let folder):
      members["state"] = .text("present")
      members["folder"] = .text(folder)
    }
    return .object(members)
  }
}

struct DataFetchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Download a dataset and check its digests.",
    discussion: """
      It goes to --data, else HERDBOOK_DATA, else Data in the project, else the user's \
      data folder. Mirrors are tried in turn, with curl. What is there and right is not \
      downloaded again.

      EXAMPLES:
        herdbook data fetch mnist
        herdbook data fetch fashion-mnist --data ~/datasets
      """)

  @Argument(help: "The dataset's name.") var name: String
  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var dataOptions: DataOptions

  func run() throws {
    guard let entry = Catalogue.entries.first(where: { $0.name.rawValue == name }) else {
      let names = Catalogue.entries.map(\.name.rawValue)
      let near = nearestName(to: name, among: names).map { "did you mean '\($0)'?" }
      throw Failure(
        .noInput,
        "error: no dataset '\(name)' is known; "
          + (near ?? "there are \(names.joined(separator: ", "))"))
    }
    guard !entry.files.isEmpty else { return Terminal.say("\(name) is \(entry.origin)") }
    guard let folder = try dataOptions.places(projectOptions).folders.first else {
      throw Failure(.usage, "error: name a folder with --data")
    }
    _ = try Catalogue.fetch(entry, into: folder, using: download) { file in
      switch file.source {
      case .present: Terminal.say("\(file.path): there and right")
      case .mirror(let address): Terminal.say("\(file.path): from \(address)")
      }
    }
  }
}

extension DataOptions {
  /// Where datasets are looked for; outside a project only the option and the environment say.
  fileprivate func places(_ projectOptions: ProjectOptions) throws(Failure) -> DataPlaces {
    if let project = try? projectOptions.project() { return project.places(data: data) }
    if projectOptions.folder != nil { _ = try projectOptions.project() }
    return DataPlaces(
      folders: Path.dataFolders(option: data, project: nil), cache: Path.userCache)
  }
}
