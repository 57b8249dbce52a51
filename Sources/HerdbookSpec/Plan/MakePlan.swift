package import HerdbookModel

/// What an experiment will execute: each of its variants under each of its seeds.
///
/// The counts follow from the experiment and from the images in use; `Workload` has the formulas,
/// which the engine keeps to.
///
/// - Parameter identity: what a dataset is; asked once for each dataset in turn.
package func makePlan<Failure: Error>(
  _ parsed: ParsedExperiment,
  dataset identity: (Experiment.Dataset) throws(Failure) -> DatasetIdentity
) throws(Failure) -> Plan {
  var known: [(keys: Experiment.Dataset, identity: DatasetIdentity)] = []
  var variants: [Plan.Variant] = []
  for variant in parsed.variants {
    let experiment = variant.experiment
    let dataset: DatasetIdentity
    if let same = known.first(where: { $0.keys == experiment.dataset }) {
      dataset = same.identity
    } else {
      dataset = try identity(experiment.dataset)
      known.append((experiment.dataset, dataset))
    }
    let work = Workload(experiment, dataset)
    variants.append(
      Plan.Variant(
        name: variant.name, experiment: experiment, settings: variant.settings, dataset: dataset,
        counts: Plan.Counts(
          evaluations: work.evaluations, images: work.images, steps: work.steps,
          operations: work.operations, recordedBytes: recordedBytes(experiment))))
  }
  return Plan(variants: variants, runs: parsed.runs, overrides: parsed.overrides)
}

extension ParsedExperiment {
  /// Each variant under each seed, all variants of one replicate before the next.
  package var runs: [Plan.Run] {
    (0..<experiment.replicates).flatMap { replicate in
      let seed = replicateSeed(experiment.seed, replicate: replicate)
      return variants.map { Plan.Run(variant: $0.name, replicate: replicate, seed: seed) }
    }
  }
}

/// The seed of a replicate: the experiment's own for the first, and for the others the SplitMix64
/// generator (Steele, Lea and Flood 2014) started from it, at the place of the replicate, so that more
/// replicates leave the first as they are.
package func replicateSeed(_ seed: UInt64, replicate: Int) -> UInt64 {
  guard replicate > 0 else { return seed }
  var bits = seed &+ UInt64(replicate) &* 0x9E37_79B9_7F4A_7C15
  bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
  bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
  return bits ^ bits >> 31
}
