import HerdbookModel
import HerdbookSpec
import Testing

@Suite("Right specs")
struct GoodSpecTests {
  @Test("the defaults without training are those of the reference")
  func defaults() throws {
    let experiment = try read(required).get().experiment
    let expected = Experiment(
      name: "test", title: "test", description: nil, seed: 0, iterations: 40,
      dataset: Experiment.Dataset(
        name: .digits, path: nil, seed: 0, split: .stratified, train: nil, validation: 5000,
        test: nil, classes: nil, shuffleLabels: false, permutePixels: false, normalize: .none),
      network: Experiment.Network(
        layers: [784, 32, 10], activation: .relu, biases: false,
        initialization: Experiment.Initialization(
          scheme: .glorotUniform, scale: .fixed(1),
          kernel: KernelFilter(shape: .none, sigma: 1, radius: 1, shuffle: false))),
      population: Experiment.Population(size: 20), training: nil,
      fitness: Experiment.Fitness(
        metric: .crossEntropy, direction: .higher, images: nil, resample: false, target: nil),
      selection: Experiment.Selection(
        method: .truncation, fraction: 0.2, size: 3, elites: 1, replace: .all),
      crossover: Experiment.Crossover(method: .none, probability: 0.5),
      mutation: Experiment.Mutation(
        scale: .fixed(0.07), rate: 1, decay: 1, adapt: 0,
        kernel: KernelFilter(shape: .none, sigma: 1, radius: 1, shuffle: false),
        hyperparameters: Experiment.HyperparameterMutation(perturb: [0.8, 1.2], resample: nil)),
      record: Experiment.Record(weights: .last, individuals: .champion, testCurve: false),
      transfer: nil)
    #expect(experiment == expected)
  }

