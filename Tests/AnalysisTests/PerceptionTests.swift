import HerdbookAnalysis
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

@Suite("What networks see")
struct PerceptionTests {
  /// Four pixels in a square, two units: the first adds pixels 0 and 1, the second pixels 2 and 3 and is silent below 1;
  /// class 0 follows the first, class 1 the second.
  private let weights = Weights(
    layout: NetworkLayout(Experiment.Network(layers: [4, 3, 2], activation: .relu, biases: true)),
    matrices: [[1, 0, -1, 1, 0, -1, 0, 1, -1, 0, 1, -1], [1, 0, 0, 1, 0.5, 0.5]],
    biases: [[0, -1, -1], [0, 0]])

  private func examples(_ images: [[UInt8]], _ labels: [UInt8]) -> Examples {
    let matrix = ByteMatrix(rows: images.count, columns: 4) { row, span in
      for column in 0..<4 { span[column] = images[row][column] }
    }
    return Examples(
      images: matrix, rows: (0..<images.count).map { Int32($0) }, labels: labels,
      values: (0..<256).map { Float($0) / 255 })
  }

  private var digits: Examples {
    examples(
      [[255, 0, 0, 0], [255, 255, 0, 0], [0, 0, 255, 255], [0, 0, 255, 0], [0, 0, 0, 0]],
      [0, 0, 1, 1, 1])
  }

  @Test("means by class, the share of examples a unit fires on, and what excites it most")
  func activations() {
    let found = Activations(
      weights, on: digits, order: [1, 0, 2], planeRows: 2, planeColumns: 2)
    #expect(found.means == [[1.5, 0], [0, 1.0 / 3], [0, 0]])
    #expect(found.firing == [0.4, 0.2, 0])
    #expect(found.exciting.map(\.unit) == [1, 0, 2])
    #expect(found.exciting[0].images == [2, 0, 1, 3, 4])
    #expect(found.exciting[1].images.prefix(2) == [1, 0] && found.exciting[1].values[0] == 2)
    // The first image of the first row is example 2.
    let raster = found.raster()
    #expect(raster.width == 18 && raster.height == 6)
    #expect(Array(raster.pixels.prefix(2)) == [0, 0])
    #expect(Array(raster.pixels[18..<20]) == [255, 255])
  }

  @Test(
    "a preferred input lights what its class follows, keeps unlit pixels dark, and is read as its class"
  )
  func preferred() {
    let found = PreferredInputs(
      weights, on: digits, lit: [true, true, true, false], planeRows: 2, planeColumns: 2)
    let raster = found.raster()
    #expect(raster.width == 4 && raster.height == 4)
    let zero = [raster.pixels[0], raster.pixels[1], raster.pixels[4], raster.pixels[5]]
    #expect(zero[0] == 255 || zero[1] == 255)
    #expect(zero[3] == 0 && zero[2] < min(zero[0], zero[1]))
    #expect(found.probabilities[0] > 0.6)
    #expect(found.surest == [1, 2])
    // softmax of [2, 0]
    #expect((found.surestProbabilities[0] - 0.880797).magnitude < 1e-5)
    #expect(
      Array(raster.pixels[8..<10]) == [255, 255] && Array(raster.pixels[14..<16]) == [255, 255])
  }

  @Test("the gradient that an input follows is that of finite differences, for each activation")
  func gradient() {
    for activation in [Experiment.Network.Activation.relu, .tanh, .sigmoid] {
      let network = Weights(
        layout: NetworkLayout(
          Experiment.Network(layers: [4, 3, 2], activation: activation, biases: true)),
        matrices: [
          [0.9, -0.2, 0.4, 0.3, 0.8, -0.5, -0.6, 0.1, 0.7, 0.2, -0.3, 0.6],
          [0.5, -0.7, -0.4, 0.9, 0.3, 0.2],
        ], biases: [[0.1, 0.2, 0.05], [0, 0.1]])
      let input = [0.3, 0.6, 0.2, 0.8]
      func score(_ input: [Double]) -> Double {
        let scores = InputGradient(network, values: (0..<256).map { Float($0) / 255 }).scores(input)
        return scores[1] - (scores[0] + scores[1]) / 2
      }
      let found = InputGradient(network, values: (0..<256).map { Float($0) / 255 })
        .ofScore(input, kind: 1)
      for pixel in 0..<4 {
        var (up, down) = (input, input)
        up[pixel] += 1e-5
        down[pixel] -= 1e-5
        #expect((found[pixel] - (score(up) - score(down)) / 2e-5).magnitude < 1e-6)
      }
    }
  }
}
