import CZlib
import HerdbookCharts
import Testing

@Suite struct PNGTests {
  /// A picture taken apart by zlib: an implementation that is not ours.
  struct Decoded {
    var depth = 0
    var type = 0
    var palette: [UInt8] = []
    var alpha: [UInt8] = []
    var rows: [UInt8] = []

    init(_ png: PNG) throws {
      let bytes = png.bytes
      #expect(Array(bytes[..<8]) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
      func word(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
      var at = 8
      var names: [String] = []
      var data: [UInt8] = []
      while at < bytes.count {
        let length = word(at)
        let name = String(decoding: bytes[at + 4..<at + 8], as: UTF8.self)
        let body = Array(bytes[at + 8..<at + 8 + length])
        let checked = Array(bytes[at + 4..<at + 8 + length])
        #expect(unsafe Int(crc32(0, checked, UInt32(checked.count))) == word(at + 8 + length))
        names.append(name)
        switch name {
        case "IHDR": (depth, type) = (Int(body[8]), Int(body[9]))
        case "PLTE": palette = body
        case "tRNS": alpha = body
        case "IDAT": data += body
        default: break
        }
        at += 12 + length
      }
      #expect(names.first == "IHDR" && names.last == "IEND")
      var length = uLong(png.height * (1 + (png.width * depth + 7) / 8))
      rows = [UInt8](repeating: 0, count: Int(length))
      let status = unsafe uncompress(&rows, &length, data, uLong(data.count))
      try #require(status == Z_OK)
      #expect(Int(length) == rows.count)
    }
  }

  static func noise(_ count: Int, below limit: Int, seed: UInt32) -> [UInt8] {
    var state = seed &* 2 &+ 1
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(Int(state >> 16) % limit)
    }
  }

  @Test(
    "zlib reads back the pixels of an indexed picture",
    arguments: [(2, 1), (4, 2), (16, 4), (200, 8)] as [(Int, Int)], [(1, 1), (7, 3), (61, 90)])
  func indexed(colors: (Int, Int), size: (Int, Int)) throws {
    let count = colors.0
    let (width, height) = size
    let pixels = Self.noise(width * height, below: count, seed: UInt32(count))
    let palette = (0..<count).map { PaletteEntry(Color(UInt32($0 * 999)), alpha: UInt8($0)) }
    let png = PNG(indices: pixels, palette: palette, width: width, height: height)
    let decoded = try Decoded(png)
    // Colours up to the last that is used, which are all but for a few pixels.
    let used = 1 + Int(pixels.max() ?? 0)
    let depth = size == (61, 90) ? colors.1 : used <= 2 ? 1 : used <= 4 ? 2 : used <= 16 ? 4 : 8
    #expect(decoded.depth == depth && decoded.type == 3)
    #expect(size != (61, 90) || used == count)
    #expect(
      decoded.palette.count == 3 * used && decoded.alpha == palette.prefix(used).map(\.alpha))
    let stride = 1 + (width * depth + 7) / 8
    for y in 0..<height {
      #expect(decoded.rows[y * stride] == 0)
      for x in 0..<width {
        let byte = decoded.rows[y * stride + 1 + x * depth / 8]
        let shift = 8 - depth - x * depth % 8
        #expect(Int(byte) >> shift & (1 << depth - 1) == Int(pixels[y * width + x]))
      }
    }
  }

  /// Pixels of a kind that strains the compressor in its own way.
  static func pixels(kind: Int, count: Int) -> [UInt8] {
    switch kind {
    case 0: return noise(count, below: 256, seed: 5)
    case 1: return [UInt8](repeating: 7, count: count)
    case 2: return (0..<count).map { UInt8(truncatingIfNeeded: $0 / 17) }
    case 3: return noise(count, below: 2, seed: 8)
    default:
      // Frequencies that halve from symbol to symbol make the deepest of Huffman's trees.
      let low = noise(count, below: 256, seed: 9)
      let high = noise(count, below: 256, seed: 11)
      return zip(low, high).map { UInt8((UInt16($0) << 8 | UInt16($1)).trailingZeroBitCount) }
    }
  }

  @Test("zlib reads back grey pictures: noise, one value, a gradient, skew", arguments: 0..<5)
  func grey(kind: Int) throws {
    let (width, height) = (280, 140)
    let pixels = Self.pixels(kind: kind, count: width * height)
    // Of pixels that are one of the 16 greys nothing is lost.
    let exact = pixels.map { $0 / 16 * 17 }
    let decoded = try Decoded(PNG(grey: exact, width: width, height: height))
    var read: [UInt8] = []
    for y in 0..<height {
      let start = y * (width / 2 + 1) + 1
      read += decoded.rows[start..<start + width / 2].flatMap { [($0 >> 4) * 17, ($0 & 15) * 17] }
    }
    #expect(read == exact)
  }

  @Test("sixteen greys are the nearest to each of all, two pixels a byte")
  func fewGreys() throws {
    let pixels = (0..<256).map { UInt8($0) } + [255, 0, 128]
    let png = PNG(grey: pixels, width: 7, height: 37)
    let decoded = try Decoded(png)
    var read: [Int] = []
    for y in 0..<37 {
      let row = decoded.rows[y * 5 + 1..<y * 5 + 5]
      read += row.flatMap { [Int($0 >> 4), Int($0 & 15)] }.prefix(7)
    }
    #expect(read.count == pixels.count)
    for (pixel, level) in zip(pixels, read) {
      #expect(abs(17 * level - Int(pixel)) <= 8, "\(pixel) became \(17 * level)")
    }
  }

  @Test("a smooth picture of weights is well below a stored one")
  func size() {
    var pixels: [UInt8] = []
    for y in 0..<340 {
      for x in 0..<360 {
        let product = (x % 36) * (y % 34)
        pixels.append(UInt8(min(15, product / 70)))
      }
    }
    let palette = DivergingScale(limit: 1).palette
    let png = PNG(indices: pixels, palette: palette, width: 360, height: 340)
    #expect(png.bytes.count < 360 * 340 / 2 / 4)
  }

  @Test("base64 follows RFC 4648's vectors")
  func base64Vectors() {
    let vectors = [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]
    for (plain, encoded) in vectors { #expect(base64(Array(plain.utf8)) == encoded) }
  }
}
