/// What a value is encoded as: tokens, each a mark and what follows it, numbers little-endian.
///
/// An object is `begin`, its fields or elements, `end`; a field is its name and a value. Nothing that
/// is left out, added or moved reads back without a fault.
enum Token: UInt8 {
  case null
  case no
  case yes
  /// 64 bits with a sign.
  case integer
  /// 64 bits without one.
  case unsigned
  case single
  case real
  /// A length in 32 bits and UTF-8.
  case text
  /// A length in 8 bits and UTF-8.
  case name
  case begin
  case end
  /// A count in 64 bits, and the elements one after another.
  case bytes
  case integers
  case singles
  case reals
}

extension [UInt8] {
  /// Appends the bits of a number, the lowest byte first.
  mutating func append(word: some FixedWidthInteger) {
    unsafe Swift.withUnsafeBytes(of: word.littleEndian) { unsafe append(contentsOf: $0) }
  }
}
