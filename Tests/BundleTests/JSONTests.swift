import HerdbookBundle
import HerdbookModel
import Testing

@Suite("JSON")
struct JSONTests {
  private func read(_ text: String) throws(BundleError) -> JSONValue {
    try JSONValue(parsing: Array(text.utf8), file: "t.json")
  }

  @Test("keys are sorted by bytes, one on a line; lists of scalars stay on theirs")
  func layout() {
    let value = JSONValue.object([
      "é": .null, "b": .object([:]), "B": .list([.integer(784), .integer(10)]),
      "a": .list([.object(["x": .boolean(true)]), .list([])]),
    ])
    #expect(
      String(decoding: value.document, as: UTF8.self) == """
        {
          "B": [784, 10],
          "a": [
            {
              "x": true
            },
            []
          ],
          "b": {},
          "é": null
        }

        """)
    #expect(value.compact == #"{"B":[784,10],"a":[{"x":true},[]],"b":{},"é":null}"#)
  }

  @Test("whole numbers beyond 2^53 are texts, and what JSON has no number for is said otherwise")
  func numbers() {
    let value = JSONValue.list([
      .integer(1 << 53), .integer(1 << 53 + 1), .integer(-(1 << 53) - 1), .unsigned(.max),
      .unsigned(7), .real(1), .real(-0.0), .real(0.07), .real(.nan), .real(-.infinity),
      .integer(.min),
    ])
    #expect(
      value.compact
        == #"[9007199254740992,"9007199254740993","-9007199254740993","18446744073709551615",7,1,-0,0.07,null,"-inf","-9223372036854775808"]"#
    )
  }

  @Test("texts come back whatever is in them")
  func texts() throws {
    for text in ["", "\"\\/", "\n\r\t\u{8}\u{C}\u{0}\u{1F}\u{7F}", "é🐄\u{2028}", "a\u{301}"] {
      #expect(try read(JSONValue.text(text).compact) == .text(text))
    }
    #expect(try read(#""\ud83d\udc04\u00e9\/""#) == .text("🐄é/"))
  }

  @Test("numbers keep their kind and every digit")
  func reading() throws {
    #expect(try read("9223372036854775807") == .integer(.max))
    #expect(try read("9223372036854775808") == .unsigned(1 << 63))
    #expect(try read("1.0") == .real(1))
    #expect(try read("1e-5") == .real(1e-5))
    guard case .real(let zero) = try read("-0") else { throw BundleError.path("-0", problem: "") }
    #expect(zero.sign == .minus)
  }

  @Test("random documents come back", arguments: Array(1...40) as [UInt64])
  func random(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    func value(_ depth: Int) -> JSONValue {
      switch Int.random(in: 0...(depth > 4 ? 4 : 6), using: &random) {
      case 0: .null
      case 1: .boolean(.random(using: &random))
      case 2: .integer(Int.random(in: -(1 << 53)...(1 << 53), using: &random))
      case 3: .real(Double.random(in: -1...1, using: &random) / 3)
      case 4: .text(String(random.next(), radix: 36))
      case 5: .list((0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth + 1) })
      default:
        .object(
          Dictionary(
            uniqueKeysWithValues: (0..<Int.random(in: 0...4, using: &random)).map {
              ("key \($0)", value(depth + 1))
            }))
      }
    }
    let original = value(0)
    #expect(try JSONValue(parsing: original.document, file: "random.json") == original)
    #expect(try read(original.compact) == original)
  }

  @Test(
    "what RFC 8259 does not allow is refused",
    arguments: [
      "", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "01", "-", "1.", ".5", "+1", "1e", "nul", "NaN",
      "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\n\"",
      "1 2", "[1 2]", "{\"a\" 1}", "{\"a\":1,\"a\":2}", "1e999", "// x\n1", "'a'", "\u{FEFF}1",
    ])
  func refused(text: String) {
    #expect(throws: BundleError.self) { _ = try read(text) }
  }

  @Test("a fault names line and byte")
  func faults() {
    func message(_ text: String) -> String {
      do throws(BundleError) {
        _ = try read(text)
        return "no error"
      } catch { return error.description }
    }
    #expect(
      message("{\n  \"a\": x}") == "t.json, line 2, byte 8: found 'x' where a value belongs")
    #expect(message("{\"a\":1,\"a\":2}") == "t.json, line 1, byte 8: key 'a' is there twice")
    #expect(
      message("[1")
        == "t.json, line 1, byte 3: the document ends where a comma or the end of the list belongs")
  }

  @Test("depth, size and the number of values are bounded")
  func bounds() throws {
    let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(throws: Never.self) { _ = try read(deep) }
    #expect(throws: BundleError.self) { _ = try read("[\(deep)]") }
    #expect(throws: BundleError.self) { _ = try read(String(repeating: "[", count: 1_000_000)) }
    let limits = JSONValue.Limits(bytes: 20, depth: 2, values: 4)
    #expect(throws: Never.self) {
      _ = try JSONValue(parsing: Array("[1,2,3]".utf8), file: "t", limits: limits)
    }
    #expect(throws: BundleError.self) {
      _ = try JSONValue(parsing: Array("[1,2,3,4]".utf8), file: "t", limits: limits)
    }
    #expect(throws: BundleError.self) {
      _ = try JSONValue(
        parsing: Array("[1,2,            3]".utf8) + Array("      ".utf8), file: "t", limits: limits
      )
    }
  }
}
