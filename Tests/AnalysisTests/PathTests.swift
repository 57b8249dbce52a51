import HerdbookAnalysis
import HerdbookModel
import HerdbookNetworks
import Testing

@Suite("Path through weight space")
struct PathTests {
  private static let layout = NetworkLayout(
    Experiment.Network(layers: [40, 30, 10], activation: .relu, biases: true))

  private func network(_ fill: (Int) -> Float) -> Weights {
    var at = 0
    func values(_ count: Int) -> [Float] {
      defer { at += count }
      return (at..<at + count).map(fill)
    }
    let first = (values(1200), values(30))
    let second = (values(300), values(10))
    return Weights(
      layout: Self.layout, matrices: [first.0, second.0], biases: [first.1, second.1])
  }

  @Test("eigenvalues and eigenvectors are those of NumPy")
  func eigen() {
    // numpy.linalg.eigh([[4, 1, -2, 0], [1, 3, 0.5, 1], [-2, 0.5, 5, -1], [0, 1, -1, 2]])
    let (values, vectors) = symmetricEigen(
      [4, 1, -2, 0, 1, 3, 0.5, 1, -2, 0.5, 5, -1, 0, 1, -1, 2], size: 4)
    let expected = [6.73541614, 3.91515534, 2.72266282, 0.6267657]
    for (found, value) in zip(values, expected) { #expect((found - value).magnitude < 1e-7) }
    let first = [0.6018686, 0.10773126, -0.76931491, 0.18520995]
    let sign = vectors[0][0] < 0 ? -1.0 : 1
    for (found, value) in zip(vectors[0], first) {
      #expect((sign * found - value).magnitude < 1e-7)
    }
    for a in 0..<4 {
      for b in 0..<4 {
        let product = zip(vectors[a], vectors[b]).reduce(0) { $0 + $1.0 * $1.1 }
        #expect((product - (a == b ? 1 : 0)).magnitude < 1e-12)
      }
    }
  }

  @Test("a straight path is one component, points of one place have none")
  func straight() {
    // Points at 0, 1, 2, 5 along a line.
    let places = [0.0, 1, 2, 5]
    let gram = (0..<16).map { places[$0 / 4] * places[$0 % 4] }
    let found = PrincipalComponents(gram: gram, count: 4, most: 2)
    #expect((found.shares[0] - 1).magnitude < 1e-12 && found.shares[1] < 1e-12)
    for (score, place) in zip(found.scores[0], places) {
      #expect((score - (place - 2)).magnitude < 1e-9)
    }
    let one = PrincipalComponents(gram: [Double](repeating: 0.3, count: 9), count: 3, most: 2)
    #expect(one.shares.isEmpty && one.scores.isEmpty)
  }

  @Test("a random walk has 61 % of its variance in its first component")
  func randomWalk() {
    let walk = PrincipalComponents.ofRandomWalk(points: 100, most: 3)
    // i, j = numpy.indices((100, 100)); H = numpy.eye(100) - 0.01
    // e = numpy.linalg.eigvalsh(H @ numpy.minimum(i, j) @ H)[::-1]; e[:3] / e.sum()
    for (found, value) in zip(walk.shares, [0.60803791, 0.15204699, 0.06760424]) {
      #expect((found - value).magnitude < 1e-8)
    }
  }

  @Test("a sketch keeps distances, is linear, and follows the seed")
  func sketch() {
    let sketch = WeightSketch(seed: 3, parameters: 1540)
    let (a, b) = (
      network { Float(($0 * 37 % 101) - 50) / 50 }, network { Float(($0 * 53 % 97) - 48) / 40 }
    )
    let (x, y) = (sketch(a), sketch(b))
    #expect(x.count == 1024)
    let apart = zip(x, y).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }.squareRoot()
    #expect((apart / a.distance(to: b) - 1).magnitude < 0.1)
    let doubled = sketch(network { 2 * Float(($0 * 37 % 101) - 50) / 50 })
    #expect(zip(x, doubled).allSatisfy { (2 * $0 - $1).magnitude < 1e-4 })
    #expect(WeightSketch(seed: 4, parameters: 1540)(a) != x)
    // One weight goes into one sum, as it is or with the other sign.
    let single = sketch(network { $0 == 700 ? 0.5 : 0 })
    #expect(single.filter { $0 != 0 }.map(\.magnitude) == [0.5])
  }

  @Test(
    "the path's table has the ancestors, and the first and the last population laid on their components"
  )
  func table() throws {
    let sketch = WeightSketch(seed: 0, parameters: 1540)
    var path = WeightPath()
    func moved(_ by: Float) -> Weights { network { Float($0 % 7) / 7 + ($0 == 5 ? by : 0) } }
    func ancestor(_ generation: Int) -> Int? { [0: 1, 4: 3, 8: 7][generation] }
    func add(_ generation: Int, _ members: [(Int, Float)]) {
      path.add(
        generation: generation, ids: members.map(\.0), weights: members.map { moved($0.1) }, sketch,
        threads: 2)
    }
    add(0, [(1, 0), (2, 9)])
    add(4, [(3, 3), (4, 1)])
    add(6, [(5, 4)])
    #expect(path.tables(ancestor: ancestor) == nil)
    add(8, [(7, 6), (8, 0)])
    #expect(path.tables { _ in 1 } == nil)
    let (points, components) = try #require(path.tables(ancestor: ancestor))
    guard case .integers(let generations) = points.columns[0].values,
      case .integers(let ids) = points.columns[1].values,
      case .texts(let kinds) = points.columns[2].values,
      case .singles(let first) = points.columns[3].values,
      case .singles(let second) = points.columns[4].values,
      case .singles(let shares) = components.columns[1].values
    else {
      Issue.record("columns have their types")
      return
    }
    #expect(generations == [0, 4, 8, 0, 8] && ids == [1, 3, 7, 2, 8])
    #expect(kinds == ["ancestor", "ancestor", "ancestor", "member", "member"])
    let sign: Float = first[2] < 0 ? -1 : 1
    for (found, place) in zip(first, [-3, 0, 3, 6, -3]) {
      #expect((sign * found - Float(place)).magnitude < 1e-3)
    }
    #expect(second.allSatisfy { $0.magnitude < 1e-3 })
    #expect((shares[0] - 1).magnitude < 1e-5)
  }
}
