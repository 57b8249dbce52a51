import HerdbookBundle
import HerdbookData
import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import HerdbookSpec

extension ExperimentFile {
  /// The experiment in the file, or all its problems.
  func read(_ places: DataPlaces) throws -> ParsedExperiment {
    try readExperiment(
      name: name, path: Path.shown(path), bytes: bytes(),
      shape: { try? datasetShape($0, places: places) }
    ).get()
  }
}

/// The plan of an experiment, made without its images.
func makePlan(_ parsed: ParsedExperiment, places: DataPlaces) throws(DataError) -> Plan {
  makePlan(
    parsed, dataset: try datasetIdentity(parsed.experiment.dataset, places: places))
}

extension RunData {
  /// The parts of a dataset as the engine takes them.
  init(_ dataset: Dataset) {
    func examples(_ part: ImagePart) -> Examples {
      Examples(
        images: part.images, rows: part.indices, labels: part.labels, values: dataset.values)
    }
    self.init(
      training: examples(dataset.training), validation: examples(dataset.validation),
      test: examples(dataset.test), planeRows: dataset.rows, planeColumns: dataset.columns)
  }
}
