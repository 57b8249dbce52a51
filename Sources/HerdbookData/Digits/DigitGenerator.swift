package import HerdbookNumerics

/// Draws the built-in dataset `digits`: handwriting-like images of 28 x 28 bytes, each a function
/// of the seed and its index alone.
///
/// Arithmetic is binary64 in a fixed order with +, -, *, / and square roots, so that the bytes are
/// the same everywhere. Drawn from stream `digitShape`, in order: the style; for each knot its shift and
/// pressure; the elastic lattice; slant, turn, squeeze, size, pen and shift. Drawn from `digitNoise`:
/// the grain of each inked pixel.
package struct DigitGenerator: Sendable {
  /// Raised whenever any byte of any image changes.
  package static let version = 1
  package static let side = DigitPen.side
  package static let classes = 10
  package static let trainingImages = 60_000
  package static let testImages = 10_000

  package let seed: UInt64

  package init(seed: UInt64) {
    self.seed = seed
  }

  /// Stands for every byte of the dataset: SHA-256 over generator version, seed and counts.
  package var digest: String {
    sha256(
      "herdbook digits v\(Self.version) seed \(seed) "
        + "\(Self.trainingImages)+\(Self.testImages)")
  }

  /// The digits on some images; training images come first, test images from 60,000 on.
  ///
  /// Every ten images from a multiple of ten hold each digit once, in seeded order.
  package func labels(_ range: Range<Int>) -> [UInt8] {
    var labels: [UInt8] = []
    labels.reserveCapacity(range.count + 20)
    let first = range.lowerBound / 10
    for group in first..<((range.upperBound + 9) / 10) { labels += order(of: group) }
    let skipped = range.lowerBound - 10 * first
    return Array(labels[skipped..<(skipped + range.count)])
  }

  /// Some images in the order given, drawn on `threads` threads.
  package func images(_ indices: [Int], threads: Int = 1) -> ByteMatrix {
    ByteMatrix(rows: indices.count, columns: Self.side * Self.side, threads: threads) {
      row, pixels in
      draw(indices[row], into: &pixels)
    }
  }

  private func order(of group: Int) -> [UInt8] {
    var order: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    var stream = RandomStream(seed: seed, purpose: .digitLabel, individual: UInt32(group))
    stream.shuffle(&order)
    return order
  }
}

extension DigitGenerator {
  /// Writes image `index` into `pixels`, row by row.
  private func draw(_ index: Int, into pixels: inout MutableSpan<UInt8>) {
    var stream = RandomStream(seed: seed, purpose: .digitShape, individual: UInt32(index))
    let digit = Int(order(of: index / 10)[index % 10])
    let style = Self.chooseStyle(of: digit, &stream)
    var points: [DigitPen.Point] = []
    points.reserveCapacity(128)
    var ends: [Int] = []
    for stroke in style.strokes {
      Self.trace(Self.jitter(stroke, &stream), width: style.width, into: &points)
      ends.append(points.count)
    }
    Self.bend(&points, &stream)
    Self.place(&points, &stream)
    var pen = DigitPen()
    var start = 0
    for end in ends {
      for point in start..<(end - 1) { pen.line(from: points[point], to: points[point + 1]) }
      start = end
    }
    Self.develop(
      pen,
      grain: RandomStream(
        seed: seed, purpose: .digitNoise, individual: UInt32(index)), into: &pixels)
  }

  /// Turns ink into bytes, each inked pixel paler by up to 14 %; where there is no ink stays 0.
  private static func develop(
    _ pen: DigitPen, grain: RandomStream, into pixels: inout MutableSpan<UInt8>
  ) {
    var grain = grain
    for pixel in 0..<pixels.count {
      let ink = pen.ink(pixel)
      pixels[pixel] = ink > 0 ? UInt8(ink * (1 - 0.14 * grain.uniform()) * 255 + 0.5) : 0
    }
  }

  private static func chooseStyle(
    of digit: Int, _ stream: inout RandomStream
  ) -> DigitSkeleton {
    let styles = DigitSkeleton.styles[digit]
    var left = stream.uniform() * styles.reduce(0) { $0 + $1.weight }
    for style in styles {
      left -= style.weight
      if left < 0 { return style }
    }
    return styles[styles.count - 1]
  }
}
