import HerdbookAnalysis
import HerdbookBundle
import HerdbookModel

/// Reads the files of a pair of runs, and compares what is in them.
struct RunPairReader {
  static let champion = "champion.safetensors"

  let pair: RunPair
  let first: RecordedBundle
  let second: RecordedBundle
  let tolerance: Tolerance

  /// The paths in the folders of the runs that either has, sorted by bytes.
  var names: [String] {
    let (mine, theirs) = (
      first.runFiles[pair.first.id] ?? [:], second.runFiles[pair.second.id] ?? [:]
    )
    return Set(mine.keys).union(theirs.keys)
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private func files(_ name: String) -> (first: RecordedBundle.File, second: RecordedBundle.File)? {
    guard let mine = first.file(name, of: pair.first),
      let theirs = second.file(name, of: pair.second)
    else { return nil }
    return (mine, theirs)
  }

  /// Whether both have a file.
  func has(_ name: String) -> Bool { files(name) != nil }

  /// Whether one alone has a file, or its content differs; a table that one keeps compressed is the same
  /// where its cells are.
  func isDifferent(_ name: String) throws(BundleError) -> Bool {
    guard let files = files(name) else { return true }
    if files.first.isCompressed == files.second.isCompressed {
      return files.first.digest != files.second.digest
    }
    return try !first.bundle.table(files.first.path).isSame(
      as: second.bundle.table(files.second.path), tolerance: Tolerance())
  }

  /// Whether a file that differs does so by more than is allowed: numbers of tables and tensors. What no
  /// tolerance can be laid on, digests of populations and pictures, is left to the numbers that it follows
  /// from.
  func isBeyondTolerance(_ name: String) throws(BundleError) -> Bool {
    guard !tolerance.isExact, let files = files(name) else { return true }
    if name.hasSuffix(".csv") {
      return try !first.bundle.table(files.first.path).isSame(
        as: second.bundle.table(files.second.path), tolerance: tolerance)
    }
    guard name.hasSuffix(".safetensors") else { return false }
    let different = tensors(
      try first.bundle.tensors(files.first.path), try second.bundle.tensors(files.second.path),
      file: name)
    return !different.isEmpty
  }

  /// A table of both runs, where it is among those that differ and both have it.
  func tables(
    _ name: String, where different: [String]
  ) throws(BundleError) -> (CSVTable, CSVTable)? {
    guard different.contains(name), let files = files(name) else { return nil }
    return (
      try first.bundle.table(files.first.path), try second.bundle.table(files.second.path)
    )
  }
}

extension RunPairReader {
  /// Where the populations of two tables of generations part; a table has some.
  func divergence(
    _ mine: CSVTable, _ theirs: CSVTable
  ) throws(BundleError) -> PopulationDivergence {
    for table in [mine, theirs] where table.rowCount == 0 {
      throw .malformed(file: table.file, place: "", problem: "has no generation")
    }
    return try PopulationDivergence(mine, theirs)
  }

  /// What the rows of the summary say of the champion.
  func outcomes() -> [RunDifference.Measure] {
    guard let mine = first.rows[pair.first.id], let theirs = second.rows[pair.second.id] else {
      return []
    }
    return [
      measure(
        .convergence, "last_generation", first.lastGenerations[mine],
        second.lastGenerations[theirs]),
      measure(
        .lineage, "champion_birth", first.championBirths[mine], second.championBirths[theirs]),
    ]
  }

  private func measure(
    _ aspect: Aspect, _ name: String, _ first: Double, _ second: Double
  ) -> RunDifference.Measure {
    RunDifference.Measure(
      aspect: aspect, name: name, parting: nil, first: first, second: second, firstMean: .nan,
      secondMean: .nan, mean: .nan, better: nil, isChanged: !tolerance.allows(first, second))
  }

  /// Every column of numbers that both tables of generations have.
  func series(_ mine: CSVTable, _ theirs: CSVTable) throws(BundleError) -> [RunDifference.Measure] {
    var measures: [RunDifference.Measure] = []
    for name in mine.columns
    where theirs.has(name) && !["generation", "champion", "state_digest"].contains(name) {
      let difference = SeriesDifference(
        try mine.reals(name), try theirs.reals(name), tolerance: tolerance)
      measures.append(
        RunDifference.Measure(
          aspect: Aspect(ofGenerations: name), name: name, parting: difference.parting,
          first: difference.first, second: difference.second, firstMean: difference.firstMean,
          secondMean: difference.secondMean, mean: difference.mean,
          better: better(inGenerations: name),
          isChanged: difference.isChanged))
    }
    return measures
  }

