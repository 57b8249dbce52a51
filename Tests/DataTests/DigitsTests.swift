import CZlib
import HerdbookData
import HerdbookModel
import HerdbookNumerics
import Testing

@Suite struct DigitsTests {
  private let generator = DigitGenerator(seed: 0)

  private func bytes(_ images: ByteMatrix) -> [UInt8] {
    (0..<images.rows).flatMap(images.row)
  }

  /// A checksum over some bytes, by zlib: CRC-32 and Adler-32.
  private func checksum(_ bytes: [UInt8]) -> String {
    let crc = unsafe bytes.withUnsafeBufferPointer {
      unsafe crc32(0, $0.baseAddress, UInt32($0.count))
    }
    let adler = unsafe bytes.withUnsafeBufferPointer {
      unsafe adler32(1, $0.baseAddress, UInt32($0.count))
    }
    return String(crc, radix: 16) + "-" + String(adler, radix: 16)
  }

  @Test("the first thousand images and labels of seed 0 are frozen")
  func golden() {
    #expect(DigitGenerator.version == 1)
    #expect(checksum(bytes(generator.images(Array(0..<1000)))) == "e97020e8-7091b75d")
    #expect(checksum(generator.labels(0..<1000)) == "5d06e2d2-64761195")
    #expect(Array(generator.labels(0..<10)) == [5, 2, 7, 9, 3, 8, 4, 1, 0, 6])
  }

