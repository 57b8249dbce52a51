package import HerdbookModel
import HerdbookNumerics

/// What a dataset has before it is divided: all its classes and images.
///
/// Known without files for what the catalogue lists; of `idx` it reads the headers and the labels,
/// whose largest tells the number of classes.
package func datasetShape(
  _ dataset: Experiment.Dataset, places: DataPlaces
) throws(DataError) -> DatasetShape {
  if let entry = Catalogue.entry(dataset.name) { return entry.shape }
  let files = try places.locate(dataset)
  let advice = howToGet(dataset)
  let training = try ImageSet.shape(
    images: files.path(.trainingImages), labels: files.path(.trainingLabels), advice: advice)
  let test = try ImageSet.shape(
    images: files.path(.testImages), labels: files.path(.testLabels), advice: advice)
  try matchPlanes(
    (training.rows, training.columns), (test.rows, test.columns), files, advice: advice)
  return DatasetShape(
    rows: training.rows, columns: training.columns,
    classes: classes(of: training.labels, test.labels),
    trainingImages: training.labels.count, testImages: test.labels.count)
}

/// A dataset that was found, checked and divided: what it is is known, and what is left to do, such
/// as drawing the images of `digits`, is done when it is opened.
package struct FoundDataset: Sendable {
  package let identity: DatasetIdentity
  private let keys: Experiment.Dataset
  private let images: Images

  private enum Images: Sendable {
    case digits(DividedDigits)
    /// Decoded, or mapped from the cache.
    case files(Dataset)
  }

  package init(
    _ dataset: Experiment.Dataset, places: DataPlaces, threads: Int = 1
  ) throws(DataError) {
    keys = dataset
    if dataset.name == .digits {
      let digits = try DividedDigits(dataset)
      images = .digits(digits)
      identity = HerdbookData.identity(
        dataset, digits.division, digest: digits.generator.digest,
        plane: (DigitGenerator.side, DigitGenerator.side))
    } else {
      let found = try findFiles(dataset, places: places, threads: threads)
      images = .files(found)
      identity = found.identity
    }
  }

  /// The bytes depend on the dataset and its keys alone, not on places, cache or threads.
  package func open(threads: Int = 1) throws(DataError) -> Dataset {
    let plain =
      switch images {
      case .digits(let digits): try draw(digits, keys, threads: threads)
      case .files(let found): found
      }
    guard keys.permutePixels else { return plain }
    let permutation = PixelPermutation(pixels: plain.pixels, seed: keys.seed)
    func permuted(_ part: ImagePart) -> ImagePart {
      permutation.applied(to: part, threads: threads)
    }
    return Dataset(
      identity: plain.identity, rows: plain.rows, columns: plain.columns, classes: plain.classes,
      training: permuted(plain.training), validation: permuted(plain.validation),
      test: permuted(plain.test), values: plain.values, storage: plain.storage)
  }
}

extension FoundDataset {
  /// Up to `count` training images, to measure on them how long work takes: no other is drawn, and
  /// none is permuted. `values` are those of their bytes.
  package func sample(_ count: Int) throws(DataError) -> (images: ImagePart, values: [Float]) {
    switch images {
    case .files(let found):
      let part = found.training
      return (
        ImagePart(
          images: part.images, indices: Array(part.indices.prefix(count)),
          labels: Array(part.labels.prefix(count))), found.values
      )
    case .digits(let digits):
      let positions = digits.division.training.positions.prefix(count).map { Int($0) }
      let part = ImagePart(
        images: digits.generator.images(positions),
        indices: (0..<Int32(positions.count)).map { $0 },
        labels: Array(digits.division.training.labels.prefix(count)))
      let isPlain = keys.normalize == .none
      return (part, isPlain ? Inputs.plain : try Inputs.standard(over: part, threads: 1))
    }
  }
}

