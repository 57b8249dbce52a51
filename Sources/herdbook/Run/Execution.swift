import HerdbookAnalysis
import HerdbookBundle
import HerdbookData
import HerdbookEngine
import HerdbookModel
import HerdbookReport
import HerdbookSpec

/// An experiment on its way from the plan to a published bundle.
struct Execution {
  let experiment: LoadedExperiment
  let plan: Plan
  let dataset: FoundDataset
  let threads: Int
  let isQuiet: Bool

  /// Runs the plan and publishes its bundle; throws `Interrupted` when a signal came meanwhile. Until
  /// it returns, what was there before stays.
  func run(in results: Results, discardingForeignFiles: Bool) throws -> Bundle {
    let clock = Stopwatch()
    let source = try plan.experiment.transfer.map {
      try transferSource(
        $0, for: plan.experiment.network, results: results,
        projectRoot: Path.parent(results.folder))
    }
    let writer = try begin(in: results, discardingForeignFiles: discardingForeignFiles)
    let dataset = try dataset.open(threads: threads)
    try Interruption.check()
    try writer.write(experiment.source, to: "spec/\(experiment.name).yaml")
    let data = RunData(dataset)
    let samples = Samples(
      data.training, classes: dataset.classes, perClass: 10, planeRows: dataset.rows,
      planeColumns: dataset.columns, threads: threads)
    let summaries = try plan.runs.map { try run($0, data, samples, source, writer) }
    try writer.write(
      summaryTable(summaries, hasTarget: plan.experiment.fitness.target != nil),
      to: "summary.csv")
    try writer.seal(plan, resultVersion: Evolution.resultVersion)
    try writePages(of: writer.bundle, to: writer, threads: threads)
    try Interruption.check()
    let bundle = try writer.publish()
    log(seconds: clock.seconds, in: results)
    return bundle
  }

  private func begin(
    in results: Results, discardingForeignFiles: Bool
  ) throws(BundleError) -> BundleWriter {
    let isUnfinished = try results.isUnfinished(experiment.name)
    let writer = try results.begin(
      experiment.name, discardingForeignFiles: discardingForeignFiles)
    if isUnfinished && !isQuiet {
      Terminal.say(
        "\(experiment.name): an earlier run was cut short; what it left is removed, and this one"
          + " starts from the beginning")
    }
    return writer
  }

  private func run(
    _ run: Plan.Run, _ data: RunData, _ samples: Samples, _ source: TransferSource?,
    _ writer: BundleWriter
  ) throws -> RunSummary {
    var recorder = RunRecorder(
      experiment: plan.experiment, run: run, data: data, samples: samples, threads: threads)
    let name = plan.runs.count == 1 ? experiment.name : "\(experiment.name) \(run.id)"
    var progress = Progress(name: name, experiment: plan.experiment, isQuiet: isQuiet)
    defer { progress.finish() }
    let evolution = Evolution(
      experiment: plan.experiment, seed: run.seed, data: data, threads: threads, transfer: source)
    let outcome = try evolution.run { generation throws in
      try recorder.see(generation, writer: writer)
      progress.show(generation.record)
      try Interruption.check()
    }
    return try recorder.finish(outcome, writer: writer)
  }

  /// What happened when and where goes beside the bundle, never into it; the bundle stands, also
  /// where this cannot be written.
  private func log(seconds: Double, in results: Results) {
    let entry = JSONValue.object([
      "version": .text(Herdbook.version), "result_version": .integer(Evolution.resultVersion),
      "ended": .text(Stopwatch.timestamp()), "seconds": .real(seconds),
      "threads": .integer(threads),
      "images_per_second": .real((Double(plan.counts.images) / seconds).rounded()),
    ])
    do {
      try results.log(experiment.name, entry)
    } catch {
      Terminal.say("warning: the log of times was not written: \(error)")
    }
  }
}

/// Renders the page and the cover of a bundle from its files.
func writePages(of bundle: Bundle, to writer: BundleWriter, threads: Int) throws {
  let pages = try Report(BundleContents(bundle)).render(threads: threads)
  try writer.write(pages.page, to: "report.html")
  try writer.write(pages.cover, to: "cover.svg")
}
