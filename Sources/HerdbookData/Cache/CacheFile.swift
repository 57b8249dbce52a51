import HerdbookNumerics

/// The form of a decoded dataset in the cache folder.
///
///     0        text: what the file is, version, digest, sizes; zeros up to 4096
///     4096     training images, each row filled with zeros to a multiple of 64 bytes
///     ...      test images, likewise
///     ...      training labels, then test labels, a byte each
///
/// The header follows from the sizes and the digest, so that a file is checked by comparing it.
struct CacheFile: Equatable {
  static let version = 1
  static let headerSize = 4096

  var digest: String
  var rows: Int
  var columns: Int
  var training: Int
  var test: Int

  var name: String { "\(digest)-\(Self.version).images" }
  var pixels: Int { rows * columns }
  var stride: Int { (pixels + 63) / 64 * 64 }
  var size: Int { Self.headerSize + (training + test) * (stride + 1) }
  private var testOffset: Int { Self.headerSize + training * stride }
  private var labelOffset: Int { testOffset + test * stride }

  var header: [UInt8] {
    let text = """
      herdbook images \(Self.version)
      digest \(digest)
      rows \(rows) columns \(columns) stride \(stride)
      training \(training) test \(test)

      """
    let bytes = Array(text.utf8)
    return bytes + [UInt8](repeating: 0, count: Self.headerSize - bytes.count)
  }

  /// Hands out the whole content piece by piece, in order.
  func forEachPiece<E: Error>(
    of sets: [ImageSet], _ body: ([UInt8]) throws(E) -> Void
  ) throws(E) {
    try body(header)
    let block = 256
    for set in sets {
      for first in Swift.stride(from: 0, to: set.count, by: block) {
        let count = min(block, set.count - first)
        var piece = [UInt8](repeating: 0, count: count * stride)
        for row in 0..<count {
          let from = (first + row) * pixels
          piece.replaceSubrange(
            (row * stride)..<(row * stride + pixels), with: set.pixels[from..<(from + pixels)])
        }
        try body(piece)
      }
    }
    for set in sets { try body(set.labels) }
  }

  /// The images in a mapped file of this form.
  func images(in map: MappedFile, storage: Dataset.Storage) -> StoredImages {
    func matrix(_ offset: Int, _ count: Int) -> ByteMatrix {
      let base = unsafe (map.bytes.baseAddress! + offset).assumingMemoryBound(to: UInt8.self)
      return unsafe ByteMatrix(
        unsafeRows: count, columns: pixels, stride: stride, base: base, owner: map)
    }
    return StoredImages(
      rows: rows, columns: columns, digest: digest,
      training: matrix(Self.headerSize, training), test: matrix(testOffset, test),
      trainingLabels: map.copy(labelOffset..<(labelOffset + training)),
      testLabels: map.copy((labelOffset + training)..<size),
      storage: storage)
  }
}

/// A dataset of files before it is divided.
struct StoredImages: Sendable {
  var rows: Int
  var columns: Int
  var digest: String
  var training: ByteMatrix
  var test: ByteMatrix
  var trainingLabels: [UInt8]
  var testLabels: [UInt8]
  var storage: Dataset.Storage
}
