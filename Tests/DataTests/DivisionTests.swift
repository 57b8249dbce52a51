import HerdbookData
import HerdbookModel
import Testing

@Suite struct DivisionTests {
  let scratch: Scratch
  let folder: String
  private let places = DataPlaces(folders: [])

  init() throws {
    scratch = try Scratch()
    folder = try Small.write(to: scratch)
  }

  private func open(_ change: (inout Experiment.Dataset) -> Void = { _ in }) throws(DataError)
    -> Dataset
  {
    var dataset = Experiment.Dataset.folder(folder)
    change(&dataset)
    return try openDataset(dataset, places: places)
  }

  private func complaint(_ change: (inout Experiment.Dataset) -> Void) -> DataError? {
    fault { () throws(DataError) in _ = try open(change) }
  }

  private func counts(_ part: ImagePart, _ classes: Int = 4) -> [Int] {
    (0..<classes).map { label in part.labels.count { $0 == label } }
  }

  @Test("stratified: each class gives its share, remainders to the largest, then to the first")
  func proportions() throws {
    // 20, 8, 8 and 4 of 40 images.
    // Shares of 8: 4, 1.6, 1.6, 0.8; two are left, for the largest remainder and the first of 0.6.
    #expect(counts(try open().validation) == [4, 2, 1, 1])
    #expect(counts(try open { $0.validation = 10 }.validation) == [5, 2, 2, 1])
    #expect(counts(try open { $0.validation = 20 }.validation) == [10, 4, 4, 2])
    // Shares of 3: 1.5, 0.6, 0.6, 0.3.
    #expect(counts(try open { $0.validation = 3 }.validation) == [1, 1, 1, 0])
  }

  @Test("training and validation share no image and leave none out", arguments: [0, 1, 8, 39])
  func disjoint(validation: Int) throws {
    for split in Experiment.Dataset.Split.allCases {
      let opened = try open {
        $0.validation = validation
        $0.split = split
      }
      #expect((opened.training.indices + opened.validation.indices).sorted() == (0..<40).map { $0 })
      #expect(opened.validation.count == validation)
      for part in [opened.training, opened.validation] {
        for (index, label) in zip(part.indices, part.labels) {
          #expect(Small.trainingLabels[Int(index)] == label)
        }
      }
    }
  }

  @Test("the stratified division of a seed is frozen")
  func frozen() throws {
    let opened = try open()
    #expect(opened.validation.indices == [14, 22, 39, 13, 19, 11, 31, 24])
    #expect(Array(opened.training.indices[..<12]) == [38, 37, 2, 35, 23, 15, 28, 9, 20, 21, 4, 17])
    let other = try open { $0.seed = 1 }
    #expect(other.validation.indices == [6, 26, 23, 37, 29, 15, 28, 11])
  }

  @Test("tail: the last training images validate, in the files' order")
  func tail() throws {
    let opened = try open { $0.split = .tail }
    #expect(opened.training.indices == (0..<32).map { $0 })
    #expect(opened.validation.indices == (32..<40).map { $0 })
    #expect(opened.test.indices == (0..<20).map { $0 })
  }

