/// What an IDX file says of itself: 00 00, the type of its values, the number of its dimensions,
/// then each dimension's size as a big-endian 32-bit number.
///
/// Source: the description of the MNIST files by LeCun, Cortes and Burges.
struct IDXHeader: Equatable {
  var sizes: [Int]
  /// Bytes that follow the header.
  var count: Int { sizes.reduce(1, *) }

  /// What a file is read as.
  enum Content: String {
    case images
    case labels

    var dimensions: Int { self == .images ? 3 : 1 }
    var magic: [UInt8] { [0, 0, 8, UInt8(dimensions)] }
  }

  /// Planes above this many pixels are taken for damage.
  private static let largestPlane = 1 << 20

  /// Reads the header from the beginning of a stream and weighs its promise against the file's size,
  /// so that no memory is set aside for a promise that cannot be kept.
  init(_ stream: inout ByteStream, as content: Content) throws(DataError) {
    var magic: [UInt8] = [0, 0, 0, 0]
    let got = try stream.read(into: &magic)
    guard got == 4 else {
      throw stream.damaged(
        got == 0 ? "is empty" : "is \(got) bytes long, too short for an IDX file")
    }
    guard magic == content.magic else {
      throw stream.damaged(Self.complaint(magic, expected: content))
    }
    var bytes = [UInt8](repeating: 0, count: 4 * content.dimensions)
    guard try stream.read(into: &bytes) == bytes.count else {
      throw stream.damaged("is truncated: it ends within its header")
    }
    sizes = (0..<content.dimensions).map { dimension in
      bytes[(4 * dimension)..<(4 * dimension + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
    guard sizes.allSatisfy({ $0 > 0 && $0 <= Int(Int32.max) }),
      content == .labels
        || sizes[1].multipliedReportingOverflow(by: sizes[2]).partialValue
          <= Self.largestPlane
    else {
      throw stream.damaged("promises \(promise), which no set of \(content.rawValue) has")
    }
    try weigh(stream)
  }

  /// The sizes as a text: `60000 x 28 x 28`.
  var promise: String { sizes.map(String.init).joined(separator: " x ") }

  private func weigh(_ stream: borrowing ByteStream) throws(DataError) {
    let header = 4 + 4 * sizes.count
    let size = stream.stamp.size
    if stream.isCompressed {
      // Deflate cannot shrink more than 1032 times.
      if (count + header) / 1032 > size {
        throw stream.damaged(
          "promises \(promise) bytes, which \(size) compressed bytes cannot hold")
      }
    } else if size < count + header {
      throw stream.damaged(
        "is truncated: its header promises \(promise) = \(count) bytes, "
          + "\(max(size - header, 0)) follow it")
    } else if size > count + header {
      throw stream.damaged(
        "has \(size - count - header) bytes too many: its header promises "
          + "\(promise) = \(count) bytes")
    }
  }

  private static func complaint(_ magic: [UInt8], expected: Content) -> String {
    let wanted = hex(expected.magic)
    let begins = "begins with \(hex(magic)), a file of \(expected.rawValue) with \(wanted)"
    if magic[0] == 0x3c {
      return "\(begins): it looks like a web page that was saved in its place"
    }
    guard magic[0] == 0, magic[1] == 0 else { return "\(begins): it is not an IDX file" }
    let types: [UInt8: String] = [
      0x09: "signed bytes", 0x0b: "16-bit integers", 0x0c: "32-bit integers",
      0x0d: "32-bit floats", 0x0e: "64-bit floats",
    ]
    if let type = types[magic[2]] {
      return "\(begins): it holds \(type), and only unsigned bytes are read"
    }
    guard magic[2] == 8 else { return "\(begins): it is not an IDX file" }
    let other =
      switch magic[3] {
      case 1: "it holds labels"
      case 3: "it holds images"
      default: "it has \(magic[3]) dimensions instead of \(expected.dimensions)"
      }
    return "\(begins): \(other)"
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { hexadecimal([$0]) }.joined(separator: " ")
  }
}
