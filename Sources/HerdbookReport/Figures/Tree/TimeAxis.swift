import HerdbookCharts

/// Time along a tree: generations that matter get room.
///
/// Everything happens in the first generations, in which founders die out, and in the last, in which
/// the survivors part. Where either would be a sliver, it is stretched to a fifth of the width, and the axis
/// says so.
package struct TimeAxis {
  package struct Stretch {
    var range: ClosedRange<Double>
    /// How many times wider than outside the stretches a generation is.
    var factor: Double
  }
  package let end: Double
  private(set) var stretches: [Stretch] = []

  /// - Parameter founding: the generation at which one founder is left.
  /// - Parameter ancestor: the birth of the survivors' most recent common ancestor.
  package init(end: Int, founding: Int?, ancestor: Int?) {
    self.end = Double(max(1, end))
    let share = 0.2
    var wanted: [ClosedRange<Double>] = []
    if let founding, founding > 0, Double(founding) < share / 2 * self.end {
      wanted.append(0...Double(founding + 1))
    }
    if let ancestor, Double(end - ancestor) < share / 2 * self.end, ancestor < end {
      wanted.append(Double(max(0, ancestor - 1))...self.end)
    }
    if wanted.count == 2 && wanted[0].upperBound >= wanted[1].lowerBound { wanted.removeLast() }
    let stretched = wanted.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
    let rest = self.end - stretched
    guard rest > 0 else { return }
    let restWidth = 1 - share * Double(wanted.count)
    stretches = wanted.map { range in
      let width = range.upperBound - range.lowerBound
      return Stretch(range: range, factor: (share / width) / (restWidth / rest))
    }
  }

  /// From 0 at generation 0 to 1 at the end.
  package func callAsFunction(_ generation: Double) -> Double {
    position(generation) / position(end)
  }

  private func position(_ generation: Double) -> Double {
    stretches.reduce(generation) { sum, stretch in
      let inside =
        max(0, min(generation, stretch.range.upperBound) - stretch.range.lowerBound)
      return sum + inside * (stretch.factor - 1)
    }
  }

  /// Round generations, and within stretches enough of them to tell the scale.
  package func ticks(width: Double) -> [Double] {
    var candidates: [Double] = []
    for stretch in stretches {
      candidates += Ticks.linear(stretch.range.lowerBound, stretch.range.upperBound, count: 3)
        .filter { $0 == $0.rounded() }
    }
    candidates += Ticks.linear(0, end, count: max(2, width / 90)).filter { $0 == $0.rounded() }
    if !candidates.contains(end) { candidates.append(end) }
    var taken: [Double] = []
    for candidate in [0, end] + candidates {
      let clear = taken.allSatisfy { (self($0) - self(candidate)).magnitude * width >= 38 }
      if clear { taken.append(candidate) }
    }
    return taken.sorted()
  }
}
