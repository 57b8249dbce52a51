import HerdbookAnalysis
import HerdbookBundle
import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics

/// Networks that were trained elsewhere, in a folder with `models.csv`; weights are read when an iteration is asked for.
struct ImportedNetworks {
  let models: ImportedModels
  let network: Experiment.Network
  private let folder: String
  private let ends: (inputs: Int, classes: Int)

  /// - Parameters:
  ///   - folder: absolute.
  ///   - ends: inputs and classes of the dataset.
  init(
    in folder: String, ends: (inputs: Int, classes: Int),
    activation: Experiment.Network.Activation
  ) throws {
    self.folder = folder
    self.ends = ends
    let path = "\(folder)/\(ImportedModels.file)"
    guard Path.isFile(path) else {
      throw Failure(
        .noInput,
        "error: there is no file \(Path.shown(path)): a row a model and iteration, with the columns model,"
          + " iteration, weights, accuracy")
    }
    models = try ImportedModels(parsing: Disk().read(path), file: Path.shown(path))
    let row = models.rows[0][0]
    let first = try ImportedNetworks.read(row, in: folder, ends)
    network = Experiment.Network(
      layers: first.layers, activation: activation, biases: first.hasBiases)
  }

  /// Learning rate and batch, where the table has columns of those names.
  var drawn: [Hyperparameters] {
    func values(_ name: String) -> [Double]? {
      models.hyperparameters.first { $0.name == name }?.values
    }
    let (rates, batches) = (values("learning_rate"), values("batch"))
    return models.models.indices.map { place in
      Hyperparameters(
        learningRate: rates?[place], batch: batches.flatMap { Int(exactly: $0[place]) })
    }
  }

  /// The networks of an iteration, in the order of the models.
  ///
  /// - Parameter swap: where they lie; nil for memory.
  func generation(
    _ iteration: Int, swap: SwapFile?
  ) throws(BundleError) -> [GivenCourse.Network] {
    let layout = NetworkLayout(network)
    var open: (path: String, tensors: [Tensor])?
    var networks: [GivenCourse.Network] = []
    for row in rows(iteration) {
      // Of a file of many, each row would read all of it again.
      if open?.path != row.weights {
        open = (row.weights, try ImportedNetworks.tensors(row.weights, in: folder))
      }
      let path = "\(folder)/\(row.weights)"
      let found = try ForeignNetwork(
        open?.tensors ?? [], index: row.index, ends: ends, file: Path.shown(path))
      guard found.layers == network.layers, found.hasBiases == network.biases else {
        throw .malformed(
          file: Path.shown(path), place: "",
          problem: "holds a network of \(found.layers), others of \(network.layers)"
            + (found.hasBiases == network.biases ? "" : "; all have biases or none"))
      }
      var weights = found.weights(layout)
      if !weights.isFinite { weights.diverge() }
      if let swap { weights.swap(to: swap) }
      networks.append(GivenCourse.Network(weights: weights, accuracy: row.accuracy))
    }
    return networks
  }

  /// As the table has them; the loss where it has none is what was measured here.
  func scores(of generation: Generation) -> ZooScores {
    let rows = rows(generation.record.generation)
    let test = rows.map { Float($0.testAccuracy) }
    return ZooScores(
      accuracy: rows.map { Float($0.accuracy) },
      loss: zip(rows, generation.members).map { row, member in
        Float(row.loss.isNaN ? member.evaluation?.loss ?? .nan : row.loss)
      }, testAccuracy: test.contains { !$0.isNaN } ? test : [])
  }

  private func rows(_ iteration: Int) -> [ImportedModels.Row] {
    guard let place = models.iterations.firstIndex(of: iteration) else {
      preconditionFailure("an iteration is one of the table")
    }
    return models.rows[place]
  }

  /// SHA-256 over the digests of the table and of every file that it names.
  func digest() throws(BundleError) -> String {
    var paths: Set<String> = []
    for row in models.rows.joined() {
      paths.formUnion(try ImportedNetworks.files(row.weights, in: folder))
    }
    var lines = ""
    for path in [ImportedModels.file] + paths.sorted() {
      lines += "\(try Disk().digest("\(folder)/\(path)"))  \(path)\n"
    }
    return sha256(Array(lines.utf8))
  }

  private static func read(
    _ row: ImportedModels.Row, in folder: String, _ ends: (inputs: Int, classes: Int)
  ) throws(BundleError) -> ForeignNetwork {
    try ForeignNetwork(
      tensors(row.weights, in: folder), index: row.index, ends: ends,
      file: Path.shown("\(folder)/\(row.weights)"))
  }

  /// The files of a path of the table: itself, or the `.npy` files of the folder that it is.
  private static func files(_ path: String, in folder: String) throws(BundleError) -> [String] {
    let whole = "\(folder)/\(path)"
    guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
      throw .malformed(
        file: Path.shown(folder), place: "",
        problem: "has no '\(path)': paths lie within the folder")
    }
    guard Path.isFolder(whole) else { return [path] }
    return try Disk().entries(whole).filter { $0.hasSuffix(".npy") }.map { "\(path)/\($0)" }
  }

  private static func tensors(_ path: String, in folder: String) throws(BundleError) -> [Tensor] {
    let files = try files(path, in: folder)
    if files == [path] {
      let whole = "\(folder)/\(path)"
      return try Safetensors(parsing: Disk().read(whole), file: Path.shown(whole)).tensors
    }
    var tensors: [Tensor] = []
    for file in files {
      let whole = "\(folder)/\(file)"
      let array = try NumPyFile(parsing: Disk().read(whole), file: Path.shown(whole))
      let name = file.dropFirst(path.count + 1).dropLast(".npy".count)
      tensors.append(
        Tensor(name: String(name), shape: array.shape, values: array.values))
    }
    return tensors
  }
}
