import HerdbookModel
import HerdbookNumerics

/// What a network is given for each byte of an image.
enum Inputs {
  /// u8 / 255 by division in binary32: 0 stays exactly 0.
  static let plain = (0..<256).map { Float($0) / 255 }

  /// (u8 - mean) / deviation over all pixels of a part, which is the same as u8 / 255 less its mean
  /// over its deviation: binary64 from exact integer sums, then rounded to binary32.
  static func standard(over part: ImagePart, threads: Int) throws(DataError) -> [Float] {
    let counts = part.images.histogram(part.indices, threads: threads)
    var count = 0
    var sum = 0
    var squares = 0
    for value in 0..<256 {
      count += counts[value]
      sum += counts[value] * value
      squares += counts[value] * value * value
    }
    let mean = Double(sum) / Double(count)
    let variance = Double(squares) / Double(count) - mean * mean
    guard counts.filter({ $0 > 0 }).count > 1 else {
      throw DataError(
        .unfit,
        "dataset.normalize is standard, but every pixel of the training images has the same value")
    }
    let deviation = variance.squareRoot()
    return (0..<256).map { Float((Double($0) - mean) / deviation) }
  }
}

/// The placebo `permute-pixels`: one order of the plane's pixels for all images, drawn from
/// `dataset.seed` (stream `pixelPermutation`).
struct PixelPermutation: Sendable {
  /// For each pixel of a permuted image the pixel from which it comes.
  let sources: [Int]

  init(pixels: Int, seed: UInt64) {
    var order = Array(0..<pixels)
    var stream = RandomStream(seed: seed, purpose: .pixelPermutation)
    stream.shuffle(&order)
    sources = order
  }

  /// The images of a part, permuted, in a matrix of their own in the part's order.
  func applied(to part: ImagePart, threads: Int) -> ImagePart {
    let images = ByteMatrix(rows: part.count, columns: sources.count, threads: threads) {
      row, pixels in
      let original = part.pixels(row)
      for (pixel, source) in sources.enumerated() { pixels[pixel] = original[source] }
    }
    return ImagePart(
      images: images, indices: (0..<Int32(part.count)).map { $0 }, labels: part.labels)
  }
}
