import HerdbookEngine
import HerdbookModel
import HerdbookSpec
import Testing

@Suite("Counts")
struct CountTests {
  static let specs = [
    "",
    "iterations: 0",
    "selection: {elites: 3}",
    "selection: {replace: worst, fraction: 0.3}",
    "selection: {method: random, replace: worst, fraction: 0.3}",
    "selection: {method: tournament, replace: worst, fraction: 0.75}",
    "selection: {method: tournament, replace: worst, fraction: 1}",
    "selection: {method: rank, elites: 2}",
    "selection: {method: none}",
    "selection: {method: none, replace: worst}\nmutation: {scale: 0}",
    "training: {steps: 3, batch: 4, learning-rate: 0.1}\nselection: {method: t-test}",
    "population: {size: 1}",
    "population: {size: 1}\nselection: {replace: worst}",
    "crossover: {method: neuron}",
    "training: {steps: 3, batch: 4, learning-rate: 0.1}",
    "training: {steps: 3, batch: 4, learning-rate: 0.1}\nselection: {replace: all, elites: 2}",
    "training: {steps: 3, batch: 4, learning-rate: 0.1}\npopulation: {size: 1}",
    "fitness: {images: 10}",
    "fitness: {images: 10, resample: true}",
    "fitness: {images: 40}",
    "training: {steps: 3, batch: 4, learning-rate: 0.1}\nfitness: {images: 10, resample: true}",
    "approximator: {kind: operator}",
    "approximator: {kind: operator, features: [probe-gradient, path]}\nselection: {elites: 2}",
    "approximator: {kind: evolution-strategy}\npopulation: {size: 7}\nfitness: {images: 10}",
    "mutation: {preselect: {candidates: 3, images: 7}}",
    "mutation: {preselect: {images: 70}}\nfitness: {images: 10}\nselection: {replace: worst}",
    "record: {test-curve: true}",
    "record: {test-curve: true}\nfitness: {images: 10}",
  ]

  @Test("a run does what its plan says, to the image", arguments: specs)
  func planned(keys: String) throws {
    var text = "network: {layers: [36, 5, 3]}\ndataset: {name: idx, path: x, validation: 40}\n"
    if !keys.contains("iterations") { text += "iterations: 4\n" }
    if !keys.contains("population") { text += "population: {size: 6}\n" }
    let parsed = try readExperiment(
      name: "small", path: "small.yaml", bytes: Array((text + keys + "\n").utf8)
    ) { _ in nil }.get()
    let plan = makePlan(parsed) { _ in
      DatasetIdentity(
        name: "idx", digest: "", rows: 6, columns: 6, classes: 3, training: 60, validation: 40,
        test: 20)
    }
    let last = Trace(parsed.experiment, threads: 2).last
    #expect(last.evaluations == plan.counts.evaluations)
    #expect(last.images == plan.counts.images)
    #expect(last.steps == plan.counts.steps)
  }

  @Test("counts rise from generation to generation; the test is in the last one")
  func curve() {
    let records = Trace(smallExperiment()).records
    #expect(records.map(\.evaluations) == [6, 11, 16, 21, 26, 31])
    #expect(records.map(\.images) == [240, 440, 640, 840, 1040, 1260])
    let exposed = Trace(smallExperiment { $0.record.testCurve = true }).records
    #expect(exposed.map(\.images) == [260, 480, 700, 920, 1140, 1360])
  }
}
