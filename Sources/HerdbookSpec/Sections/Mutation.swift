import HerdbookModel

extension Experiment {
  /// The values of `mutation.preselect` while it is read.
  fileprivate var candidates: Int {
    get { mutation.preselect?.candidates ?? Preselection().candidates }
    set { mutation.preselect?.candidates = newValue }
  }
  fileprivate var candidateImages: Int {
    get { mutation.preselect?.images ?? Preselection().images }
    set { mutation.preselect?.images = newValue }
  }
}

extension Section {
  static let mutation = Section(
    "mutation", "how a child differs from its parent",
    [
      .key(
        Key(
          "scale", \.mutation.scale, .drawable(.nonNegative), unit: "units of the layer's scale",
          default: .from {
            $0.approximator.kind == .evolutionStrategy
              ? .fixed(0.03) : .fixed($0.training == nil ? 0.07 : 0)
          },
          "the deviation of the noise on each weight; 0.07 without training, 0 with it, 0.03 with an evolution "
            + "strategy")),
      .key(
        Key(
          "rate", \.mutation.rate, .real(.positiveShare), default: .value(1), when: hasNoise,
          "how likely a weight is mutated")),
      .key(
        Key(
          "decay", \.mutation.decay, .real(.positiveShare), default: .value(1), when: hasNoise,
          "the factor of the scale from one iteration to the next")),
      .key(
        Key(
          "adapt", \.mutation.adapt, .real(NumberRange(lower: .from(0), upper: .upTo(10))),
          default: .value(0), when: hasNoise,
          "self-adaptation of the scale: the deviation of its logarithm at each birth")),
      .section(
        kernel(.mutation, "a filter over the image plane that shapes the noise", when: hasNoise)),
      .key(
        Key(
          "hyperparameters", \.mutation.hyperparameters, .hyperparameters,
          default: .value(Experiment.HyperparameterMutation()),
          when: Condition(
            description:
              "a value is drawn: 'training.learning-rate', 'training.batch', 'mutation.scale' or "
              + "'approximator.step-length'",
            uses: [
              "training.learning-rate", "training.batch", "mutation.scale",
              "approximator.step-length",
            ],
            holds: {
              $0.mutation.scale.isDrawn || $0.training?.learningRate.isDrawn == true
                || $0.training?.batch.isDrawn == true || $0.approximator.stepLength.isDrawn
            }),
          "what happens at each birth to values that were drawn")),
      .section(preselect),
    ])

  private static let preselect = Section(
    "preselect",
    "of several mutants of a birth the one with the lowest loss on some training images is born",
    presence: Presence(\.mutation.preselect, of: Experiment.Preselection()), when: hasNoise,
    [
      .key(
        Key(
          "candidates", \.candidates, .integer(2...1000), unit: "mutants", default: .value(8),
          "the mutants of a birth")),
      .key(
        Key(
          "images", \.candidateImages, .count(from: 1), unit: "images", default: .value(64),
          "training images that their loss is measured on, other ones in each iteration")),
    ])

  private static let hasNoise = Condition(
    description: "'mutation.scale' is above 0", uses: ["mutation.scale"],
    holds: { $0.mutation.scale != .fixed(0) })
}

extension ValueType where Value == Experiment.HyperparameterMutation {
  /// `{perturb: [a, b]}`, `{resample: probability}`, both, or `none`.
  static var hyperparameters: ValueType {
    let expectation = "none, or a map of perturb, resample"
    return ValueType(
      expectation: expectation,
      schema: SchemaPart.either(
        SchemaPart.choice(["none"]),
        SchemaPart.map(
          [
            "perturb": SchemaPart.list(of: SchemaPart.number(.positive), atLeast: 2, atMost: 2),
            "resample": SchemaPart.number(.probability),
          ], atLeast: 1)),
      read: { node, subject, issues in
        var result = Value(perturb: nil, resample: nil)
        if case .scalar(let scalar) = node.content {
          if scalar.text == "none" { return result }
          subject.refuse(node, wants: expectation, &issues)
          return nil
        }
        guard let parts = readParts(node, of: ["perturb", "resample"], subject, &issues) else {
          return nil
        }
        if parts.isEmpty {
          subject.refuse(
            node, wants: expectation, as: .wrongLength, hint: "the map is empty", &issues)
          return nil
        }
        for (name, value) in parts {
          let part = subject.part(name)
          if name == "perturb" {
            result.perturb = readFactors(value, part, &issues)
            if result.perturb == nil { return nil }
          } else {
            result.resample = readReal(value, in: .probability, part, &issues)
            if result.resample == nil { return nil }
          }
        }
        return result
      },
      json: { mutation in
        var parts: [String: JSONValue] = [:]
        parts["perturb"] = mutation.perturb.map { .list($0.map { .real($0) }) }
        parts["resample"] = mutation.resample.map { .real($0) }
        return parts.isEmpty ? .text("none") : .object(parts)
      },
      examples: [
        .text("none"),
        .object(["perturb": .list([.real(0.5), .real(2)]), "resample": .real(0.25)]),
      ])
  }
}

private func readFactors(
  _ node: YAMLNode, _ subject: Subject, _ issues: inout IssueCollector
) -> [Double]? {
  readNumbers(node, subject, "two factors [a, b]", count: 2, &issues) { node, subject, issues in
    readReal(node, in: .positive, subject, &issues)
  }
}
