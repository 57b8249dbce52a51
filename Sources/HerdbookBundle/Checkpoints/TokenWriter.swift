package import HerdbookModel

/// Values as tokens, in pieces: what is `EncodedLater` becomes bytes when its piece is asked for.
package final class TokenWriter {
  package enum Piece: Sendable {
    case bytes([UInt8])
    case later(any EncodedLater)
  }
  private var finished: [Piece] = []
  private var bytes: [UInt8] = []
  /// Whether large values are left for later.
  private let defers: Bool

  private init(defers: Bool) { self.defers = defers }

  /// The pieces of a value, in their order.
  package static func pieces(of value: some Encodable) -> [Piece] {
    let writer = TokenWriter(defers: true)
    writer.write(value)
    return writer.finished + [.bytes(writer.bytes)]
  }

  /// The bytes of a value that was left for later.
  package static func bytes(of value: some Encodable) -> [UInt8] {
    let writer = TokenWriter(defers: false)
    writer.write(value)
    return writer.bytes
  }

  private func write(_ value: some Encodable) {
    do { try put(value) } catch { preconditionFailure("memory takes any value: \(error)") }
  }

  func mark(_ token: Token) { bytes.append(token.rawValue) }

  func put(name: String) {
    precondition(name.utf8.count < 256, "the name of a field is short")
    mark(.name)
    bytes.append(UInt8(name.utf8.count))
    bytes.append(contentsOf: name.utf8)
  }

  /// By its static type, since a cast would take the value out of an optional, and any empty list for
  /// one of bytes.
  func put<Value: Encodable>(_ value: Value) throws {
    let type = Value.self
    if type == Int.self, let value = value as? Int {
      put(.integer, Int64(value))
    } else if type == Double.self, let value = value as? Double {
      put(.real, value.bitPattern)
    } else if type == Float.self, let value = value as? Float {
      put(.single, value.bitPattern)
    } else if type == Bool.self, let value = value as? Bool {
      mark(value ? .yes : .no)
    } else if type == String.self, let value = value as? String {
      put(.text, UInt32(value.utf8.count))
      bytes.append(contentsOf: value.utf8)
    } else if type == UInt64.self, let value = value as? UInt64 {
      put(.unsigned, value)
    } else if type is any FixedWidthInteger.Type, let value = value as? any FixedWidthInteger {
      put(.integer, Int64(value))
    } else if type == [UInt8].self, let value = value as? [UInt8] {
      put(.bytes, UInt64(value.count))
      bytes.append(contentsOf: value)
    } else if type == [Int].self, let value = value as? [Int] {
      put(.integers, value) { Int64($0) }
    } else if type == [Double].self, let value = value as? [Double] {
      put(.reals, value) { $0.bitPattern }
    } else if type == [Float].self, let value = value as? [Float] {
      put(.singles, value) { $0.bitPattern }
    } else if defers, type is any EncodedLater.Type, let value = value as? any EncodedLater {
      finished += [.bytes(bytes), .later(value)]
      bytes = []
    } else {
      mark(.begin)
      try value.encode(to: TokenEncoder(writer: self))
      mark(.end)
    }
  }

  private func put(_ token: Token, _ word: some FixedWidthInteger) {
    mark(token)
    bytes.append(word: word)
  }

  private func put<Element>(
    _ token: Token, _ values: [Element], _ word: (Element) -> some FixedWidthInteger
  ) {
    put(token, UInt64(values.count))
    bytes.reserveCapacity(bytes.count + 8 * values.count)
    for value in values { bytes.append(word: word(value)) }
  }
}

/// What a value is given to write its fields to.
private struct TokenEncoder: Encoder {
  let writer: TokenWriter
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(NamedFields<Key>(writer: writer))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer { Elements(writer: writer) }
  func singleValueContainer() -> any SingleValueEncodingContainer { Elements(writer: writer) }
}

private struct NamedFields<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let writer: TokenWriter
  var codingPath: [any CodingKey] { [] }

  func encodeNil(forKey key: Key) {
    writer.put(name: key.stringValue)
    writer.mark(.null)
  }

  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    writer.put(name: key.stringValue)
    try writer.put(value)
  }

  /// The values of a case, which belong to the object around them.
  func nestedContainer<Inner: CodingKey>(
    keyedBy type: Inner.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Inner> {
    writer.put(name: key.stringValue)
    return KeyedEncodingContainer(NamedFields<Inner>(writer: writer))
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    writer.put(name: key.stringValue)
    return Elements(writer: writer)
  }

  func superEncoder() -> any Encoder { TokenEncoder(writer: writer) }

  func superEncoder(forKey key: Key) -> any Encoder {
    writer.put(name: key.stringValue)
    return TokenEncoder(writer: writer)
  }
}

/// Values without names: the elements of a list, or one.
private struct Elements: UnkeyedEncodingContainer, SingleValueEncodingContainer {
  let writer: TokenWriter
  private(set) var count = 0
  var codingPath: [any CodingKey] { [] }

  init(writer: TokenWriter) { self.writer = writer }

  mutating func encodeNil() {
    writer.mark(.null)
    count += 1
  }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    try writer.put(value)
    count += 1
  }

  mutating func nestedContainer<Inner: CodingKey>(
    keyedBy type: Inner.Type
  ) -> KeyedEncodingContainer<Inner> {
    KeyedEncodingContainer(NamedFields<Inner>(writer: writer))
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { self }
  mutating func superEncoder() -> any Encoder { TokenEncoder(writer: writer) }
}
