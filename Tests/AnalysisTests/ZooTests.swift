import HerdbookAnalysis
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

@Suite("What the networks of a zoo tell")
struct ZooTests {
  @Test("ridge regression is scikit-learn's, with the penalties of the same cross-validation")
  func ridge() throws {
    let cases = try ReferenceTable("ridge").cases
    #expect(cases.count == 3)
    #expect(Set(cases.flatMap { $0["penalties"] }).count > 1)
    for example in cases {
      let size = example.integers("size")
      let (count, width, outputs) = (size[0], size[1], size[2])
      let all = Rows(columns: columns(example["features"], width), count: count + 10)
      let targets = Rows(columns: columns(example["targets"], outputs), count: count)
      let model = Ridge(
        rows(all, 0..<count), targets, folds: (0..<count).map { $0 % Ridge.folds })
      #expect(agree(model.penalties, example["penalties"]), "\(example.name)")
      let told = model.predictions(rows(all, count..<count + 10))
      let found = (0..<outputs).flatMap { output in (0..<10).map { told[$0, output] } }
      #expect(agree(found, example["told"], within: 1e-7), "\(example.name)")
    }
  }

  private func columns(_ values: [Double], _ width: Int) -> [[Double]] {
    let count = values.count / width
    return (0..<width).map { Array(values[$0 * count..<($0 + 1) * count]) }
  }

  private func rows(_ all: Rows, _ range: Range<Int>) -> Rows {
    Rows(
      columns: (0..<all.width).map { column in range.map { all[$0, column] } }, count: range.count)
  }

  @Test("how often one group is above another is what SciPy's rank-sum statistic says")
  func superior() throws {
    for example in try ReferenceTable("superiority").cases {
      let found = superiority(example["first"], example["second"])
      #expect(agree([found], example["superiority"]), "\(example.name)")
    }
  }

  @Test("the distance of two distributions between their levels")
  func wasserstein() {
    let levels = Snapshots.levels
    #expect(levels.count == 23 && levels[1] == 0.01 && levels[21] == 0.99)
    // A shift costs its length, a crossing the triangles on its sides.
    #expect((EndForecast.wasserstein(levels, levels.map { $0 + 2 }) - 2).magnitude < 1e-12)
    let crossing = EndForecast.wasserstein(levels, levels.map { 1 - $0 })
    #expect((crossing - 0.5).magnitude < 1e-12)
  }

