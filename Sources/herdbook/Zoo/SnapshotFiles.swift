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

  /// - Parameter run: that they are of.
  func file(run: String) -> Safetensors {
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
          name: "fields", shape: [networks, fields.count / networks], element: .float16,
          values: fields))
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

  /// - Parameter path: of the file, for errors.
  init(_ file: Safetensors, path: String) throws(BundleError) {
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
    func values(_ key: String) -> [Float] {
      file.tensors.first { $0.name == key }?.values ?? []
    }
    guard let generation = file.metadata["generation"].flatMap({ Int($0) }) else {
      throw fault("does not say of which generation it is")
    }
    let ids = try numbers("individuals")
    let tensors = (file.metadata["tensors"] ?? "").split(separator: ",").map(String.init)
    guard values("accuracy").count == ids.count, values("loss").count == ids.count,
      values("moments").count == ids.count * tensors.count * 2,
      values("percentiles").count == ids.count * tensors.count * Snapshots.levels.count,
      values("sketch").count == ids.count * Snapshots.dimensions
    else { throw fault("holds no snapshots of \(ids.count) networks") }
    self.init(
      generation: generation, ids: ids, origins: try numbers("origins"),
      accuracy: values("accuracy"), loss: values("loss"), testAccuracy: values("test_accuracy"),
      tensors: tensors, moments: values("moments"), percentiles: values("percentiles"),
      sketches: values("sketch"), fields: values("fields"))
  }

  private static func text(_ numbers: [Int]) -> String {
    numbers.map(String.init).joined(separator: ",")
  }
}

/// A generation in five digits, so that names of files are in its order.
func padded(_ generation: Int) -> String {
  let digits = String(generation)
  return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
}
