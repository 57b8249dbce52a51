import HerdbookSpec
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folder of specs that are wrong, each `NAME.yaml` with its diagnostics in `NAME.expected`.
private let badFolder =
  #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
  + "/Bad"

/// Set HERDBOOK_RECORD to write what is found now as what is expected, and read the difference.
private let isRecording = unsafe getenv("HERDBOOK_RECORD") != nil

private func record(_ rendered: String, _ name: String) {
  guard let file = unsafe fopen("\(badFolder)/\(name).expected", "w") else {
    Issue.record("cannot write \(name).expected")
    return
  }
  unsafe fputs(rendered, file)
  unsafe fclose(file)
}

@Suite("Wrong specs")
struct BadSpecTests {
  @Test("each gets its diagnostics to the letter", arguments: badCases())
  func diagnostics(name: String) throws {
    let (rendered, _) = try problems(of: name)
    if isRecording { record(rendered, name) }
    let expected = try #require(readBytes("\(badFolder)/\(name).expected"))
    #expect(rendered == String(decoding: expected, as: UTF8.self))
  }

  @Test("every rule has a case")
  func everyRule() throws {
    var seen: Set<SpecRule> = []
    for name in badCases() { seen.formUnion(try problems(of: name).rules) }
    seen.formUnion(SpecProblems(ofFile: "Experiments/a b.yaml", "is no name").issues.map(\.rule))
    // A file of a mebibyte is not worth keeping.
    seen.formUnion(faults(of: [UInt8](repeating: 35, count: 1 << 20 + 1)).map(\.rule))
    #expect(seen == Set(SpecRule.allCases))
  }

  private func problems(of name: String) throws -> (rendered: String, rules: [SpecRule]) {
    let bytes = try #require(readBytes("\(badFolder)/\(name).yaml"))
    let overrides = readBytes("\(badFolder)/\(name).overrides") ?? []
    let reading = read(
      bytes, name: name,
      overrides: String(decoding: overrides, as: UTF8.self).split(separator: "\n").map(String.init),
      library: bases)
    guard case .failure(let problems) = reading else {
      Issue.record("\(name).yaml has no fault")
      return ("", [])
    }
    return (problems.rendered, problems.issues.map(\.rule))
  }
}

/// What wrong specs inherit and transfer from.
private let bases = SpecLibrary(
  names: { ["base", "broken", "champions", "circle", "giver", "not-a-map", "ring", "taker"] },
  load: { name in
    readBytes("\(badFolder)/Bases/\(name).yaml").map { ("Bases/\(name).yaml", $0) }
  },
  hasResult: { $0 == "source" })

private func badCases() -> [String] {
  guard let folder = unsafe opendir(badFolder) else { return [] }
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
