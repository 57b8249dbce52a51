package import HerdbookModel

/// One row a variant and metric; what belongs to a comparison is empty for the baseline, and where there
/// are too few pairs.
package func variantsTable(_ outcomes: [VariantOutcome], baseline: String) -> Table {
  let differences = outcomes.map(\.difference)
  func reals(_ name: String, _ value: (VariantOutcome) -> Double?) -> Table.Column {
    Table.Column(name, .reals(outcomes.map { value($0) ?? .nan }))
  }
  return Table([
    Table.Column("variant", .texts(outcomes.map(\.variant))),
    Table.Column("metric", .texts(outcomes.map(\.rule.metric.rawValue))),
    Table.Column("better", .texts(outcomes.map(\.rule.better.rawValue))),
    reals("tolerance", \.rule.tolerance),
    Table.Column("runs", .integers(outcomes.map(\.runs))),
    reals("mean", \.mean),
    reals("sd", \.deviation),
    reals("median", \.median),
    reals("low") { $0.interval?.lowerBound },
    reals("high") { $0.interval?.upperBound },
    Table.Column("baseline", .texts(differences.map { $0 == nil ? "" : baseline })),
    Table.Column("pairs", .integers(differences.map { $0?.pairs })),
    reals("difference") { $0.difference?.median },
    reals("difference_low") { $0.difference?.interval?.lowerBound },
    reals("difference_high") { $0.difference?.interval?.upperBound },
    reals("p") { $0.difference?.p },
    reals("p_holm") { $0.difference?.corrected },
    Table.Column("verdict", .texts(differences.map { $0?.verdict?.rawValue ?? "" })),
  ])
}
