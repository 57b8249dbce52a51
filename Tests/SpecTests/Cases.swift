import HerdbookSpec
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Set HERDBOOK_RECORD to write what is found now as what is expected, and read the difference.
let isRecording = unsafe getenv("HERDBOOK_RECORD") != nil

/// A folder beside this file.
func folder(_ name: String) -> String {
  #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/\(name)"
}

/// What cases inherit and transfer from.
let bases = SpecLibrary(
  names: { ["base", "broken", "champions", "circle", "giver", "not-a-map", "ring", "taker"] },
  load: { name in
    readBytes("\(folder("Bad"))/Bases/\(name).yaml").map { ("Bases/\(name).yaml", $0) }
  },
  hasResult: { ["source", "results", "s"].contains($0) })

/// The specs of a folder by name, in order.
func specNames(in folder: String) -> [String] {
  guard let folder = unsafe opendir(folder) else { return [] }
  defer { unsafe closedir(folder) }
  var names: [String] = []
  while let entry = unsafe readdir(folder) {
    let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name.hasSuffix(".yaml") { names.append(String(name.dropLast(5))) }
  }
  return names.sorted()
}

func readBytes(_ path: String) -> [UInt8]? {
  guard let file = unsafe fopen(path, "r") else { return nil }
  defer { unsafe fclose(file) }
  var bytes: [UInt8] = []
  while case let byte = unsafe fgetc(file), byte != EOF { bytes.append(UInt8(byte)) }
  return bytes
}

/// Writes what is expected from now on.
func record(_ text: String, at path: String) {
  guard let file = unsafe fopen(path, "w") else {
    Issue.record("cannot write \(path)")
    return
  }
  unsafe fputs(text, file)
  unsafe fclose(file)
}
