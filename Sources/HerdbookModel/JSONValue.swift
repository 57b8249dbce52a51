/// A JSON document as a value; members keep their order here and are sorted when written.
package indirect enum JSONValue: Sendable, Equatable {
  case null
  case boolean(Bool)
  case integer(Int)
  /// Seeds and other numbers above 2^53, which readers of JSON would round: written as text.
  case unsigned(UInt64)
  case real(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])
}
