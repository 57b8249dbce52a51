import HerdbookModel

extension Section {
  static let approximator = Section(
    "approximator", "the function approximator: a learned model that proposes changes to weights",
    checks: [births, trained, featurePlane],
    [
      .key(
        Key(
          "kind", \.approximator.kind, .choice, default: .value(.none),
          neutral: { $0 == .none },
          "what proposes them: nothing, or an operator that learns which features of a network point to improvement"
        )),
      .key(
        Key(
          "features", \.approximator.features, .choices(atLeast: 1),
          default: .value([.path, .weight, .filteredWeight, .hebbian]), when: learns,
          "what the operator sees of a network: the steps of its line, its weights, these filtered, how weights go "
            + "with the mean images of the classes, or the gradient on some training images")),
      .key(
        Key(
          "step-length", \.approximator.stepLength, .drawable(.nonNegative),
          unit: "units of the layer's scale", default: .value(.fixed(0.1)), when: learns,
          "the deviation of the proposal beside that of the noise")),
      .key(
        Key(
          "learning-rate", \.approximator.learningRate, .real(.positiveShare),
          default: .value(0.1), when: learns,
          "the share that an iteration has in the operator's coefficients")),
      .key(
        Key(
          "adapt", \.approximator.adapt, .real(NumberRange(lower: .from(0), upper: .upTo(10))),
          default: .value(0.3), when: learns,
          "self-adaptation of the step length: the deviation of its logarithm at each birth")),
    ])

  private static let learns = Condition(
    description: "'approximator.kind' is operator", uses: ["approximator.kind"],
    holds: { $0.approximator.kind == .operator })

  /// It proposes for those who are born, beside the noise on their weights.
  private static let births = Check([
    "approximator.kind", "mutation.scale", "selection.method", "selection.replace",
  ]) { context in
    let experiment = context.experiment
    guard experiment.approximator.kind != .none else { return }
    let kind = "'approximator.kind' is \(experiment.approximator.kind.rawValue)"
    if experiment.mutation.scale == .fixed(0) {
      context.report(
        .approximatorAlone, at: "approximator.kind",
        "\(kind), which learns from noise, but "
          + context.states("mutation.scale", written(0)))
    }
    if experiment.selection.method == .none {
      context.report(
        .approximatorAlone, at: "approximator.kind",
        "\(kind), which learns what selection lets pass, but "
          + context.states("selection.method", "none"))
    }
  }

  /// Training moves a newborn on, so that its fitness says little of the step it was born with.
  private static let trained = Check(["approximator.kind", "training"]) { context in
    let experiment = context.experiment
    guard experiment.approximator.kind != .none, experiment.training != nil else { return }
    context.report(
      .approximatorAlone, at: "approximator.kind",
      "'approximator.kind' is \(experiment.approximator.kind.rawValue), which learns from what the step of a birth "
        + "came to, but 'training' goes on after it")
  }

  private static let featurePlane = Check.withShape(["approximator.features"]) { context, shape in
    let approximator = context.experiment.approximator
    guard approximator.kind == .operator, approximator.features.contains(.filteredWeight),
      shape.rows < 2 || shape.columns < 2
    else { return }
    context.report(
      .kernelPlane, at: "approximator.features",
      "filtered-weight filters over an image plane, but the images of "
        + "\(context.experiment.dataset.name.rawValue) have \(shape.rows) x \(shape.columns) pixels"
    )
  }
}
