import HerdbookModel
import HerdbookSpec
import Testing

@Suite("Settings")
struct SettingsTests {
  @Test("all keys that have an effect are listed, in the order of the reference")
  func order() throws {
    let paths = try read(required).get().settings.map(\.path)
    var expected = ["herdbook", "title", "description", "seed", "iterations"]
    expected += [
      "name", "path", "seed", "split", "train", "validation", "test", "classes", "shuffle-labels",
      "permute-pixels", "normalize",
    ].map { "dataset.\($0)" }
    expected += ["network.layers", "network.activation", "network.biases"]
    expected += ["scheme", "scale", "kernel.shape"].map { "network.initialization.\($0)" }
    expected += ["population.size"]
    expected += ["metric", "direction", "images", "resample", "target"].map { "fitness.\($0)" }
    expected += ["method", "fraction", "elites", "replace"].map { "selection.\($0)" }
    expected += ["crossover.method"]
    expected += ["scale", "rate", "decay", "adapt", "kernel.shape"].map { "mutation.\($0)" }
    expected += ["record.weights", "record.individuals", "record.test-curve"]
    #expect(paths == expected)
  }

  @Test(
    "each has its value, and whether it came from the file",
    arguments: [
      ("title", .text("Found the sweet spot"), .file),
      ("seed", .unsigned(20_171_213), .file),
      ("iterations", .integer(40), .file),
      ("network.layers", .list([.integer(784), .integer(100), .integer(10)]), .file),
      ("network.initialization.kernel.sigma", .real(1.5), .file),
      ("training.batch", .integer(64), .file),
      ("training.learning-rate", .object(["log-uniform": .list([.real(0.001), .real(1)])]), .file),
      ("training.optimizer", .text("sgd"), .default),
      ("fitness.metric", .text("accuracy"), .default),
      (
        "mutation.hyperparameters", .object(["perturb": .list([.real(0.8), .real(1.2)])]), .file
      ),
      ("record.test-curve", .boolean(false), .default),
    ] as [(String, JSONValue, Plan.Setting.Origin)])
  func values(path: String, value: JSONValue, origin: Plan.Setting.Origin) throws {
    let settings = try read(sweetSpot).get().settings
    #expect(
      settings.first { $0.path == path }
        == Plan.Setting(path: path, value: value, origin: origin))
  }

  @Test(
    "a key that has no effect is not listed",
    arguments: [
      "network.initialization.kernel.radius", "training.momentum", "training.beta1",
      "selection.size", "selection.elites", "mutation.rate",
    ])
  func withoutEffect(path: String) throws {
    #expect(try !read(sweetSpot).get().settings.contains { $0.path == path })
  }

  @Test("how often a state is kept is listed where it is given, and nowhere else")
  func execution() throws {
    let path = "record.checkpoint"
    #expect(try !read(required).get().settings.contains { $0.path == path })
    #expect(
      try read(required + "record: {checkpoint: 5}\n").get().settings.filter { $0.path == path }
        == [Plan.Setting(path: path, value: .integer(5), origin: .file)])
  }

  @Test("the keys of training are listed with it alone, and each optimizer's with that optimizer")
  func training() throws {
    func keys(_ section: String) throws -> [String] {
      try read(required + section).get().settings.map(\.path)
        .filter { $0.hasPrefix("training.") }.map { String($0.dropFirst(9)) }
    }
    #expect(try keys("").isEmpty)
    let plain = ["steps", "batch", "optimizer", "learning-rate"]
    #expect(try keys("training: {}\n") == plain)
    #expect(
      try keys("training: {optimizer: momentum}\n")
        == ["steps", "batch", "optimizer", "momentum", "learning-rate"])
    #expect(
      try keys("training: {optimizer: adam}\n")
        == ["steps", "batch", "optimizer", "beta1", "beta2", "epsilon", "learning-rate"])
  }

  @Test("the keys of a transfer stand in the place of those of the initialization")
  func transfer() throws {
    let plain = try read(required).get().settings.map(\.path)
    let settings = try read(required + "transfer: {from: s/main-0, noise: 0.5}").get().settings
    let keys = ["transfer.from", "transfer.take", "transfer.noise"]
    #expect(!plain.contains { keys.contains($0) })
    #expect(
      settings.map(\.path).filter { !keys.contains($0) }
        == plain.filter { !$0.hasPrefix("network.initialization.") })
    #expect(
      settings.filter { keys.contains($0.path) } == [
        Plan.Setting(path: "transfer.from", value: .text("s/main-0"), origin: .file),
        Plan.Setting(path: "transfer.take", value: .text("champion"), origin: .default),
        Plan.Setting(path: "transfer.noise", value: .real(0.5), origin: .file),
      ])
  }
}
