import HerdbookAnalysis
import HerdbookBundle
import HerdbookEngine
import HerdbookModel

/// How far a run is, which is all that it needs to go on.
enum RunProgress: Codable, Sendable {
  case underWay(Evolution.State, RunRecorder.Memory)
  /// Its files are written.
  case finished(RunSummary)
}

extension PlannedExperiment {
  /// By the id of each run of the plan, what a state of it must have been kept under for this program
  /// to go on from there.
  var keys: [String: String] {
    let recorded = RecordedPlan(plan)
    let version = "\(Herdbook.version), result version \(Evolution.resultVersion)"
    return Dictionary(
      uniqueKeysWithValues: plan.runs.map { ($0.id, recorded.key(of: $0, version: version)) })
  }

  /// How far some of the runs are, in a few words.
  func progress(_ headers: [String: CheckpointHeader]) -> String {
    let known = plan.runs.compactMap { run in headers[run.id].map { (run, $0) } }
    if plan.runs.count == 1, let (run, header) = known.first {
      let iterations = plan.variant(of: run).experiment.iterations
      return "at generation \(header.generation) of \(iterations)"
    }
    let finished = known.count { $1.isFinished }
    let begun = known.count - finished
    return "with \(finished) of \(Words.count(plan.runs.count, "run")) finished"
      + (begun == 0 ? "" : " and \(begun) begun")
  }

  /// What runs cost from where they are.
  func remaining(_ estimates: [Estimate], of runs: [Plan.Run], _ standing: Standing) -> [Estimate] {
    zip(runs, estimates).map { run, estimate in
      guard let header = standing.headers[run.id] else { return estimate }
      let iterations = plan.variant(of: run).experiment.iterations
      var rest = estimate
      rest.seconds *=
        header.isFinished ? 0 : Double(iterations - header.generation) / Double(max(iterations, 1))
      return rest
    }
  }

  /// Its state, which is that of its bundle unless somebody is at it, or was.
  func standing(_ state: BundleState, in results: Results) throws(BundleError) -> Standing {
    switch try results.work(on: name, keys) {
    case .none: return Standing(word: state.word, reasons: state.reasons)
    case .underWay(let holder):
      return Standing(
        word: "running",
        reasons: ["process \(holder.process) on \(holder.host) is at it"] + state.reasons)
    case .interrupted(let headers):
      return Standing(
        word: "interrupted", reasons: [progress(headers)] + state.reasons, headers: headers)
    }
  }
}

extension Work {
  /// How far runs are that were interrupted, by their ids; empty where none was.
  var headers: [String: CheckpointHeader] {
    if case .interrupted(let headers) = self { headers } else { [:] }
  }
}

/// How an experiment stands, for people.
struct Standing {
  let word: String
  let reasons: [String]
  /// How far runs are that were interrupted, by their ids.
  var headers: [String: CheckpointHeader] = [:]

  /// The state of a run, where the bundle is in `state` about it.
  func word(of run: Plan.Run, _ state: RunState) -> String {
    guard let header = headers[run.id] else { return state.rawValue }
    return header.isFinished ? "finished" : "interrupted"
  }
}

/// Keeps the state of one run: each time that its spec says so, else about every minute, and when
/// somebody asks the process to end.
struct RunKeeper {
  private let run: Plan.Run
  private let key: String
  /// Iterations from one state to the next; nil where the clock decides.
  private let interval: Int?
  private let writer: SharedWriter
  private let isQuiet: Bool
  private var clock = Stopwatch()
  /// Seconds from one state to the next.
  private var pause = RunKeeper.minute
  private var isHindered = false

  private static let minute = 60.0

  init(
    _ run: Plan.Run, of experiment: Experiment, key: String, writer: SharedWriter, isQuiet: Bool
  ) {
    self.run = run
    self.key = key
    self.writer = writer
    self.isQuiet = isQuiet
    interval = experiment.record.checkpoint
  }

  /// Keeps the state of a generation where it is time to; throws `Interrupted` once a signal has
  /// come, with the state kept.
  mutating func see(_ generation: Generation, _ memory: RunRecorder.Memory) throws {
    let number = generation.record.generation
    if Interruption.isAsked {
      try keep(.underWay(generation.state, memory), generation: number)
      throw Interrupted()
    }
    let isDue = interval.map { number.isMultiple(of: $0) } ?? (clock.seconds >= pause)
    guard isDue else { return }
    let begin = clock.seconds
    do {
      try keep(.underWay(generation.state, memory), generation: number)
    } catch let error as BundleError {
      if case .lost = error { throw error }
      // The run can do without; what is really missing will be missed by its files.
      if !isHindered && !isQuiet {
        Terminal.say("\(run.id): going on without a checkpoint: \(error)")
      }
      isHindered = true
    }
    // A twentieth of the time at most.
    pause = max(RunKeeper.minute, 20 * (clock.seconds - begin))
    clock = Stopwatch()
  }

  /// Keeps what the run came to.
  func finish(_ summary: RunSummary) throws {
    let last = summary.records.last?.generation ?? 0
    try writer.keep(
      .finished(summary),
      CheckpointHeader(run: run.id, key: key, generation: last, isFinished: true))
  }

  private func keep(_ progress: RunProgress, generation: Int) throws {
    try writer.keep(
      progress, CheckpointHeader(run: run.id, key: key, generation: generation))
  }
}