/// Finds, checks, decodes and divides a dataset.
package func openDataset(
  _ dataset: Experiment.Dataset, places: DataPlaces, threads: Int = 1
) throws(DataError) -> Dataset {
  try FoundDataset(dataset, places: places, threads: threads).open(threads: threads)
}

/// The digits before they are drawn.
private struct DividedDigits {
  let generator: DigitGenerator
  let division: Division

  init(_ dataset: Experiment.Dataset) throws(DataError) {
    generator = DigitGenerator(seed: dataset.seed)
    let first = DigitGenerator.trainingImages
    let labels = generator.labels(0..<first + DigitGenerator.testImages)
    division = try Division(
      dataset, trainingLabels: Array(labels[..<first]), testLabels: Array(labels[first...]),
      classes: DigitGenerator.classes)
  }
}

private func draw(
  _ digits: DividedDigits, _ dataset: Experiment.Dataset, threads: Int
) throws(DataError) -> Dataset {
  let (generator, division) = (digits.generator, digits.division)
  /// Only the images that are used are drawn, each part's in its order.
  func part(_ part: Division.Part, from start: Int) -> ImagePart {
    ImagePart(
      images: generator.images(part.positions.map { start + Int($0) }, threads: threads),
      indices: (0..<Int32(part.positions.count)).map { $0 }, labels: part.labels)
  }
  return try assemble(
    dataset, division, digest: generator.digest,
    plane: (DigitGenerator.side, DigitGenerator.side), storage: .generated, threads: threads,
    parts: [
      part(division.training, from: 0), part(division.validation, from: 0),
      part(division.test, from: DigitGenerator.trainingImages),
    ])
}

private func findFiles(
  _ dataset: Experiment.Dataset, places: DataPlaces, threads: Int
) throws(DataError) -> Dataset {
  let files = try places.locate(dataset)
  let stored = try loadFiles(files, of: dataset, cache: places.cache.map(ImageCache.init(in:)))
  let division = try Division(
    dataset, trainingLabels: stored.trainingLabels, testLabels: stored.testLabels,
    classes: Catalogue.entry(dataset.name)?.shape.classes
      ?? classes(of: stored.trainingLabels, stored.testLabels))
  func part(_ part: Division.Part, of images: ByteMatrix) -> ImagePart {
    ImagePart(images: images, indices: part.positions, labels: part.labels)
  }
  return try assemble(
    dataset, division, digest: stored.digest, plane: (stored.rows, stored.columns),
    storage: stored.storage, threads: threads,
    parts: [
      part(division.training, of: stored.training), part(division.validation, of: stored.training),
      part(division.test, of: stored.test),
    ])
}

private func assemble(
  _ dataset: Experiment.Dataset, _ division: Division, digest: String,
  plane: (rows: Int, columns: Int), storage: Dataset.Storage, threads: Int, parts: [ImagePart]
) throws(DataError) -> Dataset {
  let values =
    dataset.normalize == .standard
    ? try Inputs.standard(over: parts[0], threads: threads)
    : Inputs.plain
  return Dataset(
    identity: identity(dataset, division, digest: digest, plane: plane),
    rows: plane.rows, columns: plane.columns, classes: division.classes, training: parts[0],
    validation: parts[1], test: parts[2], values: values, storage: storage)
}

private func identity(
  _ dataset: Experiment.Dataset, _ division: Division, digest: String,
  plane: (rows: Int, columns: Int)
) -> DatasetIdentity {
  DatasetIdentity(
    name: dataset.name.rawValue, digest: digest, rows: plane.rows, columns: plane.columns,
    classes: division.classes, training: division.training.positions.count,
    validation: division.validation.positions.count, test: division.test.positions.count)
}

/// Classes of a dataset of which nothing else is known: one more than the largest label.
private func classes(of training: [UInt8], _ test: [UInt8]) -> Int {
  Int(max(training.max() ?? 0, test.max() ?? 0)) + 1
}
