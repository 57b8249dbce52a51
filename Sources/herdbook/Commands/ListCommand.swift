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
      States: fresh (the bundle is what the spec gives), stale, damaged, missing, \
      invalid, and no-data where the dataset is not at hand. Why goes to stderr, or into \
      the JSON.

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
    let rows = try project.names().map { try row($0, project, places) }
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

  private func row(_ name: String, _ project: Project, _ places: DataPlaces) throws -> Row {
    var row = Row(name: name)
    let results = project.results
    let bundle = try results.open(name)
    row.headline = bundle.flatMap { try? Headline($0).text } ?? ""
    do {
      let experiment = try project.file(name).read(project, places)
      let title = experiment.parsed.experiment.title
      row.title = title == name ? "" : title
      let state = try experiment.plan(in: results).state(in: results)
      row.state = state.word
      row.reasons = state.reasons
    } catch let problems as SpecProblems {
      row.reasons = problems.issues.map { "\($0.span.line):\($0.span.column): \($0.message)" }
    } catch let error as ExperimentNameError {
      row.reasons = [error.message]
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

  /// Why it is not fresh.
  var reasons: [String] {
    switch self {
    case .fresh, .missing: []
    case .stale(let reasons), .outdatedPages(let reasons), .damaged(let reasons): reasons
    }
  }
}
