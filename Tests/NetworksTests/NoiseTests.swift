import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

@Suite("Noise, filters and crossing")
struct NoiseTests {
  let layout = NetworkLayout(Experiment.Network(layers: [35, 6, 3]))

  private func stream(_ id: UInt32 = 0) -> RandomStream {
    RandomStream(seed: 9, purpose: .mutationNoise, iteration: 1, individual: id)
  }

  /// The naive two-dimensional convolution of one receptive field on a plane of 5 x 7, and its RMS.
  private func filtered(_ field: [Double], _ kernel: (Int, Int) -> Double, reach: Int) -> [Double] {
    var out = [Double](repeating: 0, count: 35)
    for r in 0..<5 {
      for c in 0..<7 {
        for dr in -reach...reach {
          for dc in -reach...reach
          where (0..<5).contains(r + dr) && (0..<7).contains(c + dc) {
            out[r * 7 + c] += kernel(dr, dc) * field[(r + dr) * 7 + c + dc]
          }
        }
      }
    }
    func power(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 } }
    let factor = (power(field) / power(out)).squareRoot()
    return out.map { $0 * factor }
  }

  static let laplacian: [[Double]] = [[0, -1, 0], [-1, 4, -1], [0, -1, 0]]

  @Test(
    "a kernel filter is a convolution over the plane at equal RMS, zero outside",
    arguments: [
      KernelFilter(shape: .gaussian, sigma: 1), KernelFilter(shape: .box, radius: 2),
      KernelFilter(shape: .laplacian), KernelFilter(shape: .differenceOfGaussians, sigma: 0.8),
    ])
  func convolution(kernel: KernelFilter) throws {
    let plain = Noise.normal(layout: layout, stream: stream())
    var noise = plain
    noise.filter(try #require(PlaneFilter(kernel, rows: 5, columns: 7, seed: 0)))
    func bell(_ sigma: Double, _ a: Int, _ b: Int) -> Double {
      Elementary.exp(-Double(a * a + b * b) / (2 * sigma * sigma))
    }
    func sum(_ sigma: Double) -> Double {
      let reach = Int((3 * sigma).rounded(.up))
      return (-reach...reach).reduce(0.0) { total, a in
        (-reach...reach).reduce(total) { $0 + bell(sigma, a, $1) }
      }
    }
    let weight: (Int, Int) -> Double = { a, b in
      switch kernel.shape {
      case .none: 0
      case .gaussian: max(a.magnitude, b.magnitude) <= 3 ? bell(1, a, b) : 0
      case .box: 1
      case .laplacian: NoiseTests.laplacian[a + 1][b + 1]
      case .differenceOfGaussians:
        (max(a.magnitude, b.magnitude) <= 3 ? bell(0.8, a, b) / sum(0.8) : 0)
          - bell(1.28, a, b) / sum(1.28)
      }
    }
    let reach = [KernelFilter.Shape.gaussian: 3, .box: 2, .laplacian: 1][kernel.shape] ?? 4
    let (before, after) = (plain.values.matrix(0), noise.values.matrix(0))
    for neuron in 0..<6 {
      let field = (0..<35).map { Double(before[$0 * 6 + neuron]) }
      let expected = filtered(field, weight, reach: reach)
      for pixel in 0..<35 {
        #expect((Double(after[pixel * 6 + neuron]) - expected[pixel]).magnitude < 2e-6)
      }
    }
    #expect(plain.values.matrix(1) == noise.values.matrix(1))
  }

  @Test("the placebo has the filtered noise's values at other pixels")
  func placebo() throws {
    var (honest, shuffled) = (
      Noise.normal(layout: layout, stream: stream()), Noise.normal(layout: layout, stream: stream())
    )
    honest.filter(
      try #require(
        PlaneFilter(
          KernelFilter(shape: .gaussian), rows: 5, columns: 7, seed: 0)))
    shuffled.filter(
      try #require(
        PlaneFilter(
          KernelFilter(shape: .gaussian, shuffle: true), rows: 5, columns: 7, seed: 0)))
    for neuron in 0..<6 {
      let (a, b) = (honest.values.matrix(0), shuffled.values.matrix(0))
      let left = (0..<35).map { a[$0 * 6 + neuron] }
      let right = (0..<35).map { b[$0 * 6 + neuron] }
      #expect(left != right)
      #expect(left.sorted() == right.sorted())
    }
  }

  @Test("mutation adds noise in units of each layer's scale, to real parameters only")
  func scale() {
    let layout = NetworkLayout(Experiment.Network(layers: [100, 60, 10], biases: true))
    var weights = Weights(layout: layout)
    weights.add(Noise.normal(layout: layout, stream: stream()), factor: 0.5)
    for index in 0..<2 {
      let values = weights.matrix(index).map(Double.init)
      let rms = (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
      let expected = 0.5 * layout.layers[index].scale
      // Four standard errors of a deviation: expected / sqrt(2 n).
      #expect((rms - expected).magnitude < 4 * expected / (2 * Double(values.count)).squareRoot())
      #expect(weights.biases(index)?.allSatisfy { $0 != 0 } == true)
    }
  }

  @Test("a rate keeps that share of the noise")
  func mask() {
    let layout = NetworkLayout(Experiment.Network(layers: [100, 60, 10]))
    var noise = Noise.normal(layout: layout, stream: stream())
    noise.mask(
      rate: 0.25, stream: RandomStream(seed: 9, purpose: .mutationMask, iteration: 1))
    let kept = noise.values.matrix(0).count { $0 != 0 }
    #expect((Double(kept) - 1500).magnitude < 4 * (6000 * 0.25 * 0.75).squareRoot())
  }

  @Test(
    "initial weights have their scheme's spread",
    arguments: Experiment.Initialization.Scheme.allCases)
  func initialization(scheme: Experiment.Initialization.Scheme) {
    let layout = NetworkLayout(Experiment.Network(layers: [200, 100, 10]))
    let weights = Weights.initial(
      layout: layout, scheme: scheme, scale: 0.5, filter: nil, stream: stream())
    let values = weights.matrix(0).map(Double.init)
    let rms = (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
    let spread = 0.5 * scheme.spread(inputs: 200, outputs: 100)
    switch scheme {
    case .glorotUniform, .heUniform, .uniform:
      #expect((rms - spread / 3.squareRoot()).magnitude < 0.02 * spread)
      #expect(values.allSatisfy { $0.magnitude <= spread })
    case .glorotNormal, .heNormal, .normal:
      #expect((rms - spread).magnitude < 0.03 * spread)
    }
  }

  @Test("neuron crossover takes a hidden unit whole, with what enters and leaves it")
  func neurons() {
    let one = Weights(
      layout: layout, matrices: [.init(repeating: 1, count: 210), .init(repeating: 1, count: 18)])
    let two = Weights(
      layout: layout, matrices: [.init(repeating: 2, count: 210), .init(repeating: 2, count: 18)])
    let (child, share, seconds) = Weights.crossingNeurons(one, two, stream: stream())
    let (incoming, outgoing) = (child.matrix(0), child.matrix(1))
    var taken = 0
    for neuron in 0..<6 {
      let origin = incoming[neuron]
      if origin == 2 { taken += 1 }
      #expect((0..<35).allSatisfy { incoming[$0 * 6 + neuron] == origin })
      #expect((0..<3).allSatisfy { outgoing[neuron * 3 + $0] == origin })
    }
    #expect(taken > 0 && taken < 6)
    #expect(seconds == (0..<6).map { incoming[$0] == 2 })
    #expect((share - (1 - Double(taken) / 6)).magnitude < 1e-12)
  }

  @Test("uniform crossover takes each parameter from one parent or the other, about half each")
  func uniform() {
    let layout = NetworkLayout(Experiment.Network(layers: [100, 60, 10]))
    let one = Weights(
      layout: layout, matrices: [.init(repeating: 1, count: 6000), .init(repeating: 1, count: 600)])
    let two = Weights(
      layout: layout, matrices: [.init(repeating: 2, count: 6000), .init(repeating: 2, count: 600)])
    let (child, share) = Weights.crossingUniformly(one, two, stream: stream())
    let values = child.matrix(0) + child.matrix(1)
    #expect(values.allSatisfy { $0 == 1 || $0 == 2 })
    #expect((share - 0.5).magnitude < 4 * 0.5 / 6600.0.squareRoot())
    #expect((share * 6600).rounded() == Double(values.count { $0 == 1 }))
  }

  @Test("a network that diverged is canonical NaN, and not finite")
  func diverged() {
    var weights = Weights(layout: layout)
    #expect(weights.isFinite)
    weights.diverge()
    #expect(!weights.isFinite)
    #expect(weights.matrix(0).allSatisfy { $0.bitPattern == 0x7fc0_0000 })
  }

  @Test("distance is the L2 norm of the difference")
  func distance() {
    var other = Weights(layout: layout)
    other.add(Noise.normal(layout: layout, stream: stream()), factor: 1)
    let sum = (other.matrix(0) + other.matrix(1)).reduce(0.0) { $0 + Double($1) * Double($1) }
    let distance = Weights(layout: layout).distance(to: other)
    #expect((distance - sum.squareRoot()).magnitude < 1e-12)
  }
}
