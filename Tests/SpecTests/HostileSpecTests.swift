import HerdbookModel
import HerdbookSpec
import Testing

@Suite("Hostile specs")
struct HostileSpecTests {
  /// Steps of a linear congruential generator (Knuth, MMIX); the tests are the same each time.
  private struct Dice {
    var state: UInt64
    mutating func roll(_ sides: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % sides
    }
  }

  @Test(
    "a spec with random bytes in it is read or refused, with every place in the file",
    arguments: 0..<20)
  func randomBytes(seed: UInt64) {
    var dice = Dice(state: seed)
    let alphabet = Array("{}[]:,-#&*!|>'\"%@`\t\n \\<?0aé\u{85}\0~.x".utf8) + [0xFF, 0xC3]
    let original = Array(sweetSpot.utf8)
    for _ in 0..<200 {
      var bytes = original
      for _ in 0...dice.roll(4) {
        let place = dice.roll(bytes.count)
        switch dice.roll(4) {
        case 0: bytes[place] = alphabet[dice.roll(alphabet.count)]
        case 1: bytes.insert(alphabet[dice.roll(alphabet.count)], at: place)
        case 2: bytes.remove(at: place)
        default:
          let end = min(bytes.count, place + dice.roll(40))
          bytes.insert(contentsOf: bytes[place..<end], at: dice.roll(bytes.count))
        }
      }
      expectHonest(bytes)
    }
  }

  @Test("a spec that is cut anywhere is read or refused")
  func truncation() {
    let original = Array(sweetSpot.utf8)
    for length in original.indices { expectHonest(Array(original[..<length])) }
  }

  @Test("a spec whose lines change places is read or refused", arguments: 0..<10)
  func shuffledLines(seed: UInt64) {
    var dice = Dice(state: seed)
    var lines = sweetSpot.split(separator: "\n").map(String.init)
    for _ in 0..<100 {
      lines.swapAt(dice.roll(lines.count), dice.roll(lines.count))
      expectHonest(Array(lines.joined(separator: "\n").utf8))
    }
  }

  private func expectHonest(_ bytes: [UInt8]) {
    guard case .failure(let problems) = read(bytes) else { return }
    let text = String(decoding: bytes, as: UTF8.self)
    let source = SourceText(path: "test.yaml", bytes: bytes)
    #expect(!problems.issues.isEmpty)
    for issue in problems.issues {
      let line = source.line(issue.span.line)
      let isInside =
        issue.span.line <= source.lineCount && issue.span.column <= line.count + 1
        && issue.span.column + issue.span.length <= line.count + 1
      #expect(isInside, "\(issue.span) of \(text)")
    }
    #expect(problems.rendered.hasSuffix("\n"))
  }

