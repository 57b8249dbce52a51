import HerdbookBundle
import HerdbookCharts
import HerdbookModel
import HerdbookNetworks
import HerdbookReport

/// One network, or a whole generation of them, on its way to a file.
struct ExportedNetworks {
  /// Of a generation with an axis of individuals before, each a piece.
  private let parts: [SafetensorsStream.Part]
  /// The ids of a generation; nil of one network.
  private let individuals: [Int]?
  private let metadata: [String: String]

  /// One network.
  init(_ weights: Weights, metadata: [String: String]) {
    self.init(network: Safetensors(weights, metadata: metadata))
  }

  /// A generation in its order.
  init(_ weights: [Weights], ids: [Int], metadata: [String: String]) {
    parts = SafetensorsStream.Part.stacked(weights)
    individuals = ids
    self.metadata = metadata
  }

  /// One network, as a file holds it.
  init(network: Safetensors) {
    parts = network.tensors.map { SafetensorsStream.Part($0) }
    individuals = nil
    metadata = network.metadata
  }

  /// A generation, as a file holds it; throws where it holds something else.
  init(generation: Safetensors, file: String) throws(BundleError) {
    let networks = try NetworkTensors(generation, file: file)
    guard networks.isStacked else {
      throw .malformed(file: file, place: "", problem: "holds one network and no generation")
    }
    parts = generation.tensors.map { SafetensorsStream.Part($0, alongFirstAxis: true) }
    individuals = networks.ids
    metadata = generation.metadata
  }

  /// Writes a file, piece by piece.
  ///
  /// - Parameter plane: that of the dataset, for a picture.
  func write(_ format: ExportFormat, to path: String, plane: InputPlane) throws {
    switch format {
    case .safetensors: try write(SafetensorsStream(parts: parts, metadata: metadata), to: path)
    case .npz:
      guard let archive = NumPyArchive(parts: parts) else {
        throw Failure(
          .noInput,
          "error: a .npz file has room for 4 GB, and this would be larger; export it as safetensors"
        )
      }
      try write(archive, to: path)
    case .csv: try write(WeightsTable(parts: parts, individuals: individuals), to: path)
    case .png: try write([picture(plane)], to: path)
    }
  }

  private func write(_ pieces: some Sequence<[UInt8]>, to path: String) throws(BundleError) {
    var pieces = pieces.makeIterator()
    try Disk().write(to: path, how: .replace) { pieces.next() }
  }

  /// The units of the first layer by their number, as the report draws them, on white.
  private func picture(_ plane: InputPlane) throws(Failure) -> [UInt8] {
    let layers = parts.filter { $0.name.hasSuffix(".weight") }
      .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
      .map { BundleContents.Tensor(name: $0.name, shape: $0.shape, values: $0.piece(0)) }
    let sheet = NeuronSheet(
      layers: layers, rows: plane.rows, columns: plane.columns, lit: plane.lit)
    guard let sheet else {
      throw Failure(
        .noInput, "error: the inputs of this network are no plane, of which a picture could be made"
      )
    }
    return sheet.picture(perRow: sheet.perRow, ownScale: false, ground: Color(0xFFFFFF)).bytes
  }
}

/// What the inputs of networks are.
struct InputPlane {
  let rows: Int
  let columns: Int
  /// The share of training images that light each pixel; empty where the bundle does not tell.
  let lit: [Double]

  /// Of a run's dataset.
  init(of run: Plan.Run, in bundle: Bundle) throws(BundleError) {
    let dataset = try bundle.plan().dataset(of: run)
    (rows, columns) = (dataset.rows, dataset.columns)
    let path = "runs/\(run.id)/figures/pixels.csv"
    let isThere = try bundle.manifest().digest(of: path) != nil
    lit = isThere ? try bundle.intactTable(path).reals("lit") : []
  }
}
