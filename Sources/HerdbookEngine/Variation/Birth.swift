package import HerdbookModel
package import HerdbookNetworks
import HerdbookNumerics

/// A newborn before training: its weights, and what the herd book says of it.
package struct Birth: Sendable {
  package var member: Member
  package let individual: Individual
}

/// What births of one run have in common.
package struct Breeder: Sendable {
  let experiment: Experiment
  let seed: UInt64
  package let layout: NetworkLayout
  let mutationFilter: PlaneFilter?
  let initializationFilter: PlaneFilter?
  /// The training images, which bound a drawn batch.
  let trainingImages: Int
  /// What generation 0 begins with, where the experiment has a transfer.
  let transfer: TransferSource?

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
    trainingImages = data.training.count
    precondition(
      transfer?.networks.allSatisfy { [layout] in $0.layout == layout } ?? true,
      "what is transferred fits the experiment's network")
    self.transfer = transfer
  }

  func stream(_ purpose: RandomPurpose, iteration: Int, id: Int) -> RandomStream {
    RandomStream(
      seed: seed, purpose: purpose, iteration: UInt32(iteration), individual: UInt32(id))
  }

  /// An individual of generation 0.
  package func initial(id: Int) -> Birth {
    let hyperparameters = drawn(id: id)
    let weights =
      if let transfer, let rule = experiment.transfer {
        founder(of: transfer, rule, id: id)
      } else {
        Weights.initial(
          layout: layout, scheme: experiment.network.initialization.scheme,
          scale: hyperparameters.initializationScale, filter: initializationFilter,
          stream: stream(.initialization, iteration: 0, id: id))
      }
    return Birth(
      member: Member(
        id: id, weights: weights, optimizer: nil, hyperparameters: hyperparameters, fitness: .nan,
        evaluation: nil, digest: []),
      individual: Individual(
        id: id, parents: [], birth: 0,
        operator: transfer == nil ? .initialization : .transfer, hyperparameters: hyperparameters))
  }

  /// A child of one or two members, crossed and mutated.
  package func child(id: Int, iteration: Int, first: Member, second: Member?) -> Birth {
    var (weights, share) = (first.weights, 1.0)
    if let second {
      (weights, share) = crossing(first, second, stream(.crossover, iteration: iteration, id: id))
    }
    let main = share >= 0.5 ? first : second ?? first
    let parents =
      second.map { share >= 0.5 ? [first.id, $0.id] : [$0.id, first.id] } ?? [first.id]
    let hyperparameters = mutated(main.hyperparameters, iteration: iteration, id: id)
    let isMutated = mutate(&weights, hyperparameters, iteration: iteration, id: id)
    let `operator`: Individual.Operator =
      second == nil
      ? (isMutated ? .mutation : .copy) : (isMutated ? .crossoverMutation : .crossover)
    return Birth(
      member: Member(
        id: id, weights: weights, optimizer: main.optimizer, hyperparameters: hyperparameters,
        fitness: .nan, evaluation: nil, history: main.history, digest: []),
      individual: Individual(
        id: id, parents: parents, mainShare: max(share, 1 - share), birth: iteration,
        operator: `operator`, hyperparameters: hyperparameters))
  }

  /// The weights of two parents put together; the stream's first number decided that there are two.
  private func crossing(
    _ first: Member, _ second: Member, _ stream: RandomStream
  ) -> (Weights, Double) {
    var stream = stream
    _ = stream.uniform()
    return switch experiment.crossover.method {
    case .none: (first.weights, 1)
    case .neuron: Weights.crossingNeurons(first.weights, second.weights, stream: stream)
    case .uniform: Weights.crossingUniformly(first.weights, second.weights, stream: stream)
    case .layer: Weights.crossingLayers(first.weights, second.weights, stream: stream)
    case .mean: (Weights.mean(first.weights, second.weights), 0.5)
    }
  }

  /// Adds filtered and masked noise; whether there was any.
  private func mutate(
    _ weights: inout Weights, _ hyperparameters: Hyperparameters, iteration: Int, id: Int
  ) -> Bool {
    let mutation = experiment.mutation
    let decay = Elementary.power(mutation.decay, iteration - 1)
    let scale = (hyperparameters.mutationScale ?? 0) * decay
    guard scale > 0 else { return false }
    var noise = Noise.normal(
      layout: layout, stream: stream(.mutationNoise, iteration: iteration, id: id))
    if let mutationFilter { noise.filter(mutationFilter) }
    if mutation.rate < 1 {
      noise.mask(rate: mutation.rate, stream: stream(.mutationMask, iteration: iteration, id: id))
    }
    weights.add(noise, factor: scale)
    return true
  }
}
