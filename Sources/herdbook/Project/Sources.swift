import HerdbookBundle
import HerdbookData
import HerdbookSpec

/// An experiment that a command is about.
struct NeededExperiment {
  let experiment: LoadedExperiment
  /// The experiment that transfers from it; nil where it was named itself.
  let neededBy: String?

  var name: String { experiment.name }

  /// Throws where it is damaged, and would be transferred from.
  func checkUndamaged(_ state: BundleState) throws(Failure) {
    guard let neededBy, case .damaged(let faults) = state else { return }
    throw Failure(
      .different,
      "error: \(neededBy) transfers from \(name), whose bundle is damaged: "
        + "\(Words.some(faults)); make it again with: herdbook run \(name)")
  }
}

extension Project {
  /// Experiments and those that they transfer from, each once and behind its sources; a result whose spec
  /// is gone is not among them.
  func withSources(
    _ named: [LoadedExperiment], _ places: DataPlaces
  ) throws -> [NeededExperiment] {
    let names = Set(try names())
    var needed: [NeededExperiment] = []
    func add(_ experiment: LoadedExperiment, neededBy heir: String?) throws {
      guard !needed.contains(where: { $0.name == experiment.name }) else { return }
      for source in experiment.parsed.transferSources where names.contains(source) {
        let known = named.first { $0.name == source }
        try add(
          known ?? file(source).read(self, places), neededBy: known == nil ? experiment.name : nil)
      }
      needed.append(NeededExperiment(experiment: experiment, neededBy: heir))
    }
    for experiment in named { try add(experiment, neededBy: nil) }
    return needed
  }
}
