import HerdbookData
import HerdbookModel
import HerdbookNumerics
import Testing

@Suite struct CacheTests {
  let scratch: Scratch
  let dataset: Experiment.Dataset
  let places: DataPlaces

  init() throws {
    scratch = try Scratch()
    dataset = .folder(try Small.write(to: scratch), split: .tail)
    places = DataPlaces(folders: [], cache: scratch("cache"))
  }

  private func open() throws -> Dataset { try openDataset(dataset, places: places) }

  private func name(_ ending: String) throws -> String {
    "cache/datasets/"
      + (try #require(try scratch.names("cache/datasets").first { $0.hasSuffix(ending) }))
  }

  /// Lets the record look as if it had been written long after the files lay still.
  private func settle() throws { scratch.date(try name(".sources"), by: 60) }

  private func expectRight(_ opened: Dataset, _ storage: Dataset.Storage) {
    #expect(opened.storage == storage)
    #expect(opened.training.all == (0..<32).map { Small.image(5 * $0) })
    #expect(opened.test.all == (0..<20).map { Small.image(200 + 5 * $0) })
    #expect(opened.training.labels == Array(Small.trainingLabels[..<32]))
    #expect(opened.validation.labels == Array(Small.trainingLabels[32...]))
    #expect(opened.test.labels == Small.testLabels)
    #expect(opened.training.images.stride == 64)
  }

  @Test("a dataset is decoded once and then recalled, with the same bytes")
  func recalled() throws {
    let first = try open()
    expectRight(first, .decoded)
    try settle()
    let second = try open()
    expectRight(second, .recalled)
    #expect(first.identity == second.identity)
    #expect(try scratch.names("cache/datasets").count == 2)
  }

  @Test("files that were written just before the record are looked at again")
  func racy() throws {
    expectRight(try open(), .decoded)
    expectRight(try open(), .decoded)
  }

  @Test("a source swapped for another of the same size and date is noticed")
  func swapped() throws {
    _ = try open()
    var bytes = Small.files[0].bytes
    bytes[16] = 99
    try scratch.write(bytes, to: "small/train-images-idx3-ubyte")
    scratch.date("small/train-images-idx3-ubyte", by: -3600)
    try settle()
    let opened = try open()
    #expect(opened.storage == .decoded)
    #expect(opened.training.pixels(0)[0] == 99)
  }

  @Test("a damaged source is an error even with a warm cache")
  func damagedSource() throws {
    _ = try open()
    try scratch.write([1, 2, 3], to: "small/t10k-labels-idx1-ubyte")
    try settle()
    #expect(fault { () throws(DataError) in _ = try openDataset(dataset, places: places) } != nil)
  }

  @Test(
    "a cache file that is truncated, edited, foreign or gone is made anew",
    arguments: ["truncated", "edited", "header", "foreign", "empty"])
  func damagedCache(how: String) throws {
    _ = try open()
    let file = try name(".images")
    var bytes = try scratch.read(file)
    switch how {
    case "truncated": bytes.removeLast(100)
    case "edited": bytes[5000] ^= 255
    case "header": bytes[17] = UInt8(ascii: "9")
    case "foreign": bytes = Array(repeating: 1, count: bytes.count)
    default: bytes = []
    }
    try scratch.write(bytes, to: file)
    try settle()
    expectRight(try open(), .decoded)
    try settle()
    expectRight(try open(), .recalled)
  }

  @Test(
    "a record that is not one is ignored and replaced", arguments: ["", "herdbook", "\u{0}\n\n"])
  func damagedRecord(text: String) throws {
    _ = try open()
    let record = try name(".sources")
    try scratch.write(Array(text.utf8), to: record)
    try settle()
    expectRight(try open(), .decoded)
    try settle()
    expectRight(try open(), .recalled)
  }

  @Test("where no cache can be written the dataset lives in memory, and says why")
  func noCache() throws {
    try scratch.write([1], to: "file")
    let opened = try openDataset(
      dataset, places: DataPlaces(folders: [], cache: scratch("file/cache")))
    guard case .memory(let reason?) = opened.storage else {
      Issue.record("stored as \(opened.storage)")
      return
    }
    #expect(reason.hasSuffix("Not a directory"))
    expectRight(opened, opened.storage)
    expectRight(try openDataset(dataset, places: DataPlaces(folders: [])), .memory(nil))
  }

  @Test("runs that start together each get the whole dataset")
  func together() throws {
    let (dataset, places) = (dataset, places)
    let opened = parallelMap(count: 16, threads: 8) { _ in
      try? openDataset(dataset, places: places)
    }
    for one in opened { expectRight(try #require(one), .decoded) }
    #expect(try scratch.names("cache/datasets").count == 2)
  }

  @Test("two folders with the same files share one cache file")
  func shared() throws {
    _ = try open()
    let other = Experiment.Dataset.folder(try Small.write(to: scratch, "again"), split: .tail)
    expectRight(try openDataset(other, places: places), .decoded)
    #expect(try scratch.names("cache/datasets").count == 3)
    try settle()
    for record in try scratch.names("cache/datasets") where record.hasSuffix(".sources") {
      scratch.date("cache/datasets/" + record, by: 60)
    }
    expectRight(try open(), .recalled)
    expectRight(try openDataset(other, places: places), .recalled)
  }
}
