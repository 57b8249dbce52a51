import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Synchronization

/// How a place in the next generation is filled.
enum Life: Sendable {
  case initial(id: Int)
  case survivor(Member)
  case newborn(id: Int, first: Member, second: Member?)
  /// Of an evolution strategy.
  case sample(id: Int, centre: Member, isMirrored: Bool)
  case centre(id: Int, before: Member, samples: [Member])
}

/// A life until it is developed. Whoever takes it is the only one to hold it, so that weights which
/// nobody else has are trained where they are.
final class Waiting: Sendable {
  let isSurvivor: Bool
  private let life: Mutex<Life?>

  init(_ life: Life) {
    isSurvivor = if case .survivor = life { true } else { false }
    self.life = Mutex(life)
  }

  func take() -> Life {
    let taken = life.withLock { life in
      defer { life = nil }
      return life
    }
    guard let taken else { preconditionFailure("a life is developed once") }
    return taken
  }
}

/// An individual after its part of an iteration.
struct Developed: Sendable {
  var member: Member
  /// What the herd book says of a newborn; nil for a survivor.
  var individual: Individual?
  var isEvaluated = false
  /// Images passed for fitness, none once the weights are not finite, and for preselection.
  var evaluatedImages = 0
  var trainedSteps = 0
  var trainedImages = 0
  /// See `Birth`.
  var cosines: [[Double]] = []
}

extension Evolution {
  /// Birth, training and evaluation of all, spread over the threads.
  ///
  /// Newborns come first, so that parents that do not live on go with their last child, and those
  /// that do are held by nobody else when they are trained: a population is not in memory twice. Where
  /// there are fewer lives than threads, several threads share the columns and the images of one.
  func develop(
    _ lives: [Waiting], generation: Int, coefficients: [[Double]] = [], on images: Examples
  ) -> [Developed] {
    let layout = breeder.layout
    let preselection = breeder.preselectionImages(iteration: generation)
    let order =
      lives.indices.filter { !lives[$0].isSurvivor } + lives.indices.filter { lives[$0].isSurvivor }
    let each = max(1, threads / max(1, order.count))
    let developed = parallelMap(
      count: order.count, threads: threads,
      workspace: { Workspace(layout: layout, capacity: 64) },
      body: { index, workspace in
        var developed = develop(
          lives[order[index]].take(), generation: generation, coefficients: coefficients,
          preselection, on: images, &workspace, threads: each)
        if let swap { developed.member.swap(to: swap) }
        return developed
      })
    var places = [Int](repeating: 0, count: order.count)
    for (index, place) in order.enumerated() { places[place] = index }
    return places.map { developed[$0] }
  }

  private func develop(
    _ life: consuming Life, generation: Int, coefficients: [[Double]], _ preselection: Examples?,
    on images: Examples, _ workspace: inout Workspace, threads: Int
  ) -> Developed {
    var developed = begin(
      life, generation: generation, coefficients: coefficients, preselection, workspace)
    let isTrained = train(&developed, generation: generation, &workspace, threads: threads)
    let isNew = developed.individual != nil
    guard isNew || isTrained || experiment.fitness.resample else { return developed }
    evaluate(&developed, on: images, workspace, threads: threads)
    if experiment.selection.method == .tTest {
      developed.member.history =
        developed.member.history.suffix(WelchTest.window - 1) + [developed.member.fitness]
    }
    developed.member.digest = developed.member.stateDigest()
    return developed
  }

  private func begin(
    _ life: consuming Life, generation: Int, coefficients: [[Double]], _ preselection: Examples?,
    _ workspace: Workspace
  ) -> Developed {
    switch consume life {
    case .initial(let id): return Developed(breeder.initial(id: id))
    case .survivor(let member): return Developed(member: member)
    case .sample(let id, let centre, let isMirrored):
      return Developed(
        breeder.sample(id: id, iteration: generation, around: centre, isMirrored: isMirrored))
    case .centre(let id, let before, let samples):
      return Developed(
        breeder.centre(id: id, iteration: generation, from: before, samples: samples))
    case .newborn(let id, let first, let second):
      var (probed, preselected) = (0, 0)
      var developed = Developed(
        breeder.child(
          id: id, iteration: generation, first: first, second: second, coefficients: coefficients,
          gradient: { weights in
            probed += Experiment.Approximator.probeImages
            return breeder.probe(weights, iteration: generation, workspace)
          },
          loss: { weights in
            guard let preselection else { return .nan }
            preselected += preselection.count
            return workspace.evaluate(weights, on: preselection).loss
          }))
      developed.trainedImages = probed
      developed.evaluatedImages = preselected
      return developed
    }
  }

