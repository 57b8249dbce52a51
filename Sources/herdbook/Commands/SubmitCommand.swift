import ArgumentParser
import HerdbookBundle
import HerdbookModel
import HerdbookSpec

struct SubmitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract: "Send the runs of an experiment to a cluster's scheduler.",
    discussion: """
      Without --submit, what would be sent is printed, and nothing changes. Each run that is \
      missing becomes a task of a job array, in a folder that all nodes share; a job collects \
      them at the end into Results/NAME, the same bytes as a run on one machine. Experiments \
      that it transfers from go first. A task whose time is up keeps its state and is queued \
      again. Sent once more, only what is missing then goes.

      EXAMPLES:
        herdbook submit sweet-spot
        herdbook submit sweet-spot --submit --max-running 50 --pack 4
        herdbook submit sweet-spot --submit --time 30 --sbatch=--qos=low
      """)

  /// Options of sbatch that are not passed through.
  private static let own = [
    "--array", "-a", "--chdir", "-D", "--dependency", "-d", "--job-name", "-J", "--output", "-o",
    "--parsable",
    "--test-only", "--wrap",
  ]

  /// Schedulers that jobs are written for.
  enum Engine: String, ExpressibleByArgument, CaseIterable {
    case slurm
  }

  @Option(help: "The scheduler.") var engine = Engine.slurm
  @Flag(help: "Send the jobs.") var submit = false
  @Option(help: ArgumentHelp("Let so many tasks run at a time.", valueName: "n"))
  var maxRunning: Int?
  @Option(
    help: ArgumentHelp(
      "Give each task so many runs, side by side over its processors.", valueName: "n"))
  var pack = 1
  @Option(
    help: ArgumentHelp(
      "Processors of a task; one for each of its runs unless given, at most a node's.",
      valueName: "n"))
  var cpus: Int?
  @Option(
    help: ArgumentHelp(
      "Time of a task, as sbatch takes it; twice the plan's estimate and five minutes unless given.",
      valueName: "time"))
  var time: String?
  @Option(
    help: ArgumentHelp(
      "Memory of a task, as sbatch takes it; the plan's estimate and a quarter unless given.",
      valueName: "size"))
  var mem: String?
  @Option(help: ArgumentHelp("Passed to sbatch.", valueName: "name")) var partition: String?
  @Option(help: ArgumentHelp("Passed to sbatch.", valueName: "name")) var account: String?
  @Option(
    name: .customLong("sbatch"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Passed to sbatch as it is; may be repeated.", valueName: "argument"))
  var sbatchArguments: [String] = []
  @OptionGroup var study: StudyOptions

  func validate() throws {
    for (option, value) in [("--max-running", maxRunning), ("--pack", pack), ("--cpus", cpus)] {
      if let value, !(1...1_000_000).contains(value) {
        throw ValidationError("\(option) is \(value); it is from 1 to 1,000,000")
      }
    }
    for argument in sbatchArguments {
      let option = argument.prefix { $0 != "=" && !$0.isWhitespace }
      guard Self.own.contains(where: { option == $0 || ($0.count == 2 && option.hasPrefix($0)) })
      else { continue }
      throw ValidationError(
        "--sbatch=\(argument): \(option) is what submit sets itself, and its jobs depend on")
    }
    for (option, value) in [
      ("--time", time), ("--mem", mem), ("--partition", partition), ("--account", account),
    ] {
      // A line of a script ends there.
      if let value, value.isEmpty || value.contains(where: { $0.isWhitespace || $0.isNewline }) {
        throw ValidationError("\(option) is '\(value)'; it is one word")
      }
    }
  }

  func run() throws {
    let (project, places, experiment) = try study.read()
    try checkFolder(project.root)
    let needed = try project.withSources([experiment], places)
    guard submit else {
      let sending = sending(try stages(needed, project), project)
      for (stage, text) in zip(sending.stages, sending.shown()) {
        sending.say(stage)
        try Terminal.put(text)
      }
      return
    }
    try holding(needed.map(\.name).sorted(), in: project.results) {
      let sending = sending(try stages(needed, project), project)
      sending.stages.forEach(sending.say)
      for job in try sending.send() { try Terminal.tell(job) }
    }
  }

  private func sending(_ stages: [Submission], _ project: Project) -> SlurmSending {
    SlurmSending(
      root: project.root, results: project.results, stages: stages, maxRunning: maxRunning,
      passed: sbatchArguments)
  }

  /// Does something while nobody else sends or cancels jobs of some names; waits for whoever does.
  private func holding(_ names: [String], in results: Results, _ body: () throws -> Void) throws {
    guard let name = names.first else { return try body() }
    try inTurn(in: results.allUnits, waits: true, say: Terminal.say) {
      try results.whileHoldingUnits(of: name) {
        try holding(Array(names.dropFirst()), in: results, body)
      }
    }
  }

  /// What is to be sent of each experiment that is not up to date, sources first.
  private func stages(_ needed: [NeededExperiment], _ project: Project) throws -> [Submission] {
    let results = project.results
    var calibration: Calibration? = Calibration(processors: Environment.processors)
    let limits = try limits()
    var stages: [Submission] = []
    for one in needed {
      let planned = try one.experiment.plan(in: results)
      let state = try planned.state(in: results)
      try one.checkUndamaged(state)
      guard state.isToRun else {
        if one.neededBy == nil { Terminal.say("\(one.name): up to date, there is nothing to send") }
        continue
      }
      let jobs = try UnitJobs(of: one.name, in: results)
      if let fault = jobs.fault {
        throw Failure(
          .inputOutput,
          "error: \(one.name): jobs were sent for it, and what is left of them cannot be told: \(fault.text)"
        )
      }
      try check(jobs, of: one, making: planned.making)
      try results.checkForeignFiles(of: one.name)
      let standings = try planned.unitStandings(in: results, jobs)
      let wishes = SubmissionWishes(
        pack: pack, processors: cpus, memory: mem, time: time, partition: partition,
        account: account)
      let stage = try Submission(
        planned, called: words(one), standings, jobs, wishes, limits, calibration: &calibration)
      if let time, let seconds = stage.resources.seconds, seconds < 300,
        !sbatchArguments.contains(where: { $0.hasPrefix("--signal") })
      {
        throw Failure(
          .invalid,
          "error: --time \(time) is short: of it, Slurm's warning takes two minutes; give at least 5"
        )
      }
      try checkRoom(for: stage, in: results)
      stages.append(stage)
    }
    try checkCount(of: stages, limits)
    return stages
  }

  /// Throws where the folder of a project would be read otherwise by Slurm, which puts numbers in the place of %A.
  private func checkFolder(_ root: String) throws(Failure) {
    let parts = root.split(separator: "%", omittingEmptySubsequences: false).dropFirst()
    let isRead = parts.contains { $0.first.map { $0.isLetter || $0.isNumber } ?? false }
    guard isRead || root.contains("\\") else { return }
    throw Failure(
      .invalid,
      "error: the project's folder is \(root), and Slurm would read a name with % or \\ as another; rename it"
    )
  }

  /// Throws where jobs are under way that are not remembered, or for other values.
  private func check(
    _ jobs: UnitJobs, of needed: NeededExperiment, making: String
  ) throws(Failure) {
    let others = (jobs.live(.units) + jobs.live(.collect)).filter { $0.making != making }
    let cancel = "herdbook cancel \(needed.name)"
    guard jobs.strays.isEmpty else {
      throw Failure(
        .different,
        "error: \(needed.name): jobs \(jobs.strays.joined(separator: ", ")) of it are in the queue and not remembered, as"
          + " whoever sent them was cut short; take them back with: \(cancel)")
    }
    guard others.isEmpty else {
      throw Failure(
        .different,
        "error: \(needed.name): jobs \(others.map(\.job).joined(separator: ", ")) are under way for other values of it;"
          + " wait for them, or take them back with: \(cancel)")
    }
  }

  /// Throws where there are more tasks than the cluster ever takes, for which sbatch would wait in vain.
  private func checkCount(of stages: [Submission], _ limits: ClusterLimits) throws(Failure) {
    let tasks = stages.reduce(0) { $0 + $1.taskCount + 1 }
    guard let most = limits.tasks, tasks > most else { return }
    let runs = stages.reduce(0) { $0 + $1.taskCount * pack }
    let advice =
      most > stages.count
      ? ": give each more runs, with --pack \((runs + most - 1) / (most - stages.count))" : ""
    throw Failure(
      .invalid,
      "error: \(study.name): \(Words.count(tasks, "task")) are more than this cluster takes, \(Words.grouped(most))"
        + " (MaxJobCount)\(advice)")
  }

  /// Throws where the disk cannot hold what is missing. The memory is that of other machines.
  private func checkRoom(for stage: Submission, in results: Results) throws {
    var none: Calibration?
    let runs = stage.standings.filter { $0.state != .done }.map(\.run)
    let together = min(runs.count, (maxRunning ?? stage.taskCount) * pack)
    let cost = Estimate.total(
      try stage.planned.estimates(of: runs, threads: 1, &none), together: together)
    let refused = refusal(
      of: cost, name: stage.name, freeDisk: Room.disk(at: results.folder), availableMemory: nil,
      folder: Path.shown(results.folder))
    if let refused { throw refused }
  }

  /// What the cluster allows; where it is not at hand and nothing is sent, what Slurm allows unless told otherwise.
  private func limits() throws -> ClusterLimits {
    let processors = Slurm.processors(in: partition) ?? Environment.processors
    do throws(Slurm.Fault) {
      let limits = try Slurm.limits()
      return ClusterLimits(
        arraySize: limits.arraySize, tasks: limits.tasks, processors: processors)
    } catch {
      if submit { throw error }
      Terminal.say("\(error.text); taken for it: MaxArraySize 1001")
      return ClusterLimits(arraySize: 1001, processors: processors)
    }
  }

  /// What names an experiment to `run` and `collect`, and says where its data are.
  private func words(_ needed: NeededExperiment) -> [String] {
    (needed.neededBy == nil ? study.words : [needed.name])
      + (study.dataOptions.data.map { ["--data", Path.absolute($0)] } ?? [])
  }
}
