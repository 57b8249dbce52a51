import HerdbookModel
import HerdbookSpec
import Testing

@Suite("Plans")
struct PlanTests {
  /// Small numbers whose products are known by hand: 4 networks 6-3-2 (24 weights), 10 iterations,
  /// 50 validation and 20 test images.
  private func plan(_ keys: String) throws -> Plan {
    let text = """
      iterations: 10
      seed: 7
      network: {layers: [6, 3, 2]}
      population: {size: 4}
      dataset: {name: idx, path: small, validation: 50}

      """
    let dataset = DatasetIdentity(
      name: "idx", digest: "", rows: 2, columns: 3, classes: 2, training: 100, validation: 50,
      test: 20)
    return makePlan(try read(text + keys).get()) { _ in dataset }
  }

  @Test("there is one run with the experiment's seed")
  func run() throws {
    let plan = try plan("")
    #expect(plan.runs == [Plan.Run(seed: 7)])
    #expect(plan.runs[0].id == "main-0")
  }

  @Test("generational: elites are not evaluated again")
  func generational() throws {
    let counts = try plan("").counts
    #expect(counts.evaluations == 4 + 10 * 3)
    #expect(counts.images == 34 * 50 + 20)
    #expect(counts.steps == 0)
    #expect(counts.operations == Double(2 * 24 * 1720))
    #expect(counts.recordedBytes == 24 * 4)
  }

  @Test("only those that are replaced are evaluated when the rest go on untrained")
  func worst() throws {
    // round(0.5 * 4) = 2
    let counts = try plan("selection: {replace: worst, fraction: 0.5}").counts
    #expect(counts.evaluations == 4 + 10 * 2)
  }

  @Test(
    "all are evaluated when all are trained, whatever is replaced", arguments: ["worst", "all"])
  func training(replace: String) throws {
    let counts = try plan(
      "training: {steps: 5, batch: 8}\nselection: {replace: \(replace)}"
    ).counts
    #expect(counts.evaluations == 44)
    #expect(counts.steps == 10 * 4 * 5)
    #expect(counts.images == 44 * 50 + 20 + 200 * 8)
    #expect(counts.operations == Double(2 * 24 * (44 * 50 + 20 + 3 * 200 * 8)))
  }

  @Test("with fewer images the champion of each generation sees all of them as well")
  func fewerImages() throws {
    let counts = try plan("fitness: {images: 10}").counts
    #expect(counts.evaluations == 34)
    #expect(counts.images == 34 * 10 + 11 * 50 + 20)
  }

  @Test("fresh images are for everyone, each iteration")
  func resampled() throws {
    let counts = try plan("fitness: {images: 10, resample: true}").counts
    #expect(counts.evaluations == 44)
    #expect(counts.images == 44 * 10 + 11 * 50 + 20)
  }

  @Test("a test curve passes the test images once for each generation")
  func testCurve() throws {
    #expect(try plan("record: {test-curve: true}").counts.images == 34 * 50 + 11 * 20)
  }

  @Test(
    "a batch that is drawn counts with its median",
    arguments: [
      ("{uniform: [2, 6]}", 4), ("{log-uniform: [2, 8]}", 4), ("{choice: [16, 1, 4, 64]}", 4),
    ])
  func drawnBatch(batch: String, median: Int) throws {
    let counts = try plan("training: {steps: 5, batch: \(batch)}").counts
    #expect(counts.images == 44 * 50 + 20 + 200 * median)
  }

  @Test(
    "recorded weights take four bytes each",
    arguments: [("weights: all", 11), ("weights: {every: 4}", 4), ("individuals: all", 4)])
  func recorded(keys: String, networks: Int) throws {
    #expect(try plan("record: {\(keys)}").counts.recordedBytes == networks * 24 * 4)
  }

  @Test("biases are recorded, but are no multiply-adds")
  func biases() throws {
    let text = """
      iterations: 0
      network: {layers: [6, 3, 2], biases: true}
      population: {size: 1}
      dataset: {name: idx, path: small, validation: 50}
      """
    let experiment = try read(text).get().experiment
    #expect(recordedBytes(experiment) == (24 + 5) * 4)
    #expect(experiment.network.multiplyAdds == 24)
  }
}