  /// Individuals of the herd books, by what made them.
  func births(_ mine: CSVTable, _ theirs: CSVTable) throws(BundleError) -> [RunDifference.Measure] {
    func counts(_ table: CSVTable) throws(BundleError) -> [String: Int] {
      var counts: [String: Int] = [:]
      for way in try table.texts("operator") { counts[way, default: 0] += 1 }
      return counts
    }
    let (before, after) = (try counts(mine), try counts(theirs))
    var measures = [
      measure(.lineage, "individuals", Double(mine.rowCount), Double(theirs.rowCount))
    ]
    for way in Individual.Operator.allCases.map(\.rawValue)
    where before[way] != nil || after[way] != nil {
      measures.append(
        measure(
          .lineage, "born by \(way)", Double(before[way] ?? 0), Double(after[way] ?? 0)))
    }
    return measures
  }

  /// The population's weights in the last generation that both tables tell of, layer by layer; those that
  /// the tolerance allows are left out.
  func layers(_ mine: CSVTable, _ theirs: CSVTable) throws(BundleError) -> [RunDifference.Layer] {
    let (before, after) = (try Quantiles(mine), try Quantiles(theirs))
    guard let last = Set(before.generations).intersection(after.generations).max() else {
      return []
    }
    var layers: [RunDifference.Layer] = []
    for row in try before.rows(of: last) {
      guard let other = try after.rows(of: last).first(where: { $0.isOfSame(as: row) }),
        !zip(row.values, other.values).allSatisfy({ tolerance.allows($0, $1) })
      else { continue }
      layers.append(
        RunDifference.Layer(
          generation: last, layer: row.layer, inputs: row.inputs,
          distance: QuantileDistance(row.values, other.values)))
    }
    return layers
  }

  /// Whether founders of one id begin with the same weights in both.
  var haveOneOrigin: Bool {
    pair.isOfOneSeed && first.origin(of: pair.first) == second.origin(of: pair.second)
  }

  /// Whether the champions of both come from founders of one id.
  var areOfOneFounder: Bool {
    get throws(BundleError) {
      try first.founder(of: pair.first) == second.founder(of: pair.second)
    }
  }

  /// Tensors that are added or removed, or differ in shape or in a number beyond the tolerance, by name.
  func tensors(
    _ mine: Safetensors, _ theirs: Safetensors, file: String
  ) -> [RunDifference.Tensor] {
    let before = Dictionary(mine.tensors.map { ($0.name, $0) }) { first, _ in first }
    let after = Dictionary(theirs.tensors.map { ($0.name, $0) }) { first, _ in first }
    return Set(before.keys).union(after.keys)
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .compactMap { name in
        guard let change = change(before[name], after[name]) else { return nil }
        return RunDifference.Tensor(file: file, name: name, change: change)
      }
  }

  private func change(_ first: Tensor?, _ second: Tensor?) -> RunDifference.Tensor.Change? {
    guard let first else { return second.map { .added($0.shape) } }
    guard let second else { return .removed(first.shape) }
    guard first.shape == second.shape else { return .shape(first.shape, second.shape) }
    let difference = TensorDifference(first.values, second.values, tolerance: tolerance)
    return difference.beyond > 0 ? .values(difference) : nil
  }
}

extension RecordedBundle {
  /// What the weights of generation 0 follow from beside the seed, as JSON: layers and biases, how they are
  /// drawn, and whose weights are taken over.
  fileprivate func origin(of run: Plan.Run) -> [String: String] {
    let settings = plan.settings(of: run)
    var origin = settings.filter { $0.key.hasPrefix("network.") && $0.key != "network.activation" }
    if settings["network.initialization.kernel.shape"] ?? .text("none") != .text("none") {
      let dataset = plan.dataset(of: run)
      origin["plane"] = .list([.integer(dataset.rows), .integer(dataset.columns)])
    }
    if case .text(let word)? = settings["transfer.take"],
      Experiment.Transfer.Take(rawValue: word)?.isOfWeights == true,
      case .text(let source)? = settings["transfer.from"]
    {
      for key in ["transfer.from", "transfer.take", "transfer.noise"] {
        origin[key] = settings[key]
      }
      origin["transferred"] = plan.transfers[source].map { .text($0) }
    }
    return origin.mapValues(\.compact)
  }

