import HerdbookAnalysis
import HerdbookBundle
import HerdbookData
import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import HerdbookReport
import Synchronization

/// An experiment on its way from the plan to a published bundle.
struct Execution {
  let planned: PlannedExperiment
  let threads: Int
  let isQuiet: Bool
  /// Where what is transferred lies; where the bundle is written unless given.
  var library: Results?

  private var plan: Plan { planned.plan }
  private var name: String { planned.name }

  /// Runs of the plan what the bundle does not hold yet, from where an earlier run of it was cut short,
  /// or all of it from the beginning where `isForced`, and publishes the new bundle; throws `Interrupted`
  /// when a signal came meanwhile, with all states kept. Until it returns, what was there before stays.
  func run(in results: Results, isForced: Bool) throws -> Bundle {
    let clock = Stopwatch()
    // What is missing or does not fit is found before anything is claimed or written.
    let recorded = isForced ? nil : try planned.recordedRuns(in: results)
    let runs = plan.runs.filter { recorded?.state(of: $0) != .fresh }
    let atOnce = try planned.checkRoom(for: runs, in: results, threads: threads)
    let sources = try sources(of: runs, in: library ?? results)
    let writer = SharedWriter(try begin(runs, in: results, isForced: isForced))
    if let recorded, runs.count < plan.runs.count {
      try writer.whole { try $0.takeOver(recorded) }
      say("\(plan.runs.count - runs.count) of \(Words.count(plan.runs.count, "run")) taken over")
    }
    let datasets = try opened(for: runs)
    try Interruption.check()
    try writer.whole { try $0.write(specs: planned.experiment.specs) }
    let progress = Progress(name: name, plan: plan, runs: runs, isQuiet: isQuiet)
    let executed = summaryTable(
      try run(runs, on: datasets, sources, atOnce: atOnce, progress, writer))
    progress.finish()
    let bundle = try publish(
      try recorded?.summary(of: plan, with: executed) ?? executed, writer)
    log(runs, images: progress.images, seconds: clock.seconds, in: results)
    return bundle
  }

  /// Publishes a bundle of networks that were trained elsewhere, as the only run of the plan.
  func take(_ networks: ImportedNetworks, in results: Results) throws -> Bundle {
    let run = plan.runs[0]
    let experiment = plan.variant(of: run).experiment
    let writer = SharedWriter(try begin([], in: results, isForced: true))
    let dataset = try opened(for: plan.runs)[0]
    try writer.whole { try $0.write(specs: planned.experiment.specs) }
    var recorder = RunRecorder(
      experiment: experiment, run: run, data: dataset.data, samples: dataset.samples,
      threads: threads, generations: networks.models.iterations)
    let course = GivenCourse(
      data: dataset.data, hyperparameters: networks.drawn, threads: threads)
    // The first generation stays to the end.
    let swap = try swapFile(for: experiment, generations: 3, in: writer.scratch)
    var first: [Weights] = []
    let outcome = try course.run(networks.models.iterations) { iteration throws in
      let generation = try networks.generation(iteration, swap: swap)
      if first.isEmpty { first = generation.map(\.weights) }
      return generation
    } observe: { generation throws in
      try Interruption.check()
      try recorder.see(
        generation, scores: networks.scores(of: generation), writer: writer)
      if !isQuiet {
        say("iteration \(generation.record.generation), \(generation.members.count) networks")
      }
    }
    let summary = try recorder.finish(
      outcome, of: .given(first), controls: [],
      hyperparameters: networks.models.hyperparameters, writer: writer)
    try writer.write(networks.models.table(), to: "runs/\(run.id)/figures/zoo-models.csv")
    return try publish(summaryTable([summary]), writer)
  }

