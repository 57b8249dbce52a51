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
    let project = try projectOptions.project()
    let results = project.results
    let isPath = name.contains("/") || name.hasSuffix(".yaml")
    let name = isPath ? try project.file(name).name : name
    guard try JobFile(of: name, in: results).isBegun() else {
      // A name that nothing has is misspelled.
      if try results.open(name) == nil && !results.hasUnits(of: name) { _ = try project.file(name) }
      return nothing(name)
    }
    try inTurn(in: results.allUnits, waits: true, say: Terminal.say) {
      try results.whileHoldingUnits(of: name) { try cancel(name, in: results) }
    }
  }

  private func nothing(_ name: String) { Terminal.say("\(name): no job is queued or running") }

  private func cancel(_ name: String, in results: Results) throws {
    let file = try JobFile(of: name, in: results)
    var isDamaged = false
    do { _ = try file.read() } catch let failure as Failure {
      isDamaged = true
      Terminal.complain(
        "\(failure.message.split(separator: ";")[0]): jobs are looked for by their name")
    }
    let jobs = try UnitJobs(of: name, in: results, readingRecords: !isDamaged)
    // Where the queue is not told, all that were sent are meant: one that is gone is none to scancel.
    let live = Set((jobs.live(.units) + jobs.live(.collect)).map(\.job))
    let meant =
      jobs.records.filter { !$0.isCancelled && (jobs.queue == nil || live.contains($0.job)) }
      .map(\.job) + jobs.strays
    if isDamaged, let fault = jobs.fault { throw fault }
    if meant.isEmpty {
      nothing(name)
    } else {
      do throws(Slurm.Fault) {
        try Slurm.cancel(meant)
      } catch {
        throw Failure(.inputOutput, "error: \(name): nothing is cancelled: \(error.text)")
      }
      Terminal.say("\(name): cancelled: \(meant.joined(separator: ", "))")
    }
    let cancelled = Set(meant)
    try file.write(
      jobs.records.map { record in
        var record = record
        if cancelled.contains(record.job) { record.isCancelled = true }
        return record
      })
  }
}
