/// Whole gzip files in memory (RFC 1952).
package enum Gzip {
  /// One member without a name, a time or a system, so that equal bytes give equal files everywhere.
  package static func compress(_ bytes: [UInt8]) -> [UInt8] {
    func littleEndian(_ value: UInt32) -> [UInt8] {
      (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }
    let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
    return header + Deflate.compress(bytes) + littleEndian(Checksum.crc32(bytes))
      + littleEndian(UInt32(truncatingIfNeeded: bytes.count))
  }

  /// What a file of members holds; at most `limit` bytes.
  ///
  /// - Throws: `GzipFault` where it is damaged, breaks off or holds more.
  package static func decompress(
    _ bytes: [UInt8], limit: Int = 1 << 30
  ) throws(GzipFault) -> [UInt8] {
    let inflater = Inflater()
    var (input, output) = (
      bytes, [UInt8](repeating: 0, count: min(limit + 1, 8 * bytes.count + 64))
    )
    var (from, at) = (0, 0)
    while true {
      if at == output.count {
        guard at <= limit else { throw GzipFault(words: "it holds more than \(limit) bytes") }
        output += [UInt8](repeating: 0, count: min(output.count, limit + 1 - at))
      }
      let (before, filled) = (from, at)
      switch inflater.inflate(&input, from: &from, end: input.count, into: &output, at: &at) {
      case .failed(let words): throw GzipFault(words: words)
      case .memberEnded:
        if from == input.count {
          guard at <= limit else { throw GzipFault(words: "it holds more than \(limit) bytes") }
          return Array(output[..<at])
        }
        inflater.restart()
      case .going:
        guard from > before || at > filled || at == output.count else {
          throw GzipFault(words: "it breaks off")
        }
      }
    }
  }
}

/// Why bytes are no gzip file.
package struct GzipFault: Error, Equatable {
  package let words: String

  package init(words: String) { self.words = words }
}
