import FoundationEssentials
import HerdbookNetworks
import HerdbookNumerics

/// Lights the dark neighbours of lit pixels, ring after ring and each ring half as bright, until
/// half of the plane is lit.
///
/// Lit pixels hang together as in photographs of things, where random dots would not.
func halfLit(_ pixels: [UInt8], side: Int) -> [UInt8] {
  var pixels = pixels
  var missing = pixels.count / 2 - pixels.count { $0 > 0 }
  var brightness: UInt8 = 128
  while missing > 0 {
    let ring = pixels.indices.filter { pixel in
      pixels[pixel] == 0
        && neighbours(of: pixel, side: side).contains { pixels[$0] > 0 }
    }
    if ring.isEmpty { break }
    for pixel in ring.prefix(missing) { pixels[pixel] = brightness }
    missing -= ring.count
    brightness = max(8, brightness / 2)
  }
  return pixels
}

private func neighbours(of pixel: Int, side: Int) -> [Int] {
  let (row, column) = (pixel / side, pixel % side)
  return [
    row > 0 ? pixel - side : nil, row < side - 1 ? pixel + side : nil,
    column > 0 ? pixel - 1 : nil, column < side - 1 ? pixel + 1 : nil,
  ].compactMap { $0 }
}

/// Writes images of 28 x 28 and their labels as IDX files, named as MNIST's are.
func writeIDX(
  _ examples: Examples, named name: String, growing: Bool, in folder: String
) throws {
  try makeFolder(folder)
  var images = Data(bigEndian: [0x803, examples.count, 28, 28])
  for row in examples.rows {
    let pixels = examples.images.row(Int(row))
    images.append(contentsOf: growing ? halfLit(pixels, side: 28) : pixels)
  }
  try images.write(to: URL(filePath: "\(folder)/\(name)-images-idx3-ubyte"))
  var labels = Data(bigEndian: [0x801, examples.count])
  labels.append(contentsOf: examples.labels)
  try labels.write(to: URL(filePath: "\(folder)/\(name)-labels-idx1-ubyte"))
}

extension Data {
  /// Each number as 32 bits, the highest byte first.
  fileprivate init(bigEndian numbers: [Int]) {
    self.init(
      numbers.flatMap { number in
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
      })
  }
}
