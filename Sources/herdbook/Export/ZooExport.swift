import HerdbookAnalysis
import HerdbookBundle
import HerdbookModel

/// A zoo as one table, a row a network and generation: hyperparameters, loss and accuracy, statistics of every tensor, and
/// where the weights are.
struct ZooExport {
  /// Snapshots of a run that are among its recorded files.
  private struct Piece {
    let run: Plan.Run
    let generation: Int
    let path: String
    /// The file of the generation's weights; nil where they were not recorded.
    let weights: String?
  }
  /// Values of each individual of a run by its id, and its parent.
  private struct Known {
    var hyperparameters: [(name: String, values: [Int: Double])] = []
    var parents: [Int: Int] = [:]
    /// What networks were called where they were trained; empty where it was here.
    var models: [Int: String] = [:]
  }

  private let bundle: Bundle
  private let pieces: [Piece]
  private let known: [String: Known]

  /// The columns of phylogeny.csv that are hyperparameters.
  private static let ofPhylogeny = [
    "learning_rate", "batch", "mutation_scale", "step_length", "initialization_scale",
  ]
  /// The columns of zoo-networks.csv that are none.
  private static let ofNetworks: Set<String> = [
    "network", "founder", "half", "accuracy", "loss", "test_accuracy", "diverged",
  ]

  /// Throws where a run has no snapshots, or they are not at hand.
  init(_ bundle: Bundle, runs: [Plan.Run], name: String) throws {
    self.bundle = bundle
    var pieces: [Piece] = []
    var known: [String: Known] = [:]
    for run in runs {
      let snapshots = try bundle.snapshotPaths(of: run.id)
      guard !snapshots.isEmpty else {
        throw Failure(
          .noInput,
          "error: \(run.id) of '\(name)' is no zoo; run it with record: {zoo: true}, or:"
            + " herdbook run \(name) --set record.zoo=true --as \(name)-zoo")
      }
      let isWhole =
        try bundle.plan().settings(of: run)["record.individuals"] == .text("all")
      let weights = isWhole ? try bundle.weightPaths(of: run.id) : []
      for (generation, path) in snapshots {
        guard try bundle.has(path) else {
          throw Failure(
            .noInput,
            "error: \(Path.shown("\(bundle.folder)/\(path)")) is not there; git does not carry it,"
              + " make it again with: herdbook run \(name) --force")
        }
        pieces.append(
          Piece(
            run: run, generation: generation, path: path,
            weights: weights.first { $0.generation == generation }?.path))
      }
      known[run.id] = try ZooExport.known(of: run, in: bundle)
    }
    self.pieces = pieces
    self.known = known
  }

  private static func known(of run: Plan.Run, in bundle: Bundle) throws(BundleError) -> Known {
    var known = Known()
    let phylogeny = try bundle.intactTable("runs/\(run.id)/phylogeny.csv")
    let ids = try phylogeny.integers("id").map { $0 ?? 0 }
    for name in ofPhylogeny where phylogeny.columns.contains(name) {
      known.hyperparameters.append(
        (name, Dictionary(zip(ids, try phylogeny.reals(name))) { $1 }))
    }
    for (id, ancestors) in zip(ids, try phylogeny.texts("ancestor_list")) {
      known.parents[id] = ancestors.dropFirst().split { $0 == "," || $0 == "]" }.first
        .flatMap { Int($0) }
    }
    let networks = try bundle.intactTable("runs/\(run.id)/figures/zoo-networks.csv")
    let of = try networks.integers("network").map { $0 ?? 0 }
    for name in networks.columns where !ofNetworks.contains(name) && !ofPhylogeny.contains(name) {
      known.hyperparameters.append((name, Dictionary(zip(of, try networks.reals(name))) { $1 }))
    }
    let models = "runs/\(run.id)/figures/zoo-models.csv"
    if try bundle.hasTable(models) {
      let table = try bundle.intactTable(models)
      known.models = Dictionary(
        zip(try table.integers("network").map { $0 ?? 0 }, try table.texts("model"))
      ) { $1 }
    }
    return known
  }

  /// The rows of each generation as CSV, the first with the header.
  func csv() throws(BundleError) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    for piece in self.pieces {
      let rows = try table(of: piece).csv
      let isFirst = pieces.isEmpty
      pieces.append(
        isFirst ? rows : Array(rows.drop { $0 != UInt8(ascii: "\n") }.dropFirst()))
    }
    return pieces
  }

  private func table(of piece: Piece) throws(BundleError) -> Table {
    let file = "\(bundle.folder)/\(piece.path)"
    try bundle.checkIntact(piece.path)
    let snapshots = try Snapshots(SafetensorsFile(file), path: file)
    let ids = snapshots.ids
    let known = known[piece.run.id] ?? Known()
    var columns = [
      Table.Column("run", .texts(ids.map { _ in piece.run.id })),
      Table.Column("network", .integers(ids)),
      Table.Column("parent", .integers(ids.map { known.parents[$0] })),
      Table.Column("generation", .integers(ids.map { _ in piece.generation })),
    ]
    if !known.models.isEmpty {
      columns.append(Table.Column("model", .texts(ids.map { known.models[$0] ?? "" })))
    }
    columns += known.hyperparameters.map { name, values in
      Table.Column(name, .reals(ids.map { values[$0] ?? .nan }))
    }
    let test = snapshots.testAccuracy
    columns += [
      Table.Column("loss", .singles(snapshots.loss)),
      Table.Column("accuracy", .singles(snapshots.accuracy)),
      Table.Column("test_accuracy", .singles(test.isEmpty ? ids.map { _ in .nan } : test)),
    ]
    for (tensor, name) in snapshots.tensors.enumerated() {
      columns += WeightStatistic.allCases.map { statistic in
        Table.Column(
          "\(name).\(statistic.rawValue)",
          .singles(ids.indices.map { Float(statistic.value(snapshots, $0, tensor)) }))
      }
    }
    return Table(
      columns + [
        Table.Column("weights_file", .texts(ids.map { _ in piece.weights ?? "" })),
        Table.Column(
          "weights_index", .integers(ids.indices.map { piece.weights == nil ? nil : $0 })),
      ])
  }
}
