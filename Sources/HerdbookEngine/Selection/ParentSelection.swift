package import HerdbookModel
package import HerdbookNumerics

/// A rule that chooses parents; one file each, registered in `parentSelection`.
package protocol ParentSelection: Sendable {
  /// The position of a parent among `ranked`, the candidates' positions from the fittest down.
  func parent(among ranked: [Int], stream: inout RandomStream) -> Int
}

extension Experiment.Selection {
  /// The rule of `selection.method` for a population of some size.
  package func parentSelection(population: Int) -> any ParentSelection {
    switch method {
    case .truncation: Truncation(count: selected(of: population))
    case .tournament: Tournament(size: size)
    case .random: RandomSelection()
    }
  }

  /// The number of individuals in the selected fraction: at least one.
  package func selected(of population: Int) -> Int {
    max(1, Int((fraction * Double(population)).rounded()))
  }

  /// The number that `replace: worst` replaces; the best always goes on.
  package func replaced(of population: Int) -> Int {
    min(selected(of: population), population - 1)
  }
}
