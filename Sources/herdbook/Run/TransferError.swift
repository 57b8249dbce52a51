import HerdbookModel

/// Why nothing can be transferred.
enum TransferError: Error, Equatable {
  /// The source has no bundle.
  case noBundle(experiment: String)
  case noRun(String, experiment: String, runs: [String])
  /// The source recorded no weights but its champion's.
  case notRecorded(experiment: String, run: String)
  /// The source kept the champions of its best runs alone.
  case notKept(experiment: String, run: String)
  /// The source recorded them, but the file is not there.
  case absent(path: String, experiment: String)
  case noFile(String)
  /// A symbolic link out of the project, and where it leads.
  case outside(String, target: String)
  /// A file of one network where a population is wanted, or of several where a champion is.
  case notOne(file: String, count: Int)
  case notSeveral(file: String)
  /// The networks are not of the experiment's kind; both in words, and what they must have in common.
  case unfit(
    source: String, found: String, wanted: String, take: Experiment.Transfer.Take, reason: String)
  /// The source learned no operator.
  case noOperator(experiment: String, run: String)
  /// The source's operator has other features, or layers.
  case otherFeatures(
    source: String, found: [String], layers: Int, wanted: [String], wantedLayers: Int)
  /// No network of the source is finite.
  case diverged(source: String)
}

extension TransferError: CustomStringConvertible {
  var description: String {
    switch self {
    case .noBundle(let name):
      "there is no result of '\(name)' to transfer from; run it first: herdbook run \(name)"
    case .noRun(let run, let name, let runs):
      "the result of '\(name)' has no run '\(run)' to transfer from; its runs are "
        + Words.some(runs)
    case .notRecorded(let name, let run):
      "'transfer.take' is population, but \(name)/\(run) recorded no population: set 'record:"
        + " {individuals: all}' in \(name) and run it again"
    case .notKept(let name, let run):
      "\(name) kept the champions of its best runs alone, not that of \(run); set 'record: {champions: all}' in"
        + " \(name) and run it again"
    case .absent(let path, let name):
      "\(path), the population to transfer, is not here (git does not carry recorded weights); make"
        + " it again with: herdbook run \(name) --force"
    case .noFile(let path): "there is no file \(path) in the project to transfer from"
    case .outside(let path, let target):
      "\(path) is a symbolic link out of the project, to \(target); copy the file, so that the"
        + " project stays complete"
    case .notOne(let file, let count):
      "\(file) holds \(count) networks; set 'transfer: {take: population}', or name a file of one"
    case .notSeveral(let file):
      "\(file) holds one network, and no population; set 'transfer: {take: champion}'"
    case .unfit(let source, let found, let wanted, let take, let reason):
      "what \(source) holds does not fit: \(found); the experiment has \(wanted); for"
        + " \(take.rawValue), \(reason)"
    case .noOperator(let name, let run):
      "'transfer.take' is approximator, but \(name)/\(run) learned no operator"
    case .otherFeatures(let source, let found, let layers, let wanted, let wantedLayers):
      "what \(source) holds does not fit: coefficients of \(found.joined(separator: ", ")) for"
        + " \(Words.count(layers, "layer")); the experiment wants"
        + " \(wanted.joined(separator: ", ")) for \(Words.count(wantedLayers, "layer"))"
    case .diverged(let source):
      "what \(source) holds has diverged: no network in it has finite weights"
    }
  }
}

extension TransferError: DescribesFailure {
  var failure: Failure { Failure(.invalid, "error: \(description)") }
}
