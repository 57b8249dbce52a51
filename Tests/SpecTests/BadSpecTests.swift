import HerdbookSpec
import Testing

/// The folder of specs that are wrong, each `NAME.yaml` with its diagnostics in `NAME.expected`.
private let badFolder = folder("Bad")

@Suite("Wrong specs")
struct BadSpecTests {
  @Test("each gets its diagnostics to the letter", arguments: specNames(in: badFolder))
  func diagnostics(name: String) throws {
    let (rendered, _) = try problems(of: name)
    if isRecording { record(rendered, at: "\(badFolder)/\(name).expected") }
    let expected = try #require(readBytes("\(badFolder)/\(name).expected"))
    #expect(rendered == String(decoding: expected, as: UTF8.self))
  }

  @Test("every rule has a case")
  func everyRule() throws {
    var seen: Set<SpecRule> = []
    for name in specNames(in: badFolder) { seen.formUnion(try problems(of: name).rules) }
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
