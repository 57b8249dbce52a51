import HerdbookModel

extension Section {
  static let fitness = Section(
    "fitness", "what selection sees, measured on validation images",
    checks: [imagesOfValidation, resampling],
    [
      .key(
        Key(
          "metric", \.fitness.metric, .choice,
          default: .from { $0.training == nil ? .crossEntropy : .accuracy },
          "what is measured; accuracy with training, cross-entropy (negated) without")),
      .key(
        Key(
          "direction", \.fitness.direction, .choice, default: .value(.higher),
          "which fitness is better; lower shows what a wrong sign does")),
      .key(
        Key(
          "images", \.fitness.images, .optional(.count(from: 1)), unit: "images",
          default: .value(nil), "the first of the validation images; all if left out")),
      .key(
        Key(
          "resample", \.fitness.resample, .boolean, default: .value(false),
          "whether fresh validation images are drawn each iteration, for the elite too")),
      .key(
        Key(
          "target", \.fitness.target, .optional(.real(.positiveShare)),
          unit: "validation accuracy", default: .value(nil),
          "an accuracy; the tables say when it was reached first")),
    ])

  private static let imagesOfValidation = Check([
    "fitness.images", "dataset.validation",
  ]) { context in
    let validation = context.experiment.dataset.validation
    guard let images = context.experiment.fitness.images, images > validation else { return }
    context.report(
      .fitnessAboveValidation, at: "fitness.images",
      "\(quoted("fitness.images")) is \(images), but "
        + context.states("dataset.validation", validation))
  }

  private static let resampling = Check([
    "fitness.images", "fitness.resample", "dataset.validation",
  ]) { context in
    let fitness = context.experiment.fitness
    let validation = context.experiment.dataset.validation
    guard fitness.resample, (fitness.images ?? validation) == validation else { return }
    context.report(
      .noEffect, at: "fitness.resample",
      "'fitness.resample' has no effect unless 'fitness.images' is below 'dataset.validation': "
        + "all \(validation) validation images are used each time")
  }
}