  @Test("a plan counts the numbers that snapshots have")
  func counted() {
    for tensors in 1...3 {
      #expect(
        Experiment.Record.zooNumbers(tensors: tensors)
          == tensors * (2 + Snapshots.levels.count) + Snapshots.dimensions + 2)
    }
    let plane = CoarsePlane(
      planeRows: 5, planeColumns: 4, lit: [Bool](repeating: true, count: 20))
    #expect(Experiment.Record.fieldNumbers(units: 7, rows: 5, columns: 4) == 7 * plane.cells)
  }

  @Test("statistics of a network are those of its weights")
  func measured() {
    var stream = RandomStream(seed: 1, purpose: .initialization)
    let matrices = [
      (0..<40 * 1000).map { _ in Float(stream.normal()) }, (0..<3000).map { Float($0) },
    ]
    let weights = network([40, 1000, 3], matrices)
    let found = snapshots([weights], generation: 4)
    #expect(found.tensors == ["layers.1.weight", "layers.2.weight"])
    for (tensor, matrix) in matrices.enumerated() {
      let values = matrix.map(Double.init)
      let mean = mean(values)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      #expect((WeightStatistic.mean.value(found, 0, tensor) - mean).magnitude < 1e-4)
      #expect((WeightStatistic.variance.value(found, 0, tensor) / variance - 1).magnitude < 1e-5)
      for (statistic, level) in [(WeightStatistic.p1, 0.01), (.p50, 0.5), (.p99, 0.99)] {
        let wanted = Float(quantile(matrix.sorted(), level))
        #expect(statistic.value(found, 0, tensor) == Double(wanted))
      }
    }
  }

  @Test("a network that is not finite has no statistics, and its neighbours keep theirs")
  func diverged() {
    var gone = network(
      [40, 2, 3], [[Float](repeating: 0, count: 80), [Float](repeating: 1, count: 6)])
    gone.diverge()
    let good = network([40, 2, 3], [(0..<80).map { Float($0) }, [Float](repeating: 1, count: 6)])
    let found = snapshots([good, gone], generation: 0)
    #expect(found.isFinite(0) && !found.isFinite(1))
    #expect(WeightStatistic.p50.value(found, 0, 0) == 39.5)
    #expect(found.sketches.suffix(Snapshots.dimensions).allSatisfy { $0 == 0 })
  }

  private func snapshots(_ weights: [Weights], generation: Int) -> Snapshots {
    Snapshots(
      generation: generation, ids: Array(weights.indices), origins: [], weights: weights,
      accuracy: weights.map { _ in 0.5 }, loss: weights.map { _ in 1 },
      sketch: WeightSketch(
        seed: 1, parameters: weights[0].layout.parameters, dimensions: Snapshots.dimensions),
      threads: 2)
  }

  // MARK: zoos with a known answer

  @Test("statistics add to hyperparameters and accuracy where they know more, and only there")
  func added() throws {
    for knowsMore in [true, false] {
      let zoo = PlantedZoo(statisticTells: knowsMore).zoo
      let table = AccuracyPrediction(zoo, threads: 2).table()
      let rows = PredictionRows(table)
      let all = try #require(rows.row(1, "final", "all"))
      #expect((all.added > all.addedNull + 0.1) == knowsMore, "\(all)")
      // Alone they tell it either way, since they follow the hyperparameter.
      let alone = try #require(rows.row(1, "final", "statistics"))
      #expect(alone.r2 > 0.3 && alone.r2 > alone.null, "\(alone)")
      let settings = try #require(rows.row(1, "final", "hyperparameters"))
      #expect(settings.r2 > settings.null)
    }
  }

  @Test("what has nothing to do with accuracy tells nothing of it")
  func untold() throws {
    let rows = PredictionRows(
      AccuracyPrediction(PlantedZoo(isBlind: true).zoo, threads: 2).table())
    for features in ["hyperparameters", "statistics", "all"] {
      let row = try #require(rows.row(1, "final", features))
      #expect(row.r2 < 0.1, "\(row)")
    }
  }

  @Test("growth that follows a hyperparameter is foreseen, by a line where it is one")
  func forecast() throws {
    let table = EndForecast(PlantedZoo().zoo, threads: 2).table()
    let known = try #require(table.integers("known"))
    let methods = try #require(table.texts("method"))
    let ratios = try #require(table.singles("ratio"))
    func ratio(_ generation: Int, _ method: String) throws -> Float {
      ratios[
        try #require(methods.indices.first { known[$0] == generation && methods[$0] == method })]
    }
    #expect(Set(known.compactMap(\.self)) == [1, 2, 3])
    #expect(try ratio(1, "persistence") == 1)
    #expect(try ratio(2, "ridge") < 0.3)
    #expect(try ratio(2, "linear") < 0.01)
  }

  @Test("relatives are in one half, and halves are halves")
  func halves() throws {
    // Eighty networks of ten families.
    let zoo = PlantedZoo(families: 10).zoo
    let table = zoo.networkTable()
    let founders = try #require(table.integers("founder"))
    let halves = try #require(table.texts("half"))
    for founder in Set(founders) {
      #expect(
        Set(founders.indices.filter { founders[$0] == founder }.map { halves[$0] }).count == 1)
    }
    #expect(halves.count { $0 == "fit" } == 40)
    // Of one family there is nothing to hold out.
    let one = PlantedZoo(families: 1).zoo
    #expect(AccuracyPrediction(one, threads: 1).table().rowCount == 0)
    #expect(EndForecast(one, threads: 1).table().rowCount == 0)
  }

  @Test("what exploded or is not finite is counted and left out")
  func leftOut() throws {
    let zoo = PlantedZoo(exploded: [3], lost: [5]).zoo
    let course = zoo.courseTable()
    #expect(try #require(course.integers("diverged")) == [0, 1, 2, 2, 2, 2])
    #expect(try #require(course.integers("networks")).allSatisfy { $0 == 78 })
    #expect(
      try #require(zoo.networkTable().integers("diverged")).indices.filter {
        zoo.networkTable().integers("diverged")?[$0] == 1
      } == [3, 5])
  }

  @Test("good networks have more of the hyperparameter that makes them good, in both halves")
  func contrasts() throws {
    let table = PlantedZoo().zoo.contrastTable()
    let place = try #require(table.texts("feature")?.firstIndex(of: "learning_rate"))
    let (fit, held) = (
      table.singles("auc_fit")?[place] ?? 0, table.singles("auc_held")?[place] ?? 0
    )
    #expect(fit > 0.95 && held > 0.95)
    let noise = try #require(table.texts("feature")?.firstIndex(of: "batch"))
    #expect((try #require(table.singles("auc_held"))[noise] - 0.5).magnitude < 0.3)
  }

  @Test("distances of projections, and whether networks go the same way")
  func map() throws {
    for isTogether in [true, false] {
      let table = try PlantedZoo(goTogether: isTogether).map(threads: 2).distanceTable()
      let start = try #require(table.singles("start"))
      #expect(start[0] == 0)
      #expect(zip(start, start.dropFirst()).allSatisfy { $0 < $1 })
      let alignment = try #require(table.singles("alignment"))
      #expect(alignment[0].isNaN)
      #expect(isTogether ? alignment[5] > 0.9 : alignment[5].magnitude < 0.1, "\(alignment)")
    }
  }

  @Test(
    "patterns of the fitted half are found in the held one, and not where they were not learned")
  func neurons() throws {
    let planted = PlantedFields()
    let found = try #require(try planted.found(threads: 1))
    let rates = try #require(found.table().singles("rate"))
    #expect(
      found.table().texts("condition") == ["fit", "held", "untrained", "shuffled", "moved"])
    // Half of the units are two features, the others are noise.
    #expect(rates[0] >= 0.5 && rates[1] >= 0.5 && rates[1] < 0.6, "\(rates)")
    #expect(rates[2] < 0.05 && rates[3] < 0.05 && rates[4] < 0.05, "\(rates)")
    let shares = try #require(found.patternTable().singles("held"))
    #expect(shares[0] == 1 && shares[1] == 1)
    #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 >= $1 })
    // The pictures are those of the features.
    let pictures = found.pictures
    let first = Array(pictures.values[0..<planted.plane.cells])
    #expect(
      planted.features.contains { feature in
        zip(feature, first).reduce(0) { $0 + $1.0 * $1.1 } > 0.95
      })
    let again = try #require(try planted.found(threads: 3))
    #expect(again.table() == found.table() && again.pictures.values == pictures.values)
  }

  @Test("threads make no difference")
  func threads() throws {
    let zoo = PlantedZoo().zoo
    // As text, since an empty cell is NaN.
    func text(_ threads: Int) throws -> String {
      let tables = try [
        AccuracyPrediction(zoo, threads: threads).table(),
        EndForecast(zoo, threads: threads).table(),
        PlantedZoo().map(threads: threads).table(), zoo.statisticsTable(threads: threads),
      ]
      return "\(tables)"
    }
    #expect(try text(1) == text(3))
  }
}

/// The rows of `zoo-prediction.csv`.
private struct PredictionRows {
  struct Row {
    let r2, null, added, addedNull: Float
  }
  let table: Table

  init(_ table: Table) { self.table = table }

  func row(_ generation: Int, _ target: String, _ features: String) -> Row? {
    guard let generations = table.integers("generation"), let targets = table.texts("target"),
      let all = table.texts("features"), let r2 = table.singles("r2"),
      let null = table.singles("null"), let added = table.singles("added"),
      let addedNull = table.singles("added_null"),
      let place = all.indices.first(where: {
        generations[$0] == generation && targets[$0] == target && all[$0] == features
      })
    else { return nil }
    return Row(r2: r2[place], null: null[place], added: added[place], addedNull: addedNull[place])
  }
}
