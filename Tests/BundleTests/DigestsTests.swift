import HerdbookBundle
import Testing

@Suite("digests of files that are read")
struct DigestsTests {
  private let folder = TemporaryFolder()

  private func bundle() throws -> Bundle {
    try publish(Results(folder: folder.path, processes: processes(1)), mark: 1)
  }

  private func spoil(_ path: String) {
    #expect(shell("printf x >> '\(folder.path)/quickstart/\(path)'") == 0)
  }

  static let weights = "runs/main-0/weights/generation-3.safetensors"

  @Test(
    "a file is given out only as it was written",
    arguments: ["summary.csv", "runs/main-0/champion.safetensors", weights])
  func intact(path: String) throws {
    let bundle = try bundle()
    #expect(try bundle.intactBytes(path) == bundle.bytes(path))
    spoil(path)
    let error = #expect(throws: BundleError.self) { try bundle.intactBytes(path) }
    #expect(error?.description.contains("is damaged: \(path) has changed") == true)
  }

  @Test("digests of recorded weights that were changed prove nothing")
  func digestsOfWeights() throws {
    let bundle = try bundle()
    #expect(try bundle.weightPaths(of: "main-0").map(\.path) == [Self.weights])
    #expect(try bundle.weightPaths(of: "main-1").isEmpty)
    spoil("WEIGHTS.sha256")
    #expect(throws: BundleError.self) { try bundle.intactBytes(Self.weights) }
    #expect(throws: BundleError.self) { try bundle.weightPaths(of: "main-0") }
  }

  @Test("a file that no manifest lists is not given out")
  func foreign() throws {
    let bundle = try bundle()
    spoil("notes.txt")
    #expect(throws: BundleError.self) { try bundle.intactBytes("notes.txt") }
  }

  @Test("recorded generations come in the order of their numbers")
  func order() throws {
    let results = Results(folder: folder.path, processes: processes(1))
    let writer = try results.begin("quickstart")
    let generations = [5, 100_000, 99_999, 0]
    for generation in generations {
      try writer.record(
        SafetensorsStream(
          parts: [.init(name: "t", shape: [1], pieces: 1) { _ in [Float(generation)] }]),
        to: "runs/main-0/weights/generation-\(generation).safetensors")
    }
    try writer.seal(samplePlan(), resultVersion: 1)
    let found = try writer.publish().weightPaths(of: "main-0")
    #expect(found.map(\.generation) == generations.sorted())
    #expect(found[3].path == "runs/main-0/weights/generation-100000.safetensors")
  }
}
