import HerdbookNumerics

/// What is kept of the line that leads to a champion, for pictures of it.
package enum ChampionLine {
  /// Generations of which it is kept, evenly spread over a run, its first and its last among them.
  package static func generations(through last: Int) -> [Int] { evenly(6, through: last) }

  /// The champion's most important units of which the beginning and the last step are kept.
  package static let endUnits = 6
  /// Those of which the generations between are kept as well.
  package static let units = 2
}
