import HerdbookBundle
import HerdbookEngine
import HerdbookModel

/// How a run of a plan stands that is executed by itself, wherever.
enum UnitState: String, CaseIterable, Sendable {
  /// Its result is there.
  case done
  case running
  /// In a scheduler's queue.
  case waiting
  /// The program ended with an error.
  case failed
  /// Its job is gone without a result.
  case lost
  /// Cut short, with a state to go on from; no job has it.
  case interrupted
  /// Never begun, or not of the spec as it is now; no job has it.
  case missing

  /// Whether somebody is at it or will be.
  var isUnderWay: Bool { self == .running || self == .waiting }
}

struct UnitStanding: Sendable {
  let run: Plan.Run
  var state = UnitState.missing
  /// The last task that has it, as its scheduler calls it.
  var job: String?
  /// In a few words; nil where there is nothing to say.
  var reason: String?
}

/// What a scheduler was told of the runs of an experiment, and what it says of them now.
struct UnitJobs: Sendable {
  var records: [JobRecord] = []
  /// How far their tasks and jobs are; nil where the scheduler does not answer.
  var queue: [String: Slurm.Progress]? = [:]
  /// What keeps the scheduler from answering.
  var fault: Slurm.Fault?
  /// Jobs of the experiment in the queue that are not remembered, as whoever sent them was cut short.
  var strays: [String] = []

  /// - Parameter readingRecords: false where what is remembered is damaged.
  init(of name: String, in results: Results, readingRecords: Bool = true) throws {
    let file = try JobFile(of: name, in: results)
    guard try file.isBegun() else { return }
    records = readingRecords ? try file.read() : []
    do throws(Slurm.Fault) {
      if !records.isEmpty { queue = try Slurm.queue(jobs: records.map(\.job)).progress }
      let known = Set(records.map(\.job))
      let root = Path.resolved(Path.parent(results.folder))
      let named = try Slurm.queue(names: [
        SlurmScript.name(unitsOf: name), SlurmScript.name(collectOf: name),
      ])
      // Other projects have experiments of this name, too.
      let strays = named.jobs.filter {
        !known.contains($0.job) && Path.resolved($0.folder) == root && $0.job != Slurm.ownJob
      }
      self.strays = Set(strays.map(\.job)).sorted()
    } catch {
      fault = error
      if !records.isEmpty { queue = nil }
    }
  }

  /// Jobs of which something is queued or running.
  private var liveJobs: Set<String> {
    Set((queue ?? [:]).filter(\.value.isLive).map { String($0.key.prefix { $0 != "_" }) })
  }

  /// Jobs of a kind of which something is queued or running.
  func live(_ kind: JobRecord.Kind) -> [JobRecord] {
    let live = liveJobs
    return records.filter { $0.kind == kind && live.contains($0.job) }
  }

  /// Those of which nothing is queued or running any more, as far as that is known, or which this process is.
  var ended: [JobRecord] {
    guard queue != nil else { return [] }
    let live = liveJobs
    return records.filter { !live.contains($0.job) || $0.job == Slurm.ownJob }
  }

  /// The job that collects and has not begun.
  var waitingCollector: JobRecord? {
    live(.collect).last { queue?[$0.job]?.isWaiting == true }
  }
}

extension PlannedExperiment {
  /// What tells whether tasks that were sent before are of the same runs: a digest of the values of all variants, their
  /// datasets and the first seed. Further replicates leave it as it is, as they come behind the others.
  var making: String {
    let first = Array(plan.runs.prefix(1))
    guard
      case .object(let all) = RecordedPlan(Plan(variants: plan.variants, runs: first)).json,
      case .object(var settings)? = all["settings"]
    else { return "" }
    settings["replicates"] = nil
    return String(
      sha256(
        JSONValue.object([
          "settings": .object(settings), "variants": all["variants"] ?? .null,
          "dataset": all["dataset"] ?? .null, "seed": .unsigned(first.first?.seed ?? 0),
        ]).document
      ).prefix(16))
  }
}

