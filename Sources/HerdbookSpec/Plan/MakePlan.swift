package import HerdbookModel

/// What an experiment will execute on a dataset: one run, `main-0`, with the experiment's seed.
///
/// The counts follow from the experiment and from the images in use; `Workload` has the formulas,
/// which the engine keeps to.
package func makePlan(_ parsed: ParsedExperiment, dataset: DatasetIdentity) -> Plan {
  let experiment = parsed.experiment
  let work = Workload(experiment, validation: dataset.validation, test: dataset.test)
  return Plan(
    experiment: experiment, settings: parsed.settings, runs: [Plan.Run(seed: experiment.seed)],
    dataset: dataset,
    counts: Plan.Counts(
      evaluations: work.evaluations, images: work.images, steps: work.steps,
      operations: work.operations, recordedBytes: recordedBytes(experiment)))
}
