import HerdbookModel

extension Section {
  static let approximator = Section(
    "approximator", "the function approximator: a learned model that proposes changes to weights",
    checks: [births, trained, featurePlane, strategy],
    [
      .key(
        Key(
          "kind", \.approximator.kind, .choice, default: .value(.none),
          neutral: { $0 == .none },
          "what proposes them: nothing, an operator that learns which features of a network point to improvement, or "
            + "an evolution strategy, whose centre moves along the noise around it that is better"
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
          default: .from { $0.approximator.kind == .evolutionStrategy ? 0.02 : 0.1 },
          when: Condition(
            description: "'approximator.kind' is not none", uses: ["approximator.kind"],
            holds: { $0.approximator.kind != .none }),
          "the share that an iteration has in the operator's coefficients, 0.1; how far the centre goes, in "
            + "units of its velocity, 0.02")),
      .key(
        Key(
          "schedule", \.approximator.schedule, .schedule, default: .value(.constant),
          neutral: { $0 == .constant }, when: isStrategy,
          "how the rate goes on over the iterations: constant, along half a cosine to zero, or times a factor after every "
            + "so many iterations")),
      .key(
        Key(
          "momentum", \.approximator.momentum,
          .real(NumberRange(lower: .from(0), upper: .below(1))), default: .value(0.9),
          when: isStrategy, "the share of its velocity that the centre keeps")),
      .key(
        Key(
          "adapt", \.approximator.adapt, .real(NumberRange(lower: .from(0), upper: .upTo(10))),
          default: .value(0.3), when: learns,
          "self-adaptation of the step length: the deviation of its logarithm at each birth")),
    ])

  private static let isStrategy = Condition(
    description: "'approximator.kind' is evolution-strategy", uses: ["approximator.kind"],
    holds: { $0.approximator.kind == .evolutionStrategy })

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
    if experiment.approximator.kind == .operator, experiment.selection.method == .none {
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

  /// A centre has pairs around it, and everybody is its child.
  private static let strategy = Check([
    "approximator.kind", "population.size", "selection.method", "mutation.scale", "mutation.adapt",
    "mutation.preselect",
  ]) { context in
    let experiment = context.experiment
    guard experiment.approximator.kind == .evolutionStrategy else { return }
    let size = experiment.population.size
    if size % 2 == 0 || size < 3 {
      context.report(
        .approximatorAlone, at: "population.size",
        "an evolution strategy has a centre and pairs around it: "
          + "\(context.states("population.size", size)), but wants an odd number from 3 on")
    }
    if experiment.selection.method != .none {
      context.report(
        .approximatorAlone, at: "selection.method",
        "everybody is a child of the centre of an evolution strategy: 'selection.method' can only be none "
          + "with it")
    }
    if experiment.mutation.preselect != nil {
      context.report(
        .approximatorAlone, at: "mutation.preselect",
        "the samples of an evolution strategy come in pairs, of which none is left out: "
          + "'mutation.preselect' does not go with it")
    }
    if experiment.mutation.scale.isDrawn || experiment.mutation.adapt > 0 {
      context.report(
        .approximatorAlone,
        at: experiment.mutation.scale.isDrawn ? "mutation.scale" : "mutation.adapt",
        "the samples of an evolution strategy have one scale: 'mutation.scale' can only be a number with it, "
          + "and not adapt")
    }
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
