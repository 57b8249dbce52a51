import HerdbookModel

/// Where datasets are looked for and where decoded ones are kept; the command decides.
package struct DataPlaces: Sendable, Equatable {
  /// Folders that hold a folder for each dataset, the first to have it wins.
  package var folders: [String]
  /// The folder against which the `path` of an `idx` dataset is read first; nil for none.
  package var project: String?
  /// Where decoded datasets are kept; nil to decode into memory each time.
  package var cache: String?

  package init(folders: [String], project: String? = nil, cache: String? = nil) {
    self.folders = folders
    self.project = project
    self.cache = cache
  }
}

/// The four files of a dataset, in the order in which they are digested.
package enum DatasetFile: Int, Sendable, CaseIterable {
  case trainingImages
  case trainingLabels
  case testImages
  case testLabels

  /// The name under which the file has been published since MNIST, without `.gz`.
  package var name: String {
    switch self {
    case .trainingImages: "train-images-idx3-ubyte"
    case .trainingLabels: "train-labels-idx1-ubyte"
    case .testImages: "t10k-images-idx3-ubyte"
    case .testLabels: "t10k-labels-idx1-ubyte"
    }
  }

  /// The names that are accepted, best first: what `data fetch` writes wins, so that it can mend a
  /// damaged file; some publishers write a dot before `idx`.
  var candidates: [String] {
    let dotted =
      switch self {
      case .trainingImages: "train-images.idx3-ubyte"
      case .trainingLabels: "train-labels.idx1-ubyte"
      case .testImages: "t10k-images.idx3-ubyte"
      case .testLabels: "t10k-labels.idx1-ubyte"
      }
    return [name + ".gz", name, dotted + ".gz", dotted]
  }
}

/// A dataset's four files as they lie on disk.
struct DatasetFiles: Sendable, Equatable {
  /// What messages call the dataset.
  var dataset: String
  var folder: String
  /// One path for each `DatasetFile`.
  var paths: [String]

  func path(_ file: DatasetFile) -> String { paths[file.rawValue] }
}

extension DataPlaces {
  /// The files of a dataset.
  ///
  /// The first folder that has any of the four decides; one that lacks another of them is an error,
  /// so that files of two downloads are never mixed.
  func locate(_ dataset: Experiment.Dataset) throws(DataError) -> DatasetFiles {
    let looked = candidates(dataset)
    for folder in looked {
      if let files = try Self.files(in: folder, of: dataset) { return files }
    }
    throw missing(dataset, looked: looked)
  }

  /// The folders in which the files of a dataset may lie, in order.
  func candidates(_ dataset: Experiment.Dataset) -> [String] {
    guard dataset.name == .idx else {
      return folders.map { join($0, dataset.name.rawValue) }
    }
    let path = dataset.path ?? ""
    if path.hasPrefix("/") { return [path] }
    return ([project].compactMap { $0 } + folders).map { join($0, path) }
  }

  private static func files(
    in folder: String, of dataset: Experiment.Dataset
  ) throws(DataError) -> DatasetFiles? {
    let found = DatasetFile.allCases.map { file in
      file.candidates.lazy.map { join(folder, $0) }.first { FileStamp(path: $0) != nil }
    }
    let present = found.compactMap { $0 }
    if present.isEmpty { return nil }
    for file in DatasetFile.allCases where found[file.rawValue] == nil {
      throw DataError(
        .missing, path: folder,
        "has \(lastComponent(present[0])), but neither \(file.name) nor \(file.name).gz; "
          + howToGet(dataset))
    }
    return DatasetFiles(dataset: dataset.name.rawValue, folder: folder, paths: present)
  }

  private func missing(_ dataset: Experiment.Dataset, looked: [String]) -> DataError {
    var lines = ["the dataset '\(dataset.name.rawValue)' was not found; looked in"]
    lines += looked.map { "  " + $0 }
    if looked.isEmpty { lines = ["the dataset '\(dataset.name.rawValue)' has no place to be in"] }
    let own = folders.first { folder in
      DatasetFile.trainingImages.candidates.contains { FileStamp(path: join(folder, $0)) != nil }
    }
    if dataset.name != .idx, let own {
      lines.append("\(own) holds such files itself: name the folder above it instead")
    }
    lines.append(howToGet(dataset))
    return DataError(.missing, lines.joined(separator: "\n"))
  }
}

/// The last line of an error: where the right files come from.
func howToGet(_ dataset: Experiment.Dataset) -> String {
  switch dataset.name {
  case .idx:
    "give a folder with train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte "
      + "and t10k-labels-idx1-ubyte, each plain or .gz, as dataset.path"
  case .digits, .mnist, .fashionMNIST:
    "get it with: herdbook data fetch \(dataset.name.rawValue)"
  }
}
