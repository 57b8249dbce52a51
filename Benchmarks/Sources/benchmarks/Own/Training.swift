import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics

/// Networks as their own users train them, through the engine's calls.
struct Subject {
  let layers: [Int]
  let method: String
  let optimizer: Optimizer

  static let all = [[784, 100, 10], [784, 100, 100, 100, 10]].flatMap { layers in
    [
      Subject(layers: layers, method: "sgd", optimizer: .sgd),
      Subject(layers: layers, method: "momentum", optimizer: .momentum(0.9)),
      Subject(
        layers: layers, method: "adam",
        optimizer: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)),
    ]
  }

  var name: String { "\(layers.map(String.init).joined(separator: "-")), \(method)" }
  var layout: NetworkLayout { NetworkLayout(Experiment.Network(layers: layers)) }

  func network(_ individual: Int = 0) -> Weights {
    Weights.initial(
      layout: layout, scheme: .glorotUniform, scale: 1, filter: nil,
      stream: RandomStream(
        seed: 1, purpose: .initialization, individual: UInt32(individual)))
  }

  func request(steps: Int) -> TrainingRequest {
    TrainingRequest(steps: steps, batch: 64, learningRate: 0.05, optimizer: optimizer)
  }
}

extension Suite {
  /// The training step with batches of 64 drawn from all training images, on one thread: each step's
  /// images come from memory, as in a run.
  mutating func steps(_ inputs: Inputs, _ which: [Input]) throws {
    let names = Subject.all.map { "training step \($0.name)" }
    guard names.contains(where: wants) else { return }
    for input in which {
      let examples = try inputs.open(input).training
      for (subject, name) in zip(Subject.all, names) {
        step(name, subject, input, examples)
      }
    }
  }

  private mutating func step(
    _ name: String, _ subject: Subject, _ input: Input, _ examples: Examples
  ) {
    let steps = 100
    var weights = subject.network()
    var state: OptimizerState?
    let workspace = Workspace(layout: subject.layout, capacity: 128)
    var iteration: UInt32 = 0
    time(name, input: input, .microseconds, parts: steps) {
      iteration += 1
      workspace.train(
        &weights, state: &state, on: examples, subject.request(steps: steps),
        stream: RandomStream(seed: 1, purpose: .minibatches, iteration: iteration))
    }
  }

  /// Twenty networks as a population: evaluation and training on one thread and on two.
  mutating func populations(_ inputs: Inputs, _ which: [Input]) throws {
    let (evaluation, training) = (
      "evaluation of 20 networks on 10,000 images", "100 training steps of 20 networks"
    )
    guard wants(evaluation) || wants(training) else { return }
    for input in which {
      let data = try inputs.open(input)
      let networks = (0..<20).map { Subject.all[0].network($0) }
      threads(evaluation, input) { evaluate(networks, on: data.test, threads: $0) }
      threads(training, input) {
        train(networks, on: data.training, threads: $0)
      }
    }
  }

  private mutating func threads(
    _ name: String, _ input: Input, _ body: @escaping (_ threads: Int) -> Void
  ) {
    guard wants(name) else { return }
    let taken = interleaved(repetitions: repetitions, [{ body(1) }, { body(2) }])
    add("\(name), one thread", input: input, unit: "ms", taken[0].map { $0 * 1e3 })
    add("\(name), two threads", input: input, unit: "ms", taken[1].map { $0 * 1e3 })
    add(
      "\(name), two threads over one", input: input, unit: "times faster",
      zip(taken[0], taken[1]).map { $0 / $1 })
  }
}

private func evaluate(_ networks: [Weights], on examples: Examples, threads: Int) {
  let layout = networks[0].layout
  _ = parallelMap(
    count: networks.count, threads: threads,
    workspace: { Workspace(layout: layout, capacity: 128) },
    body: { index, workspace in workspace.evaluate(networks[index], on: examples).correct })
}

private func train(_ networks: [Weights], on examples: Examples, threads: Int) {
  let layout = networks[0].layout
  _ = parallelMap(
    count: networks.count, threads: threads,
    workspace: { Workspace(layout: layout, capacity: 128) },
    body: { index, workspace in
      var weights = networks[index]
      var state: OptimizerState?
      workspace.train(
        &weights, state: &state, on: examples, Subject.all[0].request(steps: 100),
        stream: RandomStream(seed: 1, purpose: .minibatches, individual: UInt32(index)))
    })
}
