import HerdbookAnalysis
import HerdbookModel

/// A contest for programs: as a table for CSV and as JSON.
extension Contest {
  private var baseline: String? { rows.first { $0.standing == .baseline }?.contender.name }

  /// One row each, best first; names of columns are those of `summary.csv` and `variants.csv`.
  var table: Table {
    var table = [
      Table.Column("rank", .integers(rows.map(\.rank))),
      Table.Column("bundle", .texts(rows.map(\.contender.bundle))),
      Table.Column("variant", .texts(rows.map(\.contender.variant))),
      Table.Column("runs", .integers(rows.map(\.contender.seeds.count))),
    ]
    for (place, column) in columns.enumerated() {
      let name = column.replacing("-", with: "_")
      let cells = rows.map { $0.cells[place] }
      table += [
        Table.Column("\(name)_runs", .integers(cells.map(\.runs))),
        Table.Column("\(name)_median", .reals(cells.map(\.median))),
        Table.Column("\(name)_low", .reals(cells.map { $0.interval?.lowerBound ?? .nan })),
        Table.Column("\(name)_high", .reals(cells.map { $0.interval?.upperBound ?? .nan })),
      ]
    }
    guard let baseline else { return Table(table) }
    let differences = rows.map { $0.standing?.difference }
    func reals(_ name: String, _ value: (VariantOutcome.Difference) -> Double?) -> Table.Column {
      Table.Column(name, .reals(differences.map { $0.flatMap(value) ?? .nan }))
    }
    return Table(
      table + [
        Table.Column("baseline", .texts(rows.map { $0.standing == .baseline ? "" : baseline })),
        Table.Column("pairs", .integers(differences.map { $0?.pairs })),
        reals("difference", \.median),
        reals("difference_low") { $0.interval?.lowerBound },
        reals("difference_high") { $0.interval?.upperBound },
        reals("p", \.p),
        reals("p_holm", \.corrected),
        Table.Column("verdict", .texts(rows.map { $0.standing?.word ?? "" })),
      ])
  }

  var document: JSONValue {
    .object([
      "baseline": baseline.map(JSONValue.text) ?? .null,
      "columns": .list(columns.map(JSONValue.text)),
      "ranking": .text(ranking), "better": .text(better.rawValue),
      "rows": .list(rows.map { entry($0) }),
      "warnings": .list(warnings.map(JSONValue.text)),
    ])
  }

  private func entry(_ row: Row) -> JSONValue {
    var outcomes: [String: JSONValue] = [:]
    for (column, cell) in zip(columns, row.cells) {
      var members = Contest.ends(cell.interval)
      members["runs"] = .integer(cell.runs)
      members["median"] = .real(cell.median)
      outcomes[column] = .object(members)
    }
    var members: [String: JSONValue] = [
      "rank": row.rank.map(JSONValue.integer) ?? .null, "bundle": .text(row.contender.bundle),
      "variant": .text(row.contender.variant), "runs": .integer(row.contender.seeds.count),
      "outcomes": .object(outcomes),
    ]
    members["verdict"] = row.standing?.word.map(JSONValue.text)
    if let difference = row.standing?.difference {
      var numbers = Contest.ends(difference.interval)
      numbers["pairs"] = .integer(difference.pairs)
      numbers["median"] = .real(difference.median)
      numbers["p"] = .real(difference.p)
      numbers["p_holm"] = .real(difference.corrected)
      numbers["test"] = difference.p.isNaN ? .null : .text(difference.test.rawValue)
      members["difference"] = .object(numbers)
    }
    return .object(members)
  }

  private static func ends(_ interval: ClosedRange<Double>?) -> [String: JSONValue] {
    [
      "low": .real(interval?.lowerBound ?? .nan), "high": .real(interval?.upperBound ?? .nan),
    ]
  }
}
