import HerdbookAnalysis
import HerdbookBundle
import HerdbookCharts
import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics

/// Puts the engine, the analysis and the bundle together: sees each generation of one run, and
/// writes the run's files.
struct RunRecorder {
  private let experiment: Experiment
  private let run: Plan.Run
  private let data: RunData
  private let threads: Int
  private let samples: Samples
  private let distributionGenerations: Set<Int>
  private let individualGenerations: Set<Int>
  private let distanceGenerations: Set<Int>
  private let weightGenerations: Set<Int>
  private var records: [GenerationRecord] = []
  private var measures: [GenerationMeasures] = []
  private var lineage: Lineage
  private var distributions: Distributions
  private var distances = Distances()

  /// Individuals of a population that pairwise measures are taken over.
  static let pairLimit = 64

  init(experiment: Experiment, run: Plan.Run, data: RunData, samples: Samples, threads: Int) {
    self.experiment = experiment
    self.run = run
    self.data = data
    self.threads = threads
    self.samples = samples
    let iterations = experiment.iterations
    let recorded = experiment.record.generations(iterations: iterations)
    distributionGenerations = Set(evenly(64, through: iterations))
    individualGenerations = Set(evenly(8, through: iterations))
    distanceGenerations = Set(evenly(8, through: recorded.count - 1).map { recorded[$0] })
    weightGenerations = experiment.record.needsWeightFiles ? Set(recorded) : []
    lineage = Lineage(size: experiment.population.size)
    distributions = Distributions(lit: samples.isLit)
  }

  /// Takes what the tables need of a generation, and writes recorded weights.
  mutating func see(_ generation: Generation, writer: SharedWriter) throws(BundleError) {
    let record = generation.record
    let members = generation.members
    if record.generation > 0 { lineage.append(origins: generation.origins) }
    let places = sampledPlaces(
      members.count, limit: RunRecorder.pairLimit, seed: run.seed, generation: record.generation
    ).filter { members[$0].evaluation != nil }
    let weights = places.map { members[$0].weights }
    let predictions = places.map { members[$0].evaluation?.predictions ?? [] }
    let ids = places.map { members[$0].id }
    let pairs = PairDistances(weights: weights, predictions: predictions, threads: threads)
    records.append(record)
    measures.append(
      GenerationMeasures(
        diversity: Diversity(pairs), lineage: lineage,
        hyperparameters: members.map(\.hyperparameters)))
    if distributionGenerations.contains(record.generation) {
      distributions.add(
        generation: record.generation, ids: ids, weights: weights,
        individuals: individualGenerations.contains(record.generation), threads: threads)
    }
    if distanceGenerations.contains(record.generation) {
      distances.add(generation: record.generation, ids: ids, pairs)
    }
    if weightGenerations.contains(record.generation) {
      try writeWeights(of: generation, writer)
    }
  }

  /// The images that the run had passed at each generation so far.
  var imagesPassed: [Int] { records.map(\.images) }

  /// Writes the tables and the champion, and gives the run's row of the summary.
  func finish(
    _ outcome: Outcome, controls: [ControlCourse], writer: SharedWriter
  ) throws(BundleError) -> RunSummary {
    let folder = "runs/\(run.id)"
    try writer.write(
      generationTable(records, measures, experiment: experiment), to: "\(folder)/generations.csv")
    try writer.write(
      phylogenyTable(outcome.herdBook.individuals), to: "\(folder)/phylogeny.csv")
    try writer.write(distributions.table(), to: "\(folder)/distributions.csv")
    try writer.write(distances.table(), to: "\(folder)/distances.csv")
    try writer.write(
      Safetensors(
        tensors: tensors(of: outcome.champion.weights.layout).map {
          Tensor(name: $0.name, shape: $0.shape, values: $0.values(outcome.champion.weights))
        },
        metadata: metadata(generation: experiment.iterations, ids: [outcome.champion.id])),
      to: "\(folder)/champion.safetensors")
    try writeFigures(outcome, to: "\(folder)/figures", writer)
    if !controls.isEmpty {
      try writer.write(table(of: controls), to: "\(folder)/figures/controls.csv")
    }
    return RunSummary(
      run: run, champion: outcome.herdBook.individuals[outcome.champion.id], records: records,
      measures: measures, validationAccuracy: outcome.validation.accuracy,
      testCorrect: outcome.test.correct, testImages: outcome.test.predictions.count,
      targetAccuracy: experiment.fitness.target)
  }

