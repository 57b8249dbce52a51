import HerdbookBundle
import HerdbookModel
import Testing

/// One of everything that a state may be made of.
private struct Everything: Codable, Equatable {
  struct Inner: Codable, Equatable {
    var name: String?
    var value: Double?
  }
  enum Choice: Codable, Equatable {
    case plain
    case one(Int)
    case named(first: Inner, second: [Float])
  }
  enum Word: String, Codable { case yes, no }

  // The optional at an inner object's end has the name of a field that follows it.
  var inner = Inner(name: nil, value: nil)
  var value: Double? = 3
  var name = "a \u{1F9EC} name"
  var flags = [true, false]
  var whole = [Int.min, -1, 0, Int.max]
  var gaps: [Int?] = [nil, 1, nil, Int.max]
  var unsigned = UInt64.max
  var small: Int32 = -7
  var bytes: [UInt8] = [0, 255]
  var singles: [Float] = [0, -0.0, .infinity, 1.5]
  var reals: [Double] = [.leastNonzeroMagnitude, -.infinity]
  var choices: [Choice] = [.plain, .one(4), .named(first: Inner(value: 2), second: [1])]
  var word = Word.no
  var words: [Word] = [.yes]
  var nested: [[Inner]] = [[], [Inner(name: "x")], [Inner(), Inner(value: -0.0)]]
  var empty: [Int] = []
  var emptyObjects: [Inner] = []
  var emptyReals: [Double] = []
  var missing: [Inner]?
  var byName = ["a": 1]
}

private struct Large: Codable, EncodedLater, Equatable {
  var values: [Float]
}

private struct Holder: Codable, Equatable {
  var first = 1
  var large: [Large]
  var last: Large?
  var end = "end"
}

@Suite("tokens")
struct TokenTests {
  private let folder = TemporaryFolder()

  private func bytes(of value: some Encodable) -> [UInt8] {
    TokenWriter.pieces(of: value).flatMap { piece -> [UInt8] in
      switch piece {
      case .bytes(let bytes): bytes
      case .later(let value): TokenWriter.bytes(of: value)
      }
    }
  }

  private func read<Value: Decodable>(
    _ type: Value.Type, _ bytes: [UInt8]
  ) throws(BundleError) -> Value {
    try Disk().write(bytes, to: "\(folder.path)/file", how: .replace)
    return try TokenReader(Disk(), "\(folder.path)/file", 0..<bytes.count).value(type)
  }

  @Test("whatever a state may be made of reads back")
  func everything() throws {
    let value = Everything()
    #expect(try read(Everything.self, bytes(of: value)) == value)
    let other = Everything(
      inner: .init(name: "n", value: 1), value: nil, choices: [], missing: [.init()])
    #expect(try read(Everything.self, bytes(of: other)) == other)
  }

  @Test("numbers keep every bit, of NaN and of zero with a sign, too")
  func bits() throws {
    let singles = [0, 0x8000_0000, 0x7FC0_0001, 0xFFC0_0000, 1].map { Float(bitPattern: $0) }
    #expect(
      try read([Float].self, bytes(of: singles)).map(\.bitPattern) == singles.map(\.bitPattern))
    let reals = [0, 1 << 63, 0x7FF8_0000_0000_0001].map { Double(bitPattern: $0) }
    #expect(try read([Double].self, bytes(of: reals)).map(\.bitPattern) == reals.map(\.bitPattern))
    for real in reals {
      let optional: [Double?] = [real, nil]
      #expect(
        try read([Double?].self, bytes(of: optional)).map { $0?.bitPattern }
          == [real.bitPattern, nil])
    }
  }

  @Test("a large value is in a piece of its own, whose bytes are made when it is asked for")
  func later() throws {
    let value = Holder(
      large: (0..<3).map { Large(values: [Float](repeating: Float($0), count: 300_000)) },
      last: Large(values: []))
    let pieces = TokenWriter.pieces(of: value)
    let kinds = pieces.map { if case .later = $0 { true } else { false } }
    #expect(kinds == [false, true, false, true, false, true, false, true, false])
    // Longer than what is read at a time.
    #expect(try read(Holder.self, bytes(of: value)) == value)
  }

  @Test("a value that is cut anywhere, or followed by anything, is refused")
  func cut() throws {
    let path = "\(folder.path)/file"
    let whole = bytes(of: Everything())
    try Disk().write(whole + [0], to: path, how: .replace)
    for count in Array(whole.indices) + [whole.count + 1] {
      #expect(throws: BundleError.self, "\(count)") {
        _ = try TokenReader(Disk(), path, 0..<count).value(Everything.self)
      }
    }
  }

  @Test("any byte may be wrong: nothing crashes, and no more is allocated than the file holds")
  func wrong() throws {
    let whole = bytes(of: Everything())
    var all: [UInt8] = []
    for place in whole.indices {
      for flip: UInt8 in [1, 0x80, 0xFF] {
        var bytes = whole
        bytes[place] ^= flip
        all += bytes
      }
    }
    let path = "\(folder.path)/file"
    try Disk().write(all, to: path, how: .replace)
    for start in stride(from: 0, to: all.count, by: whole.count) {
      let reader = TokenReader(Disk(), path, start..<start + whole.count)
      _ = try? reader.value(Everything.self)
    }
    // A list of 2^62 numbers.
    let endless = Array(bytes(of: [1.0])[..<1]) + [0, 0, 0, 0, 0, 0, 0, 0x40]
    #expect(throws: BundleError.self) { _ = try read([Double].self, endless) }
  }

  @Test("fields of another name, order or type are refused, and say so")
  func fields() throws {
    struct Before: Codable {
      var a = 1
      var b = 2.5
    }
    struct Renamed: Codable {
      var a = 1
      var c = 2.5
    }
    struct Turned: Codable {
      var b = 2.5
      var a = 1
    }
    struct Retyped: Codable {
      var a = 1
      var b = 2
    }
    struct Longer: Codable {
      var a = 1
      var b = 2.5
      var c = 3
    }
    struct Shorter: Codable { var a = 1 }
    let before = bytes(of: Before())
    #expect(throws: BundleError.self) { _ = try read(Renamed.self, before) }
    #expect(throws: BundleError.self) { _ = try read(Turned.self, before) }
    #expect(throws: BundleError.self) { _ = try read(Retyped.self, before) }
    #expect(throws: BundleError.self) { _ = try read(Longer.self, before) }
    let error = #expect(throws: BundleError.self) { _ = try read(Shorter.self, before) }
    #expect(error?.description.contains("name where end belongs") == true, "\(error!)")
  }
}
