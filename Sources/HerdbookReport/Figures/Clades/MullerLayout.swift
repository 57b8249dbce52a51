package import HerdbookAnalysis

/// Where clades lie between 0 and 1 at each sampled generation: an inner one within the one around it, and those
/// of one around side by side, the largest in the middle. What no inner clade holds lies half below and half
/// above them (as in Muller, 1932, American Naturalist 66, 118-138).
package struct MullerLayout {
  /// The lower and the upper edge of each clade, column by column.
  package private(set) var low: [[Double]]
  package private(set) var high: [[Double]]
  /// For each clade its inner ones from below.
  package let inner: [[Int]]
  /// The outermost, from below.
  package let outermost: [Int]
  /// The step of the colours of each: apart from the clade around it and from the one below.
  package private(set) var step: [Int]

  package init(_ clades: Clades, steps: Int) {
    let columns = clades.living.indices
    let size = clades.clades.map { clade in
      columns.reduce(0.0) { $0 + Double(clade.members[$1]) / Double(max(1, clades.living[$1])) }
    }
    var inner = [[Int]](repeating: [], count: clades.clades.count)
    var outermost: [Int] = []
    for (index, clade) in clades.clades.enumerated() {
      if let outer = clade.outer { inner[outer].append(index) } else { outermost.append(index) }
    }
    self.inner = inner.map { MullerLayout.fromTheMiddle($0, size) }
    self.outermost = MullerLayout.fromTheMiddle(outermost, size)
    low = clades.clades.map { _ in [Double](repeating: 0, count: columns.count) }
    high = low
    step = [Int](repeating: 0, count: inner.count)
    let whole = [Double](repeating: 1, count: columns.count)
    stack(self.outermost, clades, low: whole.map { _ in 0 }, high: whole)
    for index in clades.clades.indices {
      stack(self.inner[index], clades, low: low[index], high: high[index])
    }
    var used = [Int](repeating: 0, count: steps)
    color(self.outermost, within: nil, &used)
    for index in clades.clades.indices { color(self.inner[index], within: step[index], &used) }
  }

  /// The largest in the middle, the others by turns below and above.
  private static func fromTheMiddle(_ clades: [Int], _ size: [Double]) -> [Int] {
    var out: [Int] = []
    let order = clades.sorted { (-size[$0], $0) < (-size[$1], $1) }
    for (rank, clade) in order.enumerated() {
      out.insert(clade, at: rank.isMultiple(of: 2) ? out.count : 0)
    }
    return out
  }

  private mutating func stack(
    _ inner: [Int], _ clades: Clades, low: [Double], high: [Double]
  ) {
    for column in clades.living.indices {
      let living = Double(max(1, clades.living[column]))
      let held = inner.reduce(0) { $0 + clades.clades[$1].members[column] }
      var edge = low[column] + (high[column] - low[column] - Double(held) / living) / 2
      for clade in inner {
        self.low[clade][column] = edge
        edge += Double(clades.clades[clade].members[column]) / living
        self.high[clade][column] = edge
      }
    }
  }

  /// Of the steps that are two or more away from what the clade borders on, the one least used.
  private mutating func color(_ clades: [Int], within outer: Int?, _ used: inout [Int]) {
    var below: Int?
    for clade in clades {
      let apart = used.indices.filter { step in
        [outer, below].allSatisfy { ($0.map { ($0 - step).magnitude } ?? 2) >= 2 }
      }
      let choice = apart.min { (used[$0], $0) < (used[$1], $1) } ?? 0
      step[clade] = choice
      used[choice] += 1
      below = choice
    }
  }

  /// Where no inner clade covers a clade: below them all and above them all, by column.
  package func open(
    _ clade: Int, _ clades: Clades
  ) -> [(low: [Double], high: [Double])] {
    let columns = clades.living.indices
    let living = columns.map { column in
      inner[clade].filter { clades.clades[$0].members[column] > 0 }
    }
    return [
      (
        low[clade],
        columns.map { column in
          living[column].first.map { low[$0][column] } ?? high[clade][column]
        }
      ),
      (
        columns.map { column in
          living[column].last.map { high[$0][column] } ?? low[clade][column]
        }, high[clade]
      ),
    ]
  }
}
