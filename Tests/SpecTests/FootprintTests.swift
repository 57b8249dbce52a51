import HerdbookModel
import HerdbookSpec
import Testing

@Suite("Footprints")
struct FootprintTests {
  private let dataset = DatasetIdentity(
    name: "digits", digest: "", rows: 28, columns: 28, classes: 10, training: 1000, validation: 300,
    test: 200)

  private func experiment(_ keys: String = "", layers: String = "[784, 100, 10]", size: Int = 20)
    throws -> Experiment
  {
    let text = """
      iterations: 40
      network: {layers: \(layers)}
      population: {size: \(size)}

      """
    return try read(text + keys).get().experiment
  }

  private func disk(_ keys: String = "") throws -> DiskFootprint {
    DiskFootprint(try experiment(keys), dataset: dataset)
  }

  private func memory(
    _ keys: String = "", layers: String = "[784, 100, 10]", size: Int = 20, threads: Int = 2
  ) throws -> MemoryFootprint {
    MemoryFootprint(
      try experiment(keys, layers: layers, size: size), dataset: dataset, threads: threads)
  }

  @Test(
    "recorded weights are counted to the byte",
    arguments: [
      ("", 0), ("record: {weights: [0, 10]}", 2), ("record: {weights: {every: 20}}", 3),
      ("record: {individuals: all}", 20), ("record: {weights: all, individuals: all}", 41 * 20),
    ])
  func recorded(keys: String, networks: Int) throws {
    #expect(try disk(keys).recordedWeights == networks * 4 * (784 * 100 + 100 * 10))
  }

  @Test("the parts of a bundle add up, and a header is small beside the champion")
  func parts() throws {
    let disk = try disk("record: {weights: [0, 10]}")
    #expect(
      disk.total == disk.recordedWeights + disk.champion + disk.tables + disk.pages)
    #expect((317_600..<320_000).contains(disk.champion))
  }

  @Test("three states of a run are on disk for a moment, with the networks that optimizers keep")
  func checkpoints() throws {
    let networks = 3 * 20 * 4 * (784 * 112 + 100 * 16)
    let (plain, adam) = (try disk(), try disk("training: {optimizer: adam}"))
    #expect(plain.checkpoints > networks && plain.checkpoints < networks * 3 / 2)
    #expect(adam.checkpoints - plain.checkpoints == 2 * networks)
    #expect(plain.scratch == plain.checkpoints)
    let zoo = DiskFootprint(try experiment("record: {zoo: true}", size: 1000), dataset: dataset)
    #expect(zoo.swap > 0 && zoo.scratch == zoo.swap + zoo.checkpoints)
  }

  @Test("more iterations and more individuals need more room")
  func growth() throws {
    var experiment = try experiment()
    let small = DiskFootprint(experiment, dataset: dataset).total
    experiment.iterations = 80
    let longer = DiskFootprint(experiment, dataset: dataset).total
    experiment.population.size = 40
    let larger = DiskFootprint(experiment, dataset: dataset).total
    #expect(small < longer && longer < larger)
  }

  @Test("what passes 64 bits stays at the largest number")
  func saturated() throws {
    var experiment = try experiment("record: {weights: all, individuals: all}")
    experiment.iterations = .max - 1
    experiment.population.size = 1 << 40
    experiment.record.weights = .listed(Array(0...4))
    experiment.network.layers = [784, 1 << 30, 10]
    let disk = DiskFootprint(experiment, dataset: dataset)
    #expect(disk.recordedWeights == .max && disk.total == .max && disk.scratch == .max)
    #expect(MemoryFootprint(experiment, dataset: dataset, threads: 8).total == .max)
  }

  @Test("optimizers keep one or two networks more for each individual")
  func optimizers() throws {
    func own(_ optimizer: String) throws -> Int {
      try memory("training: {optimizer: \(optimizer)}", size: 1000).own
    }
    let (plain, momentum, adam) = (try own("sgd"), try own("momentum"), try own("adam"))
    let networks = 1000 * 4 * (784 * 112 + 100 * 16)
    #expect((networks..<networks * 102 / 100).contains(momentum - plain))
    #expect((networks..<networks * 102 / 100).contains(adam - momentum))
  }

  @Test("a generation that is being written is in memory beside the next")
  func recording() throws {
    let networks = 100 * 4 * (784 * 112 + 100 * 16)
    let more =
      try memory("record: {individuals: all}", size: 100).own - memory(size: 100).own
    #expect(more == networks)
  }

  @Test("of many networks that are all recorded, only so many are in memory, the rest in a file")
  func swapped() throws {
    let network = 4 * (784 * 112 + 100 * 16)
    func all(_ optimizer: String = "sgd", record: String = "weights: all, individuals: all")
      -> String
    {
      "selection: {method: none}\ntraining: {optimizer: \(optimizer)}\nrecord: {\(record)}"
    }
    func own(_ size: Int) throws -> Int { try memory(all(), size: size).own }
    #expect(try own(1000) < 150_000_000)
    // Images that each was tested on, and what tables say of it.
    #expect(try own(4000) - own(1000) < 3000 * 6000)
    func swap(_ keys: String, _ size: Int) throws -> Int {
      DiskFootprint(try experiment(keys, size: size), dataset: dataset).swap
    }
    #expect(try swap(all(), 1000) == 2 * 1000 * network)
    #expect(try swap(all("adam"), 1000) == 6 * 1000 * network)
    #expect(try swap(all(record: "zoo: true"), 1000) == 2 * 1000 * network)
    #expect(try swap(all(), 178) == 0 && swap(all(), 179) > 0)
    // Who is not recorded does not go to disk.
    #expect(try swap("", 1000) == 0 && swap("record: {weights: all}", 1000) == 0)
  }

  @Test("more threads take more memory of the run, and none of what is shared")
  func threads() throws {
    let (two, eight) = (try memory(threads: 2), try memory(threads: 8))
    #expect(two.own < eight.own && two.shared == eight.shared)
    #expect(two.total == two.shared + two.own)
  }

  @Test("all images of a file count, and permuted ones twice")
  func images() throws {
    let shape = DatasetShape(
      rows: 28, columns: 28, classes: 10, trainingImages: 60_000, testImages: 10_000)
    func shared(_ dataset: String) throws -> Int {
      MemoryFootprint(
        try experiment("dataset: {\(dataset)}"), dataset: self.dataset, shape: shape, threads: 1
      ).shared
    }
    let drawn = try shared("name: digits")
    #expect(try shared("name: mnist") - drawn == (70_000 - 1500) * 832)
    #expect(try shared("name: digits, permute-pixels: true") - drawn == 1500 * 832)
  }
}
