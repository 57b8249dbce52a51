import ArgumentParser
import HerdbookBundle
import HerdbookData
import HerdbookEngine
import HerdbookModel
import HerdbookSpec

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List experiments with their state and headline.",
    discussion: """
      States: fresh (the bundle is what the spec gives), stale, damaged, missing, invalid, and no-data
      where the dataset is not at hand.

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
    if json {
      Terminal.tell(.list(rows.map(\.document)))
    } else if rows.isEmpty {
      Terminal.say("no experiments yet; begin with: herdbook new NAME")
    } else {
      Words.columns(
        [["name", "state", "headline", "title"]]
          + rows.map { [$0.name, $0.state, $0.headline, $0.title] }
      ).forEach(Terminal.tell)
    }
  }

  private func row(_ name: String, _ project: Project, _ places: DataPlaces) throws -> Row {
    var row = Row(name: name)
    let bundle = try project.results.open(name)
    row.headline = bundle.flatMap { try? Headline($0).text } ?? ""
    do {
      let parsed = try project.file(name).read(places)
      row.title = parsed.experiment.title == name ? "" : parsed.experiment.title
      let state = try project.results.state(
        of: name, plan: makePlan(parsed, places: places), resultVersion: Evolution.resultVersion)
      row.state = state.word
      row.reasons = state.reasons
    } catch let problems as SpecProblems {
      row.reasons = problems.issues.map { "\($0.span.line):\($0.span.column): \($0.message)" }
    } catch let error as DataError {
      row.state = "no-data"
      row.reasons = [error.description]
    }
    return row
  }
}
