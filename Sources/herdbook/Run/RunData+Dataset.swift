import HerdbookData
import HerdbookEngine
import HerdbookNetworks

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