  /// Publishes a bundle of runs that lie in others, all that the plan has.
  func collect(_ recorded: RecordedRuns, in results: Results) throws -> Bundle {
    let writer = SharedWriter(try begin([], in: results, isForced: false))
    try writer.whole { try $0.takeOver(recorded) }
    try writer.whole { try $0.write(specs: planned.experiment.specs) }
    return try publish(try recorded.summary(of: plan, with: summaryTable([])), writer)
  }

  /// With a row for each of some runs that were executed.
  private func summaryTable(_ runs: [RunSummary]) -> Table {
    HerdbookAnalysis.summaryTable(
      runs, hasTarget: plan.variants.contains { $0.experiment.fitness.target != nil })
  }

  /// Ends a bundle whose runs are written, and puts it in its place.
  private func publish(_ summary: Table, _ writer: SharedWriter) throws -> Bundle {
    try writer.whole { writer in
      try writer.write(summary, to: "summary.csv")
      let table = try writer.bundle.table("summary.csv")
      if let variants = try plan.variantsTable(from: table, threads: threads) {
        try writer.write(variants, to: "variants.csv")
      }
      let kept =
        plan.keptChampions == .all
        ? Set(plan.runs.map(\.id)) : try plan.bestRuns(among: plan.runs, in: table)
      try writeDrift(of: kept, to: writer)
      // From here on, files are no longer as the states that were kept have them: it is done to the end.
      try Interruption.check()
      try writer.keepChampions(of: kept)
      try writer.seal(plan, resultVersion: Evolution.resultVersion)
      try writePages(of: writer.bundle, to: writer, threads: threads)
      return try writer.publish()
    }
  }

  /// Simulates the neutral drift of runs that are shown, where it was not taken over.
  private func writeDrift(of runs: Set<String>, to writer: BundleWriter) throws {
    for run in plan.runs where runs.contains(run.id) {
      let path = "runs/\(run.id)/figures/drift.csv"
      if writer.holds(path) || writer.holds("\(path).gz") { continue }
      try Interruption.check()
      let generations = try writer.bundle.table("runs/\(run.id)/generations.csv").integers(
        "generation")
      let drift = plan.variant(of: run).experiment.neutralDrift(
        through: generations.compactMap(\.self).max() ?? 0, seed: run.seed, threads: threads)
      try writer.write(drift.table(), to: path)
    }
  }

  /// What each variant of some runs that transfers begins with, by the variant's name; what several
  /// share is read once.
  private func sources(
    of runs: [Plan.Run], in results: Results
  ) throws -> [String: TransferSource] {
    var known: [(variant: Plan.Variant, source: TransferSource)] = []
    var sources: [String: TransferSource] = [:]
    let names = Set(runs.map(\.variant))
    for variant in plan.variants where names.contains(variant.name) {
      guard let transfer = variant.experiment.transfer else { continue }
      let same = known.first {
        $0.variant.experiment.transfer?.origin == transfer.origin
          && $0.variant.experiment.transfer?.take == transfer.take
          && $0.variant.experiment.network == variant.experiment.network
          && $0.variant.experiment.approximator.features
            == variant.experiment.approximator.features
      }
      let source =
        try same?.source
        ?? transferSource(
          transfer, for: variant.experiment, results: results,
          projectRoot: Path.parent(results.folder))
      if same == nil { known.append((variant, source)) }
      sources[variant.name] = source
    }
    return sources
  }

  private func begin(
    _ runs: [Plan.Run], in results: Results, isForced: Bool
  ) throws(BundleError) -> sending BundleWriter {
    let ids = Set(runs.map(\.id))
    let keys = isForced ? [:] : planned.keys.filter { ids.contains($0.key) }
    let isUnfinished = try results.isUnfinished(name)
    let work = try results.work(on: name, keys)
    let writer = try results.begin(name, goingOn: keys, discardingForeignFiles: isForced)
    if case .interrupted = work { return writer }
    if isUnfinished {
      say(
        "an earlier run was cut short; what it left is removed, and this one starts from the"
          + " beginning")
    }
    return writer
  }

