import HerdbookNumerics

/// What each birth of a line of descent brought over the main parent, and what births bring in general.
///
/// The gain of a birth is the last fitness of the child less that of its main parent, so the gains of a line add
/// up to the difference between its ends. A line that leads to a champion is selected: its gains say nothing
/// unless they are held against those of all births.
package struct GainsOfDescent: Sendable, Equatable {
  /// Of each birth of the line, the founder's left out; NaN where either fitness is none.
  package let gains: [Double]
  /// The last fitness of the line less the first.
  package let total: Double
  /// The median over the births of the line, and over all births of the run; NaN without any.
  package let median: Double
  package let medianOfAll: Double
  /// How many births have a gain, in the whole run.
  package let births: Int

  /// - Parameters:
  ///   - line: from the founder down.
  ///   - parents: the main parent of each individual, -1 for a founder.
  ///   - fitness: of each when last evaluated, NaN for none.
  package init(line: [Int], parents: [Int], fitness: [Double]) {
    gains = zip(line, line.dropFirst()).map { fitness[$1] - fitness[$0] }
    total =
      if let first = line.first, let last = line.last { fitness[last] - fitness[first] } else {
        .nan
      }
    let all = parents.indices.compactMap { child -> Double? in
      guard parents[child] >= 0 else { return nil }
      let gain = fitness[child] - fitness[parents[child]]
      return gain.isFinite ? gain : nil
    }
    births = all.count
    median = quantile(gains.filter(\.isFinite).sorted(), 0.5)
    medianOfAll = quantile(all.sorted(), 0.5)
  }

  /// The sum of the `count` greatest gains over the total: above one where others lost. Nil where the line has
  /// no more births than that, or gained nothing.
  package func share(ofBest count: Int) -> Double? {
    let known = gains.filter(\.isFinite).sorted(by: >)
    guard known.count > count, total > 0 else { return nil }
    return known.prefix(count).reduce(0, +) / total
  }

  /// All births, or where there are more than `count`, of as many stretches of the line, each of as many births but
  /// for one, the birth of greatest absolute gain; those without a gain last, the earlier of two equal ones. The last
  /// birth, which is the champion's, stands for its stretch.
  package func greatest(_ count: Int) -> [Int] {
    guard gains.count > count else { return Array(gains.indices) }
    func size(_ birth: Int) -> Double { gains[birth].isFinite ? gains[birth].magnitude : -1 }
    return (0..<count - 1).compactMap { stretch in
      (stretch * gains.count / count..<(stretch + 1) * gains.count / count)
        .max { (size($0), -$0) < (size($1), -$1) }
    } + [gains.count - 1]
  }
}
