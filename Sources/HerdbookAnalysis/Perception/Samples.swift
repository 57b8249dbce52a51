package import HerdbookModel
package import HerdbookNetworks
import HerdbookNumerics

/// What the network sees: sample images of each class, and how often each pixel is lit.
package struct Samples: Sendable {
  /// The share of training images in which each pixel is not zero.
  package let lit: [Double]
  /// Positions of the samples, `perClass` a class in the order of the classes; nil where a class has
  /// fewer.
  package let positions: [Int?]
  package let picture: Raster
  private let labels: [Int]

  /// The first `perClass` training images of each class.
  package init(
    _ training: Examples, classes: Int, perClass: Int, planeRows: Int, planeColumns: Int,
    threads: Int = 1
  ) {
    let counts = training.images.nonzeroCounts(training.rows, threads: threads)
    lit = counts.map { Double($0) / Double(max(training.count, 1)) }
    var found = [[Int?]](repeating: [], count: classes)
    for (position, label) in training.labels.enumerated() where found[Int(label)].count < perClass {
      found[Int(label)].append(position)
    }
    positions = found.flatMap { $0 + [Int?](repeating: nil, count: perClass - $0.count) }
    labels = (0..<classes).flatMap { [Int](repeating: $0, count: perClass) }
    picture = rasterOf(
      positions, in: training, across: perClass, rows: planeRows, columns: planeColumns)
  }

  /// Whether each pixel is lit in some training image.
  package var isLit: [Bool] { lit.map { $0 > 0 } }

  package func table() -> Table {
    Table([
      Table.Column("position", .integers(Array(positions.indices))),
      Table.Column("image", .integers(positions)),
      Table.Column("label", .integers(labels)),
    ])
  }

  package func pixelsTable() -> Table {
    Table([
      Table.Column("pixel", .integers(Array(lit.indices))), Table.Column("lit", .reals(lit)),
    ])
  }
}
