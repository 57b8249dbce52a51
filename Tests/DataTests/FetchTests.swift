import HerdbookData
import HerdbookModel
import Testing

@Suite struct FetchTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// The small dataset as if it were published at two mirrors.
  private func entry(_ digests: [Catalogue.Digest]) -> Catalogue.Entry {
    Catalogue.Entry(
      name: .mnist, title: "", origin: "", licence: "",
      shape: DatasetShape(rows: 3, columns: 4, classes: 4, trainingImages: 40, testImages: 20),
      files: zip(DatasetFile.allCases, digests).map(Catalogue.File.init),
      mirrors: ["https://one/", "https://two/"])
  }

  private static let digests = [
    "462741992d9e32462f81552ab62525a517467d071cfc4fd9e4788b3c49ace480",
    "dc8fa783a56c17e01882017bdf5d9a8f164e006076070d68162e9e28401eed7b",
    "71ece76944c4c7d193d977e4729486f4a97165e59d96936f8dbd069b03e14d1a",
    "5d57009ffc345bb35f12f5809f556f34be53ab5812ef91c2f773ec8e23ae9cee",
  ]

  private var small: Catalogue.Entry { entry(Self.digests.map(Catalogue.Digest.uncompressed)) }

  /// A transport that finds the bytes for an address in a table.
  private func transport(_ table: @escaping (String) -> [UInt8]?) -> Transport {
    { (address: String, file: String) throws(TransportFailure) in
      guard let bytes = table(address) else { throw TransportFailure("no route to host") }
      let name = String(file.dropFirst(scratch.path.count + 1))
      guard (try? scratch.write(bytes, to: name)) != nil else {
        throw TransportFailure("cannot write \(file)")
      }
    }
  }

  private func published(_ address: String) -> [UInt8]? {
    Small.files.first { address.hasSuffix("/\($0.name).gz") }.map { gzip($0.bytes) }
  }

  @Test("a dataset comes from the first mirror that has the right bytes")
  func mirrors() throws {
    let fetched = try Catalogue.fetch(
      small, into: scratch("data"),
      using: transport { address in
        if address.hasPrefix("https://one/train-images") { return nil }
        if address.hasPrefix("https://one/t10k-images") { return gzip([1, 2, 3]) }
        return published(address)
      })
    #expect(
      fetched.map(\.source) == [
        .mirror("https://two/train-images-idx3-ubyte.gz"),
        .mirror("https://one/train-labels-idx1-ubyte.gz"),
        .mirror("https://two/t10k-images-idx3-ubyte.gz"),
        .mirror("https://one/t10k-labels-idx1-ubyte.gz"),
      ])
    #expect(try scratch.names("data/mnist") == Small.files.map { $0.name + ".gz" }.sorted())
    let opened = try openDataset(.folder(scratch("data/mnist")), places: DataPlaces(folders: []))
    #expect(opened.test.labels == Small.testLabels)
  }

  @Test("what is there and right is not fetched again, what is damaged is")
  func present() throws {
    try Small.write(to: scratch, "mnist", replacing: ["train-labels-idx1-ubyte": [1, 2]])
    var told: [FetchedFile] = []
    let fetched = try Catalogue.fetch(
      small, into: scratch.path, using: transport { address in published(address) },
      progress: { told.append($0) })
    #expect(
      fetched.map(\.source)
        == [.present, .mirror("https://one/train-labels-idx1-ubyte.gz"), .present, .present])
    #expect(told == fetched)
    let opened = try openDataset(.folder(scratch("mnist")), places: DataPlaces(folders: []))
    #expect(opened.identity.training == 32)
  }

  @Test("a digest of the published file is checked on the file as it lies")
  func compressed() throws {
    let wrong = entry(Self.digests.map(Catalogue.Digest.compressed))
    let error = fault { () throws(DataError) in
      _ = try Catalogue.fetch(wrong, into: scratch.path, using: transport { published($0) })
    }
    #expect(error?.kind == .unreachable)
    #expect(error?.message.contains("expected \(Self.digests[0])") == true)
  }

  @Test("offline: each mirror's answer, what to get by hand, and where to put it")
  func offline() throws {
    let error = fault { () throws(DataError) in
      _ = try Catalogue.fetch(small, into: scratch("data"), using: transport { _ in nil })
    }
    #expect(error?.kind == .unreachable)
    #expect(error?.path == scratch("data/mnist/train-images-idx3-ubyte.gz"))
    #expect(
      error?.message == """
        could not be fetched:
          https://one/train-images-idx3-ubyte.gz: no route to host
          https://two/train-images-idx3-ubyte.gz: no route to host
        By hand: on a machine that is online, get the four files
          https://one/train-images-idx3-ubyte.gz
          https://one/train-labels-idx1-ubyte.gz
          https://one/t10k-images-idx3-ubyte.gz
          https://one/t10k-labels-idx1-ubyte.gz
        and put them into \(scratch("data/mnist"))
        """)
    #expect(try scratch.names("data/mnist") == [])
  }

  @Test("a folder that cannot be written is not blamed on the mirrors")
  func unwritable() throws {
    try scratch.write([1], to: "file")
    let error = fault { () throws(DataError) in
      _ = try Catalogue.fetch(small, into: scratch("file"), using: transport { _ in nil })
    }
    #expect(error?.kind == .unreadable)
    #expect(error?.message.hasSuffix("Not a directory") == true)
  }

  @Test("the catalogue lists each named dataset with licence, files and mirrors")
  func catalogue() {
    #expect(Catalogue.entries.map(\.name) == [.digits, .mnist, .fashionMNIST])
    for entry in Catalogue.entries where entry.name != .digits {
      #expect(entry.files.map(\.file) == DatasetFile.allCases)
      #expect(entry.mirrors.count >= 2 && entry.mirrors.allSatisfy { $0.hasSuffix("/") })
      for file in entry.files {
        switch file.digest {
        case .compressed(let digest), .uncompressed(let digest): #expect(digest.count == 64)
        }
      }
    }
    #expect(Catalogue.entry(.idx) == nil)
  }
}
