import HerdbookData
import HerdbookModel
import HerdbookNumerics
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folder that holds the real `mnist`, where the environment names one.
private let realData: String? = {
  guard let value = unsafe getenv("HERDBOOK_DATA") else { return nil }
  return unsafe String(cString: value)
}()

@Suite(.enabled(if: realData != nil, "set HERDBOOK_DATA to a folder with mnist to run these"))
struct MNISTTests {
  let scratch: Scratch
  let places: DataPlaces

  init() throws {
    scratch = try Scratch()
    places = DataPlaces(folders: [realData ?? ""], cache: scratch("cache"))
  }

  @Test("MNIST opens, is checked, and has its known labels")
  func opens() throws {
    let mnist = try openDataset(
      .init(name: .mnist, split: .tail, validation: 10_000), places: places)
    #expect(mnist.storage == .decoded)
    #expect(
      mnist.identity.digest == "d0a3eec1f5a454401d758fdbf15b9b0163a7034963586d671960c180b97e2c1a")
    #expect(Array(mnist.training.labels[..<10]) == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
    #expect(Array(mnist.test.labels[..<10]) == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
    let classes = (0..<10).map { label in mnist.test.labels.count { $0 == label } }
    #expect(classes == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    #expect(mnist.training.images.stride == 832)
    let lit = mnist.training.pixels(0).enumerated().filter { $0.element > 0 }
    #expect(lit.count == 166 && lit.first?.offset == 152 && lit.first?.element == 3)
  }

  @Test("the cache recalls MNIST with the same bytes, stratified by class")
  func recalls() throws {
    let first = try openDataset(.init(name: .mnist), places: places)
    for record in try scratch.names("cache/datasets") where record.hasSuffix(".sources") {
      scratch.date("cache/datasets/" + record, by: 60)
    }
    let second = try openDataset(.init(name: .mnist), places: places)
    #expect(second.storage == .recalled)
    #expect(first.identity == second.identity)
    #expect(first.training.indices == second.training.indices)
    #expect(first.training.labels == second.training.labels)
    for position in stride(from: 0, to: 55_000, by: 1000) {
      #expect(first.training.pixels(position) == second.training.pixels(position))
    }
    let shares = (0..<10).map { label in second.validation.labels.count { $0 == label } }
    #expect(shares == [494, 562, 496, 511, 487, 452, 493, 522, 487, 496])
  }
}
