import HerdbookSpec
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

private let page =
  #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
  + "/Documentation/reference.md"

@Suite("Reference", .serialized)
struct ReferenceTests {
  @Test(
    "the reference is made from the definitions, and current",
    arguments: [("keys", keyReference()), ("rules", ruleReference())])
  func reference(part: String, made: String) throws {
    let lines = try text().split(separator: "\n", omittingEmptySubsequences: false)
    let begin = try #require(lines.firstIndex { $0.hasPrefix("<!-- begin \(part): ") })
    let end = try #require(lines.firstIndex { $0 == "<!-- end \(part) -->" })
    if isRecording {
      let renewed = lines[...begin].map(String.init) + ["", made] + lines[end...].map(String.init)
      write(renewed.joined(separator: "\n"))
    } else {
      let present = lines[(begin + 1)..<end].joined(separator: "\n")
      #expect(
        present == "\n\(made)",
        "renew it with: HERDBOOK_RECORD=1 swift test -c release --filter ReferenceTests")
    }
  }

  @Test("every section has its table, and every key its row")
  func tables() {
    let reference = keyReference()
    for heading in [
      "Top level", "`dataset`", "`network.initialization.kernel`", "`mutation.kernel`", "`record`",
    ] {
      #expect(reference.contains("### \(heading)\n"))
    }
    #expect(
      reference.contains(
        "| `batch` | a whole number from 1, or a map of one of uniform, log-uniform, choice, e.g."
          + " `{uniform: [16, 128]}`, `{log-uniform: [16, 128]}`, `{choice: [16, 32, 64]}` | `64` |"
          + " images | images of one minibatch |  |"))
    #expect(
      reference.contains(
        "| `momentum` | a number from 0 to below 1 | `0.9` |  | the share of the velocity that a step"
          + " keeps | 'training.optimizer' is momentum |"))
  }

  @Test(
    "a default that depends on other keys is told with them",
    arguments: [
      "| `title` | a line of text | `NAME` |", "| required | units | units of each layer",
      "| `cross-entropy`; with training `accuracy` |",
      "| `0.07`; with training `0` | units of the layer's scale |",
      "| `1`; in a population of one `0` |", "| `{log-uniform: [0.001, 1]}` |",
    ])
  func defaults(words: String) {
    #expect(keyReference().contains(words))
  }

  @Test("every rule is listed")
  func rules() {
    let rules = ruleReference()
    for rule in SpecRule.allCases {
      #expect(rules.contains("| `\(rule.rawValue)` | \(rule.meaning) |\n"))
    }
  }

  private func text() throws -> String {
    String(decoding: try #require(readBytes(page)), as: UTF8.self)
  }

  private func write(_ text: String) {
    guard let file = unsafe fopen(page, "w") else {
      Issue.record("cannot write \(page)")
      return
    }
    unsafe fputs(text, file)
    unsafe fclose(file)
  }
}
