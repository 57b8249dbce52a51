import ArgumentParser
import HerdbookBundle
import HerdbookSpec

struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Write a commented spec to start from.",
    discussion: """
      Its first line names the schema that editors complete and check by; it is kept in \
      Experiments/.schema.json.

      EXAMPLES:
        herdbook new first
        herdbook new wider --from sweet-spot
      """)

  @Argument(help: "The name of the experiment.") var name: String
  @Option(
    help: ArgumentHelp("Copy this experiment instead.", valueName: "name"),
    completion: .experiments)
  var from: String?
  @OptionGroup var projectOptions: ProjectOptions

  func run() throws {
    try checkExperimentName(name)
    let project = try projectOptions.project()
    let path = "\(project.experiments)/\(name).yaml"
    guard !Path.exists(path) else {
      throw Failure(.usage, "error: \(Path.shown(path)) is there already; choose another name")
    }
    let bytes =
      try from.map { try project.file($0).bytes() } ?? Array(specTemplate(name: name).utf8)
    let isSchemaNew = try project.renewEditorSchema()
    try Disk().write(bytes, to: path, how: .create)
    if let from { Terminal.say("title and seed are those of \(from); make them its own") }
    if isSchemaNew {
      Terminal.say("\(Path.shown(project.editorSchema)) is the schema for editors")
    }
    Terminal.say("run it with: herdbook run \(name)")
    try Terminal.tell(Path.shown(path))
  }
}