  private func say(_ text: String) {
    if !isQuiet { Terminal.say("\(name): \(text)") }
  }

  /// The datasets of some runs.
  private func opened(for runs: [Plan.Run]) throws(DataError) -> [OpenedDataset] {
    let names = Set(runs.map(\.variant))
    var datasets: [OpenedDataset] = []
    for dataset in planned.datasets
    where plan.variants.contains(where: {
      names.contains($0.name) && $0.experiment.dataset == dataset.keys
    }) {
      datasets.append(try OpenedDataset(dataset, threads: threads))
    }
    return datasets
  }

  /// Some runs of the plan, in its order.
  ///
  /// One run on all threads wastes a little of each; several at once, each on its share, less. So whole
  /// rounds of as many runs as there are threads go first, and the rest share all threads. Where memory is
  /// short, fewer go on at once.
  private func run(
    _ runs: [Plan.Run], on datasets: [OpenedDataset], _ sources: [String: TransferSource],
    atOnce limit: Int, _ progress: Progress, _ writer: SharedWriter
  ) throws -> [RunSummary] {
    let keys = planned.keys
    let whole = runs.count / limit * limit
    var summaries: [RunSummary] = []
    for part in [runs[..<whole], runs[whole...]] where !part.isEmpty {
      let atOnce = min(limit, part.count)
      let each = max(1, threads / atOnce)
      let isStopped = Atomic(false)
      let done = parallelMap(count: part.count, threads: atOnce) { index in
        let run = part[part.startIndex + index]
        return Result { () throws -> RunSummary? in
          guard !isStopped.load(ordering: .relaxed) else { return nil }
          do {
            return try self.run(
              run, key: keys[run.id] ?? "", on: datasets, sources[run.variant], progress, writer,
              threads: each)
          } catch {
            isStopped.store(true, ordering: .relaxed)
            throw error
          }
        }
      }
      for result in done { if case .failure(let error) = result { throw error } }
      summaries += try done.compactMap { try $0.get() }
    }
    return summaries
  }

  private func run(
    _ run: Plan.Run, key: String, on datasets: [OpenedDataset], _ source: TransferSource?,
    _ progress: Progress, _ writer: SharedWriter, threads: Int
  ) throws -> RunSummary {
    let experiment = plan.variant(of: run).experiment
    guard let dataset = datasets.first(where: { $0.keys == experiment.dataset }) else {
      preconditionFailure("every dataset of a plan is opened")
    }
    // What is finished needs none.
    let swap =
      try writer.isFinished(run: run.id, key: key)
      ? nil : try swapFile(for: experiment, in: writer.scratch)
    var (state, memory): (Evolution.State?, RunRecorder.Memory?)
    switch try goOn(run, key: key, swap, writer) {
    case .finished(let summary):
      if let last = summary.records.last { progress.pass(last, isLast: true, of: run) }
      return summary
    case .underWay(let kept, let known):
      (state, memory) = (kept, known)
      if let last = known.records.last { progress.pass(last, isLast: kept.isLast, of: run) }
    case nil: break
    }
    var recorder = RunRecorder(
      experiment: experiment, run: run, data: dataset.data, samples: dataset.samples,
      threads: threads, memory: memory)
    memory = nil
    var keeper = RunKeeper(run, of: experiment, key: key, writer: writer, isQuiet: isQuiet)
    let evolution = Evolution(
      experiment: experiment, seed: run.seed, data: dataset.data, threads: threads,
      transfer: source, swap: swap)
    let outcome = try evolution.run(from: state.take()) { generation throws in
      try recorder.see(generation, writer: writer)
      progress.show(generation.record, isLast: generation.isLast, of: run)
      try keeper.see(generation, recorder.memory)
    }
    let controls = try experiment.report.controls.map { control in
      try evolution.course(of: control, budget: recorder.imagesPassed) { () throws in
        try Interruption.check()
      }
    }
    let summary = try recorder.finish(
      outcome, of: .lived(evolution), controls: controls, writer: writer)
    try keeper.finish(summary)
    return summary
  }

