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
      .key(
        Key(
          "schedule", \.gradients.schedule, .schedule, default: .value(.constant),
          neutral: { $0 == .constant },
          "how the learning rate goes on over all gradient steps of a run: as it is, to zero along half a cosine, or "
            + "times a factor after every so many steps")),
      .key(
        Key(
          "weight-decay", \.gradients.weightDecay, .real(.nonNegative), default: .value(0),
          neutral: { $0 == 0 },
          "the share of each weight, not of biases, that a step of rate 1 takes away beside the gradient"
        )),
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

extension ValueType where Value == Experiment.Training.Schedule {
  /// `constant`, `cosine` or `{step: {every: N, factor: f}}`.
  static var schedule: ValueType {
    let expectation = "constant, cosine, or {step: {every: steps, factor: number}}"
    let factors = NumberRange(lower: .above(0), upper: .upTo(1))
    return ValueType(
      expectation: expectation,
      schema: SchemaPart.either(
        SchemaPart.choice(["constant", "cosine"]),
        SchemaPart.map(
          [
            "step": SchemaPart.map(
              ["every": SchemaPart.integer(1...countLimit), "factor": SchemaPart.number(factors)],
              required: ["every", "factor"])
          ], required: ["step"])),
      read: { node, subject, issues in
        if case .scalar(let scalar) = node.content {
          if scalar.text == "constant" { return .constant }
          if scalar.text == "cosine" { return .cosine }
        }
        guard case .map = node.content else {
          subject.refuse(node, wants: expectation, &issues)
          return nil
        }
        guard let parts = readParts(node, of: ["step"], subject, &issues) else { return nil }
        guard let step = parts.first else {
          subject.refuse(
            node, wants: expectation, as: .wrongLength, hint: "the map is empty", &issues)
          return nil
        }
        return readSteps(step.value, subject.part("step"), factors, &issues)
      },
      json: { schedule in
        switch schedule {
        case .constant: .text("constant")
        case .cosine: .text("cosine")
        case .step(let every, let factor):
          .object(["step": .object(["every": .integer(every), "factor": .real(factor)])])
        }
      },
      examples: [
        .text("constant"), .text("cosine"),
        .object(["step": .object(["every": .integer(1000), "factor": .real(0.5)])]),
      ])
  }
}

private func readSteps(
  _ node: YAMLNode, _ subject: Subject, _ factors: NumberRange, _ issues: inout IssueCollector
) -> Experiment.Training.Schedule? {
  guard let parts = readParts(node, of: ["every", "factor"], subject, &issues) else { return nil }
  var every: Int?
  var factor: Double?
  for (name, value) in parts {
    let part = subject.part(name)
    if name == "every" {
      every = readInteger(value, in: 1...countLimit, part, &issues)
    } else {
      factor = readReal(value, in: factors, part, &issues)
    }
  }
  for name in ["every", "factor"] where !parts.contains(where: { $0.name == name }) {
    issues.report(
      .missingKey, at: node.span, "missing key \(quoted(name)) in \(quoted(subject.path))")
  }
  guard let every, let factor else { return nil }
  return .step(every: every, factor: factor)
}
