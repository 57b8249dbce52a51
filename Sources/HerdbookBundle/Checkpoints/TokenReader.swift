/// Values of tokens, read in their order from a stretch of a file.
///
/// Whatever is not what a value expects throws `BundleError.malformed` with its place; nothing is
/// allocated by what a count claims before the file is seen to hold it.
package final class TokenReader {
  private let files: any FileSystem
  private let path: String
  private let end: Int
  /// Where the bytes after `buffer` lie in the file.
  private var offset: Int
  private var buffer: [UInt8] = []
  private var position = 0
  /// The name of the next field, once it was looked at.
  private var name: String?
  /// What went wrong where a container could not say it.
  private var fault: BundleError?

  /// What values are given to be decoded with.
  let userInfo: [CodingUserInfoKey: any Sendable]

  package init(
    _ files: any FileSystem, _ path: String, _ stretch: Range<Int>,
    userInfo: [CodingUserInfoKey: any Sendable] = [:]
  ) {
    self.userInfo = userInfo
    self.files = files
    self.path = path
    offset = stretch.lowerBound
    end = stretch.upperBound
  }

  /// The one value of the stretch.
  package func value<Value: Decodable>(_ type: Value.Type) throws(BundleError) -> Value {
    do {
      let value = try get(type)
      guard left == 0 else { throw malformed("\(left) bytes follow the value") }
      return value
    } catch let error as BundleError {
      throw error
    } catch {
      throw malformed("cannot be read: \(error)")
    }
  }

  private var left: Int { end - offset + buffer.count - position }

  func malformed(_ problem: String) -> BundleError {
    .malformed(file: path, place: "byte \(offset - buffer.count + position)", problem: problem)
  }

  /// Has `count` bytes at `position` of the buffer.
  private func fill(_ count: Int) throws {
    guard buffer.count - position < count else { return }
    guard count <= left else { throw malformed("ends before a value that it holds") }
    buffer.removeFirst(position)
    position = 0
    let wanted = min(max(count - buffer.count, 1 << 20), end - offset)
    let read = try files.read(path, from: offset, count: wanted)
    guard read.count == wanted else { throw malformed("is shorter than it was") }
    buffer += read
    offset += read.count
  }

  private func word<Word: FixedWidthInteger>(_ type: Word.Type) throws -> Word {
    let size = Word.bitWidth / 8
    try fill(size)
    defer { position += size }
    return unsafe Word(
      littleEndian: buffer.withUnsafeBytes {
        unsafe $0.loadUnaligned(fromByteOffset: position, as: type)
      })
  }

  private func take(_ count: Int) throws -> ArraySlice<UInt8> {
    try fill(count)
    defer { position += count }
    return buffer[position..<position + count]
  }

  private func text(_ count: Int) throws -> String {
    guard let text = String(validating: try take(count), as: UTF8.self) else {
      throw malformed("a text is not UTF-8")
    }
    return text
  }

  /// The next token, which stays; nil at the end, and where it cannot be read.
  private func look() -> Token? {
    if fault == nil, left > 0 {
      do { try fill(1) } catch { fault = error as? BundleError }
    }
    return fault == nil && left > 0 ? Token(rawValue: buffer[position]) : nil
  }

  private func next() throws -> Token {
    guard name == nil, let token = look() else {
      throw fault ?? malformed(name.map { "the field '\($0)' is not expected" } ?? "ends too soon")
    }
    position += 1
    return token
  }

  private func expect(_ token: Token) throws {
    let found = try next()
    guard found == token else { throw malformed("\(found) where \(token) belongs") }
  }

  /// The name of the next field, which stays; nil where there is none.
  func nextName() -> String? {
    if let name { return name }
    guard look() == .name else { return nil }
    do {
      position += 1
      name = try text(Int(try word(UInt8.self)))
    } catch {
      fault = error as? BundleError
    }
    return name
  }

  /// Passes the name of a field.
  func expect(name wanted: String) throws {
    let found = nextName()
    guard found == wanted else {
      throw fault ?? malformed("field '\(found ?? "none")' where '\(wanted)' belongs")
    }
    name = nil
  }

  /// Passes a null; false where another value stands.
  func passesNull() -> Bool {
    guard look() == .null else { return false }
    position += 1
    return true
  }

  /// Passes a field that is null; false where it has a value, and is not passed.
  func passesNull(name wanted: String) -> Bool {
    guard nextName() == wanted, passesNull() else { return false }
    name = nil
    return true
  }

  var isAtEnd: Bool {
    guard name == nil, let token = look() else { return fault != nil || left == 0 }
    return token == .end
  }

  func get<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value: Any
    if type == Int.self {
      value = try integer(Int.self)
    } else if type == Double.self {
      value = try real()
    } else if type == Float.self {
      value = try single()
    } else if type == Bool.self {
      value = try boolean()
    } else if type == String.self {
      value = try string()
    } else if type == UInt64.self {
      value = try unsigned()
    } else if let integers = type as? any FixedWidthInteger.Type {
      value = try integer(integers)
    } else if type == [UInt8].self {
      value = try list(.bytes, size: 1) { UInt8($0) }
    } else if type == [Int].self {
      value = try list(.integers, size: 8) { Int(truncatingIfNeeded: $0) }
    } else if type == [Double].self {
      value = try list(.reals, size: 8) { Double(bitPattern: $0) }
    } else if type == [Float].self {
      value = try list(.singles, size: 4) { Float(bitPattern: UInt32($0)) }
    } else {
      return try object(type)
    }
    guard let value = value as? Value else { throw malformed("\(type) belongs here") }
    return value
  }

  private func object<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try expect(.begin)
    let value = try Value(from: TokenDecoder(reader: self))
    try expect(.end)
    return value
  }

  private func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
    try expect(.integer)
    guard let value = Value(exactly: try word(Int64.self)) else {
      throw malformed("a number is too large for \(type)")
    }
    return value
  }

  private func unsigned() throws -> UInt64 {
    try expect(.unsigned)
    return try word(UInt64.self)
  }

  private func real() throws -> Double {
    try expect(.real)
    return Double(bitPattern: try word(UInt64.self))
  }

  private func single() throws -> Float {
    try expect(.single)
    return Float(bitPattern: try word(UInt32.self))
  }

  private func boolean() throws -> Bool {
    switch try next() {
    case .yes: true
    case .no: false
    case let found: throw malformed("\(found) where yes or no belongs")
    }
  }

  private func string() throws -> String {
    try expect(.text)
    return try text(Int(try word(UInt32.self)))
  }

  private func list<Element>(
    _ token: Token, size: Int, _ element: (UInt64) -> Element
  ) throws -> [Element] {
    try expect(token)
    let count = try word(UInt64.self)
    guard count <= UInt64(left / size) else { throw malformed("a list is longer than the file") }
    let bytes = try take(Int(count) * size)
    return stride(from: bytes.startIndex, to: bytes.endIndex, by: size).map { start in
      var word: UInt64 = 0
      for place in 0..<size { word |= UInt64(bytes[start + place]) << UInt64(8 * place) }
      return element(word)
    }
  }
}

