package import HerdbookBundle
import HerdbookModel

extension BundleContents {
  /// A bundle on disk, published or sealed and about to be; settings and dataset are those of its
  /// first run until `show` chooses another.
  ///
  /// Settings come in the order of their keys, as `plan.json` has them, so that a page rendered again
  /// has the bytes of the first.
  package init(_ bundle: Bundle) throws(BundleError) {
    let plan = try bundle.plan()
    let provenance = try bundle.provenance()
    @Sendable func settings(of run: Plan.Run) -> [Plan.Setting] {
      let values = plan.settings(of: run)
      return values.keys.sorted().map { path in
        Plan.Setting(
          path: path, value: values[path] ?? .null,
          origin: provenance.origins[path].flatMap(Plan.Setting.Origin.init) ?? .default)
      }
    }
    self.init(
      name: provenance.experiment, title: provenance.title, description: provenance.description,
      runs: plan.runs, figures: provenance.figures,
      plan: { run in (settings(of: run), plan.dataset(of: run)) },
      table: { path in
        guard try bundle.hasTable(path) else { return nil }
        let table = try bundle.table(path)
        return Table(try table.columns.map { .init($0, .texts(try table.texts($0))) })
      },
      bytes: { path in try bundle.has(path) ? try bundle.bytes(path) : nil },
      tensors: { path in
        guard try bundle.has(path) else { return nil }
        return try bundle.tensors(path).tensors.map {
          Tensor(name: $0.name, shape: $0.shape, values: $0.values)
        }
      })
  }
}