extension PlannedExperiment {
  /// How each run of the plan stands, in its order: by what is in the bundle and in those of single runs, and by what
  /// was sent to a scheduler.
  func unitStandings(in results: Results, _ jobs: UnitJobs) throws -> [UnitStanding] {
    let held = try recordedRuns(in: results, readingFiles: false)
    let units = try results.hasUnits(of: name) ? results.units(of: name) : nil
    let tasks = lastTasks(jobs.records)
    // Who runs all of them has none of a process's own.
    var whole: Holder?
    if case .underWay(let holder) = try results.work(on: name, [:]) { whole = holder }
    var standings: [UnitStanding] = []
    for (place, run) in plan.runs.enumerated() {
      var standing = UnitStanding(run: run)
      if let task = tasks[place] { standing.job = task }
      if held.state(of: run) == .fresh {
        standing.state = .done
      } else {
        if let units { try judge(&standing, in: units, jobs) }
        if let whole, standing.state != .done, !standing.state.isUnderWay {
          standing.state = .running
          standing.reason = "process \(whole.process) on \(whole.host) runs \(name)"
        }
      }
      standings.append(standing)
    }
    return try explain(standings, jobs)
  }

  /// The last task that each run was given to, by its place; nil where there is none, or where it was cancelled.
  private func lastTasks(_ records: [JobRecord]) -> [String?] {
    var tasks = [String?](repeating: nil, count: plan.runs.count)
    let making = making
    for record in records where record.kind == .units && record.making == making {
      for number in record.tasks.ranges.joined() {
        for place in record.runs(ofTask: number, in: plan) {
          tasks[place] = record.isCancelled ? nil : record.task(number)
        }
      }
    }
    return tasks
  }

  /// Says how a run stands that the bundle does not hold.
  private func judge(
    _ standing: inout UnitStanding, in units: Results, _ jobs: UnitJobs
  ) throws {
    let run = standing.run
    let unit = unit(run)
    let recorded = try units.recordedRuns(
      of: run.id, plan: unit.plan, resultVersion: Evolution.resultVersion, readingFiles: false)
    if recorded.state(of: run) == .fresh {
      standing.state = .done
      return
    }
    let progress = standing.job.flatMap { jobs.queue?[$0] }
    if case .underWay(let holder) = try units.work(on: run.id, [:]) {
      // For a minute, a lock of another machine outlives its process, of which Slurm knows more. Of a node that is lost,
      // neither does.
      let isGone = holder.host != units.host && progress?.isOver == true
      if !isGone {
        standing.state = .running
        standing.reason = "process \(holder.process) on \(holder.host)"
        return
      }
    }
    if let progress, progress.isLive {
      standing.state = progress.isRunning ? .running : .waiting
      standing.reason = progress.reason.isEmpty ? nil : progress.reason
    } else if let failure = try units.rememberedFailure(of: run.id) {
      standing.state = .failed
      standing.reason = failure.message
    } else if standing.job != nil {
      standing.state = jobs.queue == nil ? .waiting : .lost
      standing.reason = progress?.text
    } else if case .interrupted(let headers) = try units.work(on: run.id, unit.keys) {
      standing.state = .interrupted
      standing.reason = unit.progress(headers)
    }
  }

  /// Adds what accounting says of tasks that are gone and that the queue does not know any more.
  private func explain(_ standings: [UnitStanding], _ jobs: UnitJobs) throws -> [UnitStanding] {
    let gone = Set(
      standings.filter { $0.state == .lost && $0.reason == nil }
        .compactMap { $0.job.map { String($0.prefix { $0 != "_" }) } })
    guard !gone.isEmpty, let endings = try? Slurm.endings(of: gone.sorted()) else {
      return standings
    }
    return standings.map { standing in
      var told = standing
      if told.state == .lost {
        told.reason = told.reason ?? told.job.flatMap { endings[$0]?.state }
      }
      return told
    }
  }
}

extension [UnitStanding] {
  /// How many stand how; those states alone that some have, in the order of their declaration.
  var counts: [(state: UnitState, count: Int)] {
    UnitState.allCases.map { state in (state, count { $0.state == state }) }.filter { $0.1 > 0 }
  }

  /// `41 done, 4 running`.
  var summary: String {
    counts.map { "\(Words.grouped($0.count)) \($0.state.rawValue)" }.joined(separator: ", ")
  }
}
