package import HerdbookModel

/// The columns of one table by name, read as the types that a figure wants.
package struct Columns {
  package let path: String
  package let table: Table

  package init(path: String, table: Table) {
    self.path = path
    self.table = table
  }

  package var count: Int { table.rowCount }
  package var names: [String] { table.columns.map(\.name) }

  package func has(_ name: String) -> Bool { table.columns.contains { $0.name == name } }

  private func values(_ name: String) throws(ReportError) -> Table.Values {
    guard let column = table.columns.first(where: { $0.name == name }) else {
      throw .column(path: path, name: name)
    }
    return column.values
  }

  /// NaN for an empty cell.
  package func reals(_ name: String) throws(ReportError) -> [Double] {
    switch try values(name) {
    case .reals(let reals): return reals
    case .singles(let singles): return singles.map(Double.init)
    case .integers(let integers): return integers.map { $0.map(Double.init) ?? .nan }
    case .texts(let texts):
      var out: [Double] = []
      out.reserveCapacity(texts.count)
      for (row, text) in texts.enumerated() {
        if text.isEmpty {
          out.append(.nan)
        } else if let value = Double(text) {
          out.append(value)
        } else {
          throw .cell(path: path, row: row + 1, column: name, text: text)
        }
      }
      return out
    }
  }

  /// nil for an empty cell and for `inf`.
  package func optionalIntegers(_ name: String) throws(ReportError) -> [Int?] {
    if case .integers(let integers) = try values(name) { return integers }
    let reals = try reals(name)
    var out: [Int?] = []
    out.reserveCapacity(reals.count)
    for (row, value) in reals.enumerated() {
      if !value.isFinite {
        out.append(nil)
      } else if value.magnitude < 9e15, value == value.rounded() {
        out.append(Int(value))
      } else {
        throw .cell(path: path, row: row + 1, column: name, text: "\(value)")
      }
    }
    return out
  }

  package func integers(_ name: String) throws(ReportError) -> [Int] {
    var out: [Int] = []
    for (row, value) in try optionalIntegers(name).enumerated() {
      guard let value else { throw .cell(path: path, row: row + 1, column: name, text: "") }
      out.append(value)
    }
    return out
  }

  package func texts(_ name: String) throws(ReportError) -> [String] {
    switch try values(name) {
    case .texts(let texts): texts
    case .integers(let integers): integers.map { $0.map(String.init) ?? "" }
    case .reals(let reals): reals.map { $0.isNaN ? "" : "\($0)" }
    case .singles(let singles): singles.map { $0.isNaN ? "" : "\($0)" }
    }
  }
}
