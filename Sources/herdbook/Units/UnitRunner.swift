import HerdbookBundle
import HerdbookModel
import HerdbookNumerics
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Brings the bundles of some runs of a plan up to date, each into a folder of its own.
struct UnitRunner: Sendable {
  let planned: PlannedExperiment
  let results: Results
  let units: Results
  /// Of all runs together.
  let threads: Int
  var isForced = false
  var isQuiet = false
  var isDry = false
  /// Whether to wait for a process that is at a run, instead of failing.
  var waits = false
  var onFailure = OnFailure.failFast

  /// What became of some runs.
  struct Outcome: Sendable {
    /// Those that this process brought to their end.
    var done: [Plan.Run] = []
    /// Those that a signal cut short.
    var interrupted: [Plan.Run] = []
    var failed = 0
  }

  /// As many at once as there are threads, fewer where memory or disk is short; the pages of their bundles are told in the order
  /// of the runs. The first failure is thrown, unless the others are to go on.
  func run(_ runs: [Plan.Run]) throws -> Outcome {
    let held = try planned.recordedRuns(in: results)
    let atOnce = try runsAtOnce(runs)
    let each = max(1, threads / atOnce)
    let isStopped = Atomic(false)
    let ends = parallelMap(count: runs.count, threads: atOnce) { index in
      let run = runs[index]
      return Result { () throws -> Brought in
        guard !isStopped.load(ordering: .relaxed) else { return .nothing }
        do {
          do {
            return try inTurn(in: units, waits: waits, say: { say("\(planned.name) \($0)") }) {
              try bring(run, isHeld: held.state(of: run) == .fresh, threads: each)
            }
          } catch BundleError.locked(let id, let holder, let lock) {
            throw BundleError.locked(name: "\(planned.name) \(id)", holder: holder, lock: lock)
          }
        } catch let error as any DescribesFailure {
          remember(error.failure, of: run)
          if onFailure == .failFast { isStopped.store(true, ordering: .relaxed) }
          throw error
        }
      }
    }
    var outcome = Outcome()
    for (run, end) in zip(runs, ends) {
      do {
        let brought = try end.get()
        if brought == .nothing { continue }
        if brought == .made { outcome.done.append(run) }
        try Terminal.tell(Path.shown("\(units.folder)/\(run.id)/report.html"))
      } catch is Interrupted {
        outcome.interrupted.append(run)
      } catch let error as any DescribesFailure where onFailure == .keepGoing {
        Terminal.complain(error.failure.message)
        outcome.failed += 1
      }
    }
    return outcome
  }

  private enum Brought: Sendable {
    case made
    /// The bundle was there before.
    case upToDate
    case nothing
  }

  /// How many of some runs fit in memory and on disk side by side, each with images of its own.
  private func runsAtOnce(_ runs: [Plan.Run]) throws -> Int {
    var none: Calibration?
    let most = max(1, min(threads, runs.count))
    let estimates = try planned.estimates(of: runs, threads: 1, &none)
    let (memory, disk) = (Room.memory ?? .max, Room.disk(at: results.folder) ?? .max)
    let largest = estimates.map(\.memory).max() ?? 0
    return (1...most).last { count in
      largest <= memory / count
        && Estimate.total(estimates, together: count).mostDisk <= disk
    } ?? 1
  }

  /// Brings the bundle of one run up to date, where the experiment's does not hold it.
  private func bring(_ run: Plan.Run, isHeld: Bool, threads: Int) throws -> Brought {
    try Interruption.check()
    let unit = planned.unit(run)
    let name = "\(planned.name) \(unit.name)"
    if isHeld && !isForced {
      say("\(name): up to date in the bundle of \(planned.name)")
      return .nothing
    }
    let state = try unit.state(in: units, weights: true)
    let work = try units.work(on: unit.name, unit.keys)
    if case .underWay(let holder) = work { throw try units.locked(unit.name, by: holder) }
    if !isForced && work == .none && !state.isToRun {
      say("\(name): up to date")
      return .upToDate
    }
    let headers = isForced ? [:] : work.headers
    say(
      "\(name): "
        + (headers.isEmpty
          ? state.reasonToRun
          : "going on with a run that was cut short, \(unit.progress(headers))"))
    if isDry { return .nothing }
    try units.forgetFailure(of: run.id)
    let clock = Stopwatch()
    let bundle = try Execution(
      planned: unit, threads: threads, isQuiet: isQuiet, library: results
    ).run(in: units, isForced: isForced)
    say("\(name): \(try Headline(bundle).text) in \(Words.duration(clock.seconds))")
    return .made
  }

  /// Leaves word of a failure for whoever asks how the runs stand. That somebody else is at a run is none.
  func remember(_ failure: Failure, of run: Plan.Run) {
    guard failure.status != .locked, !isDry else { return }
    let note = UnitFailure(
      status: Int(failure.status.rawValue), message: failure.message,
      ended: Stopwatch.timestamp(), host: results.host)
    // Where it cannot be written, the run is told as lost, and the log has the words.
    try? units.remember(note, of: run.id)
  }

  /// Whether another process is at one of some runs.
  func isElsewhere(_ runs: [Plan.Run]) throws -> Bool {
    for run in runs {
      if case .underWay = try units.work(on: run.id, [:]) { return true }
    }
    return false
  }

  /// How far some runs are that are not done, by their ids.
  func generations(of runs: [Plan.Run]) throws -> [String: Int] {
    var generations: [String: Int] = [:]
    for run in runs {
      let headers = try units.work(on: run.id, planned.unit(run).keys).headers
      generations[run.id] = headers[run.id]?.generation
    }
    return generations
  }

  private func say(_ text: String) { if !isQuiet { Terminal.say(text) } }
}

/// Does what needs a name, after whoever is at it where that is asked for.
func inTurn<Value>(
  in results: Results, waits: Bool, say: (String) -> Void, _ body: () throws -> Value
) throws -> Value {
  while true {
    do {
      return try body()
    } catch BundleError.locked(let name, let holder, let lock) {
      guard waits else { throw BundleError.locked(name: name, holder: holder, lock: lock) }
      say("\(name): waiting for process \(holder.process) on \(holder.host)")
      while case .underWay = try results.work(on: name, [:]) {
        try Interruption.check()
        usleep(200_000)
      }
    }
  }
}
