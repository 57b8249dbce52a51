import HerdbookAnalysis
import HerdbookBundle
import HerdbookNetworks

/// Snapshots as a file among recorded weights: `weights/zoo-NNNNN.safetensors`.
///
/// Tensors `accuracy` and `loss` [network], `test_accuracy` [network] at the end, `moments` [network, tensor, 2],
/// `percentiles` [network, tensor, level], `sketch` [network, dimension], and at the ends `fields` [network, unit, cell].
extension Snapshots {
  static func path(run: String, generation: Int) -> String {
    "runs/\(run)/weights/zoo-\(padded(generation)).safetensors"
  }

  private static func part(
    _ name: String, _ shape: [Int], _ values: [Float]
  ) -> SafetensorsStream.Part? {
    values.isEmpty
      ? nil : SafetensorsStream.Part(Tensor(name: name, shape: shape, values: values))
  }

  /// - Parameters:
  ///   - run: that they are of.
  ///   - fields: of the networks; nil where they are not kept.
  func file(run: String, fields: SafetensorsStream.Part?) -> SafetensorsStream {
    let networks = ids.count
    return SafetensorsStream(
      parts: [
        Snapshots.part("accuracy", [networks], accuracy),
        Snapshots.part("loss", [networks], loss),
        Snapshots.part("test_accuracy", [networks], testAccuracy),
        Snapshots.part("moments", [networks, tensors.count, 2], moments),
        Snapshots.part(
          "percentiles", [networks, tensors.count, Snapshots.levels.count], percentiles),
        Snapshots.part("sketch", [networks, Snapshots.dimensions], sketches), fields,
      ].compactMap { $0 },
      metadata: [
        "format": "herdbook-zoo", "run": run, "generation": String(generation),
        "individuals": Snapshots.text(ids), "origins": Snapshots.text(origins),
        "tensors": self.tensors.joined(separator: ","),
        "levels": Snapshots.levels.map { "\($0)" }.joined(separator: ","),
      ])
  }

  /// What a file holds, but for projections and receptive fields.
  ///
  /// - Parameter path: of the file, for errors.
  init(_ file: SafetensorsFile, path: String) throws(BundleError) {
    func fault(_ problem: String) -> BundleError {
      .malformed(file: path, place: "", problem: problem)
    }
    func numbers(_ key: String) throws(BundleError) -> [Int] {
      let parts = (file.metadata[key] ?? "").split(separator: ",").map { Int($0) }
      guard parts.allSatisfy({ $0 != nil }) else {
        throw fault("metadata: '\(key)' are whole numbers with commas between them")
      }
      return parts.compactMap(\.self)
    }
    guard let generation = file.metadata["generation"].flatMap({ Int($0) }) else {
      throw fault("does not say of which generation it is")
    }
    let ids = try numbers("individuals")
    let tensors = (file.metadata["tensors"] ?? "").split(separator: ",").map(String.init)
    let (networks, levels) = (ids.count, Snapshots.levels.count)
    for (name, shape) in [
      ("accuracy", [networks]), ("loss", [networks]), ("moments", [networks, tensors.count, 2]),
      ("percentiles", [networks, tensors.count, levels]),
      ("sketch", [networks, Snapshots.dimensions]),
    ] where file.shape(of: name) != shape {
      throw fault("holds no '\(name)' of the shape \(shape)")
    }
    self.init(
      generation: generation, ids: ids, origins: try numbers("origins"),
      accuracy: try file.values("accuracy"), loss: try file.values("loss"),
      testAccuracy: try file.values("test_accuracy"), tensors: tensors,
      moments: try file.values("moments"), percentiles: try file.values("percentiles"),
      sketches: [])
  }

  private static func text(_ numbers: [Int]) -> String {
    numbers.map(String.init).joined(separator: ",")
  }
}

extension SafetensorsStream.Part {
  /// The receptive fields of some networks, at least one, each made when it is written.
  static func fields(of networks: [Weights], on plane: CoarsePlane) -> SafetensorsStream.Part {
    SafetensorsStream.Part(
      name: "fields",
      shape: [networks.count, networks[0].layout.layers[0].outputs, plane.cells],
      element: .float16, pieces: networks.count
    ) { plane.fields(of: networks[$0]) }
  }
}

extension NeuronFields {
  /// Those of snapshots in a file, read network by network; nil where it has none.
  init?(_ file: SafetensorsFile, cells: Int) {
    guard let shape = file.shape(of: "fields"), shape.count == 3, shape[2] == cells else {
      return nil
    }
    self.init(networks: shape[0], units: shape[1], cells: cells) {
      try file.values("fields", $0..<$0 + 1)
    }
  }
}

/// A generation in five digits, so that names of files are in its order.
func padded(_ generation: Int) -> String {
  let digits = String(generation)
  return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
}
