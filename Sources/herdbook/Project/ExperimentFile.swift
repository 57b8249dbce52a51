import HerdbookBundle
import HerdbookData
import HerdbookEngine
import HerdbookModel
import HerdbookSpec

/// A spec file that was named or found: not yet read.
struct ExperimentFile {
  let name: String
  /// Absolute.
  let path: String
  /// What keeps a file that was found from being read.
  let fault: SpecProblems?

  init(name: String, path: String) throws(ExperimentNameError) {
    try checkExperimentName(name)
    self.name = name
    self.path = path
    fault = nil
  }

  init(name: String, path: String, fault: String) {
    self.name = name
    self.path = path
    self.fault = SpecProblems(ofFile: Path.shown(path), fault)
  }

  func bytes() throws -> [UInt8] { try Disk().read(Path.resolved(path)) }

  /// The experiment in the file, with what is laid over it; throws all its problems.
  ///
  /// - Parameter alias: the name that it runs under, and that of its bundle; its own unless given.
  func read(
    _ project: Project, _ places: DataPlaces, overrides: [String] = [], as alias: String? = nil
  ) throws -> LoadedExperiment {
    if let fault { throw fault }
    let source = try bytes()
    let parsed = try readExperiment(
      name: alias ?? name, path: Path.shown(path), bytes: source, overrides: overrides,
      library: project.library, shape: { try? datasetShape($0, places: places) }
    ).get()
    return LoadedExperiment(
      name: alias ?? name, file: name, source: source, parsed: parsed, places: places)
  }
}

/// A spec file as it was at one moment: what runs, and what the bundle keeps of it, is the same
/// text, whatever becomes of the file meanwhile.
struct LoadedExperiment {
  /// The name that it runs under.
  let name: String
  /// The name of its file.
  let file: String
  let source: [UInt8]
  let parsed: ParsedExperiment
  let places: DataPlaces

  /// The texts that it was read from, by the names of their files.
  var specs: [String: [UInt8]] {
    var specs = [file: source]
    for spec in parsed.inherited { specs[spec.name] = spec.bytes }
    return specs
  }

  /// The sources that some variant transfers from, each once.
  var origins: [TransferOrigin] {
    var origins: [TransferOrigin] = []
    for variant in parsed.variants {
      guard let origin = variant.experiment.transfer?.origin, !origins.contains(origin) else {
        continue
      }
      origins.append(origin)
    }
    return origins
  }

  /// What will be executed, on datasets that are found and not yet opened.
  func plan(in results: Results, threads: Int = 1) throws -> PlannedExperiment {
    var datasets: [PlannedExperiment.KnownDataset] = []
    var plan = try makePlan(parsed) { keys throws(DataError) in
      let found = try FoundDataset(keys, places: places, threads: threads)
      datasets.append(PlannedExperiment.KnownDataset(keys: keys, found: found))
      return found.identity
    }
    for origin in origins {
      plan.transfers[origin.text] = try transferDigest(of: origin, in: results)
    }
    return PlannedExperiment(name: name, experiment: self, plan: plan, datasets: datasets)
  }
}

/// An experiment with its plan.
struct PlannedExperiment {
  struct KnownDataset {
    let keys: Experiment.Dataset
    let found: FoundDataset
  }
  /// Of its bundle.
  let name: String
  let experiment: LoadedExperiment
  let plan: Plan
  /// Each dataset that some variant has, once.
  let datasets: [KnownDataset]

  /// How the bundle stands to the plan; recorded weights are looked at where that is asked for.
  func state(in results: Results, weights: Bool = false) throws(BundleError) -> BundleState {
    try results.state(
      of: name, plan: plan, specs: experiment.specs, resultVersion: Evolution.resultVersion,
      weights: weights)
  }
}
