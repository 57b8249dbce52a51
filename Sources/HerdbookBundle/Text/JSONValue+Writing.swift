package import HerdbookModel

extension JSONValue {
  /// The largest whole number up to which every reader of JSON keeps all of them apart.
  static let largestExact = 1 << 53

  /// The document with sorted keys, one on each line, and a line feed at its end.
  ///
  /// A list of scalars stays on one line. Keys are sorted by their UTF-8 bytes. Numbers are as
  /// `Decimal` writes them; whole numbers beyond 2^53 either way are written as text, infinities as
  /// the texts `inf` and `-inf`, NaN as null.
  package var document: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes, depth: 0)
    bytes.append(lineFeed)
    return bytes
  }

  /// The value on one line without spaces or a line feed, keys sorted.
  package var compact: String {
    var bytes: [UInt8] = []
    write(to: &bytes, depth: nil)
    return String(decoding: bytes, as: UTF8.self)
  }

  private var isScalar: Bool {
    switch self {
    case .list, .object: false
    default: true
    }
  }

  /// Appends the value; `depth` is that of its line, nil for all on one line.
  private func write(to bytes: inout [UInt8], depth: Int?) {
    switch self {
    case .null:
      bytes.append(contentsOf: "null".utf8)
    case .boolean(let value):
      bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value):
      write(value, isExact: value.magnitude <= UInt(JSONValue.largestExact), to: &bytes)
    case .unsigned(let value):
      write(value, isExact: value <= UInt64(JSONValue.largestExact), to: &bytes)
    case .real(let value) where value.isFinite:
      bytes.append(contentsOf: Decimal.text(value).utf8)
    case .real(let value) where value.isNaN:
      bytes.append(contentsOf: "null".utf8)
    case .real(let value):
      bytes.append(contentsOf: (value < 0 ? "\"-inf\"" : "\"inf\"").utf8)
    case .text(let value):
      JSONValue.write(text: value, to: &bytes)
    case .list(let values):
      write(list: values, to: &bytes, depth: depth)
    case .object(let members):
      let inner = depth.map { $0 + 1 }
      let keys = members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      bytes.append(UInt8(ascii: "{"))
      for (position, key) in keys.enumerated() {
        if position > 0 { bytes.append(comma) }
        JSONValue.breakLine(&bytes, depth: inner)
        JSONValue.write(text: key, to: &bytes)
        bytes.append(contentsOf: (depth == nil ? ":" : ": ").utf8)
        members[key]!.write(to: &bytes, depth: inner)
      }
      if !keys.isEmpty { JSONValue.breakLine(&bytes, depth: depth) }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private func write(list: [JSONValue], to bytes: inout [UInt8], depth: Int?) {
    let isFlat = list.allSatisfy(\.isScalar)
    let inner = depth.map { $0 + 1 }
    bytes.append(UInt8(ascii: "["))
    for (position, value) in list.enumerated() {
      if position > 0 { bytes.append(comma) }
      if !isFlat {
        JSONValue.breakLine(&bytes, depth: inner)
      } else if position > 0 && depth != nil {
        bytes.append(UInt8(ascii: " "))
      }
      value.write(to: &bytes, depth: inner)
    }
    if !isFlat { JSONValue.breakLine(&bytes, depth: depth) }
    bytes.append(UInt8(ascii: "]"))
  }

  private func write(_ value: some BinaryInteger, isExact: Bool, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: (isExact ? String(value) : "\"\(value)\"").utf8)
  }

  private static func breakLine(_ bytes: inout [UInt8], depth: Int?) {
    guard let depth else { return }
    bytes.append(lineFeed)
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
  }

  private static func write(text: String, to bytes: inout [UInt8]) {
    bytes.append(quote)
    for byte in text.utf8 {
      switch byte {
      case quote: bytes.append(contentsOf: "\\\"".utf8)
      case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
      case lineFeed: bytes.append(contentsOf: "\\n".utf8)
      case carriageReturn: bytes.append(contentsOf: "\\r".utf8)
      case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20: bytes.append(contentsOf: "\\u00\(hexadecimal([byte]))".utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(quote)
  }
}
