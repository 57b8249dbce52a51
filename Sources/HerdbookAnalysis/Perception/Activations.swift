package import HerdbookModel
package import HerdbookNetworks

/// When the units of the first hidden layer fire: the rows of `figures/activations.csv`, and the images that excite the
/// most important ones most.
package struct Activations: Sendable {
  /// [unit][class], the mean over the class's examples; NaN of a class without any.
  package let means: [[Double]]
  /// The share of examples in which each unit is not zero.
  package let firing: [Double]
  /// For each of the units that are shown the positions of the images that excite it most, the first of equal ones.
  package let exciting: [(unit: Int, images: [Int], values: [Double])]
  private let labels: [UInt8]
  private let strip: Raster

  /// Units whose images are kept, and images of each.
  package static let units = 8
  package static let imagesPerUnit = 9

  /// - Parameter order: units, the most important first.
  package init(
    _ weights: Weights, on examples: Examples, order: [Int], planeRows: Int, planeColumns: Int,
    threads: Int = 1
  ) {
    let units = weights.layout.layers[0].outputs
    let classes = weights.layout.classes
    let values = weights.activations(on: examples, layer: 1, threads: threads)
    var sums = [Double](repeating: 0, count: units * classes)
    var counts = [Int](repeating: 0, count: classes)
    var lit = [Int](repeating: 0, count: units)
    for (example, label) in examples.labels.enumerated() {
      counts[Int(label)] += 1
      for unit in 0..<units {
        let value = Double(values[example * units + unit])
        sums[unit * classes + Int(label)] += value
        if value != 0 { lit[unit] += 1 }
      }
    }
    means = (0..<units).map { unit in
      (0..<classes).map { counts[$0] > 0 ? sums[unit * classes + $0] / Double(counts[$0]) : .nan }
    }
    firing = lit.map { Double($0) / Double(max(examples.count, 1)) }
    exciting = order.prefix(Activations.units).map { unit in
      let ranked = examples.labels.indices.sorted {
        let (a, b) = (values[$0 * units + unit], values[$1 * units + unit])
        return a == b ? $0 < $1 : a > b
      }
      let images = Array(ranked.prefix(Activations.imagesPerUnit))
      return (unit, images, images.map { Double(values[$0 * units + unit]) })
    }
    labels = examples.labels
    strip = rasterOf(
      exciting.flatMap { row in
        row.images.map { Optional($0) }
          + [Int?](repeating: nil, count: Activations.imagesPerUnit - row.images.count)
      }, in: examples, across: Activations.imagesPerUnit, rows: planeRows, columns: planeColumns)
  }

  package func table() -> Table {
    let classes = means.first?.indices ?? 0..<0
    return Table(
      [
        Table.Column("neuron", .integers(Array(means.indices))),
        Table.Column("firing", .singles(firing.map { Float($0) })),
      ]
        + classes.map { kind in
          Table.Column("class_\(kind)", .singles(means.map { Float($0[kind]) }))
        })
  }

  /// The rows of `figures/exciting.csv`, in the order of the picture.
  package func excitingTable() -> Table {
    let rows = exciting.flatMap { row in zip(row.images, row.values).map { (row.unit, $0, $1) } }
    return Table([
      Table.Column("neuron", .integers(rows.map(\.0))),
      Table.Column("image", .integers(rows.map(\.1))),
      Table.Column("label", .integers(rows.map { Int(labels[$0.1]) })),
      Table.Column("activation", .singles(rows.map { Float($0.2) })),
    ])
  }

  /// The images of each unit side by side, units below each other.
  package func raster() -> Raster { strip }
}
