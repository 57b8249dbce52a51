package import HerdbookModel
package import HerdbookNetworks
import HerdbookNumerics

/// What a network would like best to see of each class: an input that ascends from grey the gradient of the class's
/// score less the mean of all (Simonyan, Vedaldi and Zisserman 2014, whose decay and the smoothing keep it from noise that
/// only the network reads); beside it the real image that the network is surest of.
package struct PreferredInputs: Sendable {
  /// The probability that the network gives each input of its own class.
  package let probabilities: [Double]
  /// Of each class the position of the example that it is surest of; nil of a class that it never reads.
  package let surest: [Int?]
  package let surestProbabilities: [Double]
  private let pictures: Raster

  /// Steps uphill. Each changes pixels by 0.06 of the range at root mean square, after the input has faded to 0.95, and
  /// is smoothed with the kernel 1 2 1 along rows and columns. At the end the brightest pixel is fully lit.
  package static let steps = 64
  fileprivate static let stride = 0.06
  fileprivate static let decay = 0.95
  fileprivate static let grey = 0.1

  /// - Parameter lit: whether some training image lights each pixel; others stay dark, as their weights are what they
  ///   were drawn as.
  package init(
    _ weights: Weights, on examples: Examples, lit: [Bool], planeRows: Int, planeColumns: Int,
    threads: Int = 1
  ) {
    let network = InputGradient(weights, values: examples.values)
    let classes = weights.layout.classes
    let found = parallelMap(count: classes, threads: threads) { kind in
      ascend(network, to: kind, lit: lit, rows: planeRows, columns: planeColumns)
    }
    probabilities = found.map(\.probability)
    let scores = Workspace(layout: weights.layout, capacity: 64)
      .activations(weights, on: examples, layer: weights.layout.layers.count)
    var surest = [Int?](repeating: nil, count: classes)
    var best = [Double](repeating: .nan, count: classes)
    for example in examples.labels.indices {
      let row = scores[example * classes..<(example + 1) * classes].map(Double.init)
      let kind = Int(examples.labels[example])
      let probability = softmax(row)[kind]
      if surest[kind] == nil ? probability.isFinite : probability > best[kind] {
        (surest[kind], best[kind]) = (example, probability)
      }
    }
    self.surest = surest
    surestProbabilities = best
    let (rows, columns) = (planeRows, planeColumns)
    var pixels = [UInt8](repeating: 0, count: 2 * rows * classes * columns)
    let real = rasterOf(surest, in: examples, across: classes, rows: rows, columns: columns)
    for kind in 0..<classes {
      for r in 0..<rows {
        for c in 0..<columns {
          let value = (found[kind].input[r * columns + c] * 255).rounded()
          pixels[r * classes * columns + kind * columns + c] = value.isNaN ? 0 : UInt8(value)
        }
      }
    }
    pixels.replaceSubrange((rows * classes * columns)..<pixels.count, with: real.pixels)
    pictures = Raster(width: classes * columns, height: 2 * rows, pixels: pixels)
  }

  package func table() -> Table {
    Table([
      Table.Column("class", .integers(Array(probabilities.indices))),
      Table.Column("probability", .singles(probabilities.map { Float($0) })),
      Table.Column("image", .integers(surest)),
      Table.Column("image_probability", .singles(surestProbabilities.map { Float($0) })),
    ])
  }

  /// The inputs side by side, and the images below them.
  package func raster() -> Raster { pictures }
}

/// An input, its pixels from 0 to 1, and the probability of the class.
private func ascend(
  _ network: InputGradient, to kind: Int, lit: [Bool], rows: Int, columns: Int
) -> (input: [Double], probability: Double) {
  var input = lit.map { $0 ? PreferredInputs.grey : 0 }
  for _ in 0..<PreferredInputs.steps {
    let gradient = zip(network.ofScore(input, kind: kind), lit).map { $1 ? $0 : 0 }
    let length =
      (gradient.reduce(0) { $0 + $1 * $1 } / Double(max(lit.count { $0 }, 1))).squareRoot()
    guard length > 0, length.isFinite else { break }
    for pixel in input.indices where lit[pixel] {
      let moved =
        PreferredInputs.decay * input[pixel] + PreferredInputs.stride * gradient[pixel] / length
      input[pixel] = min(1, max(0, moved))
    }
    input = zip(smoothed(input, rows, columns), lit).map { $1 ? $0 : 0 }
  }
  let brightest = input.max() ?? 0
  if brightest > 0 { input = input.map { $0 / brightest } }
  return (input, softmax(network.scores(input))[kind])
}

private func smoothed(_ input: [Double], _ rows: Int, _ columns: Int) -> [Double] {
  func along(_ values: [Double], _ count: Int, _ place: (Int, Int) -> Int, _ lines: Int) -> [Double]
  {
    var out = values
    for line in 0..<lines {
      for at in 0..<count {
        let before = values[place(line, max(at - 1, 0))]
        let after = values[place(line, min(at + 1, count - 1))]
        out[place(line, at)] = (before + 2 * values[place(line, at)] + after) / 4
      }
    }
    return out
  }
  let across = along(input, columns, { $0 * columns + $1 }, rows)
  return along(across, rows, { $1 * columns + $0 }, columns)
}

/// What scores give as probabilities.
private func softmax(_ scores: [Double]) -> [Double] {
  let largest = scores.max() ?? 0
  let powers = scores.map { Elementary.exp($0 - largest) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}