  @Test(
    "what is deep is refused at the bound, however deep it is",
    arguments: [
      String(repeating: "[", count: 100_000), String(repeating: "{", count: 100_000),
      String(repeating: "- ", count: 100_000), String(repeating: "? ", count: 100_000),
      String(repeating: "{a: ", count: 100_000), String(repeating: "[\n", count: 100_000),
    ])
  func deep(text: String) {
    #expect(
      faults(of: Array(("title: " + text).utf8)).contains { $0.rule == .tooDeep }
        || faults(of: Array(text.utf8)).contains { $0.rule == .tooDeep })
  }

  @Test("sixty-four lists inside each other are not too deep")
  func deepEnough() {
    let text = String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
    #expect(faults(of: Array("title: \(text)".utf8)).map(\.rule).contains(.wrongType))
    #expect(!faults(of: Array("title: \(text)".utf8)).map(\.rule).contains(.tooDeep))
  }

  @Test("an alias does not lead around the bound on depth")
  func deepAlias() {
    let open = String(repeating: "[", count: 40)
    let close = String(repeating: "]", count: 40)
    let text = "a: &a \(open)\(close)\nb: \(open)*a\(close)\n"
    #expect(faults(of: Array(text.utf8)).map(\.rule) == [.tooDeep])
  }

  @Test("a million bytes of faults are told up to the bound")
  func manyFaults() {
    let keys = (0..<60_000).map { "key\($0): 1\n" }.joined()
    let issues = faults(of: Array(keys.utf8))
    #expect(issues.count == 101)
    #expect(issues.last?.rule == .tooManyProblems)
    let elements = "iterations: [" + String(repeating: "x,", count: 500_000) + "]\n"
    let layers = "network: {layers: [" + String(repeating: "x,", count: 400_000) + "]}\n"
    #expect(faults(of: Array(elements.utf8)).map(\.rule).contains(.wrongType))
    #expect(faults(of: Array(layers.utf8)).last?.rule == .tooManyProblems)
  }

  @Test("a long line of anchors is read in time that grows with its length")
  func manyAnchors() {
    let list = (0..<60_000).map { "&a\($0) 1" }.joined(separator: ", ")
    let issues = faults(of: Array("title: [\(list)]".utf8))
    #expect(issues.map(\.rule) == [.missingKey, .missingKey, .missingKey, .wrongType])
  }

  // MARK: effort

  /// What it took to refuse a text.
  private func effort(_ text: String, by rule: SpecRule) throws -> ReadingEffort {
    let reading = read(text)
    guard case .failure(let problems) = reading else {
      Issue.record("it was not refused")
      return ReadingEffort()
    }
    #expect(problems.issues.contains { $0.rule == rule }, "\(problems.issues.prefix(3))")
    return problems.effort
  }

  @Test(
    "what is deep is refused after as much, however deep it is",
    arguments: ["[", "{", "{a: ", "- ", "? ", "[\n", "[{", "[[a, "])
  func effortOfDepth(opening: String) throws {
    for before in ["", "title:\n  "] {
      let (short, long) = try (
        effort(before + String(repeating: opening, count: 50_000), by: .tooDeep),
        effort(before + String(repeating: opening, count: 100_000), by: .tooDeep)
      )
      #expect(short == long)
      #expect(1...200 ~= long.events && 1...65_536 ~= long.bytes, "\(long)")
    }
  }

  @Test("an alias bomb is refused after as much, however many levels it has")
  func effortOfAliases() throws {
    func bomb(_ levels: Int) -> String {
      let list = (0..<levels).map { level in
        let inner = level == 0 ? "1" : "*a\(level - 1)"
        return "a\(level): &a\(level) [\(repeatElement(inner, count: 9).joined(separator: ", "))]\n"
      }
      return list.joined()
    }
    let (short, long) = try (
      effort(bomb(10), by: .aliasBomb), effort(bomb(4000), by: .aliasBomb)
    )
    #expect(short.events == long.events)
    #expect(1...100 ~= long.events && 1...65_536 ~= long.bytes, "\(long)")
  }

  @Test("many small aliases are refused at the bound, too")
  func effortOfManyAliases() throws {
    let text = "a: &a 1\nb: [" + String(repeating: "*a,", count: 100_000) + "]\n"
    let effort = try effort(text, by: .aliasBomb)
    #expect(10_000...10_020 ~= effort.events && effort.bytes < 100_000, "\(effort)")
  }

  @Test("what is above the bound on size, or is no text at all, is not read as YAML")
  func effortOfGarbage() throws {
    var dice = Dice(state: 1)
    let noise = (0..<1 << 20).map { _ in UInt8(dice.roll(256)) }
    for bytes in [noise, [UInt8](repeating: 91, count: 1 << 20 + 1)] {
      guard case .failure(let problems) = read(bytes) else {
        Issue.record("it was not refused")
        continue
      }
      #expect(problems.effort == ReadingEffort())
    }
  }

  @Test("a mebibyte of printable noise ends the reading at its first fault")
  func effortOfPrintableNoise() throws {
    for seed in 0..<20 {
      var dice = Dice(state: UInt64(seed))
      let noise = (0..<1 << 20).map { _ in UInt8(32 + dice.roll(95)) }
      guard case .failure(let problems) = read(noise) else {
        Issue.record("it was not refused")
        continue
      }
      #expect(problems.effort.events < 100 && problems.effort.bytes <= 1 << 20)
    }
  }
}
