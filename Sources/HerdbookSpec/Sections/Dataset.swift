import HerdbookModel

extension Section {
  static let dataset = Section(
    "dataset", "which images, and how they are divided",
    checks: [pathOfIDX, imagesOfDataset, classesOfDataset],
    [
      .key(
        Key(
          "name", \.dataset.name, .choice, default: .value(.digits),
          "which images; digits are built in, idx is any folder of IDX files")),
      .key(
        Key(
          "path", \.dataset.path, .optional(.line), default: .value(nil),
          "the folder of the IDX files")),
      .key(
        Key(
          "seed", \.dataset.seed, .seed, default: .value(0),
          when: Condition(
            description: "the images are digits, the split is stratified, or something is shuffled",
            uses: [
              "dataset.name", "dataset.split", "dataset.shuffle-labels", "dataset.permute-pixels",
            ],
            holds: {
              $0.dataset.name == .digits || $0.dataset.split == .stratified
                || $0.dataset.shuffleLabels || $0.dataset.permutePixels
            }),
          "the number that generated digits, the split and the placebos follow from")),
      .key(
        Key(
          "split", \.dataset.split, .choice, default: .value(.stratified),
          "how validation images are taken: by class with the seed, or from the end")),
      .key(
        Key(
          "train", \.dataset.train, .optional(.stretch), unit: "images", default: .value(nil),
          "training images that are used; all that validation leaves if left out")),
      .key(
        Key(
          "validation", \.dataset.validation, .count(from: 1), unit: "images",
          default: .value(5000), "training images set apart to measure fitness on")),
      .key(
        Key(
          "test", \.dataset.test, .optional(.count(from: 1)), unit: "images",
          default: .value(nil), "test images for the last champion; all if left out")),
      .key(
        Key(
          "classes", \.dataset.classes,
          .optional(.integers(0...255, atLeast: 2, distinct: true)), default: .value(nil),
          "the classes that are kept, renumbered in this order; all if left out")),
      .key(
        Key(
          "shuffle-labels", \.dataset.shuffleLabels, .boolean, default: .value(false),
          "a placebo: images get labels of others")),
      .key(
        Key(
          "permute-pixels", \.dataset.permutePixels, .boolean, default: .value(false),
          "a placebo: the pixels of all images change places alike")),
      .key(
        Key(
          "normalize", \.dataset.normalize, .choice, default: .value(.none),
          "whether pixels are centred and scaled by the training images")),
    ])

  private static let pathOfIDX = Check(["dataset.name", "dataset.path"]) { context in
    let dataset = context.experiment.dataset
    if dataset.name == .idx, dataset.path == nil {
      context.report(
        .datasetPath, at: "dataset.name",
        "the dataset 'idx' needs 'dataset.path', the folder of its files")
    } else if dataset.name != .idx, dataset.path != nil {
      context.report(
        .datasetPath, at: "dataset.path",
        "'dataset.path' is only for the dataset 'idx', and \(quoted("dataset.name")) is "
          + "\(quoted(dataset.name.rawValue))")
    }
  }

  private static let imagesOfDataset = Check.withShape([
    "dataset.name", "dataset.train", "dataset.validation", "dataset.test",
  ]) { context, shape in
    let dataset = context.experiment.dataset
    let left = shape.trainingImages - dataset.validation
    let used = dataset.train.map { $0.from + $0.count } ?? 0
    if left < max(1, used) {
      let has = "\(dataset.name.rawValue) has \(counted(shape.trainingImages, "image", "images"))"
      let validation = context.states("dataset.validation", dataset.validation)
      if left < 1 {
        context.report(
          .datasetImages, at: "dataset.validation",
          "\(validation), which leaves nothing to train on: \(has) for both")
      } else {
        context.report(
          .datasetImages, at: "dataset.train",
          "training would use images up to \(used) of \(left): \(has), and \(validation)")
      }
    }
    if let test = dataset.test, test > shape.testImages {
      context.report(
        .datasetImages, at: "dataset.test",
        "\(quoted("dataset.test")) is \(test), but \(dataset.name.rawValue) has "
          + counted(shape.testImages, "test image", "test images"))
    }
  }

  private static let classesOfDataset = Check.withShape([
    "dataset.name", "dataset.classes",
  ]) { context, shape in
    let dataset = context.experiment.dataset
    for (index, label) in (dataset.classes ?? []).enumerated() where label >= shape.classes {
      context.report(
        .datasetClasses, at: "dataset.classes", element: index,
        "there is no class \(label): \(dataset.name.rawValue) has the classes 0 to "
          + "\(shape.classes - 1)")
    }
  }
}

extension ValueType where Value == Experiment.Dataset.Range {
  /// A count, or a stretch `{from, count}`.
  static var stretch: ValueType {
    ValueType(
      expectation: "a whole number from 1, or a map of from, count",
      schema: SchemaPart.either(
        SchemaPart.integer(1...countLimit),
        SchemaPart.map(
          [
            "from": SchemaPart.integer(0...countLimit), "count": SchemaPart.integer(1...countLimit),
          ], required: ["count"])),
      read: { node, subject, issues in
        guard case .map = node.content else {
          return readInteger(node, in: 1...countLimit, subject, &issues).map { Value(count: $0) }
        }
        guard let parts = readParts(node, of: ["from", "count"], subject, &issues) else {
          return nil
        }
        var (from, count) = (0 as Int?, nil as Int?)
        for (name, value) in parts {
          if name == "from" {
            from = readInteger(value, in: 0...countLimit, subject.part(name), &issues)
          } else {
            count = readInteger(value, in: 1...countLimit, subject.part(name), &issues)
          }
        }
        if !parts.contains(where: { $0.name == "count" }) {
          issues.report(
            .missingKey, at: node.span, "missing key 'count' in \(quoted(subject.path))")
        }
        guard let from, let count else { return nil }
        return Value(from: from, count: count)
      },
      json: { .object(["from": .integer($0.from), "count": .integer($0.count)]) },
      examples: [
        .integer(10_000), .object(["from": .integer(20_000), "count": .integer(10_000)]),
      ])
  }
}