/// What a value is given to read its fields from.
private struct TokenDecoder: Decoder {
  let reader: TokenReader
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { reader.userInfo }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(NamedFields<Key>(reader: reader))
  }

  func unkeyedContainer() -> any UnkeyedDecodingContainer { Elements(reader: reader) }
  func singleValueContainer() -> any SingleValueDecodingContainer { Elements(reader: reader) }
}

private struct NamedFields<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let reader: TokenReader
  var codingPath: [any CodingKey] { [] }
  /// The next one: all that is seen of them, and enough to tell a case.
  var allKeys: [Key] { reader.nextName().flatMap { Key(stringValue: $0) }.map { [$0] } ?? [] }

  func contains(_ key: Key) -> Bool { reader.nextName() == key.stringValue }
  func decodeNil(forKey key: Key) -> Bool { reader.passesNull(name: key.stringValue) }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try reader.expect(name: key.stringValue)
    return try reader.get(type)
  }

  func nestedContainer<Inner: CodingKey>(
    keyedBy type: Inner.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Inner> {
    try reader.expect(name: key.stringValue)
    return KeyedDecodingContainer(NamedFields<Inner>(reader: reader))
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try reader.expect(name: key.stringValue)
    return Elements(reader: reader)
  }

  func superDecoder() -> any Decoder { TokenDecoder(reader: reader) }

  func superDecoder(forKey key: Key) throws -> any Decoder {
    try reader.expect(name: key.stringValue)
    return TokenDecoder(reader: reader)
  }
}

private struct Elements: UnkeyedDecodingContainer, SingleValueDecodingContainer {
  let reader: TokenReader
  /// Elements are told by their end, and not counted.
  var currentIndex: Int { 0 }
  var count: Int? { nil }
  var isAtEnd: Bool { reader.isAtEnd }
  var codingPath: [any CodingKey] { [] }

  init(reader: TokenReader) { self.reader = reader }

  func decodeNil() -> Bool { reader.passesNull() }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try reader.get(type) }

  mutating func nestedContainer<Inner: CodingKey>(
    keyedBy type: Inner.Type
  ) -> KeyedDecodingContainer<Inner> {
    KeyedDecodingContainer(NamedFields<Inner>(reader: reader))
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer { self }
  mutating func superDecoder() -> any Decoder { TokenDecoder(reader: reader) }
}
