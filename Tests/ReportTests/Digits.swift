import HerdbookCharts

/// Pictures for synthetic bundles: digits of seven strokes.
enum Digits {
  private static let strokes: [[Int]] = [
    [0, 1, 2, 4, 5, 6], [2, 5], [0, 2, 3, 4, 6], [0, 2, 3, 5, 6], [1, 2, 3, 5], [0, 1, 3, 5, 6],
    [0, 1, 3, 4, 5, 6], [0, 2, 5], [0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 5, 6],
  ]
  /// Ends of the strokes: top, upper left and right, middle, lower left and right, bottom.
  private static let ends: [(Double, Double, Double, Double)] = [
    (9, 5, 19, 5), (9, 5, 9, 14), (19, 5, 19, 14), (9, 14, 19, 14), (9, 14, 9, 23),
    (19, 14, 19, 23), (9, 23, 19, 23),
  ]

  static func picture(_ digit: Int, seed: Int) -> [UInt8] {
    var source = Source(state: UInt64(seed * 31 + digit))
    let slant = 0.35 * (source.uniform() - 0.5)
    let thickness = 1.1 + source.uniform()
    return (0..<784).map { pixel in
      let y = Double(pixel / 28)
      let x = Double(pixel % 28) + slant * (y - 14)
      let distance =
        strokes[digit].map { stroke -> Double in
          let (x0, y0, x1, y1) = ends[stroke]
          let dx = max(x0 - x, x - x1, 0)
          let dy = max(y0 - y, y - y1, 0)
          return (dx * dx + dy * dy).squareRoot()
        }.min() ?? 99
      return UInt8(max(0, min(255, 255 * (thickness + 0.8 - distance))))
    }
  }

  private static func sheet(_ pictures: [[UInt8]], perRow: Int) -> PNG {
    let width = perRow * 28
    let height = pictures.count / perRow * 28
    var pixels = [UInt8](repeating: 0, count: width * height)
    for (index, picture) in pictures.enumerated() {
      for pixel in 0..<784 {
        let y = index / perRow * 28 + pixel / 28
        pixels[y * width + index % perRow * 28 + pixel % 28] = picture[pixel]
      }
    }
    return PNG(grey: pixels, width: width, height: height)
  }

  static func samples() -> PNG {
    sheet((0..<100).map { picture($0 / 10, seed: $0) }, perRow: 10)
  }

  static func mistakes() -> PNG {
    sheet((0..<12).map { picture($0 % 10, seed: 500 + $0) }, perRow: 12)
  }

  /// Nine images of each of eight units.
  static func exciting() -> PNG {
    sheet((0..<72).map { picture($0 / 9, seed: 700 + $0) }, perRow: 9)
  }

  /// An input of each class, and an image below it.
  static func preferred() -> PNG {
    sheet((0..<20).map { picture($0 % 10, seed: 800 + $0) }, perRow: 10)
  }

  static func isLit(_ pixel: Int, _ rows: Int, _ columns: Int) -> Bool {
    let dy = Double(pixel / columns) - Double(rows - 1) / 2
    let dx = Double(pixel % columns) - Double(columns - 1) / 2
    return dx * dx / Double(columns * columns) + dy * dy / Double(rows * rows) < 0.27
  }

  static func smoothed(_ noise: [Double], _ pixel: Int, _ rows: Int, _ columns: Int) -> Double {
    var sum = 0.0
    for dy in -2...2 {
      for dx in -2...2 {
        let y = pixel / columns + dy
        let x = pixel % columns + dx
        guard y >= 0, y < rows, x >= 0, x < columns else { continue }
        sum += noise[y * columns + x] / Double(1 + dx * dx + dy * dy)
      }
    }
    return 0.06 * sum
  }
}
