/// The checksums that go with deflated bytes.
package enum Checksum {
  /// CRC-32 of ISO 3309, as gzip (RFC 1952) and PNG's chunks have it (PNG specification, annex D).
  ///
  /// - Parameter before: that of the bytes which these follow.
  package static func crc32(
    _ bytes: some Sequence<UInt8>, after before: UInt32 = 0
  ) -> UInt32 {
    let table = table
    var crc = before ^ 0xFFFF_FFFF
    for byte in bytes { crc = table[Int((crc ^ UInt32(byte)) & 0xFF)] ^ (crc >> 8) }
    return crc ^ 0xFFFF_FFFF
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
    }
  }

  /// Adler-32 of RFC 1950.
  package static func adler32(_ bytes: [UInt8]) -> UInt32 {
    var a: UInt32 = 1
    var b: UInt32 = 0
    // As many bytes as cannot overflow 32 bits before the remainders are taken.
    for start in stride(from: 0, to: bytes.count, by: 5552) {
      for byte in bytes[start..<min(start + 5552, bytes.count)] {
        a += UInt32(byte)
        b += a
      }
      a %= 65521
      b %= 65521
    }
    return b << 16 | a
  }
}
