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
  private let sketch: WeightSketch
  /// Sees every network where the run is a zoo.
  private let zoo: ZooRecorder?
  private(set) var memory: Memory

  /// What goes from one generation to the next: all of it, since a run that is taken up again begins
  /// with what was kept of this.
  struct Memory: Codable, Sendable {
    var records: [GenerationRecord] = []
    var measures: [GenerationMeasures] = []
    var lineage: Lineage
    var distributions: Distributions
    var distances = Distances()
    var path = WeightPath()
    /// Of a learned operator after each generation, [features][layers].
    var coefficients: [[[Double]]] = []
  }

  /// Individuals of a population that pairwise measures are taken over.
  static let pairLimit = 64
  /// The lives of a run that may be lived again for pictures of the champion's line.
  private static let replayedShare = 0.25

  /// - Parameters:
  ///   - generations: that will be seen, ascending; all unless given.
  ///   - memory: that of a run which is taken up again.
  init(
    experiment: Experiment, run: Plan.Run, data: RunData, samples: Samples, threads: Int,
    generations: [Int]? = nil, memory: Memory? = nil
  ) {
    self.experiment = experiment
    self.run = run
    self.data = data
    self.threads = threads
    self.samples = samples
    let generations = generations ?? Array(0...experiment.iterations)
    let recorded = experiment.record.generations(iterations: experiment.iterations)
    func spread(_ count: Int) -> Set<Int> {
      Set(evenly(count, through: generations.count - 1).map { generations[$0] })
    }
    distributionGenerations = spread(64)
    // A zoo has statistics of every network and distances of its own.
    let isZoo = experiment.record.zoo
    individualGenerations = isZoo ? [] : spread(8)
    distanceGenerations = Set(
      evenly(isZoo ? 2 : 8, through: recorded.count - 1).map { recorded[$0] })
    weightGenerations = experiment.record.keepsWeightFiles ? Set(recorded) : []
    sketch = WeightSketch(seed: run.seed, parameters: NetworkLayout(experiment.network).parameters)
    zoo = ZooRecorder(experiment, run, data, lit: samples.isLit, threads: threads)
    self.memory =
      memory
      ?? Memory(
        lineage: Lineage(size: experiment.population.size),
        distributions: Distributions(lit: samples.isLit))
  }

  /// Takes what the tables need of a generation, and writes recorded weights.
  ///
  /// - Parameter scores: what was measured elsewhere of the networks of a zoo; nil where it was here.
  mutating func see(
    _ generation: Generation, scores: ZooScores? = nil, writer: SharedWriter
  ) throws(BundleError) {
    let record = generation.record
    let members = generation.members
    if record.generation > 0 { memory.lineage.append(origins: generation.origins) }
    let places = sampledPlaces(
      members.count, limit: RunRecorder.pairLimit, seed: run.seed, generation: record.generation
    ).filter { members[$0].evaluation != nil }
    let weights = places.map { members[$0].weights }
    let predictions = places.map { members[$0].evaluation?.predictions ?? [] }
    let ids = places.map { members[$0].id }
    let pairs = PairDistances(weights: weights, predictions: predictions, threads: threads)
    memory.records.append(record)
    if experiment.approximator.kind == .operator {
      memory.coefficients.append(generation.coefficients)
    }
    memory.measures.append(
      GenerationMeasures(
        diversity: Diversity(pairs), lineage: memory.lineage,
        foundersByNeuron: generation.foundersByNeuron,
        hyperparameters: members.map(\.hyperparameters)))
    // Where a run ends early, its last generation stands for the one that was planned as such.
    let isLast = generation.isLast
    let isLastRecorded = isLast && experiment.record.includesLast
    if distributionGenerations.contains(record.generation) || isLast {
      memory.distributions.add(
        generation: record.generation, ids: ids, weights: weights,
        individuals: individualGenerations.contains(record.generation)
          || isLast && !individualGenerations.isEmpty, threads: threads)
      memory.path.add(
        generation: record.generation, ids: ids, weights: weights, sketch, threads: threads)
    }
    if distanceGenerations.contains(record.generation) || isLastRecorded {
      memory.distances.add(generation: record.generation, ids: ids, pairs)
    }
    try zoo?.see(generation, scores, writer)
    if weightGenerations.contains(record.generation)
      || isLastRecorded && experiment.record.keepsWeightFiles
    {
      try writeWeights(of: generation, writer)
    }
  }

  /// The last generation so far.
  private var lastGeneration: Int { memory.records.last?.generation ?? 0 }

  /// The images that the run had passed at each generation so far.
  var imagesPassed: [Int] { memory.records.map(\.images) }

  /// Writes the tables and the champion, and gives the run's row of the summary.
  ///
  /// - Parameter hyperparameters: of the networks of a zoo; nil for what they drew.
  func finish(
    _ outcome: Outcome, of past: Past, controls: [ControlCourse],
    hyperparameters: [ZooHyperparameter]? = nil, writer: SharedWriter
  ) throws -> RunSummary {
    let folder = "runs/\(run.id)"
    try writer.write(
      generationTable(memory.records, memory.measures, experiment: experiment),
      to: "\(folder)/generations.csv")
    try writer.write(
      phylogenyTable(outcome.herdBook.individuals), to: "\(folder)/phylogeny.csv")
    if experiment.approximator.kind == .operator {
      try writer.write(
        coefficientTable(memory.coefficients, of: experiment.approximator.features),
        to: "\(folder)/approximator.csv")
    }
    try writer.write(memory.distributions.table(), to: "\(folder)/distributions.csv")
    try writer.write(memory.distances.table(), to: "\(folder)/distances.csv")
    try writer.write(
      Safetensors(
        outcome.champion.weights,
        metadata: metadata(generation: lastGeneration, ids: [outcome.champion.id])),
      to: "\(folder)/champion.safetensors")
    try writeFigures(outcome, of: past, to: "\(folder)/figures", writer)
    try zoo?.finish(
      outcome.herdBook, of: past, generations: memory.records.map(\.generation),
      hyperparameters: hyperparameters, to: "\(folder)/figures", writer)
    if !controls.isEmpty {
      try writer.write(table(of: controls), to: "\(folder)/figures/controls.csv")
    }
    return RunSummary(
      run: run, champion: outcome.herdBook.individuals[outcome.champion.id],
      records: memory.records,
      measures: memory.measures, validationAccuracy: outcome.validation.accuracy,
      testCorrect: outcome.test.correct, testImages: outcome.test.predictions.count,
      targetAccuracy: experiment.fitness.target)
  }

  private func writeFigures(
    _ outcome: Outcome, of past: Past, to folder: String, _ writer: SharedWriter
  ) throws {
    try writer.write(samples.pixelsTable(), to: "\(folder)/pixels.csv")
    try writer.write(samples.table(), to: "\(folder)/samples.csv")
    try writer.write(png(samples.picture), to: "\(folder)/samples.png")
    let weights = outcome.champion.weights
    let line = outcome.herdBook.line(to: outcome.champion.id)
    let hasPlane = data.planeRows * data.planeColumns == weights.layout.inputs
    if weights.layout.layers.count > 1 {
      let before = past.founder(id: line[0].id)
      let neurons = Neurons(
        weights, on: data.validation, founder: before, lit: samples.isLit,
        planeRows: data.planeRows, planeColumns: data.planeColumns, threads: threads)
      let stops =
        [LineStop(generation: 0, weights: before, units: ends(neurons))]
        + (try replayed(outcome, line, of: past, neurons))
      try writer.write(Safetensors(stops), to: "\(folder)/line.safetensors")
      try writer.write(neurons.table(), to: "\(folder)/neurons.csv")
      let activations = Activations(
        weights, on: data.validation, order: neurons.order, planeRows: data.planeRows,
        planeColumns: data.planeColumns, threads: threads)
      try writer.write(activations.table(), to: "\(folder)/activations.csv")
      if hasPlane {
        try writer.write(activations.excitingTable(), to: "\(folder)/exciting.csv")
        try writer.write(png(activations.raster()), to: "\(folder)/exciting.png")
      }
    }
    if hasPlane {
      let preferred = PreferredInputs(
        weights, on: data.validation, lit: samples.isLit, planeRows: data.planeRows,
        planeColumns: data.planeColumns, threads: threads)
      try writer.write(preferred.table(), to: "\(folder)/preferred.csv")
      try writer.write(png(preferred.raster()), to: "\(folder)/preferred.png")
    }
    let tables = memory.path.tables { generation in line.last { $0.birth <= generation }?.id }
    if let (path, components) = tables {
      try writer.write(path, to: "\(folder)/path.csv")
      try writer.write(components, to: "\(folder)/components.csv")
    }
    let confusion = Confusion(
      weights, outcome.test, on: data.test, most: 24, planeRows: data.planeRows,
      planeColumns: data.planeColumns)
    try writer.write(confusion.table(), to: "\(folder)/confusion.csv")
    try writer.write(confusion.mistakesTable(), to: "\(folder)/mistakes.csv")
    try writer.write(png(confusion.raster()), to: "\(folder)/mistakes.png")
  }

  private func ends(_ neurons: Neurons) -> [Int] {
    Array(neurons.order.prefix(ChampionLine.endUnits))
  }

  /// The champion's line between its founder and itself, evenly spread over time, and the parent of the champion when it was born;
  /// none where too much would have to live again, or nothing can.
  private func replayed(
    _ outcome: Outcome, _ line: [Individual], of past: Past, _ neurons: Neurons
  ) throws -> [LineStop] {
    guard case .lived(let evolution) = past else { return [] }
    let last = lastGeneration
    let replay = Replay(
      evolution, individuals: outcome.herdBook.individuals, lastGeneration: last)
    let middles = ChampionLine.generations(through: last).filter { $0 > 0 && $0 < last }
    let birth = outcome.herdBook.individuals[outcome.champion.id].birth
    // Generation 0 is the founder's, as it began.
    let parting = line.count > 1 && birth > 1 ? [birth - 1] : []
    let generations = Set(middles + parting).sorted()
    let members = try replay.line(
      to: outcome.champion.id, at: generations, share: RunRecorder.replayedShare)
    return zip(generations, members ?? []).map { generation, member in
      LineStop(
        generation: generation, weights: member.weights,
        units: parting.contains(generation)
          ? ends(neurons) : Array(neurons.order.prefix(ChampionLine.units)))
    }
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
    let name = "generation-\(padded(generation.record.generation)).safetensors"
    let weights = members.map(\.weights)
    try writer.record(
      SafetensorsStream(
        weights, as: experiment.record.type,
        metadata: metadata(generation: generation.record.generation, ids: members.map(\.id))),
      to: "runs/\(run.id)/weights/\(name)")
  }
}

extension RunRecorder {
  private func metadata(generation: Int, ids: [Int]) -> [String: String] {
    networkMetadata(
      experiment, run: run.id, generation: generation, ids: ids,
      stateDigest: memory.records.last?.stateDigest ?? "")
  }
}