  @Test("an image hangs on seed and index alone, not on its neighbours or threads")
  func independent() {
    let together = generator.images(Array(500..<540))
    for threads in [2, 3, 8] {
      #expect(bytes(generator.images(Array(500..<540), threads: threads)) == bytes(together))
    }
    #expect(generator.images([507]).row(0) == together.row(7))
    #expect(generator.images([539, 500]).row(1) == together.row(0))
    #expect(generator.labels(507..<508) == [generator.labels(500..<540)[7]])
    #expect(
      bytes(DigitGenerator(seed: 1).images([500, 501])) != bytes(generator.images([500, 501])))
    let far = DigitGenerator(seed: 1 << 63)
    #expect(bytes(far.images([0])) != bytes(generator.images([0])))
  }

  @Test("every ten images hold each digit once")
  func equalShares() {
    let labels = generator.labels(0..<70_000)
    #expect(labels.count == 70_000)
    let groups = stride(from: 0, to: 70_000, by: 10).map { labels[$0..<($0 + 10)].sorted() }
    #expect(groups.allSatisfy { $0 == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] })
    #expect(Set(stride(from: 0, to: 70_000, by: 10).map { labels[$0] }).count == 10)
  }

  @Test("15 to 25 % of the pixels are lit, no image is blank, corners stay dark")
  func lit() {
    let images = generator.images(Array(0..<2000))
    let size = Double(784 * 2000)
    let all = bytes(images)
    let share = Double(all.count { $0 > 0 }) / size
    #expect(share > 0.15 && share < 0.25)
    for row in 0..<2000 {
      let image = images.row(row)
      #expect(image.count { $0 > 100 } >= 15)
      #expect([0, 27, 756, 783].map { image[$0] } == [0, 0, 0, 0])
    }
  }

  @Test(
    "images of one digit differ, and the ten digits' means differ more than halves of one digit")
  func variety() {
    let images = generator.images(Array(0..<2000))
    let labels = generator.labels(0..<2000)
    func mean(_ digit: Int, _ half: Int) -> [Double] {
      let rows = (0..<2000).filter { labels[$0] == digit && $0 / 1000 == half }
      var sum = [Double](repeating: 0, count: 784)
      for row in rows {
        for (pixel, byte) in images.row(row).enumerated() { sum[pixel] += Double(byte) }
      }
      return sum.map { $0 / Double(rows.count) }
    }
    func distance(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
    let first = (0..<10).map { mean($0, 0) }
    let second = (0..<10).map { mean($0, 1) }
    for a in 0..<10 {
      for b in 0..<10 where a != b {
        #expect(distance(first[a], second[b]) > 1.5 * distance(first[a], second[a]))
      }
    }
    #expect(Set((0..<2000).map { images.row($0) }).count == 2000)
  }

  @Test(
    "a linear learner gets 0.80 to 0.94 of unseen images right, so digits are neither noise nor trivial"
  )
  func linear() throws {
    let dataset = try openDataset(
      Experiment.Dataset(train: .init(count: 12_000), validation: 100, test: 2000),
      places: DataPlaces(folders: []), threads: 2)
    var learner = Softmax()
    for epoch in 0..<4 {
      for position in 0..<dataset.training.count {
        learner.step(
          dataset.training.pixels(position), Int(dataset.training.labels[position]),
          rate: 0.02 / Double(1 + epoch))
      }
    }
    let right = (0..<dataset.test.count).count {
      learner.predict(dataset.test.pixels($0)) == Int(dataset.test.labels[$0])
    }
    let accuracy = Double(right) / Double(dataset.test.count)
    #expect(accuracy > 0.80 && accuracy < 0.94, "\(accuracy)")
  }

  @Test("opened as a dataset, only the images in use are drawn, whatever the threads")
  func opened() throws {
    let experiment = Experiment.Dataset(
      seed: 3, train: .init(from: 10, count: 50), validation: 20, test: 30, classes: [4, 9])
    let places = DataPlaces(folders: [])
    let one = try openDataset(experiment, places: places, threads: 1)
    let many = try openDataset(experiment, places: places, threads: 5)
    #expect(one.training.all == many.training.all && one.training.labels == many.training.labels)
    #expect(one.training.images.rows == 50 && one.validation.images.rows == 20)
    #expect(one.classes == 2 && one.storage == .generated)
    let generator = DigitGenerator(seed: 3)
    let labels = generator.labels(60_000..<60_200)
    let wanted = labels.indices.filter { labels[$0] == 4 || labels[$0] == 9 }.prefix(30)
    #expect(one.test.all == wanted.map { generator.images([60_000 + $0]).row(0) })
    #expect(one.test.labels == wanted.map { labels[$0] == 4 ? 0 : 1 })
  }

  @Test("the digest stands for generator version, seed and counts")
  func digest() {
    // printf 'herdbook digits v1 seed 0 60000+10000' | sha256sum
    #expect(generator.digest == "4ca148ac4c403401c2a32857a3ffef5ef0a40893e4f1bd0b266c069ae639959e")
    #expect(DigitGenerator(seed: 1).digest != generator.digest)
  }
}

/// A linear softmax that learns image by image, as plain as can be.
private struct Softmax {
  private var weights = [Double](repeating: 0, count: 785 * 10)

  private func scores(_ lit: [(pixel: Int, value: Double)]) -> [Double] {
    var scores = [Double](repeating: 0, count: 10)
    for (pixel, value) in lit {
      for digit in 0..<10 { scores[digit] += value * weights[pixel * 10 + digit] }
    }
    return scores
  }

  private func lit(_ image: [UInt8]) -> [(pixel: Int, value: Double)] {
    image.indices.filter { image[$0] > 0 }.map { ($0, Double(image[$0]) / 255) } + [(784, 1)]
  }

  func predict(_ image: [UInt8]) -> Int {
    let scores = scores(lit(image))
    return scores.indices.max { scores[$0] < scores[$1] }!
  }

  mutating func step(_ image: [UInt8], _ truth: Int, rate: Double) {
    let lit = lit(image)
    let scores = scores(lit)
    let largest = scores.max()!
    let powers = scores.map { Elementary.exp($0 - largest) }
    let sum = powers.reduce(0, +)
    let errors = powers.indices.map { powers[$0] / sum - ($0 == truth ? 1 : 0) }
    for (pixel, value) in lit {
      for digit in 0..<10 { weights[pixel * 10 + digit] -= rate * value * errors[digit] }
    }
  }
}