  @Test("the section 'training' turns training on and changes three defaults")
  func trainingDefaults() throws {
    let experiment = try read(required + "training: {}").get().experiment
    #expect(
      experiment.training
        == Experiment.Training(
          steps: 100, batch: .fixed(64), optimizer: .sgd, momentum: 0.9,
          learningRate: .logUniform(0.001, 1)))
    #expect(experiment.fitness.metric == .accuracy)
    #expect(experiment.selection.replace == .worst)
    #expect(experiment.mutation.scale == .fixed(0))
  }

  @Test("a population of one has no elite by default")
  func populationOfOne() throws {
    let text = "iterations: 1\nnetwork: {layers: [784, 10]}\npopulation: {size: 1}\n"
    #expect(try read(text).get().experiment.selection.elites == 0)
  }

  @Test("every key of the sweet spot is read")
  func everyKey() throws {
    let experiment = try read(sweetSpot).get().experiment
    #expect(experiment.title == "Found the sweet spot")
    #expect(experiment.description == "Population-based training with room to learn.")
    #expect(experiment.seed == 20_171_213)
    #expect(experiment.dataset.name == .mnist)
    #expect(experiment.network.layers == [784, 100, 10])
    #expect(experiment.network.initialization.kernel == KernelFilter(shape: .gaussian, sigma: 1.5))
    #expect(experiment.training?.learningRate == .logUniform(0.001, 1))
    #expect(experiment.selection.replace == .worst)
    #expect(experiment.mutation.hyperparameters.perturb == [0.8, 1.2])
    #expect(experiment.record.weights == .listed([0, 10, 40]))
  }

  @Test(
    "numbers are read in the forms of YAML 1.2",
    arguments: [
      ("0", 0), ("1e-1", 0.1), ("0.25", 0.25), (".5", 0.5), ("1.", 1), ("+2", 2), ("1.5E+1", 15),
      ("0x10", 16), ("0o17", 15),
    ] as [(String, Double)])
  func numbers(text: String, value: Double) throws {
    let experiment = try read(required + "mutation: {scale: \(text)}").get().experiment
    #expect(experiment.mutation.scale == .fixed(value))
  }

  @Test(
    "drawable values are read in all their forms",
    arguments: [
      ("3", .fixed(3)), ("{uniform: [1, 9]}", .uniform(1, 9)),
      ("{log-uniform: [1, 64]}", .logUniform(1, 64)), ("{choice: [16, 32]}", .choice([16, 32])),
    ] as [(String, Drawable)])
  func drawables(text: String, value: Drawable) throws {
    let experiment = try read(required + "training: {batch: \(text)}").get().experiment
    #expect(experiment.training?.batch == value)
  }

  @Test(
    "recorded generations are read in all their forms",
    arguments: [
      ("all", .all), ("last", .last), ("{every: 5}", .every(5)), ("[40, 0]", .listed([40, 0])),
    ] as [(String, Experiment.Record.Generations)])
  func generations(text: String, value: Experiment.Record.Generations) throws {
    let experiment = try read(required + "record: {weights: \(text)}").get().experiment
    #expect(experiment.record.weights == value)
  }

  @Test("'hyperparameters: none' and 'resample' alone leave nothing to perturb")
  func hyperparameters() throws {
    let none = try read(required + "training: {}\nmutation: {hyperparameters: none}").get()
    #expect(
      none.experiment.mutation.hyperparameters
        == Experiment.HyperparameterMutation(perturb: nil, resample: nil))
    let resample = try read(
      required + "training: {}\nmutation: {hyperparameters: {resample: 0.25}}"
    ).get()
    #expect(
      resample.experiment.mutation.hyperparameters
        == Experiment.HyperparameterMutation(perturb: nil, resample: 0.25))
  }

  @Test("every choice of the model is a word of the language")
  func choices() throws {
    for scheme in Experiment.Initialization.Scheme.allCases {
      let text = """
        iterations: 1
        network: {layers: [784, 10], initialization: {scheme: \(scheme.rawValue)}}
        population: {size: 2}
        """
      #expect(try read(text).get().experiment.network.initialization.scheme == scheme)
    }
    for shape in KernelFilter.Shape.allCases {
      let text = required + "mutation: {kernel: {shape: \(shape.rawValue)}}"
      #expect(try read(text).get().experiment.mutation.kernel.shape == shape)
    }
    for method in Experiment.Selection.Method.allCases {
      let text = required + "selection: {method: \(method.rawValue)}"
      #expect(try read(text).get().experiment.selection.method == method)
    }
  }

  @Test("an alias stands for the value of its anchor")
  func aliases() throws {
    let experiment = try read(
      """
      iterations: &n 40
      network: {layers: [784, *n, 10], initialization: {kernel: &k {shape: box, radius: 2}}}
      population: {size: *n}
      mutation: {kernel: *k}
      """
    ).get().experiment
    #expect(experiment.network.layers == [784, 40, 10])
    #expect(experiment.population.size == 40)
    #expect(experiment.mutation.kernel == experiment.network.initialization.kernel)
    #expect(experiment.mutation.kernel == KernelFilter(shape: .box, radius: 2))
  }

  @Test(
    "a source is an experiment, a run of it, or a file",
    arguments: [
      ("source", .experiment("source", run: nil)),
      ("Other_source.2", .experiment("Other_source.2", run: nil)),
      ("\"12\"", .experiment("12", run: nil)),
      ("source/main-0", .experiment("source", run: "main-0")),
      ("source/kernel=box-1-12", .experiment("source", run: "kernel=box-1-12")),
      ("w.safetensors", .file("w.safetensors")),
      (
        "Results/s/runs/main-0/champion.safetensors",
        .file("Results/s/runs/main-0/champion.safetensors")
      ),
    ] as [(String, TransferOrigin)])
  func sources(text: String, origin: TransferOrigin) throws {
    let parsed = try read(required + "transfer: {from: \(text)}").get()
    #expect(
      parsed.experiment.transfer
        == Experiment.Transfer(origin: origin, take: .champion, noise: 0))
    #expect(parsed.experiment.transfer?.source == text.filter { $0 != "\"" })
    let full = try read(required + "transfer: {from: \(text), take: population, noise: 0.5}").get()
    #expect(
      full.experiment.transfer
        == Experiment.Transfer(origin: origin, take: .population, noise: 0.5))
  }

  @Test("a stretch of the training part is a count or has a beginning")
  func stretches() throws {
    let count = try read(required + "dataset: {train: 1000}").get().experiment
    #expect(count.dataset.train == Experiment.Dataset.Range(from: 0, count: 1000))
    let stretch = try read(required + "dataset: {train: {from: 50, count: 1000}}").get().experiment
    #expect(stretch.dataset.train == Experiment.Dataset.Range(from: 50, count: 1000))
  }

  @Test("without a dataset's shape nothing that depends on it is checked")
  func unknownShape() throws {
    let text = """
      iterations: 1
      network: {layers: [12, 2]}
      population: {size: 2}
      dataset: {name: idx, path: elsewhere}
      """
    #expect(try read(text).get().experiment.dataset.path == "elsewhere")
  }

  @Test("the dataset is asked for once, and not when its section has a fault")
  func shapeIsAskedOnce() {
    var count = 0
    func ask(_ text: String) {
      _ = readExperiment(name: "test", path: "test.yaml", bytes: Array(text.utf8)) { _ in
        count += 1
        return nil
      }
    }
    ask(required)
    #expect(count == 1)
    ask(required + "dataset: {name: mnits}")
    ask(required + "dataset: {name: idx}")
    #expect(count == 1)
  }
}

/// The example of the language's description.
let sweetSpot = """
  # Experiments/sweet-spot.yaml
  herdbook: 1               # version of the language
  title: Found the sweet spot
  description: Population-based training with room to learn.
  seed: 20171213
  iterations: 40

  dataset:
    name: mnist
  network:
    layers: [784, 100, 10]
    initialization: {scheme: glorot-uniform, kernel: {shape: gaussian, sigma: 1.5}}
  population:
    size: 20
  training:
    steps: 100
    batch: 64
    learning-rate: {log-uniform: [1.0e-3, 1]}
  selection: {method: truncation, fraction: 0.2, replace: worst}
  mutation:
    hyperparameters: {perturb: [0.8, 1.2]}
  record:
    weights: [0, 10, 40]

  """
