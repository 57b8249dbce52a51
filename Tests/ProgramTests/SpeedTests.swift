import HerdbookData
import HerdbookModel
import HerdbookNetworks
import HerdbookSpec
import Testing
import herdbook

/// Speeds that are easy to reckon with.
private func speeds(efficiency: Double = 0.5, processors: Int = 64) -> Speeds {
  Speeds(
    step: 1e-3, image: 1e-6, founder: 1e-3, birth: 1e-3, digest: 1e-4, distance: 1e-5,
    percentiles: 1e-3, setup: 1e-4, drawing: 1e-5, efficiency: efficiency, processors: processors)
}

private let dataset = DatasetIdentity(
  name: "digits", digest: "", rows: 28, columns: 28, classes: 10, training: 1000, validation: 3000,
  test: 200)

private func experiment(_ keys: String = "", size: Int = 20) throws -> Experiment {
  let text = """
    iterations: 40
    network: {layers: [784, 16, 10]}
    population: {size: \(size)}
    dataset: {train: {from: 0, count: 200}, validation: 50, test: 50}

    """
  return try readExperiment(
    name: "test", path: "test.yaml", bytes: Array((text + keys).utf8), shape: { _ in nil }
  ).get().experiment
}

@Suite("Speeds")
struct SpeedTests {
  @Test(
    "more threads never take longer", arguments: [1, 3, 20, 500],
    ["", "training: {steps: 10}", "fitness: {images: 40, resample: true}"])
  func threads(size: Int, keys: String) throws {
    let experiment = try experiment(keys, size: size)
    for efficiency in [0.05, 0.5, 1] {
      let speeds = speeds(efficiency: efficiency)
      let seconds = (1...80).map {
        speeds.seconds(for: experiment, dataset: dataset, threads: $0)
      }
      #expect(seconds.allSatisfy { $0.isFinite && $0 > 0 })
      #expect(zip(seconds, seconds.dropFirst()).allSatisfy { $0 >= $1 })
      #expect(size == 1 || seconds[0] > seconds[1])
    }
  }

  @Test("threads beyond the processors make no difference")
  func processors() throws {
    let experiment = try experiment()
    let speeds = speeds(processors: 4)
    #expect(
      speeds.seconds(for: experiment, dataset: dataset, threads: 4)
        == speeds.seconds(for: experiment, dataset: dataset, threads: 64))
  }

  @Test("what is slower or more takes longer")
  func growth() throws {
    let plain = speeds().seconds(for: try experiment(), dataset: dataset, threads: 2)
    var slower = speeds()
    slower.image *= 2
    #expect(slower.seconds(for: try experiment(), dataset: dataset, threads: 2) > plain)
    let trained = try experiment("training: {steps: 10}")
    let seconds = speeds().seconds(for: trained, dataset: dataset, threads: 2)
    #expect(seconds > 40 * 20 * 10 * 1e-3 / 2)
    var experiment = try experiment()
    experiment.iterations = 80
    #expect(speeds().seconds(for: experiment, dataset: dataset, threads: 2) > plain)
  }

  @Test("a calibration gives finite positive numbers, and one kind is measured once")
  func calibration() throws {
    let places = DataPlaces(folders: [], project: nil, cache: nil)
    var calibration = Calibration(processors: 2, budget: .infinity)
    for keys in [
      "", "training: {steps: 3, batch: 8, optimizer: adam}",
      "crossover: {method: neuron}\nmutation: {kernel: {shape: gaussian, sigma: 1}}",
    ] {
      let experiment = try experiment(keys)
      let found = try FoundDataset(experiment.dataset, places: places)
      let speeds = try calibration.speeds(for: experiment, on: found)
      for speed in [
        speeds.image, speeds.founder, speeds.birth, speeds.digest, speeds.distance,
        speeds.percentiles, speeds.setup, speeds.drawing, speeds.efficiency,
      ] { #expect(speed.isFinite && speed > 0) }
      #expect(speeds.efficiency <= 1)
      #expect(speeds.step.isFinite && (speeds.step > 0) == (experiment.training != nil))
      // Two measurements never agree to the last bit.
      #expect(try calibration.speeds(for: experiment, on: found) == speeds)
    }
  }

  @Test("once the budget is spent, speeds follow from the nearest kind, in proportion")
  func budget() throws {
    let places = DataPlaces(folders: [], project: nil, cache: nil)
    var calibration = Calibration(processors: 1, budget: 0)
    var experiment = try experiment("training: {steps: 3, batch: 8}")
    let found = try FoundDataset(experiment.dataset, places: places)
    let known = try calibration.speeds(for: experiment, on: found)
    experiment.network.layers = [784, 32, 10]
    experiment.training?.batch = .fixed(24)
    let derived = try calibration.speeds(for: experiment, on: found)
    #expect(abs(derived.step / known.step - 6) < 1e-9)
    #expect(abs(derived.image / known.image - 2) < 1e-9)
    // Nothing is known of what trains from what does not.
    experiment.training = nil
    #expect(try calibration.speeds(for: experiment, on: found).step == 0)
  }

  @Test("memory counts the storage that networks have")
  func storage() throws {
    let small = try experiment(size: 1000)
    var large = small
    large.network.layers = [784, 40, 10]
    func own(_ experiment: Experiment) -> Int {
      MemoryFootprint(experiment, dataset: dataset, threads: 1).own
    }
    let more =
      NetworkLayout(large.network).storage - NetworkLayout(small.network).storage
    let difference = own(large) - own(small)
    #expect(difference >= 4000 * more && difference < 4000 * more * 3 / 2)
  }
}
