package import HerdbookModel
package import HerdbookNetworks
import HerdbookNumerics

/// A newborn before training: its weights, and what the herd book says of it.
package struct Birth: Sendable {
  package var member: Member
  package let individual: Individual
  /// How its step went with each feature that a learned operator looks at: [features][layers]; empty where
  /// none guided it.
  var cosines: [[Double]] = []
}

/// What births of one run have in common.
package struct Breeder: Sendable {
  let experiment: Experiment
  let seed: UInt64
  package let layout: NetworkLayout
  let mutationFilter: PlaneFilter?
  let initializationFilter: PlaneFilter?
  let learnedOperator: LearnedOperator?
  /// The training images, whose number bounds a drawn batch.
  let training: Examples
  /// What generation 0 begins with, where the experiment has a transfer.
  let transfer: TransferSource?
  /// The same as generation 0 takes it.
  let inheritance: Inheritance?

  package init(
    experiment: Experiment, seed: UInt64, data: RunData, transfer: TransferSource? = nil
  ) {
    precondition(
      (experiment.transfer == nil) == (transfer == nil),
      "a source is given where the experiment transfers, and only there")
    self.experiment = experiment
    self.seed = seed
    layout = NetworkLayout(experiment.network)
    func filter(_ kernel: KernelFilter) -> PlaneFilter? {
      PlaneFilter(kernel, rows: data.planeRows, columns: data.planeColumns, seed: seed)
    }
    mutationFilter = filter(experiment.mutation.kernel)
    initializationFilter = filter(experiment.network.initialization.kernel)
    learnedOperator = LearnedOperator(experiment, data: data, classes: layout.classes)
    training = data.training
    self.transfer = transfer
    inheritance = transfer.flatMap { [layout] source in
      experiment.transfer.flatMap { Inheritance(from: source, $0, layout: layout) }
    }
  }

  func stream(_ purpose: RandomPurpose, iteration: Int, id: Int) -> RandomStream {
    RandomStream(
      seed: seed, purpose: purpose, iteration: UInt32(iteration), individual: UInt32(id))
  }

  /// An individual of generation 0.
  package func initial(id: Int) -> Birth {
    let hyperparameters = drawn(id: id)
    func fresh() -> Weights {
      Weights.initial(
        layout: layout, scheme: experiment.network.initialization.scheme,
        scale: hyperparameters.initializationScale, filter: initializationFilter,
        stream: stream(.initialization, iteration: 0, id: id))
    }
    let inherited = inheritance?.founder(
      id: id, drawn: fresh,
      noise: { Noise.normal(layout: layout, stream: stream(.transferNoise, iteration: 0, id: id)) })
    return Birth(
      member: Member(
        id: id, weights: inherited ?? fresh(), optimizer: nil, hyperparameters: hyperparameters,
        unitFounders: tracksUnits ? Array(repeating: Int32(id), count: layout.hiddenUnits) : [],
        fitness: .nan, evaluation: nil, digest: []),
      individual: Individual(
        id: id, parents: [], birth: 0,
        operator: inherited == nil ? .initialization : .transfer, hyperparameters: hyperparameters))
  }

  /// A child of one or two members, crossed and mutated.
  ///
  /// - Parameter coefficients: of the learned operator; where the experiment has none, they do nothing.
  /// - Parameter gradient: the mean gradient of the loss on the probe images.
  /// - Parameter loss: the mean loss on the images of preselection; asked where the experiment has it.
  package func child(
    id: Int, iteration: Int, first: Member, second: Member?, coefficients: [[Double]] = [],
    gradient: (Weights) -> Weights = { Weights(layout: $0.layout) },
    loss: (Weights) -> Double = { _ in .nan }
  ) -> Birth {
    var (weights, share) = (first.weights, 1.0)
    var unitFounders = first.unitFounders
    if let second {
      let seconds: [Bool]
      (weights, share, seconds) = crossing(
        first, second, stream(.crossover, iteration: iteration, id: id))
      for unit in unitFounders.indices where seconds[unit] {
        unitFounders[unit] = second.unitFounders[unit]
      }
    }
    let main = share >= 0.5 ? first : second ?? first
    let parents =
      second.map { share >= 0.5 ? [first.id, $0.id] : [$0.id, first.id] } ?? [first.id]
    let hyperparameters = mutated(main.hyperparameters, iteration: iteration, id: id)
    let view = learnedOperator?.view(of: weights, path: main.path, gradient: gradient) ?? []
    let step = mutate(
      &weights, towards: learnedOperator?.proposal(view, coefficients), hyperparameters,
      iteration: iteration, id: id, loss: loss)
    let `operator`: Individual.Operator =
      second == nil
      ? (step != nil ? .mutation : .copy) : (step != nil ? .crossoverMutation : .crossover)
    return Birth(
      member: Member(
        id: id, weights: weights, optimizer: main.optimizer, hyperparameters: hyperparameters,
        path: path(main.path, after: step), unitFounders: unitFounders, fitness: .nan,
        evaluation: nil, history: main.history, digest: []),
      individual: Individual(
        id: id, parents: parents, mainShare: max(share, 1 - share), birth: iteration,
        operator: `operator`, hyperparameters: hyperparameters),
      cosines: step.flatMap { learnedOperator?.cosines(view, with: $0.noise.values) } ?? [])
  }

  /// The mean gradient of the loss on the probe images: one minibatch, the same for all births of an
  /// iteration.
  package func probe(_ weights: Weights, iteration: Int, _ workspace: Workspace) -> Weights {
    workspace.gradient(
      of: weights, on: training, batch: Experiment.Approximator.probeImages,
      stream: stream(.probeImages, iteration: iteration, id: 0))
  }

  /// Whether each hidden unit has a founder that it comes from.
  private var tracksUnits: Bool { experiment.crossover.method.keepsUnitsWhole }

  /// The weights of two parents put together, the first one's share, and which hidden units are whole ones of
  /// the second; the stream's first number decided that there are two.
  private func crossing(
    _ first: Member, _ second: Member, _ stream: RandomStream
  ) -> (Weights, Double, [Bool]) {
    var stream = stream
    _ = stream.uniform()
    switch experiment.crossover.method {
    case .none: return (first.weights, 1, [])
    case .neuron: return Weights.crossingNeurons(first.weights, second.weights, stream: stream)
    case .layer: return Weights.crossingLayers(first.weights, second.weights, stream: stream)
    case .uniform:
      let (child, share) = Weights.crossingUniformly(
        first.weights, second.weights, stream: stream)
      return (child, share, [])
    case .mean: return (Weights.mean(first.weights, second.weights), 0.5, [])
    }
  }

  /// What mutation adds to weights: noise times a scale, in units of the layer's scale.
  struct Step {
    var noise: Noise
    let scale: Double
  }

  /// Noise, and what is proposed beside it, filtered and masked; nil where nothing is mutated.
  ///
  /// - Parameter candidate: which mutant of a birth it is of. Streams have its number above the iteration's
  ///   20 bits, so that the first one is what the birth has without preselection.
  func step(
    towards proposal: Weights?, _ hyperparameters: Hyperparameters, iteration: Int, id: Int,
    candidate: Int = 0
  ) -> Step? {
    let mutation = experiment.mutation
    let scale = mutationScale(hyperparameters, iteration: iteration)
    guard scale > 0 else { return nil }
    let moment = iteration | candidate << 20
    var noise = Noise.normal(
      layout: layout, stream: stream(.mutationNoise, iteration: moment, id: id))
    if let proposal, let length = hyperparameters.stepLength {
      noise.add(proposal, factor: length / scale)
    }
    if let mutationFilter { noise.filter(mutationFilter) }
    if mutation.rate < 1 {
      noise.mask(rate: mutation.rate, stream: stream(.mutationMask, iteration: moment, id: id))
    }
    return Step(noise: noise, scale: scale)
  }

  /// The deviation of the noise of a birth, in units of the layer's scale.
  func mutationScale(_ hyperparameters: Hyperparameters, iteration: Int) -> Double {
    let decay = Elementary.power(experiment.mutation.decay, iteration - 1)
    return (hyperparameters.mutationScale ?? 0) * decay
  }

  /// The path of a line of descent with one more step; nil where nobody looks at it.
  private func path(_ path: Weights?, after step: Step?) -> Weights? {
    guard let learnedOperator, learnedOperator.features.contains(.path), let step else {
      return path
    }
    var next = Weights(layout: layout)
    let each = layout.layers.map { _ in 1.0 }
    if let path { next.add(path, factors: each.map { 0.8 * $0 }) }
    next.add(step.noise.values, factors: each.map { 0.2 * step.scale * $0 })
    return next
  }
}
