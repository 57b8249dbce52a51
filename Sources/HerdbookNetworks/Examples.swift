package import HerdbookNumerics

/// Labelled images as a network sees them.
package struct Examples: Sendable {
  /// All images of the dataset; `rows` selects.
  package let images: ByteMatrix
  /// The rows of the examples in `images`.
  package let rows: [Int32]
  /// The class of each example.
  package let labels: [UInt8]
  /// The value of each byte: u8 / 255, or standardized.
  package let values: [Float]

  package var count: Int { rows.count }

  package init(images: ByteMatrix, rows: [Int32], labels: [UInt8], values: [Float]) {
    precondition(rows.count == labels.count, "each example has a label")
    precondition(values.count == 256, "each byte has a value")
    precondition(rows.allSatisfy { $0 >= 0 && Int($0) < images.rows }, "rows are in the matrix")
    self.images = images
    self.rows = rows
    self.labels = labels
    self.values = values
  }

  /// The examples at some positions, in that order.
  package func selecting(_ positions: some Sequence<Int>) -> Examples {
    let positions = Array(positions)
    return Examples(
      images: images, rows: positions.map { rows[$0] }, labels: positions.map { labels[$0] },
      values: values)
  }

  /// Calls `body` with the addresses of the images, of the examples' rows among them and of their
  /// labels.
  func withAddresses(
    _ body: (UnsafePointer<UInt8>, UnsafePointer<Int32>, UnsafePointer<UInt8>) -> Void
  ) {
    guard count > 0 else { return }
    unsafe images.withUnsafeBase { images in
      unsafe rows.withUnsafeBufferPointer { rows in
        unsafe labels.withUnsafeBufferPointer { labels in
          unsafe body(images, rows.baseAddress!, labels.baseAddress!)
        }
      }
    }
  }

  /// The values of one example's pixels.
  package func input(_ position: Int) -> [Float] {
    images.row(Int(rows[position])).map { values[Int($0)] }
  }
}
