import HerdbookBundle
import HerdbookEngine
import HerdbookModel
import HerdbookNetworks

/// What an experiment takes from its source, read from a bundle or a file of the project; throws
/// `TransferError` where there is nothing that fits, and `BundleError` where a file is damaged.
func transferSource(
  _ transfer: Experiment.Transfer, for experiment: Experiment, results: Results,
  projectRoot: String
) throws -> TransferSource {
  if transfer.take == .approximator {
    return try coefficients(transfer, for: experiment, results)
  }
  let network = experiment.network
  let found =
    switch transfer.origin {
    case .experiment(let name, let run):
      try networks(of: name, run: run, take: transfer.take, results)
    case .file(let path): try networks(inFile: path, take: transfer.take, projectRoot)
    }
  let source = transfer.source
  guard let kind = found.tensors.network(like: network) else {
    throw TransferError.unfit(
      source: source, found: "of another activation", wanted: network.words, take: transfer.take,
      reason: "the activation must be one that is known")
  }
  if let reason = transfer.take.misfit(of: kind, for: network) {
    throw TransferError.unfit(
      source: source, found: kind.words, wanted: network.words, take: transfer.take,
      reason: reason)
  }
  let weights = found.tensors.weights(kind)
  guard weights.contains(where: \.isFinite) else { throw TransferError.diverged(source: source) }
  return TransferSource(digest: found.digest, networks: weights, ids: found.tensors.ids)
}

/// The coefficients that a learned operator ended with, of the features that the experiment's has.
private func coefficients(
  _ transfer: Experiment.Transfer, for experiment: Experiment, _ results: Results
) throws -> TransferSource {
  guard case .experiment(let name, let named) = transfer.origin else {
    preconditionFailure("coefficients are taken from an experiment")
  }
  guard let bundle = try results.open(name) else {
    throw TransferError.noBundle(experiment: name)
  }
  let run = try bundle.run(called: named, experiment: name)
  let path = "runs/\(run)/approximator.csv"
  let entries = try bundle.manifest().entries
  guard entries.contains(where: { $0.path == path }) else {
    let isKept = entries.contains { $0.path == "runs/\(run)/champion.safetensors" }
    throw isKept
      ? TransferError.noOperator(experiment: name, run: run)
      : TransferError.notKept(experiment: name, run: run)
  }
  let table = try CSVTable(parsing: bundle.intactBytes(path), file: "\(bundle.folder)/\(path)")
  let (generations, layers) = (try table.integers("generation"), try table.integers("layer"))
  let (features, values) = (try table.texts("feature"), try table.reals("coefficient"))
  let last = generations.compactMap(\.self).max()
  var taken: [Experiment.Approximator.Feature: [Double]] = [:]
  for row in values.indices where generations[row] == last {
    guard let feature = Experiment.Approximator.Feature(rawValue: features[row]),
      layers[row] == taken[feature, default: []].count + 1
    else {
      throw BundleError.malformed(
        file: "\(bundle.folder)/\(path)", place: "row \(row + 1)",
        problem: "tells of no feature and layer")
    }
    taken[feature, default: []].append(values[row])
  }
  let wanted = experiment.approximator.features
  guard wanted.allSatisfy({ taken[$0]?.count == experiment.network.layers.count - 1 }) else {
    throw TransferError.otherFeatures(
      source: transfer.source, found: taken.keys.map(\.rawValue).sorted(),
      layers: taken.values.first?.count ?? 0, wanted: wanted.map(\.rawValue),
      wantedLayers: experiment.network.layers.count - 1)
  }
  return TransferSource(digest: try bundle.manifest().resultDigest, coefficients: taken)
}

