import ArgumentParser
import HerdbookBundle
import HerdbookModel

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what would run and why: runs, seeds and what they cost.",
    usage: "herdbook plan <name> ... [<options>]",
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
  @OptionGroup var overrideOptions: OverrideOptions
  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var threadOptions: ThreadOptions

  func run() throws {
    let project = try projectOptions.project()
    let places = project.places(data: dataOptions.data)
    let files = try project.files(names)
    let experiments = try readAll(files, project, places, overrides: overrideOptions.overrides)
    var documents: [JSONValue] = []
    var calibration: Calibration? = Calibration(processors: Environment.processors)
    var all: [Estimate] = []
    var states: [String: BundleState] = [:]
    for needed in try project.withSources(experiments, places) {
      let (experiment, heir) = (needed.experiment, needed.neededBy)
      let planned = try experiment.plan(in: project.results)
      let state = try planned.state(in: project.results, weights: true)
      states[needed.name] = state
      if heir != nil, !state.isToRun { continue }
      let threads = threadOptions.count
      let runStates = try planned.runStates(state, in: project.results)
      let runs = zip(planned.plan.runs, runStates).filter { $1 != .fresh }.map(\.0)
      let standing = try planned.standing(state, in: project.results)
      let estimates = planned.remaining(
        try planned.estimates(of: runs, threads: threads, &calibration), of: runs, standing)
      let disk = try planned.freeDisk(in: project.results)
      let cost = Estimate.total(
        estimates, together: planned.runsAtOnce(estimates, disk: disk, threads: threads))
      all.append(cost)
      if json {
        documents.append(document(planned.plan, standing, runStates, cost, neededBy: heir))
      } else {
        let lines =
          lines(planned.plan, standing, runStates, neededBy: heir)
          + transfers(experiment, states)
        for line in lines + toRun(runs, of: planned.plan) + (runs.isEmpty ? [] : costs(cost)) {
          try Terminal.tell(line)
        }
      }
      // Told with the numbers, and refused by run.
      let refused = refusal(
        of: cost, name: experiment.name, freeDisk: disk.bytes, availableMemory: Room.memory,
        held: disk.isHeld)
      if let refused { throw refused }
    }
    if json { return try Terminal.tell(.list(documents)) }
    if all.count > 1 {
      try Terminal.tell("all \(all.count) experiments")
      for line in costs(Estimate.total(all)) { try Terminal.tell(line) }
    }
  }

  private func lines(
    _ plan: Plan, _ standing: Standing, _ runStates: [RunState], neededBy heir: String?
  ) -> [String] {
    let counts = plan.counts
    let title = plan.experiment.title
    var lines = [
      plan.experiment.name + (title == plan.experiment.name ? "" : ": \(title)"),
      "  state        \(([standing.word] + standing.reasons).joined(separator: "; "))",
    ]
    if let heir { lines.append("  needed by    \(heir), which transfers from it") }
    lines += distinct(plan.variants.map(\.dataset)).map(datasetLine)
    lines += distinct(plan.variants.map { populationLine($0.experiment) })
    lines += [
      "  evaluations  \(Words.grouped(counts.evaluations))",
      "  images       \(Words.grouped(counts.images))",
      "  steps        \(Words.grouped(counts.steps))",
      "  operations   \(Words.rough(counts.operations)) in floating point, inputs taken as dense",
      "  recorded     \(Words.bytes(counts.recordedBytes)) of weights",
    ]
    let axes = axes(of: plan)
    let rows = zip(plan.runs, runStates).map { run, state in
      [
        "  run          \(run.id)", "seed \(run.seed)",
        standing.word(of: run, state) + generation(of: run, standing),
      ]
        + axes[run.variant, default: []]
    }
    return lines + Words.columns(rows)
  }

  /// Where a run was interrupted.
  private func generation(of run: Plan.Run, _ standing: Standing) -> String {
    guard let header = standing.headers[run.id], !header.isFinished else { return "" }
    return " at generation \(header.generation)"
  }

  /// What an experiment begins with, and whether that is run first.
  private func transfers(
    _ experiment: LoadedExperiment, _ states: [String: BundleState]
  ) -> [String] {
    experiment.origins.map { origin in
      var first = ""
      if case .experiment(let source, _) = origin, let state = states[source], state.isToRun {
        first = ", which is \(state.word) and runs first"
      }
      return "  transfer     from \(origin.text)\(first)"
    }
  }

  /// How many runs there are to do, which is what the costs are of.
  private func toRun(_ runs: [Plan.Run], of plan: Plan) -> [String] {
    ["  to run       \(runs.count) of \(Words.count(plan.runs.count, "run"))"]
  }

  private func costs(_ cost: Estimate) -> [String] {
    [
      "  time         about \(Words.duration(cost.seconds)) on this machine",
      "  memory       about \(Words.bytes(cost.memory)) at most",
      "  disk         about \(Words.bytes(cost.disk))"
        + (cost.scratch > 0 ? ", and \(Words.bytes(cost.scratch)) more while it runs" : ""),
    ]
  }

  private func datasetLine(_ data: DatasetIdentity) -> String {
    "  dataset      \(data.name), \(data.rows) x \(data.columns) pixels, \(data.classes) classes;"
      + " training \(Words.grouped(data.training)), validation \(Words.grouped(data.validation)),"
      + " test \(Words.grouped(data.test))"
  }

  private func populationLine(_ experiment: Experiment) -> String {
    "  population   \(experiment.population.size) x "
      + experiment.network.layers.map(String.init).joined(separator: "-")
      + ", \(experiment.stop == Experiment.Stop() ? "" : "at most ")"
      + Words.count(experiment.iterations, "iteration")
  }

  /// Each once, in the order of their first places; there are few.
  private func distinct<Element: Equatable>(_ elements: [Element]) -> [Element] {
    elements.reduce(into: []) { found, element in
      if !found.contains(element) { found.append(element) }
    }
  }

  /// What each variant has for itself, by its name: `key=value` of every key that some variant sets.
  private func axes(of plan: Plan) -> [String: [String]] {
    var keys: [String] = []
    for variant in plan.variants {
      for setting in variant.settings
      where setting.origin == .variant && !keys.contains(setting.path) {
        keys.append(setting.path)
      }
    }
    let ofVariants = plan.variants.map { variant in
      var texts = Array(repeating: "", count: keys.count)
      for setting in variant.settings {
        guard let place = keys.firstIndex(of: setting.path) else { continue }
        texts[place] = "\(setting.path)=\(Words.plain(setting.value))"
      }
      return (variant.name, texts)
    }
    return Dictionary(uniqueKeysWithValues: ofVariants)
  }

  private func document(
    _ plan: Plan, _ standing: Standing, _ runStates: [RunState], _ cost: Estimate,
    neededBy heir: String?
  ) -> JSONValue {
    var members: [String: JSONValue] = [
      "name": .text(plan.experiment.name), "state": .text(standing.word),
      "reasons": .list(standing.reasons.map { .text($0) }),
      "needed_by": heir.map { .text($0) } ?? .null,
      "estimate": .object([
        "seconds": .real(cost.seconds), "memory_bytes": .integer(cost.memory),
        "disk_bytes": .integer(cost.disk), "scratch_bytes": .integer(cost.scratch),
      ]),
    ]
    if case .object(let recorded) = RecordedPlan(plan).json {
      members.merge(recorded) { mine, _ in mine }
    }
    members["runs"] = .list(
      zip(plan.runs, runStates).map { run, state in
        var members: [String: JSONValue] = [
          "id": .text(run.id), "variant": .text(run.variant), "replicate": .integer(run.replicate),
          "seed": .unsigned(run.seed), "state": .text(standing.word(of: run, state)),
        ]
        members["generation"] = standing.headers[run.id].map { .integer($0.generation) }
        return .object(members)
      })
    return .object(members)
  }
}
