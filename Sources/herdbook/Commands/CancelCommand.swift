import ArgumentParser
import HerdbookBundle

struct CancelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "Take the jobs of an experiment back from the scheduler.",
    discussion: """
      One call ends all that submit sent for it and that is queued or running. What is done stays, \
      and states that runs had kept: submit sends the rest again.

      EXAMPLES:
        herdbook cancel sweet-spot
      """)

  @Argument(
    help: ArgumentHelp(
      "The experiment by name, or the name that its runs are run under.", valueName: "name"),
    completion: .experiments)
  var name: String
  @OptionGroup var projectOptions: ProjectOptions

  func run() throws {
    let results = try projectOptions.project().results
    guard try results.hasUnits(of: name) else { return nothing() }
    try inTurn(in: results.allUnits, waits: true, say: Terminal.say) {
      try results.whileHoldingUnits(of: name) { try cancel(in: results) }
    }
  }

  private func nothing() { Terminal.say("\(name): no job is queued or running") }

  private func cancel(in results: Results) throws {
    let jobs = try UnitJobs(of: name, in: results)
    // Where the queue is not told, all that were sent are meant: one that is gone is none to scancel.
    let live = Set((jobs.live(.units) + jobs.live(.collect)).map(\.job))
    let meant = jobs.records.filter {
      !$0.isCancelled && (jobs.queue == nil || live.contains($0.job))
    }
    guard !meant.isEmpty else { return nothing() }
    do throws(Slurm.Fault) {
      try Slurm.cancel(meant.map(\.job))
    } catch {
      throw Failure(.inputOutput, "error: \(name): nothing is cancelled: \(error.text)")
    }
    let cancelled = Set(meant.map(\.job))
    try JobFile(of: name, in: results).write(
      jobs.records.map { record in
        var record = record
        if cancelled.contains(record.job) { record.isCancelled = true }
        return record
      })
    Terminal.say("\(name): cancelled: \(meant.map(\.job).joined(separator: ", "))")
  }
}
