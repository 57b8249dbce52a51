import HerdbookAnalysis
import HerdbookBundle
import HerdbookData
import HerdbookEngine
import HerdbookModel
import HerdbookReport
import HerdbookSpec

/// An experiment that was read and planned, and the images that it needs.
struct PreparedExperiment {
  let file: ExperimentFile
  let source: [UInt8]
  let plan: Plan
  let dataset: Dataset

  init(_ file: ExperimentFile, places: DataPlaces, threads: Int) throws {
    self.file = file
    source = try file.bytes()
    let parsed = try file.read(places)
    dataset = try openDataset(parsed.experiment.dataset, places: places, threads: threads)
    plan = makePlan(parsed, dataset: dataset.identity)
  }

  /// Executes the plan and publishes its bundle; gives the bundle.
  func run(in results: Results, threads: Int, isQuiet: Bool, isForced: Bool) throws -> Bundle {
    let clock = Stopwatch()
    let writer = try results.begin(file.name, discardingForeignFiles: isForced)
    try writer.write(source, to: "spec/\(file.name).yaml")
    let data = RunData(dataset)
    let samples = Samples(
      data.training, classes: dataset.classes, perClass: 10, planeRows: dataset.rows,
      planeColumns: dataset.columns)
    let summaries = try plan.runs.map { run in
      try execute(run, data, samples, writer, threads: threads, isQuiet: isQuiet)
    }
    try writer.write(
      summaryTable(summaries, hasTarget: plan.experiment.fitness.target != nil),
      to: "summary.csv")
    try writer.seal(plan, resultVersion: Evolution.resultVersion)
    try writePages(of: writer.bundle, to: writer)
    let bundle = try writer.publish()
    try results.log(file.name, logEntry(seconds: clock.seconds, threads: threads))
    return bundle
  }

  private func execute(
    _ run: Plan.Run, _ data: RunData, _ samples: Samples, _ writer: BundleWriter, threads: Int,
    isQuiet: Bool
  ) throws -> RunSummary {
    var recorder = RunRecorder(
      experiment: plan.experiment, run: run, data: data, samples: samples, threads: threads)
    let name = plan.runs.count == 1 ? file.name : "\(file.name) \(run.id)"
    var progress = Progress(name: name, experiment: plan.experiment, isQuiet: isQuiet)
    defer { progress.finish() }
    let evolution = Evolution(
      experiment: plan.experiment, seed: run.seed, data: data, threads: threads)
    let outcome = try evolution.run { generation throws(BundleError) in
      try recorder.see(generation, writer: writer)
      progress.show(generation.record)
    }
    return try recorder.finish(outcome, writer: writer)
  }

  /// What happened when and where: beside the bundle, never in it.
  private func logEntry(seconds: Double, threads: Int) -> JSONValue {
    .object([
      "version": .text(Herdbook.version), "result_version": .integer(Evolution.resultVersion),
      "ended": .text(Stopwatch.timestamp()), "seconds": .real(seconds),
      "threads": .integer(threads),
      "images_per_second": .real((Double(plan.counts.images) / seconds).rounded()),
    ])
  }
}

/// Renders the page and the cover of a bundle from its files.
func writePages(of bundle: Bundle, to writer: BundleWriter) throws {
  let pages = try Report(BundleContents(bundle)).render()
  try writer.write(pages.page, to: "report.html")
  try writer.write(pages.cover, to: "cover.svg")
}
