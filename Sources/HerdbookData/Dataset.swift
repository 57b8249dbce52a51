package import HerdbookModel
package import HerdbookNumerics

/// A dataset as a run uses it: divided into training, validation and test images.
package struct Dataset: Sendable {
  package let identity: DatasetIdentity
  /// Height and width of the image plane.
  package let rows: Int
  package let columns: Int
  /// Classes after those that are not kept are gone; labels are below it.
  package let classes: Int
  package let training: ImagePart
  package let validation: ImagePart
  package let test: ImagePart
  /// The network's input for each byte, 256 of them; entry 0 is 0 unless `normalize` is `standard`.
  package let values: [Float]
  /// Where the bytes are; says nothing about what they are.
  package let storage: Storage

  package var pixels: Int { rows * columns }

  /// Where the bytes of the images are.
  package enum Storage: Sendable, Equatable {
    /// Drawn by `DigitGenerator`.
    case generated
    /// Mapped from the cache, which a former run filled.
    case recalled
    /// Decoded from the files, checked, and mapped from the cache into which they went.
    case decoded
    /// Decoded into memory, as no cache was given, or because of what is said.
    case memory(String?)
  }
}

/// Some images and their labels, in an order of their own.
package struct ImagePart: Sendable {
  /// The matrix that holds the images, and perhaps others.
  package let images: ByteMatrix
  /// For each image of the part its row in `images`.
  package let indices: [Int32]
  /// For each image of the part its class.
  package let labels: [UInt8]

  package var count: Int { indices.count }

  /// The bytes of the image at a position of the part, row by row.
  package func pixels(_ position: Int) -> [UInt8] { images.row(Int(indices[position])) }
}