  @Test(
    "train takes a stretch of the training part, in an order of its own, test the first test images"
  )
  func stretch() throws {
    let whole = try open()
    let all = try open { $0.train = .init(count: 32) }
    #expect(
      Array(all.training.indices[..<12]) == [1, 8, 26, 23, 6, 32, 4, 30, 27, 20, 38, 16])
    #expect(all.training.indices.sorted() == whole.training.indices.sorted())
    for (index, label) in zip(all.training.indices, all.training.labels) {
      #expect(Small.trainingLabels[Int(index)] == label)
    }
    let part = try open {
      $0.train = .init(from: 5, count: 7)
      $0.test = 6
    }
    #expect(part.training.indices == Array(all.training.indices[5..<12]))
    #expect(part.training.labels == Array(all.training.labels[5..<12]))
    #expect(part.validation.indices == whole.validation.indices)
    #expect(part.test.indices == (0..<6).map { $0 })
    #expect([part.identity.training, part.identity.validation, part.identity.test] == [7, 8, 6])
    #expect(part.identity.digest == whole.identity.digest)
  }

  @Test("a stretch of the end is what was there in the files' order")
  func stretchOfTail() throws {
    let part = try open {
      $0.split = .tail
      $0.train = .init(from: 5, count: 7)
    }
    #expect(part.training.indices == (5..<12).map { $0 })
  }

  @Test("any stretch has of each class what chance gives", arguments: [0, 300, 40_000])
  func fairStretches(from: Int) throws {
    let digits = try openDataset(
      Experiment.Dataset(train: .init(from: from, count: 300), validation: 5000), places: places)
    // 300 draws of ten classes, a tenth each: chi squared of nine degrees, once in a million above 46.
    let found = counts(digits.training, 10).map { count in
      (Double(count) - 30) * (Double(count) - 30) / 30
    }
    #expect(found.reduce(0, +) < 46)
  }

  @Test("classes are kept in the order given and numbered by it")
  func classes() throws {
    let opened = try open {
      $0.classes = [3, 1]
      $0.validation = 6
    }
    #expect(counts(opened.validation, 2) == [2, 4])
    #expect(opened.classes == 2 && opened.identity.classes == 2)
    #expect(opened.training.count + opened.validation.count == 12)
    for part in [opened.training, opened.validation] {
      for (index, label) in zip(part.indices, part.labels) {
        #expect([3, 1][Int(label)] == Small.trainingLabels[Int(index)])
      }
    }
    #expect(opened.test.indices == [1, 3, 5, 7, 9, 11, 13, 15, 17, 19])
    #expect(opened.test.labels == [1, 0, 1, 0, 1, 0, 1, 0, 1, 0])
  }

  @Test("a division that the dataset cannot give is refused with the numbers")
  func unfit() {
    let cases: [((inout Experiment.Dataset) -> Void, String)] = [
      ({ $0.validation = 40 }, "dataset.validation is 40, but idx has 40 training images"),
      ({ $0.train = .init(from: 30, count: 3) }, "asks for 3 images from position 30, but"),
      ({ $0.train = .init(from: 1, count: .max) }, "validation leaves 32 training images of idx"),
      ({ $0.test = 21 }, "dataset.test is 21, but idx has 20 test images"),
      ({ $0.classes = [0, 4] }, "dataset.classes has 4, but the classes of idx go from 0 to 3"),
      ({ $0.classes = [1, 1] }, "dataset.classes has 1 twice"),
    ]
    for (change, words) in cases {
      let error = complaint(change)
      #expect(error?.kind == .unfit)
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "no error")")
    }
  }

  @Test(
    "shuffled labels keep their counts, move within training and validation, and spare the test")
  func shuffledLabels() throws {
    let plain = try open()
    let placebo = try open { $0.shuffleLabels = true }
    #expect(placebo.training.indices == plain.training.indices)
    #expect(counts(placebo.training) == counts(plain.training))
    #expect(counts(placebo.validation) == counts(plain.validation))
    #expect(placebo.training.labels != plain.training.labels)
    #expect(placebo.validation.labels != plain.validation.labels)
    #expect(placebo.test.labels == plain.test.labels)
    let part = try open {
      $0.shuffleLabels = true
      $0.train = .init(count: 9)
    }
    let labels = Dictionary(
      uniqueKeysWithValues: zip(placebo.training.indices, placebo.training.labels))
    #expect(part.training.labels == part.training.indices.map { labels[$0] })
  }

  @Test("permuted pixels: one order for every image of every part")
  func permutedPixels() throws {
    let plain = try open()
    let placebo = try open { $0.permutePixels = true }
    let order = placebo.training.pixels(0).map { byte in
      Int(byte &- plain.training.pixels(0)[0])
    }
    #expect(order.sorted() == (0..<12).map { $0 } && order != order.sorted())
    for (before, after) in [
      (plain.training, placebo.training), (plain.validation, placebo.validation),
      (plain.test, placebo.test),
    ] {
      #expect(after.all == before.all.map { image in order.map { image[$0] } })
      #expect(after.labels == before.labels)
    }
  }

  @Test("plain inputs are u8 / 255 in binary32")
  func plainInputs() throws {
    #expect(try open().values == (0..<256).map { Float($0) / Float(255) })
  }

  @Test("standard inputs have mean 0 and deviation 1 over the training images in use")
  func standardInputs() throws {
    let opened = try open {
      $0.normalize = .standard
      $0.train = .init(from: 3, count: 11)
    }
    let inputs = opened.training.all.joined().map { Double(opened.values[Int($0)]) }
    let mean = inputs.reduce(0, +) / Double(inputs.count)
    let variance = inputs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(inputs.count)
    #expect(mean.magnitude < 1e-6 && (variance - 1).magnitude < 1e-6)
    #expect(zip(opened.values, opened.values.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test("standard inputs of a blank training part are refused")
  func blank() throws {
    try scratch.write(
      idx([40, 3, 4], Array(repeating: 5, count: 480)), to: "small/train-images-idx3-ubyte")
    #expect(complaint { $0.normalize = .standard }?.message.contains("the same value") == true)
  }
}
