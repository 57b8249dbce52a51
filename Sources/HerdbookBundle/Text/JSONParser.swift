package import HerdbookModel

extension JSONValue {
  /// Bounds of what is read, so that a hostile file costs little before it is refused.
  package struct Limits: Sendable {
    package var bytes: Int
    /// Lists and objects inside each other.
    package var depth: Int
    /// Values of the whole document.
    package var values: Int

    package init(bytes: Int = 16 << 20, depth: Int = 64, values: Int = 500_000) {
      self.bytes = bytes
      self.depth = depth
      self.values = values
    }
  }

  /// Reads a document as RFC 8259 has it and nothing beyond; no key twice in an object.
  ///
  /// A number without fraction and exponent is `.integer`, or `.unsigned` where only that holds it;
  /// any other is `.real`, and so is `-0`.
  package init(
    parsing bytes: [UInt8], file: String, limits: Limits = Limits()
  ) throws(BundleError) {
    guard bytes.count <= limits.bytes else {
      throw .malformed(
        file: file, place: "",
        problem: "holds \(bytes.count) bytes of JSON, more than \(limits.bytes) are not read")
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw .malformed(file: file, place: "", problem: "is not UTF-8")
    }
    var parser = JSONParser(bytes: bytes, file: file, limits: limits)
    self = try parser.document()
  }
}

/// A strict reader of one JSON document; the bytes are UTF-8.
private struct JSONParser {
  let bytes: [UInt8]
  let file: String
  let limits: JSONValue.Limits
  var offset = 0
  var values = 0

  init(bytes: [UInt8], file: String, limits: JSONValue.Limits) {
    self.bytes = bytes
    self.file = file
    self.limits = limits
  }

  mutating func document() throws(BundleError) -> JSONValue {
    let value = try value(depth: 0)
    skipSpace()
    guard offset == bytes.count else { throw fault("something follows the end of the document") }
    return value
  }

  private mutating func value(depth: Int) throws(BundleError) -> JSONValue {
    values += 1
    guard values <= limits.values else { throw fault("more than \(limits.values) values") }
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try list(depth: depth + 1)
    case quote: return .text(try text())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case let byte? where byte == UInt8(ascii: "-") || Decimal.isDigit(byte): return try number()
    default: throw unexpected("a value")
    }
  }

  private mutating func object(depth: Int) throws(BundleError) -> JSONValue {
    guard depth <= limits.depth else { throw fault("deeper than \(limits.depth) levels") }
    offset += 1
    var members: [String: JSONValue] = [:]
    skipSpace()
    if take("}") { return .object(members) }
    while true {
      skipSpace()
      guard peek == quote else { throw unexpected("a key in quotes") }
      let start = offset
      let key = try text()
      skipSpace()
      guard take(":") else { throw unexpected("a colon") }
      let member = try value(depth: depth)
      guard members.updateValue(member, forKey: key) == nil else {
        offset = start
        throw fault("key '\(key.prefix(80))' is there twice")
      }
      skipSpace()
      if take("}") { return .object(members) }
      guard take(",") else { throw unexpected("a comma or the end of the object") }
    }
  }

  private mutating func list(depth: Int) throws(BundleError) -> JSONValue {
    guard depth <= limits.depth else { throw fault("deeper than \(limits.depth) levels") }
    offset += 1
    var list: [JSONValue] = []
    skipSpace()
    if take("]") { return .list(list) }
    while true {
      list.append(try value(depth: depth))
      skipSpace()
      if take("]") { return .list(list) }
      guard take(",") else { throw unexpected("a comma or the end of the list") }
    }
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(BundleError) -> JSONValue {
    guard bytes[offset...].starts(with: word.utf8) else { throw unexpected("a value") }
    offset += word.utf8.count
    return value
  }

  private mutating func number() throws(BundleError) -> JSONValue {
    let start = offset
    var isWhole = true
    _ = take("-")
    let leadsWithZero = peek == UInt8(ascii: "0")
    let digits = takeDigits()
    guard digits > 0, digits == 1 || !leadsWithZero else {
      throw fault("a number begins with one digit other than zero, or with zero alone")
    }
    if take(".") {
      isWhole = false
      guard takeDigits() > 0 else { throw unexpected("a digit") }
    }
    if take("e") || take("E") {
      isWhole = false
      if !take("-") { _ = take("+") }
      guard takeDigits() > 0 else { throw unexpected("a digit") }
    }
    let slice = bytes[start..<offset]
    let text = String(decoding: slice, as: UTF8.self)
    if isWhole && text != "-0" {
      if let value = Int(text) { return .integer(value) }
      if let value = UInt64(text) { return .unsigned(value) }
    }
    guard let value = Decimal.double(slice) else {
      offset = start
      throw fault("the number is too large")
    }
    return .real(value)
  }

  private mutating func text() throws(BundleError) -> String {
    offset += 1
    var content: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      switch byte {
      case quote:
        offset += 1
        return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"):
        try escape(into: &content)
      case 0..<0x20:
        throw fault("a control character in a text")
      default:
        content.append(byte)
        offset += 1
      }
    }
    throw fault("a text is not closed")
  }

  private mutating func escape(into content: inout [UInt8]) throws(BundleError) {
    offset += 1
    let letter = peek
    offset += 1
    switch letter {
    case quote, UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(letter!)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "n"): content.append(lineFeed)
    case UInt8(ascii: "r"): content.append(carriageReturn)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "u"):
      var scalar = try hexadecimalDigits()
      if (0xD800..<0xDC00).contains(scalar) {
        guard take("\\"), take("u") else { throw fault("half of a surrogate pair") }
        let low = try hexadecimalDigits()
        guard (0xDC00..<0xE000).contains(low) else { throw fault("half of a surrogate pair") }
        scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let valid = Unicode.Scalar(scalar) else { throw fault("half of a surrogate pair") }
      content.append(contentsOf: String(Character(valid)).utf8)
    default:
      offset -= 1
      throw unexpected("an escape of JSON")
    }
  }

  private mutating func hexadecimalDigits() throws(BundleError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw unexpected("four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }

  private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func takeDigits() -> Int {
    let start = offset
    while let byte = peek, Decimal.isDigit(byte) { offset += 1 }
    return offset - start
  }

  private mutating func skipSpace() {
    while let byte = peek,
      byte == 0x20 || byte == 0x09 || byte == lineFeed || byte == carriageReturn
    {
      offset += 1
    }
  }

  private func unexpected(_ expected: String) -> BundleError {
    guard let byte = peek else { return fault("the document ends where \(expected) belongs") }
    let found =
      Unicode.Scalar(byte).isASCII && byte >= 0x20 ? "'\(Unicode.Scalar(byte))'" : "a byte"
    return fault("found \(found) where \(expected) belongs")
  }

  private func fault(_ problem: String) -> BundleError {
    let before = bytes[..<min(offset, bytes.count)]
    let line = before.count { $0 == lineFeed } + 1
    let column = before.count - (before.lastIndex(of: lineFeed).map { $0 + 1 } ?? 0) + 1
    return .malformed(file: file, place: "line \(line), byte \(column)", problem: problem)
  }
}
