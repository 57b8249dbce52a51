import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

@Suite("Teaching")
struct TeachingTests {
  private let share = 0.7
  private let temperature = 2.0

  /// The softmax of scores at a temperature, in binary64.
  private func softmax(_ scores: [Double], _ temperature: Double = 1) -> [Double] {
    let largest = scores.max()!
    let powers = scores.map { Elementary.exp(($0 - largest) / temperature) }
    return powers.map { $0 / powers.reduce(0, +) }
  }

  /// (1 - share) CE(label) + share T² CE(teacher at T), the mean over examples, in binary64.
  private func loss(_ student: Weights, _ teacher: Weights, _ examples: Examples, _ rows: [Int])
    -> Double
  {
    let classes = student.layout.classes
    func scores(_ weights: Weights) -> [[Double]] {
      let all = weights.activations(
        on: examples.selecting(rows), layer: weights.layout.layers.count, threads: 1)
      return rows.indices.map { row in
        (0..<classes).map { Double(all[row * classes + $0]) }
      }
    }
    let (own, others) = (scores(student), scores(teacher))
    return rows.indices.reduce(0) { sum, row in
      let hard = -Elementary.log(softmax(own[row])[Int(examples.labels[rows[row]])])
      let q = softmax(others[row], temperature)
      let soft = zip(q, softmax(own[row], temperature)).reduce(0) {
        $0 - $1.0 * Elementary.log($1.1)
      }
      return sum + (1 - share) * hard + share * temperature * temperature * soft
    } / Double(rows.count)
  }

  @Test(
    "a step goes along the gradient of the loss as finite differences give it", arguments: [1, 3])
  func gradient(threads: Int) {
    let one = Case(layers: [12, 6, 4], activation: .tanh, count: 30, lit: 0.5)
    let teacher = Case(layers: [12, 9, 4], activation: .tanh, count: 30, lit: 0.5).weights
    let teaching = Teaching(
      by: teacher, on: one.examples, temperature: temperature, share: share, threads: threads)
    let stream = RandomStream(seed: 3, purpose: .minibatches, iteration: 1, individual: 2)
    var (weights, state) = (one.weights, OptimizerState?.none)
    // What momentum keeps of one step is the gradient.
    Workspace(layout: one.layout, capacity: 16).train(
      &weights, state: &state, on: one.examples,
      TrainingRequest(
        batch: 16, learningRates: [0], optimizer: .momentum(0), teaching: teaching),
      stream: stream, threads: threads)
    var draws = stream
    let rows = (0..<16).map { _ in draws.bounded(30) }
    let width = 1.0 / 64
    for layer in 0..<2 {
      for place in one.weights.matrix(layer).indices where place % 5 == 0 {
        func moved(_ by: Double) -> Double {
          var matrices = (0..<2).map { one.weights.matrix($0) }
          matrices[layer][place] += Float(by)
          return loss(
            Weights(layout: one.layout, matrices: matrices), teacher, one.examples, rows)
        }
        // Binary32 scores are within 1e-6, and the third derivative's term is below 1e-3.
        let expected = (moved(width) - moved(-width)) / (2 * width)
        let own = Double(state!.first.matrix(layer)[place])
        #expect((own - expected).magnitude < 2e-3 + 0.02 * expected.magnitude)
      }
    }
    #expect(state!.first.matrix(0).contains { $0.magnitude > 0.01 })
  }

  @Test("answers are the same at any number of threads, and of a share of zero nothing is left")
  func threads() {
    let one = Case(layers: [12, 6, 4], count: 3000, lit: 0.5)
    let teacher = Case(layers: [12, 9, 4], activation: .tanh, count: 1).weights
    func trained(_ share: Double?, threads: Int) -> Weights {
      var (weights, state) = (one.weights, OptimizerState?.none)
      Workspace(layout: one.layout, capacity: 16).train(
        &weights, state: &state, on: one.examples,
        TrainingRequest(
          batch: 16, learningRates: [0.1, 0.1, 0.1], optimizer: .sgd,
          teaching: share.map {
            Teaching(
              by: teacher, on: one.examples, temperature: 3, share: $0, threads: threads)
          }),
        stream: RandomStream(seed: 3, purpose: .minibatches), threads: threads)
      return weights
    }
    let taught = trained(0.7, threads: 1)
    #expect(trained(0.7, threads: 2) == taught && trained(0.7, threads: 3) == taught)
    #expect(trained(0, threads: 1) == trained(nil, threads: 1))
    #expect(taught != trained(nil, threads: 1))
  }
}
