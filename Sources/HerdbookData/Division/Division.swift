import HerdbookModel
import HerdbookNumerics

/// Which images a run uses for what, by their positions in the dataset's training and test images.
///
/// Everything drawn here hangs on `dataset.seed` alone, never on the seed of a run:
/// - Only images of `classes` take part; a label becomes its class's place in that list.
/// - `stratified`: the images are shuffled (stream `datasetSplit`); then the first of each class
///   validate, as many as its share is by largest remainder (ties to the first class), and the
///   others train. Both parts keep the shuffled order.
/// - `tail`: the last images of the training images validate, and both parts keep the files' order.
/// - `train` is a stretch of the training part. A stratified part has no image of a class in front until
///   the validating share of that class is full, so that it is shuffled once more for this (stream
///   `datasetSplit`, individual 1): any stretch is a fair sample.
/// - `test` is the first of the test images in their order.
/// - `shuffle-labels` shuffles the labels of the whole training part and those of the validation
///   part among themselves (stream `labelShuffle`, individuals 0 and 1); the test images keep
///   theirs.
struct Division: Equatable {
  struct Part: Equatable {
    var positions: [Int32] = []
    var labels: [UInt8] = []

    mutating func reserve(_ count: Int) {
      positions.reserveCapacity(count)
      labels.reserveCapacity(count)
    }

    mutating func append(_ position: Int32, _ label: UInt8) {
      positions.append(position)
      labels.append(label)
    }

    mutating func shuffle(seed: UInt64) {
      var stream = RandomStream(seed: seed, purpose: .datasetSplit, individual: 1)
      var order = Array(positions.indices)
      stream.shuffle(&order)
      positions = order.map { positions[$0] }
      labels = order.map { labels[$0] }
    }

    /// The stretch of a part.
    func stretch(_ range: Range<Int>) -> Part {
      Part(positions: Array(positions[range]), labels: Array(labels[range]))
    }
  }

  var training: Part
  var validation: Part
  var test: Part
  var classes: Int

  /// - Parameter classes: those that the dataset has.
  /// - Throws: `unfit` where the dataset has fewer images or classes than asked for.
  init(
    _ experiment: Experiment.Dataset, trainingLabels: [UInt8], testLabels: [UInt8], classes: Int
  ) throws(DataError) {
    let places = try Self.places(experiment, classes: classes)
    let kept = Self.keep(trainingLabels, places)
    let tests = Self.keep(testLabels, places)
    self.classes = experiment.classes?.count ?? classes
    let name = experiment.name.rawValue
    guard experiment.validation >= 0, experiment.validation < kept.labels.count else {
      throw DataError(
        .unfit,
        "dataset.validation is \(experiment.validation), but \(name) has "
          + "\(kept.labels.count) training images of these classes to take them from, of which "
          + "at least one must be left")
    }
    switch experiment.split {
    case .tail:
      let left = kept.labels.count - experiment.validation
      training = kept.stretch(0..<left)
      validation = kept.stretch(left..<kept.labels.count)
    case .stratified:
      (training, validation) = Self.stratify(
        kept, classes: self.classes, validation: experiment.validation, seed: experiment.seed)
    }
    if experiment.shuffleLabels {
      Self.shuffleLabels(of: &training, 0, seed: experiment.seed)
      Self.shuffleLabels(of: &validation, 1, seed: experiment.seed)
    }
    if let train = experiment.train {
      if experiment.split == .stratified { training.shuffle(seed: experiment.seed) }
      training = try Self.cut(training, to: train, of: name)
    }
    test = tests
    if let count = experiment.test {
      guard count >= 0, count <= tests.labels.count else {
        throw DataError(
          .unfit,
          "dataset.test is \(count), but \(name) has \(tests.labels.count) test images of these "
            + "classes")
      }
      test = tests.stretch(0..<count)
    }
  }

  private static func cut(
    _ part: Part, to train: Experiment.Dataset.Range, of name: String
  ) throws(DataError) -> Part {
    let (end, overflow) = train.from.addingReportingOverflow(train.count)
    guard train.from >= 0, train.count > 0, !overflow, end <= part.labels.count else {
      throw DataError(
        .unfit,
        "dataset.train asks for \(train.count) images from position \(train.from), but "
          + "validation leaves \(part.labels.count) training images of \(name)")
    }
    return part.stretch(train.from..<end)
  }

  /// For each class of the dataset its number in the run; nil where it is left out.
  private static func places(
    _ experiment: Experiment.Dataset, classes: Int
  ) throws(DataError) -> [UInt8?] {
    guard let chosen = experiment.classes else { return (0..<classes).map { UInt8($0) } }
    var places = [UInt8?](repeating: nil, count: classes)
    for (place, label) in chosen.enumerated() {
      guard label >= 0, label < classes else {
        throw DataError(
          .unfit,
          "dataset.classes has \(label), but the classes of \(experiment.name.rawValue) go from 0 "
            + "to \(classes - 1)")
      }
      guard places[label] == nil else {
        throw DataError(.unfit, "dataset.classes has \(label) twice")
      }
      places[label] = UInt8(place)
    }
    return places
  }

  private static func keep(_ labels: [UInt8], _ places: [UInt8?]) -> Part {
    var part = Part()
    part.reserve(labels.count)
    for (position, label) in labels.enumerated() {
      guard let place = places[Int(label)] else { continue }
      part.append(Int32(position), place)
    }
    return part
  }

  private static func shuffleLabels(of part: inout Part, _ individual: UInt32, seed: UInt64) {
    var stream = RandomStream(seed: seed, purpose: .labelShuffle, individual: individual)
    stream.shuffle(&part.labels)
  }
}

extension Division {
  private static func stratify(
    _ all: Part, classes: Int, validation: Int, seed: UInt64
  ) -> (training: Part, validation: Part) {
    var sizes = [Int](repeating: 0, count: classes)
    for label in all.labels { sizes[Int(label)] += 1 }
    var wanted = shares(of: validation, among: sizes)
    var order = Array(0..<Int32(all.labels.count))
    var stream = RandomStream(seed: seed, purpose: .datasetSplit)
    stream.shuffle(&order)
    var training = Part()
    var validating = Part()
    training.reserve(all.labels.count - validation)
    validating.reserve(validation)
    for place in order {
      let label = all.labels[Int(place)]
      if wanted[Int(label)] > 0 {
        wanted[Int(label)] -= 1
        validating.append(all.positions[Int(place)], label)
      } else {
        training.append(all.positions[Int(place)], label)
      }
    }
    return (training, validating)
  }

  /// How many of `total` each of several groups gives, in proportion to its size: the whole part of
  /// its share, then one more by largest remainder, ties to the first.
  static func shares(of total: Int, among sizes: [Int]) -> [Int] {
    let sum = max(sizes.reduce(0, +), 1)
    var shares = sizes.map { $0 * total / sum }
    let left = total - shares.reduce(0, +)
    let remainders = sizes.map { $0 * total % sum }
    let order = sizes.indices.sorted {
      (remainders[$1], $0) < (remainders[$0], $1)
    }
    for group in order.prefix(left) { shares[group] += 1 }
    return shares
  }
}