  /// The founder that the champion of a run comes from, from main parent to main parent; nil where the herd
  /// book does not lead to one.
  fileprivate func founder(of run: Plan.Run) throws(BundleError) -> Int? {
    guard let row = rows[run.id], let champion = champions[row] else {
      return nil
    }
    let ancestors = try bundle.table("runs/\(run.id)/phylogeny.csv").texts("ancestor_list")
    var id = champion
    while ancestors.indices.contains(id) {
      let list = ancestors[id].dropFirst().dropLast()
      if list == "none" { return id }
      // Parents are older than their children, so that this ends.
      guard let parent = list.split(separator: ",").first.flatMap({ Int($0) }), parent < id else {
        return nil
      }
      id = parent
    }
    return nil
  }
}

/// The rows of `distributions.csv` that tell of whole populations.
private struct Quantiles {
  struct Row {
    let layer: Int
    let inputs: String
    /// Percentiles from 0 to 100.
    let values: [Double]

    func isOfSame(as other: Row) -> Bool { layer == other.layer && inputs == other.inputs }
  }

  /// Of each row; nil of those of an individual.
  let generationOfRow: [Int?]
  private let table: CSVTable

  init(_ table: CSVTable) throws(BundleError) {
    self.table = table
    generationOfRow = zip(
      try table.integers("generation"), try table.texts("individual")
    ).map { $1.isEmpty ? $0 : nil }
  }

  var generations: [Int] { generationOfRow.compactMap(\.self) }

  func rows(of generation: Int) throws(BundleError) -> [Row] {
    let places = generationOfRow.indices.filter { generationOfRow[$0] == generation }
    var values = [[Double]](repeating: [], count: places.count)
    for percent in 0...100 {
      let column = try table.reals("p\(percent)")
      for (row, place) in places.enumerated() { values[row].append(column[place]) }
    }
    let (layers, inputs) = (try table.integers("layer"), try table.texts("inputs"))
    return places.enumerated().map { row, place in
      Row(layer: layers[place] ?? 0, inputs: inputs[place], values: values[row])
    }
  }
}

extension Aspect {
  /// The aspect that a column of `generations.csv` belongs to.
  fileprivate init(ofGenerations column: String) {
    switch column {
    case "founders", "effective_founders", "ancestor_age", "founders_by_neuron": self = .lineage
    case "diversity", "relative_diversity", "disagreement": self = .diversity
    default: self = .convergence
    }
  }
}

extension RunPairReader {
  /// The way that is better in a column of `generations.csv`; nil where neither is.
  private func better(inGenerations column: String) -> Experiment.Compare.Better? {
    let metric: Experiment.Compare.Metric? =
      column.hasPrefix("fitness_")
      ? .fitness : Experiment.Compare.Metric.allCases.first { $0.column == column }
    guard let metric else { return nil }
    if metric == .fitness && !measuresSameFitness { return nil }
    return metric.usuallyBetter
  }

  private var measuresSameFitness: Bool {
    first.plan.fitnessMetric(of: pair.first) == second.plan.fitnessMetric(of: pair.second)
  }
}

extension RecordedPlan {
  /// What the fitness of a run measures, as JSON.
  func fitnessMetric(of run: Plan.Run) -> String? { settings(of: run)["fitness.metric"]?.compact }
}

extension CSVTable {
  /// Whether two tables have the same columns and rows, and cells that are equal or numbers that a
  /// tolerance allows; under one, digests of populations are not compared.
  func isSame(as other: CSVTable, tolerance: Tolerance) throws(BundleError) -> Bool {
    guard columns == other.columns, rowCount == other.rowCount else { return false }
    for name in columns where tolerance.isExact || name != "state_digest" {
      for (mine, theirs) in zip(try texts(name), try other.texts(name)) where mine != theirs {
        guard let a = CSVTable.number(mine), let b = CSVTable.number(theirs),
          tolerance.allows(a, b)
        else { return false }
      }
    }
    return true
  }

  private static func number(_ cell: String) -> Double? {
    Decimal.double(ArraySlice(cell.utf8))
  }
}
