import ArgumentParser
import HerdbookBundle
import HerdbookModel
import HerdbookSpec

struct CheckCommand: ParsableCommand {
  /// For whom problems are written.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    /// With the line that each points into; to stderr.
    case human
    /// A list of objects.
    case json
    /// Commands to GitHub Actions.
    case github
  }

  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Find every problem of experiments without running them.",
    usage: "herdbook check [<name> ...] [<options>]",
    discussion: """
      The exit status is 2 where there is one. For programs, --format json gives a list \
      of file, line, column, length, rule, message, notes and severity, empty where all is \
      well; --format github annotates the lines of a pull request.

      EXAMPLES:
        herdbook check                all experiments of the project
        herdbook check sweet-spot
        herdbook check --format json --output problems.json
      """)

  @Argument(
    help: ArgumentHelp("Experiments by name, or spec files by path.", valueName: "name"),
    completion: .experiments)
  var names: [String] = []
  @Option(help: "For whom: human (to stderr), json or github (to stdout).")
  var format = Format.human
  @OptionGroup var outputOptions: OutputOptions
  @OptionGroup var overrideOptions: OverrideOptions
  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var dataOptions: DataOptions

  func run() throws {
    let project = try projectOptions.project()
    let files = try project.files(names)
    let places = project.places(data: dataOptions.data)
    let found = try read(files, project, places, overrides: overrideOptions.overrides).problems
    let written = try write(found)
    if files.isEmpty { return Terminal.say(Project.isEmpty) }
    if found.isEmpty {
      return Terminal.say("\(Words.count(files.count, "experiment")), no problems")
    }
    throw Failure(.invalid, written ? summary(found, of: files.count) : human(found))
  }

  /// Writes the problems where they belong, unless that is stderr; whether it did.
  private func write(_ problems: [SpecProblems]) throws -> Bool {
    let text =
      switch format {
      case .human: problems.isEmpty ? "" : "\(human(problems))\n"
      case .json:
        String(
          decoding: JSONValue.list(problems.flatMap(\.documents)).document, as: UTF8.self)
      case .github: problems.map(\.workflowCommands).joined()
      }
    if format == .human && outputOptions.output == nil { return false }
    try outputOptions.put(text)
    return true
  }

  private func human(_ problems: [SpecProblems]) -> String {
    problems.map(\.text).joined(separator: "\n\n")
  }

  private func summary(_ problems: [SpecProblems], of files: Int) -> String {
    let count = problems.reduce(0) { $0 + $1.issues.count }
    let place = outputOptions.output.map { ", written to \($0)" } ?? ""
    return "error: \(Words.count(count, "problem")) in \(problems.count) of "
      + "\(Words.count(files, "experiment"))\(place)"
  }
}
