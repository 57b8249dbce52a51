import HerdbookAnalysis
import HerdbookCharts

extension DistanceMatrix {
  /// What is drawn, of whom, and what it is held against.
  func notes(_ last: Arrangement) -> HTML {
    let living = data.phylogeny.survivors.count
    let count = last.matrix.ids.count
    let sampled: HTML =
      count < living
      ? "A seeded sample of \(count) of \(Words.plural(living, "network"))."
      : "All living networks."
    return """
      \(sampled) Below the diagonal: L2 distance of weights (blue; in generation \(last.matrix.generation) \
      \(range(last.matrix.weights, count))); above it: share of fitness images that two networks read differently \
      (orange; \(range(last.matrix.predictions, count))). Each matrix and half has a scale of its own, from 0 (the \
      ground) to the number beside it.\(earlier)\(orders(last))\(strips(last))\(map(last))\(clouds(last)) Distances are not \
      matched for the order of hidden units; between strangers they say little.
      """
  }

  private var earlier: HTML {
    guard shown.count > 1, let first = shown.first else { return "" }
    return " Generation \(first.matrix.generation) is drawn where the page is wide, by distance."
  }

  private func range(_ values: [Double], _ size: Int) -> HTML {
    let sorted = Pair.all(size).map { values[$0.first * size + $0.second] }.filter(\.isFinite)
      .sorted()
    guard let first = sorted.first, let last = sorted.last else { return "n/a" }
    return """
      \(Words.value(first)) to \(Words.value(last)), median \(Words.value(sorted[sorted.count / 2]))
      """
  }

  private func orders(_ last: Arrangement) -> HTML {
    guard let byDistance = last.byDistance else {
      return " Rows in the order of descent: relatives stand together."
    }
    let weights = last.matrix.weights
    return """
       Rows by distance: the tree of average linkage, its branches turned so that neighbours lie as near as they can \
      (optimal leaf order); by descent, on wide screens: the tree of the generations since two lines parted, turned alike. \
      Neighbours lie \(Words.value(meanStep(byDistance, weights))) apart by distance, \
      \(Words.value(meanStep(last.byDescent, weights))) by descent, and in any order \
      \(Words.value(last.mean(weights) { _ in true })) on average.
      """
  }

  private func strips(_ last: Arrangement) -> HTML {
    guard !DistanceMatrix.named(last).isEmpty else {
      return " No two are of one family. \(bars(last))"
    }
    return """
       Columns: families of two and more, at most the six largest, then all others. A family is the networks whose lines \
      parted later than the first lines of all; one of more than three quarters is divided again. \
      \(bars(last))
      """
  }

  private func bars(_ last: Arrangement) -> HTML {
    let known = last.fitness.filter(\.isFinite)
    guard let low = known.min(), let high = known.max(), low < high else {
      return "Bars: last fitness."
    }
    return """
      Bars: last fitness, in generation \(last.matrix.generation) from below \(Words.value(low)) to \(Words.value(high)).
      """
  }

  private func map(_ last: Arrangement) -> HTML {
    guard let map = last.map, map.shares.count > 1 else { return "" }
    let null = 2 * PrincipalComponents.shareOfEqualDistances(points: last.matrix.ids.count)
    return """
       Map: classical scaling of the distances of weights, a glyph for each family as above the columns, coloured by fitness; \
      its two axes hold \(Words.percent(map.shares[0] + map.shares[1], decimals: 0)) of the variance, and of as many networks at \
      equal distances, as strangers nearly are, \(Words.percent(null, decimals: 0)).
      """
  }

  private func clouds(_ last: Arrangement) -> HTML {
    guard let test else { return "" }
    let count = last.matrix.ids.count
    let cut: HTML =
      test.silhouette.isBeyond
      ? " Broken line across the tree: the cut; each branch that it meets is a group." : ""
    let predictions = last.matrix.predictions
    let groups = test.cut.groups
    let within = last.mean(predictions) { groups[$0.first] == groups[$0.second] }
    let between = last.mean(predictions) { groups[$0.first] != groups[$0.second] }
    return """
       Groups: of all cuts of the tree with two groups of two and more, the one with the highest mean silhouette (1: far \
      apart beside their width, 0: within one another); two networks of one group read \(Words.percent(within)) of the \
      images differently, of two groups \(Words.percent(between)). The null: \(ClusterTest.clouds) seeded clouds of \
      \(count) points from a normal distribution, as wide in each direction as the networks are, cut in the same way.\(cut)
      """
  }
}
