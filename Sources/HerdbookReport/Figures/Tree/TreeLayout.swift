/// Rows for lines of descent such that no branch crosses a line.
///
/// Depth first; of the branches of a line, later ones lie nearer to it, and each takes the nearest
/// row, above or below, that is free for as long as it lasts.
package struct TreeLayout {
  /// By line: its row, from 0 at the top; -1 where it is not drawn.
  package private(set) var row: [Int]
  package private(set) var rowCount: Int

  /// How many rows a subtree takes above and below its own, by generation; -1 where it takes none.
  private struct Contour {
    var start: Int
    var above: [Int]
    var below: [Int]
  }

  package init(_ chains: Chains, kept: [Bool]) {
    let lines = chains.chains
    var branches = [[Int]](repeating: [], count: lines.count)
    var roots: [Int] = []
    for index in lines.indices where kept[index] {
      if let origin = lines[index].origin {
        branches[origin].append(index)
      } else {
        roots.append(index)
      }
    }
    var offset = [Int](repeating: 0, count: lines.count)
    var contours = [Contour?](repeating: nil, count: lines.count)
    // Lines part from earlier ones, so from the last to the first every branch is laid out before
    // the line that it parts from.
    for index in lines.indices.reversed() where kept[index] {
      contours[index] = TreeLayout.place(
        lines[index], branches[index].sorted { (lines[$0].start, $0) > (lines[$1].start, $1) },
        contours: &contours, offset: &offset)
    }
    row = [Int](repeating: -1, count: lines.count)
    let trunk = roots.first { root in lines[root].holdsChampion } ?? roots.first
    let ranked = roots.sorted { (lines[$0].length, -$0) > (lines[$1].length, -$1) }
    // Founders are born at generation 0, so their subtrees share its start.
    var whole = trunk.flatMap { contours[$0] } ?? Contour(start: 0, above: [], below: [])
    for root in ranked where root != trunk {
      guard let contour = contours[root] else { continue }
      offset[root] = TreeLayout.attach(contour, to: &whole, prefersUp: root.isMultiple(of: 2))
    }
    let top = max(0, whole.above.max() ?? 0)
    for root in roots { row[root] = top + offset[root] }
    rowCount = top + max(0, whole.below.max() ?? 0) + 1
    for index in lines.indices where kept[index] {
      if let origin = lines[index].origin { row[index] = row[origin] + offset[index] }
    }
  }

  /// Puts a subtree as near to row 0 as it fits, above or below; returns its row.
  private static func attach(
    _ contour: Contour, to whole: inout Contour, prefersUp: Bool
  ) -> Int {
    let shift = contour.start - whole.start
    let missing = shift + contour.above.count - whole.above.count
    if missing > 0 {
      whole.above += [Int](repeating: -1, count: missing)
      whole.below += [Int](repeating: -1, count: missing)
    }
    let times = contour.above.indices.filter { contour.above[$0] >= 0 || contour.below[$0] >= 0 }
    var up = 1
    var down = 1
    for time in times {
      up = max(up, whole.above[shift + time] + max(0, contour.below[time]) + 1)
      down = max(down, whole.below[shift + time] + max(0, contour.above[time]) + 1)
    }
    let goesUp = up < down || (up == down && prefersUp)
    for time in times {
      if goesUp {
        whole.above[shift + time] = max(whole.above[shift + time], up + max(0, contour.above[time]))
      } else {
        whole.below[shift + time] = max(
          whole.below[shift + time], down + max(0, contour.below[time]))
      }
    }
    return goesUp ? -up : down
  }

  private static func place(
    _ line: Chains.Chain, _ branches: [Int], contours: inout [Contour?], offset: inout [Int]
  ) -> Contour {
    let start = max(0, line.start - 1)
    var end = line.end
    for branch in branches {
      if let contour = contours[branch] { end = max(end, contour.start + contour.above.count - 1) }
    }
    var above = [Int](repeating: -1, count: end - start + 1)
    for time in start...max(start, line.end) { above[time - start] = 0 }
    var whole = Contour(start: start, above: above, below: above)
    for branch in branches {
      guard let contour = contours[branch] else { continue }
      offset[branch] = attach(contour, to: &whole, prefersUp: branch.isMultiple(of: 2))
      contours[branch] = nil
    }
    return whole
  }
}
