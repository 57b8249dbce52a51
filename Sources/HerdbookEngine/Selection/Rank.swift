package import HerdbookNumerics

/// Linear ranking with pressure 2: of n candidates, rank k from the best on (k = 1 ... n) is drawn with
/// probability 2 (n - k) / (n (n - 1)), so that the best has twice the mean and the worst has none
/// (Baker 1985). One draw.
package struct Rank: ParentSelection {
  package init() {}

  package func parent(among ranked: [Int], stream: inout RandomStream) -> Int {
    let count = ranked.count
    guard count > 1 else { return ranked[0] }
    // Ranks have n - 1, n - 2, ..., 0 tickets.
    var ticket = stream.bounded(count * (count - 1) / 2)
    for (place, candidate) in ranked.enumerated() {
      let tickets = count - 1 - place
      if ticket < tickets { return candidate }
      ticket -= tickets
    }
    return ranked[count - 1]
  }
}
