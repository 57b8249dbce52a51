import HerdbookSpec

/// What one reading is given: a spec, what it may inherit from, and overrides.
struct FuzzInput: Equatable {
  /// What the experiment is called that a spec is likeliest to inherit from.
  static let baseName = "base"

  var spec: [UInt8]
  /// The experiment called `base`.
  var base: [UInt8]
  var overrides: [String] = []

  /// Writes the input into a folder as `spec.yaml`, `base.yaml` and `spec.overrides`, the forms that
  /// the cases in `Tests/SpecTests/Bad` have.
  func write(to folder: String) throws(FuzzFailure) {
    try makeFolder(folder)
    try writeBytes(spec, to: "\(folder)/spec.yaml")
    try writeBytes(base, to: "\(folder)/base.yaml")
    try writeBytes(Array(overrides.joined(separator: "\n").utf8), to: "\(folder)/spec.overrides")
  }

  init(spec: [UInt8], base: [UInt8], overrides: [String] = []) {
    self.spec = spec
    self.base = base
    self.overrides = overrides
  }

  init(readFrom folder: String) throws(FuzzFailure) {
    spec = try readBytes("\(folder)/spec.yaml")
    base = try readBytes("\(folder)/base.yaml")
    overrides = String(decoding: try readBytes("\(folder)/spec.overrides"), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }
}
