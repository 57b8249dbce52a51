import HerdbookAnalysis
import HerdbookNumerics
import Testing

/// What other libraries make of the same numbers: `Reference/make.py` writes the tables, with NumPy, SciPy, scikit-learn
/// and statsmodels.
@Suite("Statistics against other libraries")
struct ReferenceTests {
  @Test("quantiles, median, mean and deviation are NumPy's")
  func quantiles() throws {
    let cases = try ReferenceTable("quantiles").cases
    #expect(cases.count == 6)
    for example in cases {
      let values = example["values"]
      let found = example["levels"].map { quantile(values.sorted(), $0) }
      #expect(agree(found, example["quantiles"]), "\(example.name)")
      #expect(agree([median(values)], example["median"]), "\(example.name)")
      #expect(agree([mean(values)], example["mean"]), "\(example.name)")
      #expect(
        values.count < 2 || agree([sampleDeviation(values)], example["deviation"]),
        "\(example.name)")
    }
  }

  @Test(
    "the distance of two distributions is the integral between their quantiles, and SciPy's of many samples"
  )
  func wasserstein() throws {
    let cases = try ReferenceTable("wasserstein").cases
    #expect(cases.count == 3)
    for example in cases {
      let distance = QuantileDistance(example["first"], example["second"])
      #expect(agree([distance.wasserstein], example["wasserstein"]), "\(example.name)")
      #expect(agree([distance.wasserstein], example["sampled"], within: 1e-7), "\(example.name)")
      #expect([distance.place] == example.integers("place"), "\(example.name)")
      #expect(agree([distance.largest], example["largest"]), "\(example.name)")
    }
  }

  @Test("the matching that costs least is SciPy's")
  func matching() throws {
    let cases = try ReferenceTable("matching").cases
    #expect(cases.count == 6)
    for example in cases {
      let costs = example["costs"]
      let size = (1...20).first { $0 * $0 == costs.count } ?? 0
      let columns = leastCostMatching(costs, size: size)
      let cost = columns.enumerated().reduce(0) { $0 + costs[$1.offset * size + $1.element] }
      #expect(agree([cost], example["cost"]), "\(example.name)")
      #expect(!example.has("columns") || columns == example.integers("columns"), "\(example.name)")
    }
  }

  @Test("McNemar's test is SciPy's binomial one, disagreement the share of answers that differ")
  func predictions() throws {
    let cases = try ReferenceTable("predictions").cases
    #expect(cases.count == 2)
    for example in cases {
      let (first, second) = (example.bytes("first"), example.bytes("second"))
      let test = McNemar(first, second, labels: example.bytes("labels"))
      #expect([test.onlyFirst, test.onlySecond] == example.integers("only"), "\(example.name)")
      #expect(agree([test.p], example["p"]), "\(example.name)")
      let still = network([2, 1], [[0, 0]])
      let pairs = PairDistances(
        weights: [still, still], predictions: [first, second], threads: 1)
      #expect(agree(pairs.disagreements, example["disagreement"]), "\(example.name)")
    }
  }

  @Test("the alignment of two layers is that of their kernels in NumPy, at any number of threads")
  func alignment() throws {
    let cases = try ReferenceTable("alignment").cases
    #expect(cases.count == 4)
    for example in cases {
      let units = example.integers("units")
      for threads in [1, 3] {
        let (first, second) = (
          LayerResponses(example["first"], units: units[0], threads: threads),
          LayerResponses(example["second"], units: units[1], threads: threads)
        )
        #expect(
          agree([first.alignment(with: second, threads: threads)], example["alignment"]),
          "\(example.name)")
      }
    }
  }

  @Test("sign flips and signs are SciPy's exact tests")
  func paired() throws {
    let cases = try ReferenceTable("tests")["differences"]
    #expect(cases.count == 3)
    for example in cases {
      let differences = example["differences"]
      let flips = PairedTests.signFlips(differences, seed: 1)
      #expect(agree([flips], example["flips"]), "\(example.name)")
      #expect(agree([PairedTests.signs(differences)], example["signs"]), "\(example.name)")
    }
  }

  @Test("Holm's correction is that of statsmodels, rank correlation SciPy's")
  func corrections() throws {
    let table = try ReferenceTable("tests")
    #expect(table["holm"].count == 3 && table["ranks"].count == 2)
    for example in table["holm"] {
      #expect(agree(holm(example["p"]), example["holm"]), "\(example.name)")
    }
    for example in table["ranks"] {
      let (first, second) = (example["first"], example["second"])
      #expect(agree([rankCorrelation(first, second)], example["rank"]), "\(example.name)")
      #expect(agree([correlation(first, second)], example["pearson"]), "\(example.name)")
    }
  }

  @Test("the interval of a median is that of the same resamples drawn in NumPy")
  func bootstrap() throws {
    let cases = try ReferenceTable("bootstrap").cases
    #expect(cases.count == 3)
    for example in cases {
      let interval = try #require(
        Bootstrap.medianInterval(
          of: example["values"], seed: UInt64(example["seed"][0]), threads: 2))
      #expect([interval.lowerBound, interval.upperBound] == example["interval"], "\(example.name)")
    }
  }

  @Test("effective lineages are the inverse Simpson index, Moran’s I the matrix formula")
  func populations() throws {
    let table = try ReferenceTable("populations")
    #expect(table["founders"].count == 3 && table["moran"].count == 2)
    for example in table["founders"] {
      let origins = example.integers("origins")
      let size = origins.count / 3
      var lineage = Lineage(size: size)
      for step in 0..<3 { lineage.append(origins: Array(origins[step * size..<(step + 1) * size])) }
      #expect(agree([lineage.effectiveFounders], example["effective"]), "\(example.name)")
    }
    for example in table["moran"] {
      let shape = example.integers("shape")
      let moran = moransI(example["field"], rows: shape[0], columns: shape[1])
      #expect(agree([moran], example["moran"]), "\(example.name)")
    }
  }

  @Test("components are those of a singular value decomposition, scaling that of eigenvectors")
  func components() throws {
    let table = try ReferenceTable("components")
    #expect(table["points"].count == 2 && table["scaling"].count == 1)
    func compare(_ found: PrincipalComponents, _ example: ReferenceTable.Case) {
      #expect(agree(found.shares, example["shares"]), "\(example.name)")
      #expect(agree(Array(found.scores.joined()), example["scores"]), "\(example.name)")
    }
    for example in table["points"] {
      let count = example.integers("count")[0]
      let width = example["points"].count / count
      let points = (0..<count).map { Array(example["points"][$0 * width..<($0 + 1) * width]) }
      let products = points.flatMap { a in
        points.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
      }
      compare(PrincipalComponents(gram: products, count: count, most: 3), example)
      // The same points by their distances alone.
      let distances = points.flatMap { a in
        points.map { b in zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot() }
      }
      compare(PrincipalComponents(distances: distances, count: count, most: 3), example)
    }
    for example in table["scaling"] {
      compare(
        PrincipalComponents(
          distances: example["distances"], count: example.integers("count")[0], most: 3), example)
    }
  }

  @Test(
    "trees, cuts and silhouettes are those of SciPy and scikit-learn, orders the best of all that turns of the tree give"
  )
  func clusters() throws {
    let cases = try ReferenceTable("clusters").cases
    #expect(cases.count == 3)
    for example in cases {
      let (distances, count) = (example["distances"], example.integers("count")[0])
      let tree = Dendrogram(distances: distances, count: count)
      #expect(agree(tree.merges.map(\.height), example["merges"]), "\(example.name)")
      #expect(agree(tree.heights, example["heights"]), "\(example.name)")
      #expect(agree([tree.copheneticCorrelation(distances)], example["tree"]), "\(example.name)")
      let order = tree.optimalOrder(distances)
      #expect(order.sorted() == Array(0..<count), "\(example.name)")
      #expect(agree([meanStep(order, distances)], example["step"]), "\(example.name)")
      #expect(
        meanStep(order, distances) <= example["scipystep"][0] * (1 + 1e-12), "\(example.name)")
      let cut = try #require(BestCut(tree, distances))
      #expect(cut.groups == example.integers("groups"), "\(example.name)")
      #expect(agree([cut.silhouette], example["silhouette"]), "\(example.name)")
      #expect(
        agree([adjustedRand(cut.groups, example.integers("other"))], example["rand"]),
        "\(example.name)")
    }
  }

  @Test("groups and trees are held against the same clouds that NumPy draws")
  func clouds() throws {
    for example in try ReferenceTable("clusters").cases {
      let tree = Dendrogram(distances: example["distances"], count: example.integers("count")[0])
      let test = try #require(ClusterTest(example["distances"], tree, seed: 7))
      #expect(agree([test.silhouette.bound], example["bound"]), "\(example.name)")
      #expect(agree([test.silhouette.p], example["p"]), "\(example.name)")
      #expect(agree([test.tree.bound], example["treebound"]), "\(example.name)")
      #expect(test.silhouette.isBeyond == (example.name == "grouped"), "\(example.name)")
    }
  }
}
