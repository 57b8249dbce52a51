/// Rows for lines of descent such that no branch crosses a line.
///
/// Depth first; of the branches of a line, later ones lie nearer to it, and each takes the nearest
/// row, above or below, that is free for as long as it lasts.
struct TreeLayout {
  /// By line: its row, from 0 at the top; -1 where it is not drawn.
  private(set) var row: [Int]
  private(set) var rowCount: Int

  /// How many rows a subtree takes above and below its own, by generation; -1 where it takes none.
  private struct Contour {
    var start: Int
    var above: [Int]
    var below: [Int]
  }

  init(_ chains: Chains, kept: [Bool]) {
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
    var next = 0
    for root in TreeLayout.order(roots, lines) {
      guard let contour = contours[root] else { continue }
      row[root] = next + max(0, contour.above.max() ?? 0)
      next = row[root] + max(0, contour.below.max() ?? 0) + 1
    }
    rowCount = max(1, next)
    for index in lines.indices where kept[index] {
      if let origin = lines[index].origin { row[index] = row[origin] + offset[index] }
    }
  }

  /// Founders with the champion's in the middle, so that its branches have room on both sides.
  private static func order(_ roots: [Int], _ lines: [Chains.Chain]) -> [Int] {
    let ranked = roots.sorted { (lines[$0].length, -$0) > (lines[$1].length, -$1) }
    var out: [Int] = []
    for (rank, root) in ranked.enumerated() {
      if rank.isMultiple(of: 2) { out.append(root) } else { out.insert(root, at: 0) }
    }
    return out
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
    var below = above
    for branch in branches {
      guard let contour = contours[branch] else { continue }
      let shift = contour.start - start
      var up = 1
      var down = 1
      for time in contour.above.indices where contour.above[time] >= 0 || contour.below[time] >= 0 {
        up = max(up, above[shift + time] + max(0, contour.below[time]) + 1)
        down = max(down, below[shift + time] + max(0, contour.above[time]) + 1)
      }
      let goesUp = up < down || (up == down && branch.isMultiple(of: 2))
      offset[branch] = goesUp ? -up : down
      for time in contour.above.indices where contour.above[time] >= 0 || contour.below[time] >= 0 {
        if goesUp {
          above[shift + time] = max(above[shift + time], up + max(0, contour.above[time]))
        } else {
          below[shift + time] = max(below[shift + time], down + max(0, contour.below[time]))
        }
      }
      contours[branch] = nil
    }
    return Contour(start: start, above: above, below: below)
  }
}
