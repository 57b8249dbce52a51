import HerdbookModel
import HerdbookNumerics

/// The images of a dataset's files: from the cache where it has them, else decoded and checked.
func loadFiles(
  _ files: DatasetFiles, of dataset: Experiment.Dataset, cache: ImageCache?
) throws(DataError) -> StoredImages {
  if let known = cache?.recall(files) { return known }
  let advice = howToGet(dataset)
  let sets = [
    try ImageSet(
      images: files.path(.trainingImages), labels: files.path(.trainingLabels), advice: advice),
    try ImageSet(
      images: files.path(.testImages), labels: files.path(.testLabels), advice: advice),
  ]
  try matchPlanes(
    (sets[0].rows, sets[0].columns), (sets[1].rows, sets[1].columns), files, advice: advice)
  if let entry = Catalogue.entry(dataset.name) {
    try check(sets, of: files, against: entry, advice: advice)
  }
  let digest = Catalogue.digest(of: sets.flatMap(\.digests))
  guard let cache else { return inMemory(sets, digest: digest, reason: nil) }
  do {
    return try cache.keep(sets, of: files, digest: digest)
  } catch {
    return inMemory(sets, digest: digest, reason: error.message)
  }
}

private func inMemory(_ sets: [ImageSet], digest: String, reason: String?) -> StoredImages {
  func matrix(_ set: ImageSet) -> ByteMatrix {
    let pixels = set.rows * set.columns
    let bytes = set.pixels
    return ByteMatrix(rows: set.count, columns: pixels) { row, target in
      for column in 0..<pixels { target[column] = bytes[row * pixels + column] }
    }
  }
  return StoredImages(
    rows: sets[0].rows, columns: sets[0].columns, digest: digest, training: matrix(sets[0]),
    test: matrix(sets[1]), trainingLabels: sets[0].labels, testLabels: sets[1].labels,
    storage: .memory(reason))
}

/// Both files of images have planes of one size.
func matchPlanes(
  _ training: (Int, Int), _ test: (Int, Int), _ files: DatasetFiles, advice: String
) throws(DataError) {
  guard training == test else {
    throw DataError(
      .damaged, path: files.path(.testImages),
      "has images of \(test.0) x \(test.1) pixels, but "
        + "\(lastComponent(files.path(.trainingImages))) beside it of "
        + "\(training.0) x \(training.1); \(advice)")
  }
}

/// Checks decoded files against what the catalogue knows of them: sizes, labels, digests.
private func check(
  _ sets: [ImageSet], of files: DatasetFiles, against entry: Catalogue.Entry, advice: String
) throws(DataError) {
  let shape = entry.shape
  let name = entry.name.rawValue
  let parts: [(Int, DatasetFile, DatasetFile)] = [
    (shape.trainingImages, .trainingImages, .trainingLabels),
    (shape.testImages, .testImages, .testLabels),
  ]
  for (set, (count, images, labels)) in zip(sets, parts) {
    guard set.count == count, set.rows == shape.rows, set.columns == shape.columns else {
      throw DataError(
        .damaged, path: files.path(images),
        "has \(set.count) images of \(set.rows) x \(set.columns) pixels, but \(name) has \(count) "
          + "of \(shape.rows) x \(shape.columns) here; " + otherwise(advice))
    }
    if let position = set.labels.firstIndex(where: { $0 >= shape.classes }) {
      throw DataError(
        .damaged, path: files.path(labels),
        "has label \(set.labels[position]) at position \(position), but the classes of \(name) go "
          + "from 0 to \(shape.classes - 1); \(advice)")
    }
  }
  for (found, file) in zip(sets.flatMap(\.digests), entry.files) {
    guard case .uncompressed(let right) = file.digest, found != right else { continue }
    throw DataError(
      .damaged, path: files.path(file.file),
      "is not the file of \(name): its uncompressed bytes have SHA-256 \(found), expected \(right); "
        + otherwise(advice))
  }
}

private func otherwise(_ advice: String) -> String {
  advice + ", or name the folder with dataset: {name: idx, path: FOLDER} if these are other images"
}
