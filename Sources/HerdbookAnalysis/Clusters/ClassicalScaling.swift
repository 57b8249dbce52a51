extension PrincipalComponents {
  /// Classical multidimensional scaling (Torgerson 1952; principal coordinates: Gower 1966): points that lie as far from
  /// each other as some distances say, along the axes of their largest variance.
  ///
  /// Half the squared distances, with the sign turned, are inner products but for the origin, which centring takes away.
  /// Where the distances are not Euclidean some axes have negative variance; shares are of the positive ones.
  ///
  /// - Parameter distances: [point][point], in rows, symmetric and finite.
  /// - Parameter most: axes that are kept.
  package init(distances: [Double], count: Int, most: Int) {
    precondition(distances.count == count * count, "each point has a distance to each point")
    self.init(gram: distances.map { -0.5 * $0 * $0 }, count: count, most: most)
  }

  /// The share of the variance that each axis holds of points that are all as far from each other: what strangers in
  /// many dimensions are, nearly.
  package static func shareOfEqualDistances(points: Int) -> Double { 1 / Double(points - 1) }
}
