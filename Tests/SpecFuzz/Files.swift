#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What does not hold, or cannot be done.
struct FuzzFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

func readBytes(_ path: String) throws(FuzzFailure) -> [UInt8] {
  guard let data = FileManager.default.contents(atPath: path) else {
    throw FuzzFailure("cannot read \(path)")
  }
  return Array(data)
}

func writeBytes(_ bytes: [UInt8], to path: String) throws(FuzzFailure) {
  guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
    throw FuzzFailure("cannot write \(path)")
  }
}

func makeFolder(_ path: String) throws(FuzzFailure) {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw FuzzFailure("cannot make the folder \(path): \(error)")
  }
}

/// The specs of a folder by name, in order.
func namesOfSpecs(in folder: String) throws(FuzzFailure) -> [String] {
  guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
    throw FuzzFailure("cannot read the folder \(folder)")
  }
  return names.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
}