  private func writeFigures(
    _ outcome: Outcome, to folder: String, _ writer: SharedWriter
  ) throws(BundleError) {
    try writer.write(neutralDrift.table(), to: "\(folder)/drift.csv")
    try writer.write(samples.pixelsTable(), to: "\(folder)/pixels.csv")
    try writer.write(samples.table(), to: "\(folder)/samples.csv")
    try writer.write(png(samples.picture), to: "\(folder)/samples.png")
    let weights = outcome.champion.weights
    if weights.layout.layers.count > 1 {
      let neurons = Neurons(
        weights, on: data.validation, planeRows: data.planeRows, planeColumns: data.planeColumns,
        threads: threads)
      try writer.write(neurons.table(), to: "\(folder)/neurons.csv")
    }
    let confusion = Confusion(
      weights, outcome.test, on: data.test, most: 24, planeRows: data.planeRows,
      planeColumns: data.planeColumns)
    try writer.write(confusion.table(), to: "\(folder)/confusion.csv")
    try writer.write(confusion.mistakesTable(), to: "\(folder)/mistakes.csv")
    try writer.write(png(confusion.raster()), to: "\(folder)/mistakes.png")
  }

  /// 1,000 simulated lineages where they are cheap, fewer where population and iterations are many.
  private var neutralDrift: NeutralDrift {
    let work = experiment.population.size * max(experiment.iterations, 1)
    return NeutralDrift(
      size: experiment.population.size, iterations: experiment.iterations,
      selection: experiment.selection,
      replaced: experiment.selection.replaced(of: experiment.population.size),
      exploit: experiment.selection.neutralExploit, seed: run.seed,
      simulations: min(max(4_000_000 / work, 100), 1000), threads: threads)
  }

  private func png(_ raster: Raster) -> [UInt8] {
    PNG(grey: raster.pixels, width: raster.width, height: raster.height).bytes
  }
}

extension RunRecorder {
  private func writeWeights(
    of generation: Generation, _ writer: SharedWriter
  ) throws(BundleError) {
    let members =
      experiment.record.individuals == .all
      ? generation.members : [generation.members[generation.record.champion]]
    let digits = String(generation.record.generation)
    let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    let weights = members.map(\.weights)
    let parts = tensors(of: weights[0].layout).map { tensor in
      SafetensorsStream.Part(
        name: tensor.name, shape: [weights.count] + tensor.shape, pieces: weights.count
      ) { tensor.values(weights[$0]) }
    }
    try writer.record(
      SafetensorsStream(
        parts: parts,
        metadata: metadata(generation: generation.record.generation, ids: members.map(\.id))),
      to: "runs/\(run.id)/weights/generation-\(padded).safetensors")
  }

  /// A tensor of one network: its name, its shape, and how its values are taken from weights.
  private struct NetworkTensor {
    let name: String
    let shape: [Int]
    let values: @Sendable (Weights) -> [Float]
  }

  /// `layers.N.weight` [in, out] and, where there are biases, `layers.N.bias` [out].
  private func tensors(of layout: NetworkLayout) -> [NetworkTensor] {
    layout.layers.enumerated().flatMap { index, layer in
      let matrix = NetworkTensor(
        name: "layers.\(index + 1).weight", shape: [layer.inputs, layer.outputs]
      ) { $0.matrix(index) }
      guard layer.bias != nil else { return [matrix] }
      let biases = NetworkTensor(name: "layers.\(index + 1).bias", shape: [layer.outputs]) {
        $0.biases(index) ?? []
      }
      return [matrix, biases]
    }
  }

  private func metadata(generation: Int, ids: [Int]) -> [String: String] {
    [
      "format": "herdbook", "activation": experiment.network.activation.rawValue,
      "dataset": experiment.dataset.name.rawValue,
      "normalize": experiment.dataset.normalize.rawValue, "run": run.id,
      "generation": String(generation),
      "individuals": ids.map(String.init).joined(separator: ","),
      "digest": records.last?.stateDigest ?? "",
    ]
  }
}

extension Experiment.Record {
  /// Whether more is recorded than the last champion, which has a file of its own.
  fileprivate var needsWeightFiles: Bool { individuals == .all || weights != .last }
}
