package import HerdbookModel
package import HerdbookNetworks
import HerdbookNumerics

/// How a network errs on some examples.
package struct Confusion: Sendable {
  /// counts[truth][prediction].
  package let counts: [[Int]]
  /// The wrong predictions that were surest, the worst first.
  package let mistakes: [Mistake]
  private let strip: Raster

  package struct Mistake: Sendable, Equatable {
    /// Position in the examples.
    package let image: Int
    package let truth: Int
    package let predicted: Int
    /// What softmax gave the wrong class.
    package let probability: Double

    /// Surer in being wrong; NaN, which a diverged network gives, is the least sure.
    fileprivate func isWorse(than other: Mistake) -> Bool {
      let mine = probability.isNaN ? -1 : probability
      let theirs = other.probability.isNaN ? -1 : other.probability
      return mine == theirs ? image < other.image : mine > theirs
    }
  }

  /// The `most` worst mistakes are kept; ties go to the first image.
  package init(
    _ weights: Weights, _ evaluation: Evaluation, on examples: Examples, most: Int, planeRows: Int,
    planeColumns: Int
  ) {
    let classes = weights.layout.classes
    var counts = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
    for (label, prediction) in zip(examples.labels, evaluation.predictions) {
      counts[Int(label)][Int(prediction)] += 1
    }
    let wrong = evaluation.predictions.indices.filter {
      evaluation.predictions[$0] != examples.labels[$0]
    }
    let scores = Workspace(layout: weights.layout, capacity: 64)
      .activations(
        weights, on: examples.selecting(wrong), layer: weights.layout.layers.count)
    let found = wrong.enumerated().map { place, image in
      let row = scores[place * classes..<(place + 1) * classes].map(Double.init)
      let largest = row.max() ?? 0
      let sum = row.reduce(0) { $0 + Elementary.exp($1 - largest) }
      return Mistake(
        image: image, truth: Int(examples.labels[image]),
        predicted: Int(evaluation.predictions[image]), probability: 1 / sum)
    }
    self.counts = counts
    mistakes = Array(found.sorted { $0.isWorse(than: $1) }.prefix(most))
    strip = rasterOf(
      mistakes.map(\.image), in: examples, across: max(mistakes.count, 1), rows: planeRows,
      columns: planeColumns)
  }

  package func table() -> Table {
    let classes = counts.indices
    return Table([
      Table.Column("truth", .integers(classes.flatMap { t in classes.map { _ in t } })),
      Table.Column("predicted", .integers(classes.flatMap { _ in Array(classes) })),
      Table.Column("count", .integers(counts.flatMap { $0 })),
    ])
  }

  package func mistakesTable() -> Table {
    Table([
      Table.Column("position", .integers(Array(mistakes.indices))),
      Table.Column("image", .integers(mistakes.map(\.image))),
      Table.Column("truth", .integers(mistakes.map(\.truth))),
      Table.Column("predicted", .integers(mistakes.map(\.predicted))),
      Table.Column("probability", .reals(mistakes.map(\.probability))),
    ])
  }

  /// The mistakes' images side by side, in the order of the table.
  package func raster() -> Raster { strip }
}

/// Images of some examples as one picture, `across` in a row.
func rasterOf(
  _ positions: [Int?], in examples: Examples, across: Int, rows: Int, columns: Int
) -> Raster {
  let down = max((positions.count + across - 1) / across, 1)
  let width = across * columns
  var pixels = [UInt8](repeating: 0, count: width * down * rows)
  for (place, position) in positions.enumerated() {
    guard let position else { continue }
    let image = examples.images.row(Int(examples.rows[position]))
    let (top, left) = (place / across * rows, place % across * columns)
    for r in 0..<rows {
      for c in 0..<columns { pixels[(top + r) * width + left + c] = image[r * columns + c] }
    }
  }
  return Raster(width: width, height: down * rows, pixels: pixels)
}
