import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics

/// How a place in the next generation is filled.
enum Life: Sendable {
  case initial(id: Int)
  case survivor(Member)
  case newborn(id: Int, first: Member, second: Member?)
}

/// An individual after its part of an iteration.
struct Developed: Sendable {
  var member: Member
  /// What the herd book says of a newborn; nil for a survivor.
  var individual: Individual?
  var isEvaluated = false
  /// Images passed for fitness: none once the weights are not finite.
  var evaluatedImages = 0
  var trainedSteps = 0
  var trainedImages = 0
}

extension Evolution {
  /// Birth, training and evaluation of all, spread over the threads.
  func develop(_ lives: [Life], generation: Int, on images: Examples) -> [Developed] {
    let layout = breeder.layout
    return parallelMap(
      count: lives.count, threads: threads,
      workspace: { Workspace(layout: layout, capacity: 128) },
      body: { index, workspace in
        develop(lives[index], generation: generation, on: images, &workspace)
      })
  }

  private func develop(
    _ life: Life, generation: Int, on images: Examples, _ workspace: inout Workspace
  ) -> Developed {
    var developed: Developed
    switch life {
    case .initial(let id): developed = Developed(breeder.initial(id: id))
    case .survivor(let member): developed = Developed(member: member)
    case .newborn(let id, let first, let second):
      developed = Developed(
        breeder.child(id: id, iteration: generation, first: first, second: second))
    }
    let isTrained = train(&developed, generation: generation, &workspace)
    let isNew = developed.individual != nil
    guard isNew || isTrained || experiment.fitness.resample else { return developed }
    evaluate(&developed, on: images, workspace)
    developed.member.digest = developed.member.stateDigest()
    return developed
  }

  /// The gradient steps of one iteration; nothing in generation 0, without training, or once
  /// diverged.
  private func train(
    _ developed: inout Developed, generation: Int, _ workspace: inout Workspace
  ) -> Bool {
    guard generation > 0, let training = experiment.training,
      developed.member.weights.isFinite,
      let batch = developed.member.hyperparameters.batch,
      let learningRate = developed.member.hyperparameters.learningRate
    else { return false }
    if workspace.capacity < batch { workspace = Workspace(layout: breeder.layout, capacity: batch) }
    workspace.train(
      &developed.member.weights, state: &developed.member.optimizer, on: data.training,
      TrainingRequest(
        steps: training.steps, batch: batch, learningRate: learningRate,
        optimizer: training.method),
      stream: breeder.stream(.minibatches, iteration: generation, id: developed.member.id))
    developed.trainedSteps = training.steps
    developed.trainedImages = training.steps * batch
    return true
  }

  /// Fitness on the images; where the weights or the loss are not finite, the member diverges.
  private func evaluate(
    _ developed: inout Developed, on images: Examples, _ workspace: Workspace
  ) {
    developed.isEvaluated = true
    guard developed.member.weights.isFinite else {
      developed.member.diverge()
      return
    }
    let evaluation = workspace.evaluate(developed.member.weights, on: images)
    developed.evaluatedImages = images.count
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
  }
}

extension Experiment.Training {
  fileprivate var method: HerdbookNetworks.Optimizer {
    switch optimizer {
    case .sgd: .sgd
    case .momentum: .momentum(momentum)
    case .adam: .adam(beta1: beta1, beta2: beta2, epsilon: epsilon)
    }
  }
}
