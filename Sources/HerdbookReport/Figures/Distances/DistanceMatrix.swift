package import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel

/// F8: are there clusters?
package struct DistanceMatrix {
  package let data: BundleRun
  /// At most two generations: the first recorded one and the last.
  package let shown: [Arrangement]
  /// Of the last; nil where there are too few networks, or no distances, to form groups.
  package let test: ClusterTest?

  package init(data: BundleRun) {
    self.data = data
    let ends = [data.distances.first, data.distances.last].compactMap { $0 }
    shown = (ends.first?.generation == ends.last?.generation ? Array(ends.prefix(1)) : ends)
      .map { Arrangement($0, data) }
    test = shown.last.flatMap { last in
      last.tree.flatMap { ClusterTest(last.matrix.weights, $0, seed: data.run.seed) }
    }
  }

  package var figure: Figure? {
    guard let last = shown.last, last.matrix.ids.count > 1 else { return nil }
    return Figure(
      id: "f8", short: "Distances", question: "Are there clusters in the population?",
      finding: finding(last), body: isOne ? "" : body, notes: isOne ? "" : notes(last),
      tables: [table(last)],
      budget: 90_000)
  }

  /// Both orders of the rows, of which one is seen; that of descent alone where there is no other. A narrow drawing has that
  /// by distance alone.
  private var body: Drawing {
    guard shown.allSatisfy({ $0.byDistance != nil }) else {
      return Layout.overlaid { picture($0, .descent) }
    }
    let (distance, descent) = (picture(.wide, .distance), picture(.wide, .descent))
    let html = Sprites.around { sprites in
      let orders: HTML = """
        <div class="switch">
        <input type="radio" name="f8-order" id="f8-distance" checked>
        <label for="f8-distance">Rows by distance</label>
        <input type="radio" name="f8-order" id="f8-descent">
        <label for="f8-descent">Rows by descent</label>
        <div>
        <div class="one">
        \(distance.html(&sprites))</div>
        <div class="each">
        \(descent.html(&sprites))</div>
        </div>
        </div>

        """
      return Layout.both { $0.isNarrow ? picture(.narrow, .distance).html(&sprites) : orders }
    }
    return Drawing(html, pictures: [distance.flat, descent.flat])
  }

  /// Whether all networks that would be shown are copies of one.
  private var isOne: Bool {
    shown.allSatisfy {
      DistanceMatrix.highest($0.matrix.weights) == 0
        && DistanceMatrix.highest($0.matrix.predictions) == 0
    }
  }

  /// What a drawing has room for: both generations where it is wide, and shows what can be told of strangers too.
  func drawn(_ layout: Layout, _ order: Order) -> ArraySlice<Arrangement> {
    layout.isNarrow || order == .descent ? shown.suffix(1) : shown[...]
  }

  static func highest(_ values: [Double]) -> Double { values.filter(\.isFinite).max() ?? 0 }

  private func finding(_ last: Arrangement) -> HTML {
    let (count, generation) = (last.matrix.ids.count, last.matrix.generation)
    if isOne {
      return """
        No: the \(count) networks of generation \(generation) are copies of one, at distance 0 from each other.
        """
    }
    guard last.tree != nil else {
      return last.matrix.weights.allSatisfy { $0 == 0 }
        ? "No: the \(count) networks of generation \(generation) have the same weights."
        : """
        Not known: of the \(count) networks of generation \(generation) some distances of weights are missing or \
        not finite.
        """
    }
    guard let test else {
      return count < 4
        ? "Too few to tell: generation \(generation) has \(Words.plural(count, "network")), and two groups of two take four."
        : """
        No: no cut of the tree of the \(count) networks of generation \(generation) gives two groups of two and \
        more; one after the other joins the rest.
        """
    }
    let (groups, tree) = (test.silhouette, test.tree)
    if groups.isBeyond {
      return """
        Yes: the \(count) networks of generation \(generation) fall into \(words(test.cut)), with a silhouette of \
        \(Words.value(groups.value, 2)), where of clouds without groups 95 % stay below \
        \(Words.value(groups.bound, 2)) (p = \(Words.value(groups.p, 2))). \(families(last, test.cut))
        """
    }
    let apart: HTML = """
      the best cut of the \(count) networks of generation \(generation) has a silhouette of \
      \(Words.value(groups.value, 2)), and of clouds without groups 95 % stay below \
      \(Words.value(groups.bound, 2)) (p = \(Words.value(groups.p, 2)))
      """
    let treeLike: HTML = """
      a tree keeps their distances with a cophenetic correlation of \(Words.value(tree.value, 2)), and those of 95 % of \
      the clouds below \(Words.value(tree.bound, 2))
      """
    return tree.isBeyond
      ? """
      Branches, but no groups that stand apart: \(apart), yet \(treeLike). \(families(last, test.cut))
      """
      : "No: \(apart); \(treeLike)."
  }

  /// `2 groups of 14 and 4, and 2 networks alone`.
  private func words(_ cut: BestCut) -> HTML {
    let groups = cut.sizes.filter { $0 > 1 }
    let alone = cut.sizes.count - groups.count
    let sizes =
      groups.count > 6
      ? "\(groups[groups.count - 1]) to \(groups[0])"
      : groups.dropLast().map(String.init).joined(separator: ", ")
        + " and \(groups[groups.count - 1])"
    return "\(groups.count) groups of \(sizes)"
      + (alone > 0 ? ", and \(Words.plural(alone, "network")) alone" : "")
  }

  private func families(_ last: Arrangement, _ cut: BestCut) -> HTML {
    let agreement = adjustedRand(cut.groups, last.familyOf)
    guard last.families.count < last.matrix.ids.count, agreement.isFinite else {
      return "No two of them are of one family."
    }
    return """
      The cut and the families agree to an adjusted Rand index of \(Words.value(agreement, 2)) (1 if they are the same, \
      0 on average by chance).
      """
  }

  private func table(_ last: Arrangement) -> NumberTable {
    let (matrix, size) = (last.matrix, last.matrix.ids.count)
    let order = last.byDistance ?? last.byDescent
    let family = last.familyOf
    let rows = Words.evenly(size, atMost: 20)
    return NumberTable(
      caption: "The numbers, \(rows.count) of \(size) networks",
      header: [
        "network", "family from", "group", "last fitness", "mean distance of weights",
        "mean disagreement",
      ],
      rows: rows.map { rank in
        let at = order[rank]
        func mean(_ values: [Double]) -> Double {
          let row = (0..<size).filter { $0 != at }.map { values[at * size + $0] }
          return row.reduce(0, +) / Double(row.count)
        }
        return [
          "\(matrix.ids[at])",
          last.families[family[at]].ancestor.map { "\(data.phylogeny.ids[$0])" } ?? "n/a",
          test.map { "\($0.cut.groups[at] + 1)" } ?? "n/a", Words.value(last.fitness[at], 4),
          Words.value(mean(matrix.weights)), Words.value(mean(matrix.predictions)),
        ]
      }, source: "runs/\(data.run.id)/distances.csv")
  }
}