/// The digest of what is transferred from a source: the result digest of a bundle, or that of a file;
/// nil where there is none yet.
func transferDigest(of origin: TransferOrigin, in results: Results) throws -> String? {
  switch origin {
  case .experiment(let name, run: _):
    return try results.open(name)?.manifest().resultDigest
  case .file(let path):
    let root = Path.parent(results.folder)
    let target = Path.resolved("\(root)/\(path)")
    // What lies outside the project is refused where it is read.
    guard Path.isFile(target), target.hasPrefix(Path.resolved(root) + "/") else { return nil }
    return try Disk().digest(target)
  }
}

/// Networks as they were read, and the digest of what they came from.
private struct FoundNetworks {
  let tensors: NetworkTensors
  let digest: String
}

private func networks(
  of name: String, run: String?, take: Experiment.Transfer.Take, _ results: Results
) throws -> FoundNetworks {
  guard let bundle = try results.open(name) else {
    throw TransferError.noBundle(experiment: name)
  }
  let run = try bundle.run(called: run, experiment: name)
  let path =
    take == .population
    ? try bundle.population(of: run, experiment: name) : "runs/\(run)/champion.safetensors"
  if take != .population, try !bundle.manifest().entries.contains(where: { $0.path == path }) {
    throw TransferError.notKept(experiment: name, run: run)
  }
  let file = "\(bundle.folder)/\(path)"
  let tensors = try NetworkTensors(
    Safetensors(parsing: bundle.intactBytes(path), file: file), file: file)
  if take == .population, tensors.count == 1, try bundle.populationSize(of: run) > 1 {
    throw TransferError.notRecorded(experiment: name, run: run)
  }
  return FoundNetworks(tensors: tensors, digest: try bundle.manifest().resultDigest)
}

private func networks(
  inFile path: String, take: Experiment.Transfer.Take, _ projectRoot: String
) throws -> FoundNetworks {
  let whole = "\(projectRoot)/\(path)"
  guard Path.isFile(whole) else { throw TransferError.noFile(path) }
  let target = Path.resolved(whole)
  guard target.hasPrefix(Path.resolved(projectRoot) + "/") else {
    throw TransferError.outside(path, target: target)
  }
  let bytes = try Disk().read(target)
  let tensors = try NetworkTensors(Safetensors(parsing: bytes, file: path), file: path)
  if take != .population, tensors.count > 1 {
    throw TransferError.notOne(file: path, count: tensors.count)
  }
  if take == .population, !tensors.isStacked { throw TransferError.notSeveral(file: path) }
  return FoundNetworks(tensors: tensors, digest: sha256(bytes))
}

extension Bundle {
  /// The id of the run that was named, or of the only one, or of the one whose champion is best on
  /// validation images; the first of equals.
  fileprivate func run(called name: String?, experiment: String) throws -> String {
    let runs = try runs().map(\.id)
    if let name {
      guard runs.contains(name) else {
        throw TransferError.noRun(name, experiment: experiment, runs: runs)
      }
      return name
    }
    if runs.count == 1 { return runs[0] }
    let file = "\(folder)/summary.csv"
    let summary = try CSVTable(parsing: intactBytes("summary.csv"), file: file)
    let accuracy = try summary.reals("validation_accuracy")
    guard let best = accuracy.indices.max(by: { (accuracy[$0], $1) < (accuracy[$1], $0) }) else {
      throw BundleError.malformed(file: file, place: "", problem: "lists no run")
    }
    return try summary.texts("run")[best]
  }

  /// The path of the population that a run recorded last.
  fileprivate func population(of run: String, experiment: String) throws -> String {
    guard let last = try weightPaths(of: run).last else {
      throw TransferError.notRecorded(experiment: experiment, run: run)
    }
    guard try has(last.path) else {
      throw TransferError.absent(
        path: Path.shown("\(folder)/\(last.path)"), experiment: experiment)
    }
    return last.path
  }

  /// How many individuals are alive at the end of a run.
  fileprivate func populationSize(of run: String) throws -> Int {
    try table("runs/\(run)/phylogeny.csv").texts("destruction_time").count { $0 == "inf" }
  }
}
