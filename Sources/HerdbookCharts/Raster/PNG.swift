import HerdbookCompression

/// One colour of an indexed picture.
package struct PaletteEntry: Sendable, Equatable {
  package var color: Color
  /// 0 is transparent, 255 opaque.
  package var alpha: UInt8
  package init(_ color: Color, alpha: UInt8 = 255) {
    self.color = color
    self.alpha = alpha
  }
}

/// A PNG file, encoded by code of ours: the same pixels are the same bytes on every machine, which
/// builds of zlib do not promise.
package struct PNG: Sendable, Equatable {
  package let width: Int
  package let height: Int
  package let bytes: [UInt8]

  /// A grey picture, row by row from the top left; 0 is black, 255 white. Of 16 greys each pixel has the nearest: enough
  /// for handwriting, in half the bytes.
  package init(grey pixels: [UInt8], width: Int, height: Int) {
    precondition(pixels.count == width * height && width > 0, "a picture holds width x height")
    // 17 apart are the greys that four bits tell.
    self.init(
      width: width, height: height, depth: 4, type: 0, chunks: [],
      rows: PNG.packed(pixels.map { UInt8(min(255, Int($0) + 8) / 17) }, depth: 4, width: width))
  }

  /// A picture of indices into `palette` (at most 256), with as few bits a pixel as that needs; colours after the last that
  /// is used are left out.
  package init(indices: [UInt8], palette whole: [PaletteEntry], width: Int, height: Int) {
    precondition(indices.count == width * height && width > 0, "a picture holds width x height")
    precondition((1...256).contains(whole.count), "a palette has 1 to 256 colours")
    let palette = Array(whole.prefix(1 + Int(indices.max() ?? 0)))
    let depth = palette.count <= 2 ? 1 : palette.count <= 4 ? 2 : palette.count <= 16 ? 4 : 8
    precondition(indices.allSatisfy { $0 < whole.count }, "an index lies in the palette")
    var chunks = [
      ("PLTE", palette.flatMap { [$0.color.red, $0.color.green, $0.color.blue] })
    ]
    if palette.contains(where: { $0.alpha != 255 }) {
      chunks.append(("tRNS", palette.map(\.alpha)))
    }
    self.init(
      width: width, height: height, depth: depth, type: 3, chunks: chunks,
      rows: PNG.packed(indices, depth: depth, width: width))
  }

  /// Values of `depth` bits as rows of a file, the first in the highest bits of a byte.
  private static func packed(_ values: [UInt8], depth: Int, width: Int) -> [UInt8] {
    let perByte = 8 / depth
    var rows: [UInt8] = []
    rows.reserveCapacity(values.count / perByte + 2 * (values.count / width))
    for first in stride(from: 0, to: values.count, by: width) {
      rows.append(PNG.unfiltered)
      let row = values[first..<first + width]
      for start in stride(from: row.startIndex, to: row.endIndex, by: perByte) {
        var byte: UInt8 = 0
        var room = 8
        for value in row[start..<min(start + perByte, row.endIndex)] {
          room -= depth
          byte |= value << UInt8(room)
        }
        rows.append(byte)
      }
    }
    return rows
  }

  /// A file as it is, of which the header alone is read; nil where it is no PNG.
  package init?(file bytes: [UInt8]) {
    func number(at place: Int) -> Int {
      bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    guard bytes.count > 24, bytes.starts(with: PNG.signature), number(at: 16) > 0,
      number(at: 20) > 0
    else { return nil }
    (width, height) = (number(at: 16), number(at: 20))
    self.bytes = bytes
  }

  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// What each row begins with: no filter. Filters do not pay on indices and noise.
  private static let unfiltered: UInt8 = 0

  private init(
    width: Int, height: Int, depth: Int, type: UInt8, chunks: [(String, [UInt8])], rows: [UInt8]
  ) {
    self.width = width
    self.height = height
    var out = PNG.signature
    func append(_ name: String, _ data: [UInt8]) {
      let body = Array(name.utf8) + data
      out += bigEndian(UInt32(data.count)) + body + bigEndian(Checksum.crc32(body))
    }
    let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height))
    append("IHDR", header + [UInt8(depth), type, 0, 0, 0])
    for (name, data) in chunks { append(name, data) }
    append("IDAT", [0x78, 0x01] + Deflate.compress(rows) + bigEndian(Checksum.adler32(rows)))
    append("IEND", [])
    bytes = out
  }

  /// The picture inside a URI, for `src` and `href`.
  package var dataURI: String { "data:image/png;base64," + base64(bytes) }
}

private func bigEndian(_ value: UInt32) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
}

extension PaletteEntry {
  /// As it looks on a ground, opaque.
  package func painted(on ground: Color) -> PaletteEntry {
    func mixed(_ own: UInt8, _ below: UInt8) -> UInt8 {
      let share = Int(alpha)
      let sum = Int(own) * share + Int(below) * (255 - share)
      return UInt8((sum + 127) / 255)
    }
    var color = color
    color.red = mixed(color.red, ground.red)
    color.green = mixed(color.green, ground.green)
    color.blue = mixed(color.blue, ground.blue)
    return PaletteEntry(color)
  }
}
