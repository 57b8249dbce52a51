import HerdbookAnalysis
import HerdbookBundle
import HerdbookModel
import HerdbookNetworks

/// What the networks of a zoo tell together: found once all of them were seen, and written among the figures of a run.
struct ZooFindings {
  private let zoo: Zoo
  private let plane: CoarsePlane?
  /// The snapshots of each generation.
  private let files: [SafetensorsFile]
  /// Receptive fields of the last generation, of generation 0 where it was seen, and of networks that were trained on
  /// shuffled labels.
  private let last: NeuronFields?
  private let first: NeuronFields?
  private let shuffled: NeuronFields?

  /// - Parameters:
  ///   - snapshots: ascending, and the files that they are in.
  ///   - images: that accuracies are measured on.
  ///   - isNew: whether networks were drawn, so that those of generation 0 are untrained.
  ///   - shuffled: networks that were trained on shuffled labels.
  init(
    _ snapshots: [Snapshots], in files: [SafetensorsFile], hyperparameters: [ZooHyperparameter],
    images: Int, seed: UInt64, plane: CoarsePlane?, isNew: Bool, shuffled: [Weights]
  ) {
    zoo = Zoo(snapshots, hyperparameters: hyperparameters, images: images, seed: seed)
    self.plane = plane
    self.files = files
    func fields(_ file: SafetensorsFile) -> NeuronFields? {
      plane.flatMap { NeuronFields(file, cells: $0.cells) }
    }
    last = fields(files[files.count - 1])
    first = isNew && files.count > 1 && snapshots[0].generation == 0 ? fields(files[0]) : nil
    self.shuffled = plane.flatMap { plane in
      shuffled.first.map { network in
        NeuronFields(
          networks: shuffled.count, units: network.layout.layers[0].outputs, cells: plane.cells
        ) { plane.fields(of: shuffled[$0]) }
      }
    }
  }

  /// - Parameter folder: of the run's figures.
  func write(to folder: String, _ writer: SharedWriter, threads: Int) throws {
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
    let map = try SnapshotMap(zoo, threads: threads) { try files[$0].values("sketch") }
    try write(map.table(), "map")
    try write(map.componentTable(), "components")
    try write(map.distanceTable(), "distances")
    guard let plane, let last,
      let neurons = try RecurringNeurons(
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
