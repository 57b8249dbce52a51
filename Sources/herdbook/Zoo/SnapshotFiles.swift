import HerdbookAnalysis
import HerdbookBundle

/// Snapshots as a file among recorded weights: `weights/zoo-NNNNN.safetensors`.
///
/// Tensors `accuracy` and `loss` [network], `test_accuracy` [network] at the end, `moments` [network, tensor, 2],
/// `percentiles` [network, tensor, level], `sketch` [network, dimension], and at the ends `fields` [network, unit, cell].
extension Snapshots {
  static func path(run: String, generation: Int) -> String {
    "runs/\(run)/weights/zoo-\(padded(generation)).safetensors"
  }

  private static func name(_ key: String, _ shape: [Int], _ values: [Float]) -> Tensor? {
    values.isEmpty ? nil : Tensor(name: key, shape: shape, values: values)
  }

  /// - Parameters:
  ///   - run: that they are of.
  ///   - cells: of a receptive field.
  func file(run: String, cells: Int) -> Safetensors {
    let networks = ids.count
    var tensors = [
      Snapshots.name("accuracy", [networks], accuracy), Snapshots.name("loss", [networks], loss),
      Snapshots.name("test_accuracy", [networks], testAccuracy),
      Snapshots.name("moments", [networks, self.tensors.count, 2], moments),
      Snapshots.name(
        "percentiles", [networks, self.tensors.count, Snapshots.levels.count], percentiles),
      Snapshots.name("sketch", [networks, Snapshots.dimensions], sketches),
    ].compactMap { $0 }
    if !fields.isEmpty {
      tensors.append(
        Tensor(
          name: "fields", shape: [networks, fields.count / (networks * cells), cells],
          element: .float16, values: fields))
    }
    return Safetensors(
      tensors: tensors,
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
      sketches: [], fields: [])
  }

  private static func text(_ numbers: [Int]) -> String {
    numbers.map(String.init).joined(separator: ",")
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
