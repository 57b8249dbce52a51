import HerdbookBundle
import HerdbookData
import HerdbookEngine
import HerdbookModel
import HerdbookSpec

/// A spec file that was named: not yet read.
struct ExperimentFile {
  let name: String
  /// Absolute.
  let path: String

  init(name: String, path: String) throws(ExperimentNameError) {
    try checkExperimentName(name)
    self.name = name
    self.path = path
  }

  func bytes() throws -> [UInt8] { try Disk().read(Path.resolved(path)) }

  /// The experiment in the file; throws all its problems.
  func read(_ places: DataPlaces) throws -> LoadedExperiment {
    let source = try bytes()
    let parsed = try readExperiment(
      name: name, path: Path.shown(path), bytes: source,
      shape: { try? datasetShape($0, places: places) }
    ).get()
    return LoadedExperiment(name: name, source: source, parsed: parsed)
  }
}

/// A spec file as it was at one moment: what runs, and what the bundle keeps of it, is the same
/// text, whatever becomes of the file meanwhile.
struct LoadedExperiment {
  let name: String
  let source: [UInt8]
  let parsed: ParsedExperiment

  /// Its dataset, without the images that are still to be drawn.
  func dataset(_ places: DataPlaces, threads: Int = 1) throws(DataError) -> FoundDataset {
    try FoundDataset(parsed.experiment.dataset, places: places, threads: threads)
  }

  /// What will be executed.
  func plan(_ dataset: FoundDataset) -> Plan { makePlan(parsed, dataset: dataset.identity) }

  /// How the bundle stands to a plan of this experiment.
  func state(_ plan: Plan, in results: Results) throws(BundleError) -> BundleState {
    try results.state(of: name, plan: plan, spec: source, resultVersion: Evolution.resultVersion)
  }
}
