import HerdbookAnalysis
import HerdbookModel

/// Variants under several seeds, with outcomes that a formula gives, compared as a run would compare them.
struct SyntheticStudy {
  var names: [String]
  var replicates: Int
  var primary = Experiment.Compare.Metric.testAccuracy
  /// How far each variant lies above the one before.
  var effect = 0.01

  var plan: Plan {
    let identity = DatasetIdentity(
      name: "mnist", digest: "0", rows: 28, columns: 28, classes: 10, training: 55_000,
      validation: 5_000, test: 10_000)
    return Plan(
      variants: names.map { name in
        Plan.Variant(
          name: name, experiment: experiment, settings: [], dataset: identity,
          counts: .init(evaluations: 1, images: 1, steps: 0, operations: 1, recordedBytes: 0))
      },
      runs: (0..<replicates).flatMap { replicate in
        names.map { Plan.Run(variant: $0, replicate: replicate, seed: UInt64(replicate)) }
      })
  }

  private var experiment: Experiment {
    Experiment(
      name: "synthetic", title: "synthetic", description: nil, seed: 42, iterations: 2,
      dataset: .init(), network: .init(layers: [784, 100, 10]), population: .init(size: 20),
      training: nil, fitness: .init(metric: .accuracy, target: 0.9),
      selection: .init(replace: .all), crossover: .init(), mutation: .init(scale: .fixed(0.1)),
      record: .init(),
      compare: .init(
        primary: primary,
        metrics: [.init(metric: .validationAccuracy, better: .higher, tolerance: 0.002)]))
  }

  /// The accuracy of a run: seeds differ alike in all variants, and a little each for itself.
  private func accuracy(_ run: Plan.Run) -> Double {
    let variant = names.firstIndex(of: run.variant) ?? 0
    var source = Source(state: UInt64(1000 + 31 * run.replicate))
    var own = Source(state: UInt64(97 * run.replicate + 13 * variant))
    let value = 0.7 + effect * Double(variant) + 0.02 * source.uniform() + 0.004 * own.uniform()
    return (value * 10_000).rounded() / 10_000
  }

  /// The generations of a run, whose accuracy rises in a straight line to its end: the later a variant stands in
  /// the plan, the sooner.
  func course(of run: Plan.Run, like generations: Table) -> Table {
    var table = generations
    let last = Double(max(1, table.rowCount - 1))
    let speed = 1 + 0.5 * Double(names.firstIndex(of: run.variant) ?? 0)
    let end = accuracy(run) + 0.003
    let column = table.columns.firstIndex { $0.name == "validation_accuracy" }!
    table.columns[column] = .init(
      "validation_accuracy",
      .reals(
        (0..<table.rowCount).map { 0.1 + (end - 0.1) * min(1, speed * Double($0) / last) }))
    return table
  }

  var summary: Table {
    let runs = plan.runs
    let accuracy = runs.map(accuracy)
    return Table([
      .init("run", .texts(runs.map(\.id))), .init("variant", .texts(runs.map(\.variant))),
      .init("validation_accuracy", .reals(accuracy.map { $0 + 0.003 })),
      .init("test_accuracy", .reals(accuracy)),
      .init("test_images", .integers(runs.map { _ in 10_000 })),
      .init("target_steps", .reals(runs.map(steps))),
    ])
  }

  /// The first variant reaches the target late, or under odd seeds never; the last never does.
  private func steps(_ run: Plan.Run) -> Double {
    guard run.variant != names.last else { return .nan }
    let isFirst = run.variant == names[0]
    return isFirst && !run.replicate.isMultiple(of: 2)
      ? .nan : Double(isFirst ? 200 + run.replicate : 40 + 2 * run.replicate)
  }

  var variants: Table {
    let summary = summary
    let outcomes = compareVariants(of: plan, threads: 2) { metric in
      guard
        case .reals(let values)? = summary.columns.first(where: { $0.name == metric.column })?
          .values
      else { return plan.runs.map { _ in .nan } }
      return values
    }
    return variantsTable(outcomes, baseline: names[0])
  }
}
