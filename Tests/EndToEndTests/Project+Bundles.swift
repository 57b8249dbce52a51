import HerdbookBundle
import HerdbookModel
import Testing

/// Bundles that a test makes, copies and changes.
extension Project {
  static let championFile = "runs/main-0/champion.safetensors"

  /// Runs an experiment of a spec.
  func run(_ name: String, of text: String) {
    spec(name, text)
    let run = run("run", name)
    #expect(run.status == 0, "\(run.err)")
  }

  /// A copy of a bundle, in a folder that is no experiment's.
  func copy(_ name: String, as copy: String) {
    shell("mkdir -p copies; cp -r Results/\(name) copies/\(copy)")
  }

  /// Changes a file of a copy as if a run had written it so: its line in the manifest follows.
  func rewrite(_ path: String, of copy: String, _ change: ([UInt8]) -> [UInt8]) {
    let folder = "\(self.path)/copies/\(copy)"
    let (old, manifest) = (bytes("\(folder)/\(path)"), text("\(folder)/MANIFEST.sha256"))
    let new = change(old)
    #expect(old != new && manifest.contains(sha256(old)))
    write(new, to: "\(folder)/\(path)")
    write(
      Array(manifest.replacing(sha256(old), with: sha256(new)).utf8),
      to: "\(folder)/MANIFEST.sha256")
  }

  func rewrite(_ path: String, of copy: String, _ old: String, with new: String) {
    rewrite(path, of: copy) {
      Array(String(decoding: $0, as: UTF8.self).replacing(old, with: new).utf8)
    }
  }

  /// Moves one weight of a copy's champion by one step.
  func stepOneWeight(of copy: String) {
    rewrite(Self.championFile, of: copy) { bytes in
      var file = try! Safetensors(parsing: bytes, file: "champion")
      let place = file.tensors[1].values.firstIndex { $0 != 0 }!
      file.tensors[1].values[place] = file.tensors[1].values[place].nextUp
      return file.bytes
    }
  }

  /// A copy of another result version.
  func raiseResultVersion(of copy: String) throws {
    let version = try Bundle(folder: "\(path)/copies/\(copy)").provenance().resultVersion
    rewrite(
      "provenance.json", of: copy, "\"result_version\": \(version)",
      with: "\"result_version\": \(version + 1)")
  }

  /// The difference of two bundles as JSON.
  func differences(_ arguments: String...) throws -> JSONValue {
    let outcome = start(["diff"] + arguments + ["--format", "json"]).wait()
    #expect(outcome.status <= 1, "\(outcome.err)")
    return try JSONValue(parsing: Array(outcome.out.utf8), file: "diff")
  }

  /// The last row's cell of a table's column.
  func cell(_ column: String, of path: String) -> Double {
    let table = try? CSVTable(parsing: bytes("\(self.path)/\(path)"), file: path)
    return (try? table?.reals(column))??.last ?? .nan
  }
}

extension JSONValue {
  subscript(key: String) -> JSONValue? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  subscript(place: Int) -> JSONValue? {
    guard case .list(let values) = self, values.indices.contains(place) else { return nil }
    return values[place]
  }

  var number: Double? {
    switch self {
    case .real(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
}
