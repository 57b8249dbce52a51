import HerdbookAnalysis
import HerdbookBundle
import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics

/// How good the networks of one generation are; test accuracies are none where test images were not read.
struct ZooScores {
  let accuracy: [Float]
  let loss: [Float]
  let testAccuracy: [Float]
}

/// Keeps snapshots of every network of a run among its recorded weights, and at its end what they tell.
struct ZooRecorder {
  private let experiment: Experiment
  private let run: Plan.Run
  private let data: RunData
  private let threads: Int
  private let sketch: WeightSketch
  /// Nil where inputs are no plane.
  private let plane: CoarsePlane?

  /// Networks that are trained on shuffled labels: a tenth of the zoo within these bounds.
  private static let shuffledNetworks = 10...100

  /// Nil where the experiment is no zoo.
  init?(
    _ experiment: Experiment, _ run: Plan.Run, _ data: RunData, lit: [Bool], threads: Int
  ) {
    guard experiment.record.zoo else { return nil }
    self.experiment = experiment
    self.run = run
    self.data = data
    self.threads = threads
    let layout = NetworkLayout(experiment.network)
    sketch = WeightSketch(
      seed: run.seed, parameters: layout.parameters, dimensions: Snapshots.dimensions)
    plane =
      data.planeRows * data.planeColumns == layout.inputs && layout.layers.count > 1
      ? CoarsePlane(planeRows: data.planeRows, planeColumns: data.planeColumns, lit: lit) : nil
  }

  func see(
    _ generation: Generation, _ scores: ZooScores?, _ writer: SharedWriter
  ) throws(BundleError) {
    let members = generation.members
    let weights = members.map(\.weights)
    let scores =
      scores
      ?? ZooScores(
        accuracy: members.map { Float($0.evaluation?.accuracy ?? .nan) },
        loss: members.map { Float($0.evaluation?.loss ?? .nan) },
        testAccuracy: generation.isLast ? testAccuracies(members) : [])
    let isEnd = generation.record.generation == 0 || generation.isLast
    let snapshots = Snapshots(
      generation: generation.record.generation, ids: members.map(\.id),
      origins: generation.origins, weights: weights,
      accuracy: scores.accuracy, loss: scores.loss, testAccuracy: scores.testAccuracy,
      sketch: sketch, threads: threads)
    try writer.record(
      snapshots.file(
        run: run.id,
        fields: isEnd ? plane.map { .fields(of: weights, on: $0) } : nil),
      to: Snapshots.path(run: run.id, generation: snapshots.generation))
  }

  private func testAccuracies(_ members: [Member]) -> [Float] {
    let test = data.test
    return parallelMap(
      count: members.count, threads: threads,
      workspace: { [layout = members[0].weights.layout] in Workspace(layout: layout, capacity: 64)
      },
      body: { place, workspace in
        members[place].evaluation == nil
          ? .nan : Float(workspace.evaluate(members[place].weights, on: test).accuracy)
      })
  }

  /// - Parameters:
  ///   - generations: all of the run, ascending.
  ///   - hyperparameters: of the networks; nil for what they drew.
  func finish(
    _ herdBook: HerdBook, of past: Past, generations: [Int],
    hyperparameters: [ZooHyperparameter]?, to folder: String, _ writer: SharedWriter
  ) throws {
    var snapshots: [Snapshots] = []
    var files: [SafetensorsFile] = []
    for generation in generations {
      let path = Snapshots.path(run: run.id, generation: generation)
      files.append(try writer.recorded(path))
      snapshots.append(try Snapshots(files[files.count - 1], path: path))
    }
    // What begins with weights of another experiment has seen labels, and so does what has a teacher.
    let isNew = experiment.transfer?.take.isOfWeights != true
    let isTaught = experiment.transfer?.take == .distill
    var shuffled: [Weights] = []
    if case .lived(let evolution) = past, isNew, !isTaught, experiment.training != nil,
      plane != nil
    {
      let bounds = Self.shuffledNetworks
      let count = min(max(experiment.population.size / 10, bounds.lowerBound), bounds.upperBound)
      shuffled = try evolution.trainedOnShuffledLabels(
        count, through: snapshots[snapshots.count - 1].generation
      ) { () throws in
        try Interruption.check()
      }
    }
    let individuals = snapshots[snapshots.count - 1].ids.map { herdBook.individuals[$0] }
    let images = experiment.fitness.images(of: data.validation.count)
    try ZooFindings(
      snapshots, in: files,
      hyperparameters: hyperparameters ?? ZooHyperparameter.all(of: individuals), images: images,
      seed: run.seed, plane: plane, isNew: isNew, shuffled: shuffled
    ).write(to: folder, writer, threads: threads)
  }
}
