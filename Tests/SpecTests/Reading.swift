import HerdbookModel
import HerdbookSpec

/// Datasets as the tests know them: MNIST's shape, a folder `flat` whose images have one row, and
/// others whose shape is not known.
func testShape(_ dataset: Experiment.Dataset) -> DatasetShape? {
  switch (dataset.name, dataset.path) {
  case (.idx, "flat"):
    DatasetShape(rows: 1, columns: 784, classes: 3, trainingImages: 3000, testImages: 500)
  case (.idx, _): nil
  default:
    DatasetShape(rows: 28, columns: 28, classes: 10, trainingImages: 60_000, testImages: 10_000)
  }
}

/// No experiments to inherit from, and a result of every name to transfer from.
let resultsAlone = SpecLibrary(names: { [] }, load: { _ in nil }, hasResult: { _ in true })

func read(
  _ bytes: [UInt8], name: String = "test", overrides: [String] = [],
  library: SpecLibrary = resultsAlone
) -> Result<ParsedExperiment, SpecProblems> {
  readExperiment(
    name: name, path: "\(name).yaml", bytes: bytes, overrides: overrides, library: library,
    shape: testShape)
}

func read(_ text: String) -> Result<ParsedExperiment, SpecProblems> { read(Array(text.utf8)) }

/// The keys that have no default, with room for more lines.
let required = """
  iterations: 40
  network: {layers: [784, 32, 10]}
  population: {size: 20}

  """

/// What is wrong with a spec; nothing when it can be read.
func faults(of bytes: [UInt8]) -> [SpecIssue] {
  guard case .failure(let problems) = read(bytes) else { return [] }
  return problems.issues
}
