import HerdbookModel

extension Experiment {
  /// The section's values while it is read; there is a default for each.
  fileprivate var gradients: Training {
    get { training ?? Training() }
    set { training = newValue }
  }
}

extension Section {
  static let training = Section(
    "training", "gradient training of every network between selections; its presence turns it on",
    presence: Presence(\.training, of: Experiment.Training()),
    checks: [batchOfTraining],
    [
      .key(
        Key(
          "steps", \.gradients.steps, .count(from: 1), unit: "minibatches", default: .value(100),
          "gradient steps of each network in one iteration")),
      .key(
        Key(
          "batch", \.gradients.batch, .drawableCount(from: 1), unit: "images",
          default: .value(.fixed(64)), "images of one minibatch")),
      .key(
        Key(
          "optimizer", \.gradients.optimizer, .choice, default: .value(.sgd),
          "how a gradient becomes a step")),
      .key(
        Key(
          "momentum", \.gradients.momentum,
          .real(NumberRange(lower: .from(0), upper: .below(1))), default: .value(0.9),
          when: Condition(
            description: "'training.optimizer' is momentum", uses: ["training.optimizer"],
            holds: { $0.training?.optimizer == .momentum }),
          "the share of the velocity that a step keeps")),
      .key(
        decay("beta1", \.gradients.beta1, 0.9, "the share of its mean gradient that a step keeps")),
      .key(
        decay(
          "beta2", \.gradients.beta2, 0.999,
          "the share of its mean squared gradient that a step keeps")
      ),
      .key(
        Key(
          "epsilon", \.gradients.epsilon, .real(.positive), default: .value(1e-8), when: adam,
          "what is added to the root of the mean squared gradient")),
      .key(
        Key(
          "learning-rate", \.gradients.learningRate, .drawable(.positive),
          default: .value(.logUniform(0.001, 1)), "the length of a step")),
    ])

  private static let adam = Condition(
    description: "'training.optimizer' is adam", uses: ["training.optimizer"],
    holds: { $0.training?.optimizer == .adam })

  private static func decay(
    _ name: String, _ path: any WritableKeyPath<Experiment, Double> & Sendable, _ value: Double,
    _ meaning: String
  ) -> Key {
    Key(
      name, path, .real(NumberRange(lower: .from(0), upper: .below(1))), default: .value(value),
      when: adam, meaning)
  }

  private static let batchOfTraining = Check([
    "dataset.train", "dataset.validation", "dataset.name", "training.batch",
  ]) { context in
    let dataset = context.experiment.dataset
    guard let batch = context.experiment.training?.batch else { return }
    let left = context.shape.map { $0.trainingImages - dataset.validation }
    guard let images = dataset.train?.count ?? left, images > 0 else { return }
    guard batch.largest > Double(images) else { return }
    let states = context.states("training.batch", written(batch.largest))
    context.report(
      .batchAboveTraining, at: "training.batch",
      "\(states), but there are only \(counted(images, "training image", "training images"))")
  }
}

extension Drawable {
  /// The largest value that generation 0 can have.
  var largest: Double {
    switch self {
    case .fixed(let value), .uniform(_, let value), .logUniform(_, let value): value
    case .choice(let values): values.max() ?? 0
    }
  }
}
