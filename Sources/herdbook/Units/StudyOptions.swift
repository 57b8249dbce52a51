import ArgumentParser
import HerdbookData

/// One experiment whose runs are executed one by one, named as `run` names it.
struct StudyOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The experiment by name, or a spec file by path.", valueName: "name"),
    completion: .experiments)
  var name: String
  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("The name that its runs go by, and its bundle.", valueName: "name"))
  var alias: String?
  @OptionGroup var overrideOptions: OverrideOptions
  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var dataOptions: DataOptions

  func validate() throws { try overrideOptions.check(alias: alias, names: [name]) }

  /// The project, where its data lie, and the experiment.
  func read() throws -> (project: Project, places: DataPlaces, experiment: LoadedExperiment) {
    let project = try projectOptions.project()
    if let alias { try project.checkAlias(alias) }
    let places = project.places(data: dataOptions.data)
    let experiment = try readAll(
      try project.files([name]), project, places, overrides: overrideOptions.overrides, as: alias
    )[0]
    return (project, places, experiment)
  }

  /// What names the experiment to `run` and `collect` as it was named here, wherever they are called from.
  var words: [String] {
    var words = [name.contains("/") || name.hasSuffix(".yaml") ? Path.absolute(name) : name]
    words += alias.map { ["--as", $0] } ?? []
    words += overrideOptions.assignments.flatMap { ["--set", $0] }
    return words + (overrideOptions.replicates.map { ["--replicates", String($0)] } ?? [])
  }
}
