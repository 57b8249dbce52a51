import ArgumentParser
import HerdbookBundle
import HerdbookModel

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Tell how the runs of an experiment stand that are executed one by one.",
    usage: "herdbook status <name> [<options>]",
    discussion: """
      States: done, running, waiting (in a scheduler's queue), failed (the program ended with an \
      error), lost (its job is gone without a result), interrupted (run goes on from where it \
      was), missing. They come from files, and from squeue and sacct where they answer.

      EXAMPLES:
        herdbook status sweet-spot
        herdbook status sweet-spot --failed
        herdbook status sweet-spot --json
      """)

  @Flag(help: "Tell each run that failed or was lost, with why.") var failed = false
  @Flag(help: "Print JSON.") var json = false
  @OptionGroup var study: StudyOptions

  func run() throws {
    let (project, _, experiment) = try study.read()
    let planned = try experiment.plan(in: project.results)
    let jobs = try UnitJobs(of: planned.name, in: project.results)
    let standings = try planned.unitStandings(in: project.results, jobs)
    if let fault = jobs.fault {
      Terminal.say(
        "\(fault.text); runs that were sent and of which nothing is known are told as waiting")
    }
    if !jobs.strays.isEmpty {
      Terminal.say(
        "jobs \(jobs.strays.joined(separator: ", ")) of it are in the queue and not remembered, as whoever sent them was"
          + " cut short; take them back with: herdbook cancel \(planned.name)")
    }
    let chosen = failed ? standings.filter { $0.state == .failed || $0.state == .lost } : standings
    if json {
      return try Terminal.tell(document(planned.name, standings, chosen: chosen, jobs.records))
    }
    try Terminal.tell("\(planned.name): \(standings.summary)")
    for line in jobLines(jobs)
      + runLines(chosen, of: planned.name, logs: "\(project.results.folder)/.log/\(planned.name)")
    { try Terminal.tell(line) }
  }

  /// A line for each job that was sent and is not cancelled.
  private func jobLines(_ jobs: UnitJobs) -> [String] {
    Words.columns(
      jobs.records.filter { !$0.isCancelled }.map { record in
        let what =
          record.kind == .collect ? "collects them" : Words.count(record.tasks.count, "task")
        return [
          "  job \(record.job)", what, "sent by \(record.user)", record.sent, now(record, jobs),
        ]
      })
  }

  /// How far a job is: of an array, how many of its tasks.
  private func now(_ record: JobRecord, _ jobs: UnitJobs) -> String {
    guard let queue = jobs.queue else { return "" }
    if record.kind == .collect {
      guard let progress = queue[record.job] else { return "gone" }
      return progress.state.lowercased()
        + (progress.reason.isEmpty ? "" : " (\(progress.reason))")
    }
    let tasks = record.tasks.ranges.joined().compactMap { queue[record.task($0)] }
    let (running, waiting) = (tasks.count(where: \.isRunning), tasks.count(where: \.isWaiting))
    return running + waiting == 0 ? "ended" : "\(running) running, \(waiting) waiting"
  }

  /// A line for each run of a few; of many, those that are in need of help alone.
  private func runLines(
    _ standings: [UnitStanding], of name: String, logs: String
  ) -> [String] {
    let most = 40
    let all = standings.count > most && !failed ? standings.filter(\.needsHelp) : standings
    let shown = failed ? all[...] : all.prefix(most)
    let rows = shown.map { standing in
      let log = standing.needsHelp ? standing.job.flatMap { self.log(of: $0, logs) } : nil
      let reason = standing.reason?.split(separator: "\n").first.map(String.init)
      return [
        "  \(standing.run.id)", standing.state.rawValue,
        [reason, log].compactMap(\.self).joined(separator: "; "),
      ]
    }
    let rest = all.count - shown.count
    return Words.columns(rows)
      + (rest > 0 ? ["  and \(Words.grouped(rest)) more: herdbook status \(name) --failed"] : [])
  }

  /// What a task said, where it came to that.
  private func log(of task: String, _ logs: String) -> String? {
    let path = "\(logs)/\(task).log"
    return Path.isFile(path) ? Path.shown(path) : nil
  }

  private func document(
    _ name: String, _ standings: [UnitStanding], chosen: [UnitStanding], _ records: [JobRecord]
  ) -> JSONValue {
    let counts = UnitState.allCases.map { state in
      (state.rawValue, JSONValue.integer(standings.count { $0.state == state }))
    }
    return .object([
      "name": .text(name), "units": .integer(standings.count),
      "counts": .object(Dictionary(uniqueKeysWithValues: counts)),
      "jobs": .list(records.map(\.json)),
      "runs": .list(
        chosen.map { standing in
          .object([
            "id": .text(standing.run.id), "state": .text(standing.state.rawValue),
            "job": standing.job.map { .text($0) } ?? .null,
            "reason": standing.reason.map { .text($0) } ?? .null,
          ])
        }),
    ])
  }
}

extension UnitStanding {
  /// Whether it does not come to its end by itself.
  fileprivate var needsHelp: Bool { state == .failed || state == .lost }
}
