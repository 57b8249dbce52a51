package import HerdbookModel
package import HerdbookNumerics

/// A rule that chooses parents; one file each, registered in `parentSelection`.
package protocol ParentSelection: Sendable {
  /// The position of a parent among `ranked`, the candidates' positions from the fittest down.
  func parent(among ranked: [Int], stream: inout RandomStream) -> Int
}

extension Experiment.Selection {
  /// The rule of `selection.method` for a population; nil where the method chooses no parents.
  package func parentSelection(
    fitness: [Double], direction: Experiment.Fitness.Direction
  ) -> (any ParentSelection)? {
    switch method {
    case .truncation: Truncation(count: selected(of: fitness.count))
    case .tournament: Tournament(size: size)
    case .rank: Rank()
    case .roulette: Roulette(fitness: fitness, direction: direction)
    case .random: RandomSelection()
    case .binaryTournament, .tTest, .none: nil
    }
  }

  /// The rule by which the method replaces individuals one by one; nil where it does not.
  package func exploit(
    fitness: [Double], histories: [[Double]], direction: Experiment.Fitness.Direction
  ) -> (any Exploit)? {
    switch method {
    case .binaryTournament: BinaryTournament(fitness: fitness, direction: direction)
    case .tTest: WelchTest(histories: histories, direction: direction)
    case .truncation, .tournament, .rank, .roulette, .random, .none: nil
    }
  }

  /// How likely an individual is replaced by one other where fitness means nothing; nil where
  /// individuals are not replaced one by one.
  package var neutralExploit: Double? {
    switch method {
    case .binaryTournament: BinaryTournament.neutralChance
    case .tTest: WelchTest.neutralChance
    case .truncation, .tournament, .rank, .roulette, .random, .none: nil
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
