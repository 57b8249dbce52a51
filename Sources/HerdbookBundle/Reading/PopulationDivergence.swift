/// How far the populations of two runs are the same, told from the digests of generations.
package enum PopulationDivergence: Sendable, Equatable {
  case none
  /// The first generation that differs.
  case parts(at: Int)
  /// The last generation that both have, which is the same; one of them goes on.
  case ends(at: Int)

  package var isChanged: Bool { self != .none }

  /// The first generation that differs, or that one alone has.
  package var first: Int? {
    switch self {
    case .none: nil
    case .parts(let generation): generation
    case .ends(let generation): generation + 1
    }
  }

  /// - Parameters: tables of generations, `generations.csv`, from generation 0.
  package init(_ first: CSVTable, _ second: CSVTable) throws(BundleError) {
    let (mine, theirs) = (try first.texts("state_digest"), try second.texts("state_digest"))
    let common = min(mine.count, theirs.count)
    if let parting = (0..<common).first(where: { mine[$0] != theirs[$0] }) {
      self = .parts(at: parting)
    } else {
      self = mine.count == theirs.count ? .none : .ends(at: common - 1)
    }
  }
}
