import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel
import HerdbookReport
import Testing

@Suite("The matrix of distances")
struct DistanceFigureTests {
  /// The genetic run with the distances of its last generation as asked: by the places of two in it.
  private func figure(
    of bundle: SyntheticBundle = Cases.genetic, networks: Int = 20,
    _ distance: @escaping @Sendable (Int, Int) -> Double
  ) throws -> DistanceMatrix {
    var contents = bundle.contents
    let table = contents.table
    contents.table = { path in
      guard path.hasSuffix("/distances.csv"), let whole = try table(path) else {
        return try table(path)
      }
      let columns = Columns(path: path, table: whole)
      let last = try columns.integers("generation").max() ?? 0
      let rows = try columns.integers("generation").indices.filter {
        try columns.integers("generation")[$0] == last
      }
      let (first, second) = (try columns.integers("first"), try columns.integers("second"))
      let ids = Array(Set(rows.flatMap { [first[$0], second[$0]] }).sorted().prefix(networks))
      let pairs = Pair.all(ids.count)
      return Table([
        .init("generation", .integers(pairs.map { _ in last })),
        .init("first", .integers(pairs.map { ids[$0.first] })),
        .init("second", .integers(pairs.map { ids[$0.second] })),
        .init("distance", .reals(pairs.map { distance($0.first, $0.second) })),
        .init("disagreement", .reals(pairs.map { _ in 0.25 })),
      ])
    }
    return DistanceMatrix(data: try BundleRun(contents.runs[0], in: contents))
  }

  /// Points on a line with a tremble that makes no two pairs alike.
  private func tremble(_ a: Int, _ b: Int) -> Double {
    Double((a * 37 + b * 101) % 17) / 100
  }

  @Test("two heaps far from each other are two groups, whatever their order")
  func heaps() throws {
    let matrix = try figure { a, b in (a % 2 == b % 2 ? 1 : 9) + self.tremble(a, b) }
    let test = try #require(matrix.test)
    #expect(test.cut.sizes == [10, 10] && test.silhouette.isBeyond)
    let order = try #require(matrix.shown[0].byDistance)
    #expect(Set(order.prefix(10).map { $0 % 2 }).count == 1)
    #expect(Set(order.suffix(10).map { $0 % 2 }).count == 1)
    let finding = try #require(matrix.figure).finding.text
    #expect(
      finding.hasPrefix("Yes: the 20 networks of generation 200 fall into 2 groups of 10 and 10"))
    // The first axis tells the heaps apart.
    let axis = try #require(matrix.shown[0].map).scores[0]
    #expect(axis.indices.allSatisfy { (axis[$0] > 0) == ($0 % 2 == (axis[0] > 0 ? 0 : 1)) })
  }

  @Test("networks that are all about as far from each other are no groups and no tree")
  func strangers() throws {
    let matrix = try figure { a, b in 9 + self.tremble(a, b) }
    #expect(try #require(matrix.test).silhouette.isBeyond == false)
    #expect(try #require(matrix.figure).finding.text.hasPrefix("No: "))
    let map = try #require(matrix.shown[0].map)
    #expect((map.shares[0] + map.shares[1] - 2.0 / 19).magnitude < 0.02)
  }

  @Test(
    "one, two and three networks, equal distances, none and some that are missing are told of as such",
    arguments: [
      (2, 3.0, "Too few to tell: generation 200 has 2 networks"),
      (3, 3.0, "Too few to tell: generation 200 has 3 networks"),
      (20, 3.0, "No: no cut of the tree"),
      (20, 0.0, "No: the 20 networks of generation 200 have the same"),
      (20, .infinity, "Not known: "), (20, .nan, "Not known: "),
    ])
  func degenerate(networks: Int, distance: Double, finding: String) throws {
    let figure = try #require(try figure(networks: networks) { _, _ in distance }.figure)
    #expect(figure.finding.text.hasPrefix(finding), "\(figure.finding.text)")
    let reader = MarkupReader(figure.html.text)
    #expect(reader.faults.isEmpty)
    #expect(!reader.text.contains("nan") && !figure.body.html.text.contains("NaN"))
    #expect(try self.figure(networks: 1) { _, _ in distance }.figure == nil)
  }

  @Test(
    "relatives stand together by descent, and the largest families have columns in the order of their size"
  )
  func descent() throws {
    let contents = Cases.genetic.contents
    let data = try BundleRun(contents.runs[0], in: contents)
    for arrangement in DistanceMatrix(data: data).shown {
      let count = arrangement.matrix.ids.count
      #expect(arrangement.byDescent.sorted() == Array(0..<count))
      let families = arrangement.families
      #expect(families.flatMap(\.members).sorted() == Array(0..<count))
      #expect(families.map(\.members.count) == families.map(\.members.count).sorted(by: >))
      // The members of each family are neighbours.
      let family = arrangement.familyOf
      let runs = zip(arrangement.byDescent, arrangement.byDescent.dropFirst())
        .count { family[$0] != family[$1] }
      #expect(runs == families.count - 1)
      // All of a family have its ancestor.
      for group in families {
        let ancestor = try #require(group.ancestor)
        for member in group.members {
          let position = try #require(data.phylogeny.position(arrangement.matrix.ids[member]))
          #expect(data.phylogeny.lineage(of: position).contains(ancestor))
        }
      }
    }
  }

  @Test(
    "both orders are drawn, the branches of their trees cross nowhere, and every network has its glyph"
  )
  func drawing() throws {
    let contents = Cases.genetic.contents
    let matrix = DistanceMatrix(data: try BundleRun(contents.runs[0], in: contents))
    for order in [DistanceMatrix.Order.distance, .descent] {
      for layout in [Layout.wide, .narrow] {
        let marks = matrix.plot(layout, order).panels.flatMap(\.marks)
        let trees = marks.compactMap { $0 as? Line }
        // The first generation is drawn where there is room, by distance.
        let isWhole = order == .distance && !layout.isNarrow
        let drawn = isWhole ? matrix.shown[...] : matrix.shown.suffix(1)
        #expect(matrix.shown.count == 2 && trees.count == drawn.count)
        for (tree, arrangement) in zip(trees, drawn) {
          #expect(tree.x.count == 5 * (arrangement.matrix.ids.count - 1))
          let (nodes, rows) =
            order == .distance
            ? (arrangement.tree?.leaves ?? [], arrangement.byDistance ?? [])
            : (arrangement.descent.leaves, arrangement.byDescent)
          // The leaves of every branch are neighbours.
          for leaves in nodes {
            let ranks = leaves.compactMap { rows.firstIndex(of: $0) }
            #expect(ranks.count == leaves.count)
            #expect((ranks.max() ?? 0) - (ranks.min() ?? 0) == leaves.count - 1)
          }
        }
        let glyphs = marks.compactMap { $0 as? Glyphs }.filter { $0.radius == 4.5 }
        #expect(
          glyphs.reduce(0) { $0 + $1.x.count }
            == drawn.reduce(0) { $0 + $1.matrix.ids.count })
      }
    }
    let body = try #require(matrix.figure).body.html.text
    #expect(body.matches(of: /type="radio"/).count == 2 && body.matches(of: /<svg/).count == 3)
  }
}
