import HerdbookCompression

/// The bytes of a `.npz` file piece by piece, as `numpy.load` reads it: a ZIP archive without compression, in
/// it a `.npy` file of version 1.0 for each tensor. Every NaN is the canonical one.
///
/// Without a time, so that the same tensors give the same bytes.
package struct NumPyArchive: Sendable, Sequence {
  private let entries: [Entry]

  /// Nil where the archive would be larger than the 4 GiB that its format has room for. Each tensor is asked
  /// for twice, first for its checksum.
  ///
  /// - Parameter parts: no two have one name; they are in the archive by name.
  package init?(parts: [SafetensorsStream.Part]) {
    let sorted = parts.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    let headers = sorted.map(NumPyArchive.header)
    let size = zip(sorted, headers).reduce(1 << 16) { sum, entry in
      sum + entry.0.size + entry.1.count + 2 * (entry.0.name.utf8.count + 64)
    }
    guard size <= Int(UInt32.max) else { return nil }
    var entries: [Entry] = []
    var offset = 0
    for (part, header) in zip(sorted, headers) {
      let entry = Entry(part: part, header: header, offset: offset)
      offset += entry.localHeader.count + entry.size
      entries.append(entry)
    }
    self.entries = entries
  }

  /// What stands before the numbers of a `.npy` file: a multiple of 64 bytes.
  private static func header(of part: SafetensorsStream.Part) -> [UInt8] {
    let type = part.element == .float32 ? "<f4" : "<f2"
    let shape = part.shape.map { "\($0)," }.joined(separator: " ")
    // A tuple of one has a comma at its end, and others have none.
    let tuple = part.shape.count == 1 ? shape : String(shape.dropLast())
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(tuple)), }"
    let before = 10
    text += String(repeating: " ", count: 63 - (before + text.utf8.count) % 64) + "\n"
    var header: [UInt8] = [0x93]
    header += "NUMPY".utf8
    header += [1, 0]
    header += fields((text.utf8.count, 2))
    header += text.utf8
    return header
  }

  package func makeIterator() -> Iterator { Iterator(entries: entries) }

  package struct Iterator: IteratorProtocol {
    private let entries: [Entry]
    private var entry = 0
    /// The next piece of the entry; -1 is what stands before its numbers.
    private var piece = -1

    fileprivate init(entries: [Entry]) { self.entries = entries }

    package mutating func next() -> [UInt8]? {
      while entry < entries.count {
        let current = entries[entry]
        piece += 1
        if piece == 0 { return current.localHeader + current.header }
        if piece <= current.part.pieces { return current.part.bytes(piece - 1) }
        (entry, piece) = (entry + 1, -1)
      }
      guard entry == entries.count else { return nil }
      entry += 1
      return NumPyArchive.directory(of: entries)
    }
  }

  /// The central directory, and its end.
  private static func directory(of entries: [Entry]) -> [UInt8] {
    let start = entries.reduce(0) { $0 + $1.localHeader.count + $1.size }
    let files = entries.flatMap(\.centralHeader)
    // Of one disk, and without a comment.
    let end = fields(
      (0x0605_4B50, 4), (0, 2), (0, 2), (entries.count, 2), (entries.count, 2),
      (files.count, 4), (start, 4), (0, 2))
    return files + end
  }

  /// A file in the archive.
  fileprivate struct Entry: Sendable {
    let part: SafetensorsStream.Part
    let header: [UInt8]
    /// Where it begins in the archive.
    let offset: Int
    let checksum: UInt32

    init(part: SafetensorsStream.Part, header: [UInt8], offset: Int) {
      self.part = part
      self.header = header
      self.offset = offset
      checksum = (0..<part.pieces).reduce(Checksum.crc32(header)) {
        Checksum.crc32(part.bytes($1), after: $0)
      }
    }

    var size: Int { header.count + part.size }
    private var name: [UInt8] { Array("\(part.name).npy".utf8) }

    var localHeader: [UInt8] {
      var bytes = fields((0x0403_4B50, 4))
      bytes += common
      bytes += fields((0, 2))
      return bytes + name
    }

    var centralHeader: [UInt8] {
      var bytes = fields((0x0201_4B50, 4), (20, 2))
      bytes += common
      // Nothing more, no comment, the first disk, no attributes.
      bytes += fields((0, 2), (0, 2), (0, 2), (0, 2), (0, 4), (offset, 4))
      return bytes + name
    }

    /// From the version that is needed to the length of the name. The date is the first of the format.
    private var common: [UInt8] {
      fields(
        (20, 2), (0, 2), (0, 2), (0, 2), (0x21, 2), (Int(checksum), 4), (size, 4), (size, 4),
        (name.count, 2))
    }
  }
}

/// Numbers in so many bytes each, the lowest first.
private func fields(_ fields: (value: Int, width: Int)...) -> [UInt8] {
  fields.flatMap { field in
    (0..<field.width).map { UInt8(truncatingIfNeeded: field.value >> (8 * $0)) }
  }
}