  /// Where a run goes on, and says so; nil where it starts from the beginning.
  private func goOn(
    _ run: Plan.Run, key: String, _ swap: SwapFile?, _ writer: SharedWriter
  ) throws(BundleError) -> RunProgress? {
    let kept = try writer.goOn(run: run.id, key: key, swap: swap)
    let subject = plan.runs.count == 1 ? "" : "\(run.id) "
    for fault in kept.faults { say("\(subject)cannot go on from a checkpoint: \(fault)") }
    switch kept.state {
    case .finished where plan.runs.count == 1: say("is finished already")
    // Of several it was said how many are.
    case .finished: break
    case .underWay:
      let iterations = plan.variant(of: run).experiment.iterations
      say("\(subject)goes on from generation \(kept.generation ?? 0) of \(iterations)")
    case nil:
      if !kept.faults.isEmpty { say("\(subject)starts from the beginning") }
    }
    return kept.state
  }

  /// Where the networks of a run lie, if not in memory.
  ///
  /// - Parameter generations: that are there at a time.
  private func swapFile(
    for experiment: Experiment, generations: Double = Experiment.swappedGenerations,
    in folder: String
  ) throws -> SwapFile? {
    guard experiment.isSwapped else { return nil }
    do {
      return try SwapFile(
        in: folder, vectors: Int(generations * experiment.generationNetworks),
        floats: NetworkLayout(experiment.network).storage, resident: Int(Experiment.swapResident))
    } catch {
      let fault = FileFault(.create, "\(folder)/swap", code: error.code)
      if fault.isLackOfRoom { throw BundleError.file(fault) }
      let bytes = Int(generations * experiment.generationBytes)
      if let memory = Room.memory, bytes > memory {
        throw Failure(
          .invalid,
          "error: \(name) \(fault); its networks need \(Words.bytes(bytes)) of memory then, this process may take"
            + " \(Words.bytes(memory)); plan fewer or smaller networks: population.size, network.layers"
        )
      }
      Terminal.say("\(name): all networks stay in memory: \(fault)")
      return nil
    }
  }

  /// What happened when and where goes beside the bundle, never into it; the bundle stands, also
  /// where this cannot be written.
  private func log(_ runs: [Plan.Run], images: Int, seconds: Double, in results: Results) {
    let entry = JSONValue.object([
      "version": .text(Herdbook.version), "result_version": .integer(Evolution.resultVersion),
      "ended": .text(Stopwatch.timestamp()), "seconds": .real(seconds),
      "threads": .integer(threads), "runs": .integer(runs.count),
      "images_per_second": .real((Double(images) / seconds).rounded()),
    ])
    do {
      try results.log(name, entry)
    } catch {
      Terminal.say("warning: the log of times was not written: \(error)")
    }
  }
}

/// A dataset as runs take it.
private struct OpenedDataset: Sendable {
  let keys: Experiment.Dataset
  let data: RunData
  let samples: Samples

  init(_ dataset: PlannedExperiment.KnownDataset, threads: Int) throws(DataError) {
    let opened = try dataset.found.open(threads: threads)
    keys = dataset.keys
    data = RunData(opened)
    samples = Samples(
      data.training, classes: opened.classes, perClass: 10, planeRows: opened.rows,
      planeColumns: opened.columns, threads: threads)
  }
}

/// Renders the page and the cover of a bundle from its files.
@discardableResult
func writePages(
  of bundle: Bundle, to writer: BundleWriter, threads: Int
) throws -> Report.Rendered {
  let pages = try Report(BundleContents(bundle)).render(threads: threads)
  try writer.write(pages.page, to: "report.html")
  try writer.write(pages.cover, to: "cover.svg")
  return pages
}
