import ArgumentParser
import HerdbookBundle
import HerdbookModel

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what would run and why: runs, seeds and what they cost.",
    discussion: """
      EXAMPLES:
        herdbook plan sweet-spot
        herdbook plan sweet-spot --json
      """)

  @Argument(
    help: ArgumentHelp("Experiments by name, or spec files by path.", valueName: "name"),
    completion: .experiments)
  var names: [String]
  @Flag(help: "Print JSON.") var json = false
  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var dataOptions: DataOptions

  func run() throws {
    let project = try projectOptions.project()
    let places = project.places(data: dataOptions.data)
    let files = try project.files(names)
    var documents: [JSONValue] = []
    for experiment in try readAll(files, places) {
      let plan = experiment.plan(try experiment.dataset(places))
      let state = try experiment.state(plan, in: project.results)
      if json {
        documents.append(document(plan, state))
      } else {
        for line in lines(plan, state) { try Terminal.tell(line) }
      }
    }
    if json { try Terminal.tell(.list(documents)) }
  }

  private func lines(_ plan: Plan, _ state: BundleState) -> [String] {
    let counts = plan.counts
    let data = plan.dataset
    let title = plan.experiment.title
    return [
      plan.experiment.name + (title == plan.experiment.name ? "" : ": \(title)"),
      "  state        \(([state.word] + state.reasons).joined(separator: "; "))",
      "  dataset      \(data.name), \(data.rows) x \(data.columns) pixels, \(data.classes) classes;"
        + " training \(Words.grouped(data.training)), validation \(Words.grouped(data.validation)),"
        + " test \(Words.grouped(data.test))",
      "  population   \(plan.experiment.population.size) x "
        + plan.experiment.network.layers.map(String.init).joined(separator: "-")
        + ", \(Words.count(plan.experiment.iterations, "iteration"))",
      "  evaluations  \(Words.grouped(counts.evaluations))",
      "  images       \(Words.grouped(counts.images))",
      "  steps        \(Words.grouped(counts.steps))",
      "  operations   \(Words.rough(counts.operations)) in floating point, inputs taken as dense",
      "  recorded     \(Words.bytes(counts.recordedBytes)) of weights",
    ] + plan.runs.map { "  run          \($0.id), seed \($0.seed)" }
  }

  private func document(_ plan: Plan, _ state: BundleState) -> JSONValue {
    var members: [String: JSONValue] = [
      "name": .text(plan.experiment.name), "state": .text(state.word),
      "reasons": .list(state.reasons.map { .text($0) }),
    ]
    if case .object(let recorded) = RecordedPlan(plan).json {
      members.merge(recorded) { mine, _ in mine }
    }
    return .object(members)
  }
}
