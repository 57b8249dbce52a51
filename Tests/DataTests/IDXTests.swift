import HerdbookData
import HerdbookModel
import Testing

@Suite struct IDXTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private let nowhere = DataPlaces(folders: [])

  /// What is said of the small dataset with some files replaced.
  private func complaint(_ replacing: [String: [UInt8]]) throws -> DataError? {
    let folder = try Small.write(to: scratch, replacing: replacing)
    return fault { () throws(DataError) in
      _ = try openDataset(.folder(folder), places: nowhere)
    }
  }

  private static let images = "train-images-idx3-ubyte"
  private static let labels = "train-labels-idx1-ubyte"

  @Test("plain and gzip files give the same dataset")
  func plainAndGzip() throws {
    let plain = try Small.write(to: scratch, "plain")
    for file in Small.files {
      try scratch.write(gzip(file.bytes), to: "packed/\(file.name).gz")
    }
    let first = try openDataset(.folder(plain, split: .tail), places: nowhere)
    let second = try openDataset(.folder(scratch("packed"), split: .tail), places: nowhere)
    #expect(first.identity == second.identity)
    #expect(first.training.all == second.training.all)
    #expect(first.training.pixels(3) == Small.image(15))
    #expect(first.test.pixels(1) == Small.image(205))
    #expect(first.test.labels == Small.testLabels)
    #expect(first.rows == 3 && first.columns == 4 && first.classes == 4)
  }

  @Test("a dataset's digest is that of the list that sha256sum prints")
  func digest() throws {
    let folder = try Small.write(to: scratch)
    let dataset = try openDataset(.folder(folder), places: nowhere)
    // sha256sum train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte
    //   t10k-labels-idx1-ubyte | sha256sum
    #expect(
      dataset.identity.digest == "9afee05d041f546ca8a75147d91c1e2eb4ea3365d6c3637ac138b92403617a9a")
  }

  @Test("names with a dot before idx are found")
  func dotted() throws {
    for (file, dotted) in zip(
      Small.files,
      [
        "train-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-images.idx3-ubyte",
        "t10k-labels.idx1-ubyte",
      ])
    {
      try scratch.write(file.bytes, to: "dotted/\(dotted)")
    }
    let dataset = try openDataset(.folder(scratch("dotted")), places: nowhere)
    #expect(dataset.test.count == 20)
  }

  @Test("a gzip file of several members is read as one")
  func members() throws {
    let bytes = Small.files[0].bytes
    let packed = gzip(Array(bytes[..<100])) + gzip(Array(bytes[100...]))
    #expect(try complaint([Self.images + ".gz": packed]) == nil)
  }

  @Test("a truncated gzip file is named, at any length", arguments: [10, 40, 100, -9, -1])
  func truncatedGzip(length: Int) throws {
    let packed = gzip(Small.files[0].bytes)
    let cut = Array(packed[..<(length < 0 ? packed.count + length : length)])
    let error = try #require(try complaint([Self.images + ".gz": cut]))
    #expect(error.kind == .damaged)
    #expect(error.path == scratch("small/\(Self.images).gz"))
    #expect(error.message.hasPrefix("is truncated: its gzip stream breaks off after \(cut.count)"))
  }

  @Test("a flipped byte in a gzip file is noticed by its checksum")
  func flippedGzip() throws {
    var packed = gzip(Small.files[0].bytes)
    packed[packed.count - 6] ^= 1
    let error = try #require(try complaint([Self.images + ".gz": packed]))
    #expect(error.message.hasPrefix("is a damaged gzip file (incorrect data check)"))
  }

  @Test("bytes behind the promised ones are an error, wherever they are")
  func trailing() throws {
    let bytes = Small.files[0].bytes
    let plain = try #require(try complaint([Self.images: bytes + [7, 7]]))
    #expect(plain.message.hasPrefix("has 2 bytes too many: its header promises 40 x 3 x 4 = 480"))
    let inside = try #require(try complaint([Self.images + ".gz": gzip(bytes + [7])]))
    #expect(inside.message.hasPrefix("goes on after the 496 bytes that its header promises"))
    try scratch.write([], to: "small/\(Self.images).gz")
    let behind = try #require(try complaint([Self.images + ".gz": gzip(bytes) + [7]]))
    #expect(behind.message.hasPrefix("has bytes after the end of its gzip stream"))
  }

  @Test("a truncated plain file says what it has and what it promises")
  func truncatedPlain() throws {
    let error = try #require(
      try complaint([Self.images: Array(Small.files[0].bytes.dropLast(10))]))
    #expect(
      error.message
        == "is truncated: its header promises 40 x 3 x 4 = 480 bytes, 470 follow it; give a folder "
        + "with train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and "
        + "t10k-labels-idx1-ubyte, each plain or .gz, as dataset.path")
    #expect(error.description.hasPrefix(scratch("small/\(Self.images)") + ": is truncated"))
  }

  @Test(
    "a file that is no file of images says what it looks like",
    arguments: [
      ([], "is empty"),
      ([0, 0], "is 2 bytes long, too short for an IDX file"),
      ([0, 0, 8, 3, 0, 0], "is truncated: it ends within its header"),
      (Array("<!DOCTYPE html>".utf8), "it looks like a web page that was saved in its place"),
      (Array("PK..".utf8), "begins with 50 4b 2e 2e, a file of images with 00 00 08 03: it is not"),
      ([0, 0, 0x0d, 3], "it holds 32-bit floats, and only unsigned bytes are read"),
      ([0, 0, 8, 1], "it holds labels"),
      ([0, 0, 8, 4], "it has 4 dimensions instead of 3"),
      (idx([0, 3, 4], []), "promises 0 x 3 x 4, which no set of images has"),
      (idx([0xffff_ffff, 3, 4], []), "which no set of images has"),
      (idx([1, 60_000, 60_000], []), "which no set of images has"),
      (idx([1_000_000, 28, 28], []), "784000000 bytes, 0 follow it"),
    ] as [([UInt8], String)])
  func foreign(bytes: [UInt8], words: String) throws {
    let error = try #require(try complaint([Self.images: bytes]))
    #expect(error.kind == .damaged)
    #expect(error.message.contains(words))
  }

  @Test("a small gzip file that promises gigabytes is refused before any memory is set aside")
  func bomb() throws {
    let error = try #require(
      try complaint([Self.images + ".gz": gzip(idx([2_000_000_000, 28, 28], [1, 2, 3]))]))
    #expect(error.message.contains("compressed bytes cannot hold"))
  }

  @Test("labels and images must be equally many")
  func counts() throws {
    let error = try #require(
      try complaint([Self.labels: idx([39], Array(repeating: 0, count: 39))]))
    #expect(error.path == scratch("small/\(Self.labels)"))
    #expect(error.message.hasPrefix("has 39 labels, but \(Self.images) beside it has 40 images"))
  }

  @Test("training and test images must have one plane")
  func planes() throws {
    let error = try #require(
      try complaint(["t10k-images-idx3-ubyte": idx([20, 4, 3], Small.pixels(20))]))
    #expect(error.message.hasPrefix("has images of 4 x 3 pixels, but \(Self.images) beside it of"))
  }

  @Test("the shape of a folder is read from headers and labels")
  func shape() throws {
    let folder = try Small.write(to: scratch)
    #expect(
      try datasetShape(.folder(folder), places: nowhere)
        == DatasetShape(rows: 3, columns: 4, classes: 4, trainingImages: 40, testImages: 20))
  }

  @Test("another dataset under the name of MNIST is refused by its sizes")
  func foreignSizes() throws {
    try Small.write(to: scratch, "mnist")
    let error = fault { () throws(DataError) in
      _ = try openDataset(.init(name: .mnist), places: DataPlaces(folders: [scratch.path]))
    }
    #expect(error?.path == scratch("mnist/train-images-idx3-ubyte"))
    #expect(
      error?.message
        == "has 40 images of 3 x 4 pixels, but mnist has 60000 of 28 x 28 here; get it with: "
        + "herdbook data fetch mnist, or name the folder with dataset: {name: idx, path: FOLDER} if "
        + "these are other images")
  }

  @Test("files of MNIST's sizes with other bytes are refused by their digest or labels")
  func foreignBytes() throws {
    func write(_ count: Int, _ stem: String, label: UInt8) throws {
      try scratch.write(
        gzip(idx([count, 28, 28], Array(repeating: 0, count: count * 784))),
        to: "mnist/\(stem)-images-idx3-ubyte.gz")
      var labels = [UInt8](repeating: 0, count: count)
      labels[count - 3] = label
      try scratch.write(idx([count], labels), to: "mnist/\(stem)-labels-idx1-ubyte")
    }
    func complaint() -> DataError? {
      fault { () throws(DataError) in
        _ = try openDataset(.init(name: .mnist), places: DataPlaces(folders: [scratch.path]))
      }
    }
    try write(60_000, "train", label: 9)
    try write(10_000, "t10k", label: 10)
    #expect(complaint()?.path == scratch("mnist/t10k-labels-idx1-ubyte"))
    #expect(
      complaint()?.message.hasPrefix("has label 10 at position 9997, but the classes of mnist go")
        == true)
    try write(10_000, "t10k", label: 9)
    #expect(complaint()?.path == scratch("mnist/train-images-idx3-ubyte.gz"))
    #expect(complaint()?.message.hasPrefix("is not the file of mnist: its uncompressed") == true)
  }
}
