import ArgumentParser

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Find every problem of experiments without running them.",
    discussion: """
      EXAMPLES:
        herdbook check                all experiments of the project
        herdbook check sweet-spot
      """)

  @Argument(help: ArgumentHelp("Experiments by name, or spec files by path.", valueName: "name"))
  var names: [String] = []
  @OptionGroup var overrideOptions: OverrideOptions
  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var dataOptions: DataOptions

  func run() throws {
    let project = try projectOptions.project()
    let files = try project.files(names)
    if files.isEmpty { return Terminal.say(Project.isEmpty) }
    _ = try readAll(
      files, project, project.places(data: dataOptions.data), overrides: overrideOptions.overrides)
    Terminal.say("\(Words.count(files.count, "experiment")), no problems")
  }
}
