import ArgumentParser
import HerdbookBundle

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Render the pages of bundles again from their tables.",
    discussion: """
      The same tables give the same bytes; nothing is run. Damaged tables are an \
      error.

      EXAMPLES:
        herdbook report sweet-spot
        herdbook report --all
      """)

  @Argument(
    help: ArgumentHelp("Experiments by name.", valueName: "name"), completion: .experiments)
  var names: [String] = []
  @Flag(help: "Render every bundle.") var all = false
  @OptionGroup var projectOptions: ProjectOptions

  func validate() throws {
    if names.isEmpty != all { throw ValidationError("name the bundles to render, or pass --all") }
  }

  func run() throws {
    let project = try projectOptions.project()
    let results = project.results
    let chosen = all ? try results.names() : names
    if chosen.isEmpty { return Terminal.say("no bundles yet; make one with: herdbook run NAME") }
    for name in chosen {
      let bundle = try project.bundle(name)
      try results.checkTables(of: bundle)
      let writer = try results.revise(name)
      try writePages(of: bundle, to: writer, threads: Environment.processors)
      _ = try writer.publish()
      try Terminal.tell(project.shownReport(name))
    }
  }
}
