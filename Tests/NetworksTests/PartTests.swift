import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

@Suite("Passes in parts")
struct PartTests {
  /// More examples than two parts hold.
  static let examples: Examples = {
    var stream = RandomStream(seed: 9, purpose: .bootstrap)
    let bytes = (0..<2500 * 12).map { _ in UInt8(stream.bounded(256)) }
    let images = ByteMatrix(rows: 2500, columns: 12) { row, span in
      for column in 0..<12 { span[column] = bytes[row * 12 + column] }
    }
    return Examples(
      images: images, rows: (0..<2500).map { Int32($0) },
      labels: (0..<2500).map { _ in UInt8(stream.bounded(3)) },
      values: (0..<256).map { Float($0) / 255 })
  }()
  static let weights: Weights = {
    var stream = RandomStream(seed: 8, purpose: .bootstrap)
    return Weights(
      layout: NetworkLayout(Experiment.Network(layers: [12, 5, 3])),
      matrices: [12 * 5, 5 * 3].map { count in (0..<count).map { _ in Float(stream.normal()) } })
  }()

  @Test("are those of one workspace for any number of threads", arguments: [1, 2, 3, 8])
  func threads(count: Int) {
    let workspace = Workspace(layout: Self.weights.layout, capacity: 128)
    let whole = workspace.evaluate(Self.weights, on: Self.examples)
    let parts = Self.weights.evaluation(on: Self.examples, threads: count)
    #expect(parts == whole)
    for layer in 1...2 {
      #expect(
        Self.weights.activations(on: Self.examples, layer: layer, threads: count)
          == workspace.activations(Self.weights, on: Self.examples, layer: layer))
    }
  }

  @Test("of no examples are empty")
  func none() {
    let parts = Self.weights.evaluation(on: Self.examples.selecting([]), threads: 2)
    #expect(parts.correct == 0 && parts.predictions.isEmpty && parts.loss.isNaN)
  }
}
