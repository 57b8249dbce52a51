import HerdbookData
import HerdbookModel
import Testing

@Suite struct PlacesTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("a missing dataset names every place and the command that gets it")
  func missing() {
    let error = fault { () throws(DataError) in
      _ = try openDataset(.init(name: .mnist), places: DataPlaces(folders: ["/a", "/b/"]))
    }
    #expect(error?.kind == .missing)
    #expect(
      error?.description == """
        the dataset 'mnist' was not found; looked in
          /a/mnist
          /b/mnist
        get it with: herdbook data fetch mnist
        """)
  }

  @Test("a folder that is the dataset itself is told from one that holds it")
  func oneTooDeep() throws {
    let folder = try Small.write(to: scratch, "mnist")
    let error = fault { () throws(DataError) in
      _ = try openDataset(.init(name: .mnist), places: DataPlaces(folders: [folder]))
    }
    #expect(
      error?.message.contains("\(folder) holds such files itself: name the folder above it") == true
    )
  }

  @Test("a dataset that lacks one file says which")
  func incomplete() throws {
    try scratch.write(Small.files[0].bytes, to: "mnist/train-images-idx3-ubyte")
    let error = fault { () throws(DataError) in
      _ = try openDataset(.init(name: .mnist), places: DataPlaces(folders: [scratch.path]))
    }
    #expect(error?.kind == .missing)
    #expect(
      error?.message
        == "has train-images-idx3-ubyte, but neither train-labels-idx1-ubyte nor "
        + "train-labels-idx1-ubyte.gz; get it with: herdbook data fetch mnist")
  }

  @Test("a relative path is looked for in the project, then in the data folders")
  func relative() throws {
    try Small.write(to: scratch, "data/mine")
    let places = DataPlaces(folders: [scratch("data")], project: scratch("project"))
    #expect(
      places.availability(.folder("mine")) == .present(scratch("data/mine")))
    try Small.write(to: scratch, "project/mine")
    #expect(
      places.availability(.folder("mine")) == .present(scratch("project/mine")))
  }

  @Test("digits are always there and their shape needs no files")
  func digits() throws {
    let nowhere = DataPlaces(folders: [])
    #expect(nowhere.availability(.init()) == .builtIn)
    let shape = DatasetShape(
      rows: 28, columns: 28, classes: 10, trainingImages: 60_000, testImages: 10_000)
    #expect(try datasetShape(.init(), places: nowhere) == shape)
    #expect(try datasetShape(.init(name: .mnist), places: nowhere) == shape)
  }
}
