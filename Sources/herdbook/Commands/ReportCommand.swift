import ArgumentParser
import HerdbookBundle
import HerdbookReport

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Render the pages of bundles again from their tables.",
    discussion: """
      The same tables give the same bytes; nothing is run. Damaged tables are an \
      error. Paths go to stdout.

      With --all also Results/index.html is made, the page of all bundles; it is made by this \
      alone, and a run leaves it as it is.

      With --figures every figure of a page is written as an SVG file of its own, too, such as \
      DIR/f10-neurons.svg, and as DIR/NAME/f10-neurons.svg where there are several bundles. \
      Figures that are words and tables alone, the diagnosis and the list of runs, give none. \
      Figures of before are replaced; a file of the same name that is something else is an error.
      Tree, recurring features and forecast are also written as cards for readers without the \
      page, 600 pixels wide, such as DIR/card-tree.svg.

      EXAMPLES:
        herdbook report sweet-spot
        herdbook report sweet-spot --figures figures
        herdbook report --all
      """)

  @Argument(
    help: ArgumentHelp("Experiments by name.", valueName: "name"), completion: .experiments)
  var names: [String] = []
  @Flag(help: "Render every bundle, and the page of them all.") var all = false
  @Option(
    help: ArgumentHelp(
      "Write every figure as an SVG file into this folder, which is made where needed.",
      valueName: "dir"),
    completion: .directory)
  var figures: String?
  @OptionGroup var projectOptions: ProjectOptions

  func validate() throws {
    if names.isEmpty != all { throw ValidationError("name the bundles to render, or pass --all") }
  }

  func run() throws {
    let project = try projectOptions.project()
    let results = project.results
    let chosen = all ? try results.names() : names
    if chosen.isEmpty { return Terminal.say("no bundles yet; make one with: herdbook run NAME") }
    let folder = try figures.map { try FigureFolder($0, in: project) }
    if all { try results.checkGallery() }
    var cards: [Gallery.Card] = []
    for name in chosen {
      let bundle = try project.bundle(name)
      try results.checkTables(of: bundle)
      let writer = try results.revise(name)
      let pages = try writePages(of: bundle, to: writer, threads: Environment.processors)
      _ = try writer.publish()
      try Terminal.tell(project.shownReport(name))
      if let folder {
        let own = all || names.count > 1 ? FigureFolder(name, of: folder) : folder
        for path in try own.write(pages.figures) { try Terminal.tell(Path.shown(path)) }
      }
      if all { cards.append(try Gallery.Card(name, bundle)) }
    }
    guard all else { return }
    try results.write(Gallery(cards))
    try Terminal.tell(Path.shown(results.gallery))
  }
}
