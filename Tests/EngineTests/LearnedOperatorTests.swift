import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Testing

/// What a learned operator does, computed a second time in binary64 and with plain loops.
@Suite("Learned operator")
struct LearnedOperatorTests {
  private typealias Layers = [[Double]]

  private func layers(_ weights: Weights) -> Layers {
    weights.layout.layers.indices.map { layer in
      (weights.matrix(layer) + (weights.biases(layer) ?? [])).map(Double.init)
    }
  }

  private func product(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private func unit(_ values: [Double]) -> [Double] {
    let square = product(values, values)
    return square == 0 ? values : values.map { $0 / (square / Double(values.count)).squareRoot() }
  }

  /// The first layer's receptive fields filtered with a gaussian of sigma 1, each at its RMS.
  private func filtered(_ weights: Weights) -> Layers {
    var layers = layers(weights)
    let units = weights.layout.layers[0].outputs
    for unit in 0..<units {
      let field = (0..<36).map { layers[0][$0 * units + unit] }
      var out = [Double](repeating: 0, count: 36)
      for (a, b) in (0..<36).flatMap({ a in (0..<36).map { (a, $0) } }) {
        let (dr, dc) = (a / 6 - b / 6, a % 6 - b % 6)
        guard dr.magnitude <= 3, dc.magnitude <= 3 else { continue }
        out[a] += Elementary.exp(-Double(dr * dr + dc * dc) / 2) * field[b]
      }
      let factor = (product(field, field) / product(out, out)).squareRoot()
      for pixel in 0..<36 { layers[0][pixel * units + unit] = factor * out[pixel] }
    }
    return layers
  }

  /// Of networks with one hidden layer of rectified units.
  private func hebbian(_ weights: Weights, _ data: RunData) -> Layers {
    let (first, second) = (layers(weights)[0], layers(weights)[1])
    let (hidden, classes) = (weights.layout.layers[1].inputs, weights.layout.layers[1].outputs)
    let means = (0..<classes).map { label in
      let own = (0..<data.training.count).filter { data.training.labels[$0] == label }
      return (0..<36).map { pixel in
        own.reduce(0.0) { $0 + Double(data.training.input($1)[pixel]) } / Double(own.count)
      }
    }
    let active = means.map { mean in
      (0..<hidden).map { unit in
        let bias = weights.biases(0).map { Double($0[unit]) } ?? 0
        return max(0, (0..<36).reduce(bias) { $0 + mean[$1] * first[$1 * hidden + unit] })
      }
    }
    func centred(_ values: [[Double]], _ label: Int, _ index: Int) -> Double {
      values[label][index] - values.reduce(0) { $0 + $1[index] } / Double(classes)
    }
    var result = layers(weights).map { $0.map { _ in 0.0 } }
    for unit in 0..<hidden {
      for label in 0..<classes {
        for pixel in 0..<36 {
          result[0][pixel * hidden + unit] +=
            second[unit * classes + label] * centred(means, label, pixel)
        }
        result[1][unit * classes + label] = centred(active, label, unit)
      }
    }
    return result
  }

  @Test(
    "a child is its parent + s (scale N + lambda unit(sum of c phi / RMS)), and its path goes on",
    arguments: [false, true])
  func step(biases: Bool) throws {
    let experiment = smallExperiment {
      $0.network.biases = biases
      $0.approximator = Experiment.Approximator(
        kind: .operator, features: Experiment.Approximator.Feature.allCases, adapt: 0)
    }
    let breeder = smallBreeder(experiment)
    var parent = breeder.initial(id: 0).member
    let gradient = breeder.initial(id: 1).member.weights
    let coefficients = [[0.5, 0.25], [-1, 0.5], [0.25, 1], [2, -0.5], [-0.75, 1.5]]
    for iteration in 1...3 {
      let path = parent.path.map(layers) ?? layers(parent.weights).map { $0.map { _ in 0 } }
      let birth = breeder.child(
        id: 10 + iteration, iteration: iteration, first: parent, second: nil,
        coefficients: coefficients, gradient: { _ in gradient })
      let features = [
        path, layers(parent.weights), filtered(parent.weights),
        hebbian(parent.weights, smallData()),
        layers(gradient).map { $0.map { -$0 } },
      ]
      let noise = layers(
        Noise.normal(
          layout: breeder.layout,
          stream: RandomStream(
            seed: experiment.seed, purpose: .mutationNoise, iteration: UInt32(iteration),
            individual: UInt32(10 + iteration))
        ).values)
      for layer in 0..<2 {
        var sum = noise[layer].map { _ in 0.0 }
        for (feature, values) in features.enumerated() {
          sum = zip(sum, unit(values[layer])).map { $0 + coefficients[feature][layer] * $1 }
        }
        let step = zip(noise[layer], unit(sum)).map { 0.1 * $0 + 0.1 * $1 }
        let scale = breeder.layout.layers[layer].scale
        let child = layers(birth.member.weights)[layer]
        for (weight, (old, change)) in zip(child, zip(layers(parent.weights)[layer], step)) {
          #expect((weight - old - scale * change).magnitude < 1e-6)
        }
        let next = layers(try #require(birth.member.path))[layer]
        for (value, (old, change)) in zip(next, zip(path[layer], step)) {
          #expect((value - 0.8 * old - 0.2 * change).magnitude < 1e-6)
        }
      }
      parent = birth.member
    }
  }

  @Test(
    "coefficients follow the cosines of features with steps, weighed by centred ranks",
    arguments: [Experiment.Fitness.Direction.higher, .lower])
  func learning(direction: Experiment.Fitness.Direction) {
    let data = smallData()
    let experiment = smallExperiment {
      $0.approximator = Experiment.Approximator(
        kind: .operator, features: [.path, .weight, .hebbian], learningRate: 0.25)
      $0.fitness.direction = direction
      $0.mutation.rate = 0.7
    }
    let trace = Trace(experiment, data: data)
    #expect(trace.generations[0].coefficients == [[0, 0], [0, 0], [0, 0]])
    for (before, now) in zip(trace.generations, trace.generations.dropFirst()) {
      let births = now.members.indices.filter {
        trace.individuals[now.members[$0].id].birth == now.record.generation
      }
      let gains = births.map { now.members[$0].fitness - before.members[now.origins[$0]].fitness }
      let ranks = gains.map { gain in Double(gains.count { $0 < gain }) }
      let mean = ranks.reduce(0, +) / Double(ranks.count)
      let length = ranks.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
      let sign = direction == .higher ? 1.0 : -1
      var expected = before.coefficients.map { $0.map { 0.75 * $0 } }
      for (birth, rank) in zip(births, ranks) {
        let (child, parent) = (now.members[birth], before.members[now.origins[birth]])
        let seen = [
          parent.path.map(layers) ?? layers(parent.weights).map { $0.map { _ in 0 } },
          layers(parent.weights), hebbian(parent.weights, data),
        ]
        for layer in 0..<2 {
          let step = zip(layers(child.weights)[layer], layers(parent.weights)[layer]).map {
            $0 - $1
          }
          for feature in 0..<3 {
            let other = seen[feature][layer]
            let norm = (product(other, other) * product(step, step)).squareRoot()
            let cosine = norm > 0 ? product(other, step) / norm : 0
            expected[feature][layer] += 0.25 * sign * (rank - mean) / length * cosine
          }
        }
      }
      for (a, b) in zip(now.coefficients.joined(), expected.joined()) {
        #expect((a - b).magnitude < 1e-5)
      }
    }
    #expect(trace.generations[5].coefficients[0].contains { $0.magnitude > 0.01 })
  }

  @Test("the probe gradient is what a step of gradient descent takes away")
  func probe() {
    let breeder = smallBreeder(smallExperiment())
    let weights = breeder.initial(id: 3).member.weights
    let workspace = Workspace(layout: breeder.layout, capacity: 64)
    let gradient = breeder.probe(weights, iteration: 2, workspace)
    var moved = weights
    var state: OptimizerState?
    workspace.train(
      &moved, state: &state, on: smallData().training,
      TrainingRequest(steps: 1, batch: 64, learningRate: 1, optimizer: .sgd),
      stream: RandomStream(seed: 11, purpose: .probeImages, iteration: 2))
    let lengths = gradient.innerProducts(with: gradient)
    #expect(lengths.allSatisfy { $0 > 1e-4 })
    for layer in 0..<2 {
      let difference = zip(layers(weights)[layer], layers(moved)[layer]).map { $0 - $1 }
      for (a, b) in zip(difference, layers(gradient)[layer]) { #expect((a - b).magnitude < 1e-6) }
    }
  }

  @Test("what it learns is of use: in four of five runs, it ends before blind mutation")
  func useful() {
    func loss(_ seed: UInt64, _ kind: Experiment.Approximator.Kind) -> Double {
      Trace(
        smallExperiment {
          $0.seed = seed
          $0.iterations = 30
          $0.approximator = Experiment.Approximator(kind: kind)
        }
      ).outcome.validation.loss
    }
    #expect((1...5).count { loss($0, .operator) < loss($0, .none) } >= 4)
  }

  @Test("an individual whose weights are not finite is no trouble to the others")
  func diverged() {
    let trace = Trace(
      smallExperiment {
        $0.mutation.scale = .choice([0.1, 1e38])
        $0.approximator = Experiment.Approximator(kind: .operator)
        $0.selection.method = .random
      })
    #expect(trace.records.contains { $0.diverged > 0 })
    #expect(trace.generations.allSatisfy { $0.coefficients.joined().allSatisfy(\.isFinite) })
  }
}
