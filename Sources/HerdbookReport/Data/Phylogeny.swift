package import HerdbookModel

/// What was drawn for each network or given to it, by its column of `phylogeny.csv`.
package struct Hyperparameter {
  package let name: String
  /// By position; NaN where it does not apply.
  package let values: [Double]

  /// As prose has it.
  package var words: String { name.replacing("_", with: " ") }
}

/// The herd book of one run, by position in the table.
package struct Phylogeny {
  package let ids: [Int]
  /// Positions of the main parents; -1 at generation 0.
  package let parent: [Int]
  /// Position of the second parent, where there is one.
  package let second: [Int?]
  package let birth: [Int]
  /// nil while it lives.
  package let death: [Int?]
  /// NaN where it diverged or was never evaluated.
  package let fitness: [Double]
  /// How each came to be; nil where that is not told.
  package let operators: [Individual.Operator?]
  /// Those that the table has.
  package let hyperparameters: [Hyperparameter]
  private let positions: [Int: Int]

  package init(_ columns: Columns) throws(ReportError) {
    ids = try columns.integers("id")
    var positions: [Int: Int] = [:]
    for (position, id) in ids.enumerated() { positions[id] = position }
    self.positions = positions
    var parent: [Int] = []
    var second: [Int?] = []
    for (row, text) in try columns.texts("ancestor_list").enumerated() {
      let inner = text.dropFirst().dropLast()
      let known = inner.split(separator: ",").compactMap { part -> Int? in
        Int(part.drop { $0 == " " }).flatMap { positions[$0] }
      }
      guard text.hasPrefix("["), text.hasSuffix("]"), inner == "none" || !known.isEmpty,
        known.allSatisfy({ $0 < row })
      else { throw .cell(path: columns.path, row: row + 1, column: "ancestor_list", text: text) }
      parent.append(known.first ?? -1)
      second.append(known.count > 1 ? known[1] : nil)
    }
    self.parent = parent
    self.second = second
    birth = try columns.integers("origin_time")
    death = try columns.optionalIntegers("destruction_time")
    fitness = try columns.reals("fitness")
    var operators = [Individual.Operator?](repeating: nil, count: ids.count)
    if columns.has("operator") {
      for (row, text) in try columns.texts("operator").enumerated() {
        guard let kind = Individual.Operator(rawValue: text) else {
          throw .cell(path: columns.path, row: row + 1, column: "operator", text: text)
        }
        operators[row] = kind
      }
    }
    self.operators = operators
    var hyperparameters: [Hyperparameter] = []
    for name in [
      "learning_rate", "batch", "mutation_scale", "step_length", "initialization_scale",
    ] where columns.has(name) {
      hyperparameters.append(Hyperparameter(name: name, values: try columns.reals(name)))
    }
    self.hyperparameters = hyperparameters
  }

  package var count: Int { ids.count }

  package func position(_ id: Int?) -> Int? { id.flatMap { positions[$0] } }

  /// From the founder down to `position`, along main parents.
  package func lineage(of position: Int) -> [Int] {
    var line: [Int] = []
    var at = position
    while at >= 0 {
      line.append(at)
      at = parent[at]
    }
    return line.reversed()
  }

  package var survivors: [Int] { ids.indices.filter { death[$0] == nil } }

  package struct CommonAncestor: Equatable {
    package var position: Int
    /// The last generation in which it is the only ancestor of all: it may be older, and live on.
    package var parting: Int
  }

  /// The most recent individual from which all survivors descend along main parents; nil when there
  /// is none, or only one survivor.
  package var commonAncestor: CommonAncestor? {
    let lines = survivors.map(lineage)
    guard lines.count > 1, var shared = lines.first?.count else { return nil }
    for line in lines.dropFirst() {
      shared = min(shared, line.count)
      while shared > 0 && line[shared - 1] != lines[0][shared - 1] { shared -= 1 }
    }
    guard shared > 0 else { return nil }
    let parted = lines.compactMap { $0.count > shared ? birth[$0[shared]] : nil }.min()
    return CommonAncestor(
      position: lines[0][shared - 1], parting: (parted ?? birth[lines[0][shared - 1]] + 1) - 1)
  }
}
