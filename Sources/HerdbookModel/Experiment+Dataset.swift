extension Experiment {
  /// The section `dataset`: which images, and how they are divided.
  package struct Dataset: Sendable, Equatable {
    package enum Name: String, Sendable, CaseIterable {
      case digits
      case mnist
      case fashionMNIST = "fashion-mnist"
      case idx
    }
    package enum Split: String, Sendable, CaseIterable {
      /// Validation images drawn by class with `seed`, the same for every run.
      case stratified
      /// Validation images from the end of the training images.
      case tail
    }
    package enum Normalization: String, Sendable, CaseIterable {
      /// Pixels are u8 / 255.
      case none
      /// Pixels less the training images' mean, over their standard deviation; no zeros remain.
      case standard
    }
    /// A stretch of the training part: `count` images from position `from`.
    package struct Range: Sendable, Equatable {
      package var from: Int
      package var count: Int
      package init(from: Int = 0, count: Int) {
        self.from = from
        self.count = count
      }
    }

    package var name: Name
    /// The folder of `idx`, as the spec names it.
    package var path: String?
    package var seed: UInt64
    package var split: Split
    /// The training images that are used; nil for all that validation leaves.
    package var train: Range?
    package var validation: Int
    /// The first test images; nil for all.
    package var test: Int?
    /// The classes that are kept, renumbered in this order; nil for all.
    package var classes: [Int]?
    package var shuffleLabels: Bool
    package var permutePixels: Bool
    package var normalize: Normalization

    package init(
      name: Name = .digits, path: String? = nil, seed: UInt64 = 0, split: Split = .stratified,
      train: Range? = nil, validation: Int = 5000, test: Int? = nil, classes: [Int]? = nil,
      shuffleLabels: Bool = false, permutePixels: Bool = false, normalize: Normalization = .none
    ) {
      self.name = name
      self.path = path
      self.seed = seed
      self.split = split
      self.train = train
      self.validation = validation
      self.test = test
      self.classes = classes
      self.shuffleLabels = shuffleLabels
      self.permutePixels = permutePixels
      self.normalize = normalize
    }
  }
}

/// What a spec must fit: the plane, the classes and the counts of a dataset before it is divided.
package struct DatasetShape: Sendable, Equatable {
  /// Height and width of the image plane.
  package var rows: Int
  package var columns: Int
  package var classes: Int
  package var trainingImages: Int
  package var testImages: Int
  package var pixels: Int { rows * columns }

  package init(rows: Int, columns: Int, classes: Int, trainingImages: Int, testImages: Int) {
    self.rows = rows
    self.columns = columns
    self.classes = classes
    self.trainingImages = trainingImages
    self.testImages = testImages
  }
}

/// A dataset as a run used it: what provenance and plan record.
package struct DatasetIdentity: Sendable, Equatable {
  package var name: String
  /// SHA-256 in hex over the uncompressed files, or over generator version, seed and counts.
  package var digest: String
  package var rows: Int
  package var columns: Int
  package var classes: Int
  /// Images in use after division.
  package var training: Int
  package var validation: Int
  package var test: Int

  package init(
    name: String, digest: String, rows: Int, columns: Int, classes: Int, training: Int,
    validation: Int, test: Int
  ) {
    self.name = name
    self.digest = digest
    self.rows = rows
    self.columns = columns
    self.classes = classes
    self.training = training
    self.validation = validation
    self.test = test
  }
}
