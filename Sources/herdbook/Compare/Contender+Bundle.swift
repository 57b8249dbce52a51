import HerdbookAnalysis
import HerdbookBundle
import HerdbookModel

extension Bundle {
  /// Its variants, in the order of the plan; what is read must be as it was written.
  ///
  /// - Parameter label: what the bundle is called.
  func contenders(called label: String) throws(BundleError) -> [Contender] {
    let plan = try RecordedPlan(
      parsing: intactBytes(RecordedPlan.path), file: "\(folder)/\(RecordedPlan.path)")
    let summary = try intactTable("summary.csv")
    guard try summary.texts("run") == plan.runs.map(\.id) else {
      throw .malformed(file: summary.file, place: "", problem: "does not list the runs of the plan")
    }
    let names = plan.runs.map(\.variant)
    let variants = names.enumerated().filter { names.firstIndex(of: $1) == $0 }.map(\.element)
    return variants.map { variant in
      let rows = plan.runs.indices.filter { names[$0] == variant }
      let settings = plan.settings(of: plan.runs[rows[0]])
      let dataset = plan.dataset(of: plan.runs[rows[0]])
      let hasTarget = settings["fitness.target"].map { $0 != .null } ?? false
      var values: [String: [Double]] = [:]
      for column in numericColumns(of: summary) {
        let metric = Experiment.Compare.Metric(rawValue: column.name)
        values[column.name] = rows.map {
          metric?.outcome(column.values[$0], hasTarget: hasTarget) ?? column.values[$0]
        }
      }
      return Contender(
        bundle: label, variant: variant,
        isBaseline: variant == plan.comparison?.baseline ?? variants[0],
        seeds: rows.map { plan.runs[$0].seed }, seed: plan.runs[0].seed,
        testSet: Contender.TestSet(
          dataset: dataset.name, digest: dataset.digest, images: dataset.test,
          classes: settings["dataset.classes"]),
        fitness: ["fitness.metric", "fitness.direction"].compactMap { settings[$0] }
          .map(Words.plain).joined(separator: ", better "),
        rules: plan.comparison?.rules ?? [], values: values)
    }
  }

  /// The columns of outcomes, by the names of metrics.
  private func numericColumns(of summary: CSVTable) -> [(name: String, values: [Double])] {
    let identifiers: Set = ["run", "variant", "replicate", "seed", "champion"]
    return summary.columns.filter { !identifiers.contains($0) }.compactMap { column in
      (try? summary.reals(column)).map { (column.replacing("_", with: "-"), $0) }
    }
  }
}
