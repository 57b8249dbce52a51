import HerdbookAnalysis
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

@Suite("Confusion and samples")
struct ConfusionTests {
  /// Scores are the two pixels.
  static let weights = network([2, 2], [[1, 0, 0, 1]])
  static let images = examples(
    [[255, 0], [255, 0], [0, 255], [51, 204], [255, 0], [0, 0]], labels: [0, 1, 1, 0, 1, 0])

  private func confusion(_ weights: Weights, most: Int) -> Confusion {
    let workspace = Workspace(layout: weights.layout, capacity: 4)
    return Confusion(
      weights, workspace.evaluate(weights, on: Self.images), on: Self.images, most: most,
      planeRows: 1, planeColumns: 2)
  }

  @Test("counts are truth by prediction, and a tie is the lowest class's")
  func counts() {
    let confusion = confusion(Self.weights, most: 10)
    #expect(confusion.counts == [[2, 1], [2, 1]])
    let table = confusion.table()
    #expect(table.names == ["truth", "predicted", "count"])
    #expect(table.integers("truth") == [0, 0, 1, 1])
    #expect(table.integers("predicted") == [0, 1, 0, 1])
    #expect(table.integers("count") == [2, 1, 2, 1])
  }

  @Test("the surest mistakes come first, ties by the first image")
  func mistakes() throws {
    let confusion = confusion(Self.weights, most: 10)
    #expect(confusion.mistakes.map(\.image) == [1, 4, 3])
    #expect(confusion.mistakes.map(\.truth) == [1, 1, 0])
    #expect(confusion.mistakes.map(\.predicted) == [0, 0, 1])
    for (mistake, margin) in zip(confusion.mistakes, [1, 1, 0.6]) {
      let expected = 1 / (1 + Elementary.exp(-margin))
      #expect((mistake.probability - expected).magnitude < 1e-7)
    }
    let table = confusion.mistakesTable()
    #expect(table.names == ["position", "image", "truth", "predicted", "probability"])
    #expect(table.integers("position") == [0, 1, 2])
    #expect(table.integers("image") == [1, 4, 3])
    let raster = confusion.raster()
    #expect(raster == Raster(width: 6, height: 1, pixels: [255, 0, 255, 0, 51, 204]))
  }

  @Test("no more mistakes are kept than asked for")
  func most() {
    #expect(confusion(Self.weights, most: 2).mistakes.map(\.image) == [1, 4])
    #expect(confusion(Self.weights, most: 2).raster().width == 4)
  }

  @Test("without mistakes there is an empty table and a blank picture")
  func none() {
    let right = examples([[255, 0], [0, 255]], labels: [0, 1])
    let evaluation = Workspace(layout: Self.weights.layout, capacity: 4)
      .evaluate(Self.weights, on: right)
    let confusion = Confusion(
      Self.weights, evaluation, on: right, most: 5, planeRows: 1, planeColumns: 2)
    #expect(confusion.mistakes.isEmpty)
    #expect(confusion.mistakesTable().rowCount == 0)
    #expect(confusion.raster() == Raster(width: 2, height: 1, pixels: [0, 0]))
  }

  @Test("a diverged network's mistakes keep an order: those without a probability last")
  func diverged() {
    let confusion = confusion(network([2, 2], [[.nan, .nan, .nan, .nan]]), most: 10)
    // All is predicted 0; 1, 2 and 4 are wrong and have no probability.
    #expect(confusion.counts == [[3, 0], [3, 0]])
    #expect(confusion.mistakes.map(\.image) == [1, 2, 4])
    #expect(confusion.mistakes.allSatisfy { $0.probability.isNaN })
  }

  @Test("samples are the first of each class, in rows, with room where a class has fewer")
  func samples() {
    let training = examples(
      [[10, 0, 0], [0, 20, 0], [30, 0, 0], [40, 0, 0]], labels: [0, 2, 0, 0])
    let samples = Samples(training, classes: 3, perClass: 2, planeRows: 1, planeColumns: 3)
    #expect(samples.positions == [0, 2, nil, nil, 1, nil])
    #expect(samples.lit == [0.75, 0.25, 0])
    #expect(samples.isLit == [true, true, false])
    #expect(
      samples.picture
        == Raster(
          width: 6, height: 3,
          pixels: [10, 0, 0, 30, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 0]))
    let table = samples.table()
    #expect(table.names == ["position", "image", "label"])
    #expect(table.integers("position") == [0, 1, 2, 3, 4, 5])
    #expect(table.integers("image") == [0, 2, nil, nil, 1, nil])
    #expect(table.integers("label") == [0, 0, 1, 1, 2, 2])
    let pixels = samples.pixelsTable()
    #expect(pixels.names == ["pixel", "lit"])
    #expect(pixels.integers("pixel") == [0, 1, 2])
    #expect(pixels.reals("lit") == [0.75, 0.25, 0])
  }
}
