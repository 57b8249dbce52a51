import HerdbookModel
import HerdbookSpec
import Testing

@Suite("Settings")
struct SettingsTests {
  @Test("all keys are listed, in the order of the reference")
  func order() throws {
    let paths = try read(required).get().settings.map(\.path)
    let kernel = ["kernel.shape", "kernel.sigma", "kernel.radius", "kernel.shuffle"]
    var expected = ["herdbook", "title", "description", "seed", "iterations"]
    expected += [
      "name", "path", "seed", "split", "train", "validation", "test", "classes", "shuffle-labels",
      "permute-pixels", "normalize",
    ].map { "dataset.\($0)" }
    expected += ["network.layers", "network.activation", "network.biases"]
    expected += (["scheme", "scale"] + kernel).map { "network.initialization.\($0)" }
    expected += ["population.size"]
    expected += ["steps", "batch", "optimizer", "momentum", "learning-rate"].map {
      "training.\($0)"
    }
    expected += ["metric", "direction", "images", "resample", "target"].map { "fitness.\($0)" }
    expected += ["method", "fraction", "size", "elites", "replace"].map { "selection.\($0)" }
    expected += ["crossover.method", "crossover.probability"]
    expected += (["scale", "rate", "decay", "adapt"] + kernel + ["hyperparameters"])
      .map { "mutation.\($0)" }
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
      ("network.initialization.kernel.radius", .null, .default),
      ("training.batch", .integer(64), .file),
      ("training.learning-rate", .object(["log-uniform": .list([.real(0.001), .real(1)])]), .file),
      ("training.optimizer", .text("sgd"), .default),
      ("training.momentum", .null, .default),
      ("fitness.metric", .text("accuracy"), .default),
      ("selection.size", .null, .default),
      ("selection.elites", .null, .default),
      ("mutation.rate", .null, .default),
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

  @Test("the keys of training are null without it")
  func absentTraining() throws {
    let settings = try read(required).get().settings
    let training = settings.filter { $0.path.hasPrefix("training.") }
    #expect(training.count == 5)
    #expect(training.allSatisfy { $0.value == .null && $0.origin == .default })
  }
}
