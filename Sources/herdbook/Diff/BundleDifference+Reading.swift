import HerdbookAnalysis
import HerdbookBundle
import HerdbookModel
import HerdbookNumerics

extension BundleDifference {
  /// Compares two bundles run by run, over some threads, each with what it reads of two runs at a time.
  ///
  /// - Parameter examine: holds champions against each other.
  init(
    _ first: RecordedBundle, _ second: RecordedBundle, tolerance: Tolerance, threads: Int,
    examine: ([RunDifference]) -> ChampionComparison
  ) throws(BundleError) {
    let pairs = RunPair.all(first.plan.runs, second.plan.runs)
    let found = parallelMap(count: pairs.count, threads: threads) {
      place -> Result<RunDifference, BundleError> in
      do throws(BundleError) {
        return .success(try RunDifference(pairs[place], first, second, tolerance: tolerance))
      } catch {
        return .failure(error)
      }
    }
    var runs: [RunDifference] = []
    for result in found { runs.append(try result.get()) }
    self.first = Side(first)
    self.second = Side(second)
    self.tolerance = tolerance
    cause = CauseDifference(first, second, pairs: pairs)
    outcome = compareOutcomes(
      try outcomeCells(first, second, pairs), tolerance: tolerance,
      seed: first.plan.runs.first?.seed ?? 0, threads: threads)
    self.runs = runs
    haveSameRuns = first.plan.runs.map(\.id) == second.plan.runs.map(\.id)
    tables = try differentTables(first, second, tolerance: tolerance)
    haveSameWeights =
      first.otherFiles[Manifest.weightsPath] == second.otherFiles[Manifest.weightsPath]
    retold = first.paths(with: second).filter { path in
      Manifest.isBesideResult(path) && first.otherFiles[path] != second.otherFiles[path]
    }
    champions = examine(runs)
  }
}

extension BundleDifference.Side {
  fileprivate init(_ bundle: RecordedBundle) {
    name = bundle.name
    experiment = bundle.provenance.experiment
    runs = bundle.plan.runs.count
    resultVersion = bundle.provenance.resultVersion
    resultDigest = bundle.manifest.resultDigest
  }
}

extension RecordedBundle {
  /// The paths of files of no run in either bundle, sorted by bytes.
  fileprivate func paths(with other: RecordedBundle) -> [String] {
    Set(otherFiles.keys).union(other.otherFiles.keys)
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

/// The tables of all runs that differ beyond the tolerance.
private func differentTables(
  _ first: RecordedBundle, _ second: RecordedBundle, tolerance: Tolerance
) throws(BundleError) -> [String] {
  var different: [String] = []
  for path in first.paths(with: second)
  where path.hasSuffix(".csv") && first.otherFiles[path] != second.otherFiles[path] {
    if first.otherFiles[path] != nil, second.otherFiles[path] != nil, !tolerance.isExact,
      try first.bundle.table(path).isSame(as: second.bundle.table(path), tolerance: tolerance)
    {
      continue
    }
    different.append(path)
  }
  return different
}

/// Every metric of every variant that both have, where one of them has a value.
private func outcomeCells(
  _ first: RecordedBundle, _ second: RecordedBundle, _ pairs: [RunPair]
) throws(BundleError) -> [OutcomeDifference.Cell] {
  let (mine, theirs) = (first.runsByVariant, second.runsByVariant)
  var paired: [String: [RunPair]] = [:]
  for pair in pairs where pair.isOfOneSeed {
    paired[pair.first.variant, default: []].append(pair)
  }
  var cells: [OutcomeDifference.Cell] = []
  var values: [(metric: Experiment.Compare.Metric, first: [Double]?, second: [Double]?)] = []
  for metric in Experiment.Compare.Metric.allCases {
    let columns = (try first.column(metric), try second.column(metric))
    if columns.0 != nil || columns.1 != nil { values.append((metric, columns.0, columns.1)) }
  }
  for variant in first.plan.variantNames {
    guard let before = mine[variant], let after = theirs[variant] else { continue }
    let places = (
      Dictionary(before.enumerated().map { ($1.id, $0) }) { first, _ in first },
      Dictionary(after.enumerated().map { ($1.id, $0) }) { first, _ in first }
    )
    let partners: [(first: Int, second: Int)] = (paired[variant] ?? []).compactMap { pair in
      guard let a = places.0[pair.first.id], let b = places.1[pair.second.id] else { return nil }
      return (a, b)
    }
    for (metric, a, b) in values {
      let isSameMeasure =
        metric != .fitness
        || first.plan.fitnessMetric(of: before[0]) == second.plan.fitnessMetric(of: after[0])
      let cell = OutcomeDifference.Cell(
        variant: variant, metric: metric,
        better: isSameMeasure ? second.plan.better(metric) : nil,
        first: first.values(of: before, metric, in: a),
        second: second.values(of: after, metric, in: b), pairs: partners)
      let hasValue = !(cell.first + cell.second).allSatisfy(\.isNaN)
      if hasValue { cells.append(cell) }
    }
  }
  return cells
}

extension RecordedBundle {
  fileprivate var runsByVariant: [String: [Plan.Run]] {
    var runs: [String: [Plan.Run]] = [:]
    for run in plan.runs { runs[run.variant, default: []].append(run) }
    return runs
  }

  /// The values of a metric, row by row of the summary; nil where it has no such column.
  fileprivate func column(
    _ metric: Experiment.Compare.Metric
  ) throws(BundleError) -> [Double]? {
    summary.has(metric.column) ? try summary.reals(metric.column) : nil
  }

  /// The values of some runs as they are compared; NaN where there is none.
  fileprivate func values(
    of runs: [Plan.Run], _ metric: Experiment.Compare.Metric, in column: [Double]?
  ) -> [Double] {
    guard let column, let run = runs.first else { return runs.map { _ in .nan } }
    let target = plan.settings(of: run)["fitness.target"] ?? .null
    return runs.map { run in
      rows[run.id].map { metric.outcome(column[$0], hasTarget: target != .null) } ?? .nan
    }
  }
}

extension RecordedPlan {
  /// The way that is better in a metric, as the spec has it.
  fileprivate func better(_ metric: Experiment.Compare.Metric) -> Experiment.Compare.Better {
    comparison?.rules.first { $0.metric == metric }?.better ?? metric.usuallyBetter
  }
}
