import HerdbookAnalysis
import HerdbookBundle
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics

/// What the networks of a zoo tell together: found once all of them were seen, and written among the figures of a run.
struct ZooFindings {
  let zoo: Zoo
  let plane: CoarsePlane?
  /// Receptive fields of the last generation, of generation 0 where it was seen, and of networks that were trained on
  /// shuffled labels.
  let last: NeuronFields?
  let first: NeuronFields?
  let shuffled: NeuronFields?

  /// - Parameters:
  ///   - images: that accuracies are measured on.
  ///   - shuffled: networks that were trained on shuffled labels.
  init(
    _ snapshots: [Snapshots], hyperparameters: [ZooHyperparameter], images: Int, seed: UInt64,
    plane: CoarsePlane?, shuffled: [Weights], threads: Int
  ) {
    zoo = Zoo(snapshots, hyperparameters: hyperparameters, images: images, seed: seed)
    self.plane = plane
    func fields(_ snapshots: Snapshots) -> NeuronFields? {
      guard let plane, !snapshots.fields.isEmpty else { return nil }
      return NeuronFields(snapshots.fields, networks: snapshots.ids.count, cells: plane.cells)
    }
    last = fields(snapshots[snapshots.count - 1])
    first =
      snapshots.count > 1 && snapshots[0].generation == 0 ? fields(snapshots[0]) : nil
    self.shuffled = plane.map { plane in
      let fields = parallelMap(count: shuffled.count, threads: threads) {
        plane.fields(of: shuffled[$0])
      }
      return NeuronFields(
        fields.flatMap { $0 }, networks: shuffled.count, cells: plane.cells)
    }
  }

  /// - Parameter folder: of the run's figures.
  func write(to folder: String, _ writer: SharedWriter, threads: Int) throws(BundleError) {
    func write(_ table: Table, _ name: String) throws(BundleError) {
      try writer.write(table, to: "\(folder)/zoo-\(name).csv")
    }
    try write(zoo.networkTable(), "networks")
    try write(zoo.courseTable(), "course")
    try write(zoo.statisticsTable(threads: threads), "statistics")
    try write(zoo.contrastTable(), "contrasts")
    let prediction = AccuracyPrediction(zoo, threads: threads)
    try write(prediction.table(), "prediction")
    try write(prediction.rankingTable(zoo), "ranking")
    try write(EndForecast(zoo, threads: threads).table(), "forecast")
    let map = SnapshotMap(zoo, threads: threads)
    try write(map.table(), "map")
    try write(map.componentTable(), "components")
    try write(map.distanceTable(), "distances")
    guard let plane, let last,
      let neurons = RecurringNeurons(
        zoo, plane: plane, last: last, first: first, shuffled: shuffled, threads: threads)
    else { return }
    try write(neurons.table(), "recurrence")
    try write(neurons.patternTable(), "patterns")
    let (values, patterns, rows, columns) = neurons.pictures
    try writer.write(
      Safetensors(
        tensors: [
          Tensor(
            name: "patterns", shape: [patterns, rows * columns], element: .float16,
            values: values),
          Tensor(name: "plane", shape: [2], values: [Float(rows), Float(columns)]),
        ]), to: "\(folder)/zoo-patterns.safetensors")
  }
}

extension ZooHyperparameter {
  /// Those of the individuals of a generation, which may be the same for all.
  static func all(of individuals: [Individual]) -> [ZooHyperparameter] {
    func values(_ name: String, _ value: (Hyperparameters) -> Double?) -> ZooHyperparameter {
      ZooHyperparameter(
        name: name, values: individuals.map { value($0.hyperparameters) ?? .nan })
    }
    return [
      values("learning_rate", \.learningRate), values("batch") { $0.batch.map(Double.init) },
      values("mutation_scale", \.mutationScale), values("step_length", \.stepLength),
      values("initialization_scale", \.initializationScale),
    ]
  }
}
