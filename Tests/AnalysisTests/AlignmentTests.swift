import HerdbookAnalysis
import HerdbookNetworks
import Testing

/// What centered kernel alignment does not see, and where it ends.
@Suite("Alignment of layers")
struct AlignmentTests {
  /// Five images of two pixels.
  private let images = examples(
    [[10, 200], [30, 40], [250, 90], [120, 220], [60, 130]], labels: [0, 1, 0, 1, 0])
  private let first = network([2, 3, 2], [[1, 0.5, -0.5, 0.25, 1, 2], [1, -1, 0.5, 1, -2, 0.5]])

  @Test("a network is aligned with itself, with its units in another order, and at any scale")
  func same() {
    // Units 2, 0, 1 and twice the weights into them; the outputs get half of each.
    let moved = network([2, 3, 2], [[-1, 2, 1, 4, 0.5, 2], [-1, 0.25, 0.5, -0.5, 0.25, 0.5]])
    for other in [first, moved] {
      let alignment = LayerAlignment(first, other, on: images)
      #expect(alignment.images == 5)
      #expect((alignment.values[0][0] - 1).magnitude < 1e-6)
      #expect((alignment.values[1][1] - 1).magnitude < 1e-6)
      #expect((alignment.values[0][1] - 1).magnitude > 1e-3)
    }
  }

  @Test(
    "layers of any number and width are held against each other, hidden ones before the outputs")
  func shapes() {
    let deep = network(
      [2, 1, 4, 2], [[1, 1], [1, -1, 0.5, 2], [1, 0, 0, 1, 1, 1, 0.5, 0.25]])
    let alignment = LayerAlignment(first, deep, on: images)
    #expect(alignment.values.map(\.count) == [3, 3])
    let back = LayerAlignment(deep, first, on: images, threads: 3)
    for row in 0..<2 {
      for column in 0..<3 {
        let (a, b) = (alignment.values[row][column], back.values[column][row])
        #expect(a.isFinite && (a - b).magnitude < 1e-12)
      }
    }
  }

  @Test(
    "a layer that tells no two images apart is aligned with nothing, and three images are too few")
  func nothing() {
    let dead = network([2, 3, 2], [[-1, -1, -1, -1, -1, -1], [1, 1, 1, 1, 1, 1]])
    #expect(LayerAlignment(first, dead, on: images).values.joined().allSatisfy { $0.isNaN })
    // The mean of seven tenths is no tenth in binary.
    let saturated = LayerResponses([Double](repeating: 0.1, count: 14), units: 2)
    let varied = LayerResponses((0..<14).map(Double.init), units: 2)
    #expect(saturated.alignment(with: varied).isNaN && varied.alignment(with: saturated).isNaN)
    let few = images.selecting(0..<3)
    #expect(LayerAlignment(first, first, on: few).values.joined().allSatisfy { $0.isNaN })
  }
}
