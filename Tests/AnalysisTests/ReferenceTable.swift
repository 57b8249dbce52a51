#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A table of `Reference`: numbers by case and name, as `make.py` wrote them.
struct ReferenceTable {
  struct Case {
    let name: String
    fileprivate(set) var values: [String: [Double]] = [:]

    subscript(_ name: String) -> [Double] { values[name] ?? [] }
    func integers(_ name: String) -> [Int] { self[name].map { Int($0) } }
    func bytes(_ name: String) -> [UInt8] { self[name].map { UInt8($0) } }
    func has(_ name: String) -> Bool { values[name] != nil }
  }
  private(set) var cases: [Case] = []

  init(_ name: String, file: String = #filePath) throws {
    let url = URL(filePath: file).deletingLastPathComponent().appending(
      path: "Reference/\(name).csv")
    let text = String(decoding: try Data(contentsOf: url), as: UTF8.self)
    for line in text.split(separator: "\n").dropFirst() {
      let cells = line.split(separator: ",")
      if cases.last?.name != String(cells[0]) { cases.append(Case(name: String(cells[0]))) }
      cases[cases.count - 1].values[String(cells[1])] = cells[2].split(separator: " ")
        .compactMap { Double($0) }
    }
  }

  subscript(_ prefix: String) -> [Case] { cases.filter { $0.name.hasPrefix(prefix) } }
}

/// Whether numbers are those that are expected, up to a relative difference: of each number, or of the largest where
/// they are coordinates.
func agree(_ found: [Double], _ expected: [Double], within tolerance: Double = 1e-9) -> Bool {
  guard found.count == expected.count, !found.isEmpty else { return false }
  let scale = expected.map(\.magnitude).max() ?? 0
  return zip(found, expected).allSatisfy {
    ($0 - $1).magnitude <= tolerance * max($1.magnitude, scale * 1e-3)
  }
}
