import ArgumentParser
import HerdbookBundle
import HerdbookData
import HerdbookModel
import HerdbookSpec

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List experiments with their state and headline.",
    discussion: """
      States: fresh (the bundle is what the spec gives), stale, damaged, missing, running, \
      interrupted (run goes on from where it was), invalid, no-data where the dataset is not at hand, and no-spec for a bundle that no \
      spec has the name of. Why goes to stderr, or into the JSON.

      EXAMPLES:
        herdbook list
        herdbook list --json
      """)

  @Flag(help: "Print JSON.") var json = false
  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var dataOptions: DataOptions

  private struct Row {
    let name: String
    var state = "invalid"
    var reasons: [String] = []
    var headline = ""
    var title = ""

    var document: JSONValue {
      .object([
        "name": .text(name), "state": .text(state), "headline": .text(headline),
        "title": .text(title), "reasons": .list(reasons.map { .text($0) }),
      ])
    }
  }

  func run() throws {
    let project = try projectOptions.project()
    let places = project.places(data: dataOptions.data)
    let files = try project.files([])
    let rows = try files.map { try row($0, project, places) } + withoutSpec(files, project)
    if json { return try Terminal.tell(.list(rows.map(\.document))) }
    guard !rows.isEmpty else { return Terminal.say(Project.isEmpty) }
    let table = rows.map { [$0.name, $0.state, $0.headline, $0.title] }
    for line in Words.columns([["name", "state", "headline", "title"]] + table) {
      try Terminal.tell(line)
    }
    for row in rows where !row.reasons.isEmpty {
      Terminal.say("\(row.name) is \(row.state): \(Words.some(row.reasons))")
    }
  }

  /// The bundles that no spec has the name of: made under another name, or of a spec that is gone.
  private func withoutSpec(_ files: [ExperimentFile], _ project: Project) throws -> [Row] {
    try project.results.names().compactMap { name in
      guard !files.contains(where: { $0.name == name }),
        let bundle = try project.results.open(name)
      else { return nil }
      var row = Row(name: name)
      let damage = try bundle.damage()
      row.state = damage.isEmpty ? "no-spec" : "damaged"
      row.reasons = damage.map(\.words)
      row.headline = (try? Headline(bundle).text) ?? ""
      return row
    }
  }

  private func row(
    _ file: ExperimentFile, _ project: Project, _ places: DataPlaces
  ) throws -> Row {
    let name = file.name
    var row = Row(name: name)
    let results = project.results
    let bundle = try results.open(name)
    row.headline = bundle.flatMap { try? Headline($0).text } ?? ""
    do {
      let experiment = try file.read(project, places)
      let title = experiment.parsed.experiment.title
      row.title = title == name ? "" : title
      let planned = try experiment.plan(in: results)
      let standing = try planned.standing(planned.state(in: results), in: results)
      row.state = standing.word
      row.reasons = standing.reasons
      if try results.hasUnits(of: name) {
        let standings = try planned.unitStandings(in: results, UnitJobs(of: name, in: results))
        row.reasons.append("single runs: \(standings.summary)")
      }
    } catch let problems as SpecProblems {
      row.reasons = problems.issues.map {
        "\($0.file):\($0.span.line):\($0.span.column): \($0.message)"
      }
    } catch let error as DataError {
      row.state = "no-data"
      row.reasons = [error.description]
    } catch let failure as Failure {
      row.reasons = [failure.message]
    }
    return row
  }
}

extension BundleState {
  /// One word for lists.
  var word: String {
    switch self {
    case .fresh: "fresh"
    case .missing: "missing"
    case .stale, .outdatedPages: "stale"
    case .damaged: "damaged"
    }
  }

  /// Whether `run` would execute it.
  var isToRun: Bool {
    switch self {
    case .fresh, .outdatedPages: false
    case .missing, .stale, .damaged: true
    }
  }

  /// Why it is not fresh.
  var reasons: [String] {
    switch self {
    case .fresh, .missing: []
    case .stale(let reasons), .outdatedPages(let reasons), .damaged(let reasons): reasons
    }
  }
}