  /// The gradient steps of one iteration; nothing in generation 0, without training, or once
  /// diverged.
  func train(
    _ developed: inout Developed, generation: Int, _ workspace: inout Workspace, threads: Int
  ) -> Bool {
    guard generation > 0, let training = experiment.training,
      developed.member.weights.isFinite,
      let batch = developed.member.hyperparameters.batch,
      let learningRate = developed.member.hyperparameters.learningRate
    else { return false }
    if workspace.capacity < batch { workspace = Workspace(layout: breeder.layout, capacity: batch) }
    // Measured: below this many multiply-adds a step, waiting for each other costs a team more than
    // its members save.
    let worth = breeder.layout.multiplyAdds * batch / 8_000_000
    workspace.train(
      &developed.member.weights, state: &developed.member.optimizer, on: data.training,
      TrainingRequest(
        batch: batch,
        learningRates: training.rates(
          from: learningRate, iteration: generation, of: experiment.iterations),
        optimizer: training.method, weightDecay: training.weightDecay, teaching: teaching),
      stream: breeder.stream(.minibatches, iteration: generation, id: developed.member.id),
      threads: min(threads, max(1, worth)))
    developed.trainedSteps = training.steps
    developed.trainedImages += training.steps * batch
    return true
  }

  /// Fitness on the images; where the weights or the loss are not finite, the member diverges.
  func evaluate(
    _ developed: inout Developed, on images: Examples, _ workspace: Workspace, threads: Int
  ) {
    developed.isEvaluated = true
    guard developed.member.weights.isFinite else {
      developed.member.diverge()
      return
    }
    let weights = developed.member.weights
    let evaluation =
      threads > 1
      ? weights.evaluation(on: images, threads: threads) : workspace.evaluate(weights, on: images)
    developed.evaluatedImages += images.count
    guard evaluation.loss.isFinite else {
      developed.member.diverge()
      return
    }
    developed.member.evaluation = evaluation
    developed.member.fitness =
      switch experiment.fitness.metric {
      case .accuracy: evaluation.accuracy
      case .crossEntropy: -evaluation.loss
      }
  }
}

extension Member {
  /// All networks that it has lie in a swap file from now on.
  mutating func swap(to file: SwapFile) {
    weights.swap(to: file)
    optimizer?.first.swap(to: file)
    optimizer?.second?.swap(to: file)
    path?.swap(to: file)
  }

  /// What is left of one whose numbers overflowed: the canonical NaN as weights and as fitness.
  fileprivate mutating func diverge() {
    weights.diverge()
    optimizer = nil
    fitness = .nan
    evaluation = nil
  }
}

extension Developed {
  fileprivate init(_ birth: Birth) {
    member = birth.member
    individual = birth.individual
    cosines = birth.cosines
  }
}

extension Experiment.Training.Schedule {
  /// What a rate is multiplied with in step t of T, counted from 0.
  package func factor(step: Int, of steps: Int) -> Double {
    switch self {
    case .constant: 1
    case .cosine: 0.5 * (1 + Elementary.cos(.pi * Double(step) / Double(steps)))
    case .step(let every, let factor): Elementary.power(factor, step / every)
    }
  }
}

extension Experiment.Training {
  /// The rate of each gradient step of an iteration, the schedule counting the steps of the run: t of T.
  package func rates(from rate: Double, iteration: Int, of iterations: Int) -> [Double] {
    let first = (iteration - 1) * steps
    return (first..<first + steps).map {
      rate * schedule.factor(step: $0, of: iterations * steps)
    }
  }

  fileprivate var method: HerdbookNetworks.Optimizer {
    switch optimizer {
    case .sgd: .sgd
    case .momentum: .momentum(momentum)
    case .adam: .adam(beta1: beta1, beta2: beta2, epsilon: epsilon)
    }
  }
}
