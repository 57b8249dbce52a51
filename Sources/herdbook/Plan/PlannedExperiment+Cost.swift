import HerdbookBundle
import HerdbookData
import HerdbookModel
import HerdbookSpec

extension PlannedExperiment {
  /// What each of some runs of the plan costs, in their order; without a calibration, time is left out.
  func estimates(
    of runs: [Plan.Run], threads: Int, _ calibration: inout Calibration?
  ) throws(DataError) -> [Estimate] {
    var known: [String: Estimate] = [:]
    let variants = Set(runs.map(\.variant))
    for variant in plan.variants where variants.contains(variant.name) {
      guard let dataset = datasets.first(where: { $0.keys == variant.experiment.dataset })?.found
      else { continue }
      let speeds = try calibration?.speeds(for: variant.experiment, on: dataset)
      known[variant.name] = Estimate(
        variant.experiment, dataset: variant.dataset, speeds: speeds, threads: threads)
    }
    return runs.compactMap { known[$0.variant] }
  }

  /// The runs that go on at once: as many as there are threads, fewer where they would not fit.
  func runsAtOnce(_ estimates: [Estimate], disk: FreeDisk, threads: Int) -> Int {
    let (memory, disk) = (Room.memory ?? .max, disk.bytes ?? .max)
    return (1...max(1, min(threads, estimates.count))).last {
      let total = Estimate.total(estimates, together: $0)
      return total.memory <= memory && total.mostDisk <= disk
    } ?? 1
  }

  /// Bytes that a bundle may take.
  struct FreeDisk {
    /// Those that are free, and those that it has taken where a run was cut short; nil where the system does not say.
    let bytes: Int?
    let isHeld: Bool
  }

  func freeDisk(in results: Results) throws(BundleError) -> FreeDisk {
    let held = try results.unfinishedBytes(of: name)
    return FreeDisk(
      bytes: Room.disk(at: results.folder).map { $0 + held }, isHeld: held > 0)
  }

  /// Throws where this machine cannot hold some runs of the plan; gives how many may go on at once.
  func checkRoom(for runs: [Plan.Run], in results: Results, threads: Int) throws -> Int {
    var none: Calibration?
    let estimates = try estimates(of: runs, threads: threads, &none)
    let disk = try freeDisk(in: results)
    let refused = refusal(
      of: Estimate.total(estimates), name: name, freeDisk: disk.bytes,
      availableMemory: Room.memory, folder: Path.shown(results.folder), held: disk.isHeld)
    if let refused { throw refused }
    return runsAtOnce(estimates, disk: disk, threads: threads)
  }
}
