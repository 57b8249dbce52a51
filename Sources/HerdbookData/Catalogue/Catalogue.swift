package import HerdbookModel

/// The datasets that Herdbook knows by name: where each comes from and what it must look like.
package enum Catalogue {
  /// One dataset.
  package struct Entry: Sendable, Equatable {
    package var name: Experiment.Dataset.Name
    /// One line on what the images show.
    package var title: String
    /// Who made it, and where it is described.
    package var origin: String
    package var licence: String
    package var shape: DatasetShape
    /// The files in the order of `DatasetFile`; empty for what is built in.
    package var files: [File]
    /// Addresses that end in a slash, under which the files lie as `NAME.gz`; tried in order.
    package var mirrors: [String]

    package init(
      name: Experiment.Dataset.Name, title: String, origin: String, licence: String,
      shape: DatasetShape, files: [File], mirrors: [String]
    ) {
      self.name = name
      self.title = title
      self.origin = origin
      self.licence = licence
      self.shape = shape
      self.files = files
      self.mirrors = mirrors
    }
  }

  /// A file that a mirror has.
  package struct File: Sendable, Equatable {
    package var file: DatasetFile
    package var digest: Digest

    package init(file: DatasetFile, digest: Digest) {
      self.file = file
      self.digest = digest
    }
  }

  /// What is known for sure of a file's bytes: a SHA-256 in hexadecimal digits.
  package enum Digest: Sendable, Equatable {
    /// Of the uncompressed bytes: checked after a download and when the dataset is opened.
    case uncompressed(String)
    /// Of the .gz as it is published: checked after a download. A file that somebody compressed
    /// anew has another one, so that opening checks type, counts and sizes, and the digest of what
    /// was found goes into the record of the run.
    case compressed(String)
  }

  /// All entries, in the order in which they are listed.
  package static let entries = [digits, mnist, fashionMNIST]

  /// The entry of a name; nil for `idx`, of which nothing is known beforehand.
  package static func entry(_ name: Experiment.Dataset.Name) -> Entry? {
    entries.first { $0.name == name }
  }

  private static let mnistShape = DatasetShape(
    rows: 28, columns: 28, classes: 10, trainingImages: 60_000, testImages: 10_000)

  private static let digits = Entry(
    name: .digits,
    title: "digits 0 to 9, drawn from a seed by Herdbook itself",
    origin: "built in; nothing to fetch",
    licence: "Apache-2.0, as Herdbook",
    shape: DatasetShape(
      rows: DigitGenerator.side, columns: DigitGenerator.side, classes: DigitGenerator.classes,
      trainingImages: DigitGenerator.trainingImages, testImages: DigitGenerator.testImages),
    files: [], mirrors: [])

  private static let mnist = Entry(
    name: .mnist,
    title: "handwritten digits 0 to 9",
    origin: "LeCun, Cortes and Burges, 1998, from NIST's special databases 1 and 3",
    licence: "CC BY-SA 3.0",
    shape: mnistShape,
    files: [
      File(
        file: .trainingImages,
        digest: .uncompressed("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db")),
      File(
        file: .trainingLabels,
        digest: .uncompressed("65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5")),
      File(
        file: .testImages,
        digest: .uncompressed("0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7")),
      File(
        file: .testLabels,
        digest: .uncompressed("ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")),
    ],
    mirrors: [
      "https://ossci-datasets.s3.amazonaws.com/mnist/",
      "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ])

  private static let fashionMNIST = Entry(
    name: .fashionMNIST,
    title: "pieces of clothing in ten classes",
    origin: "Xiao, Rasul and Vollgraf (Zalando Research), 2017, arXiv:1708.07747",
    licence: "MIT",
    shape: mnistShape,
    files: [
      File(
        file: .trainingImages,
        digest: .compressed("3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84")),
      File(
        file: .trainingLabels,
        digest: .compressed("a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845")),
      File(
        file: .testImages,
        digest: .compressed("346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073")),
      File(
        file: .testLabels,
        digest: .compressed("67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5")),
    ],
    mirrors: [
      "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
      "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
      "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ])
}

extension Catalogue {
  /// The digest of a dataset of files: SHA-256 over the lines `SHA-256  NAME` of its four
  /// uncompressed files, as `sha256sum` prints them, in the order of `DatasetFile`.
  static func digest(of files: [String]) -> String {
    let lines = zip(files, DatasetFile.allCases).map { "\($0)  \($1.name)\n" }
    return sha256(lines.joined())
  }
}
