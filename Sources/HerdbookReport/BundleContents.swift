package import HerdbookModel

/// What a page is made of: the files of one bundle, wherever they are kept.
///
/// The seam between the report and the reader of bundles. A file that is not there is nil; one that
/// cannot be read is an error of the reader's, passed on unchanged.
package struct BundleContents: Sendable {
  /// A weight or bias of the champion, in the order of memory.
  package struct Tensor: Sendable, Equatable {
    package var name: String
    package var shape: [Int]
    package var values: [Float]
    package init(name: String, shape: [Int], values: [Float]) {
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// The name of the bundle's folder.
  package var name: String
  /// What the spec says in `title` and `description`; shown escaped.
  package var title: String
  package var description: String?
  /// Every key of the language with its value, as `plan.json` holds it for the run that is shown.
  package private(set) var settings: [Plan.Setting]
  package var runs: [Plan.Run]
  /// The dataset of the run that is shown.
  package private(set) var dataset: DatasetIdentity
  /// The names of the figures that are drawn; nil for all that apply.
  package var figures: [String]?
  /// The settings and the dataset of a run.
  private let plan: @Sendable (Plan.Run) -> ([Plan.Setting], DatasetIdentity)
  /// A CSV file by its path in the bundle. Cells may be texts: the page reads numbers in them.
  package var table: @Sendable (_ path: String) throws -> Table?
  package var bytes: @Sendable (_ path: String) throws -> [UInt8]?
  /// The tensors of a safetensors file.
  package var tensors: @Sendable (_ path: String) throws -> [Tensor]?

  package init(
    name: String, title: String, description: String?, runs: [Plan.Run], figures: [String]? = nil,
    plan: @escaping @Sendable (Plan.Run) -> ([Plan.Setting], DatasetIdentity),
    table: @escaping @Sendable (String) throws -> Table?,
    bytes: @escaping @Sendable (String) throws -> [UInt8]?,
    tensors: @escaping @Sendable (String) throws -> [Tensor]?
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.runs = runs
    self.figures = figures
    self.plan = plan
    (settings, dataset) = plan(runs.first ?? Plan.Run(seed: 0))
    self.table = table
    self.bytes = bytes
    self.tensors = tensors
  }

  /// Chooses the run that is shown.
  mutating func show(_ run: Plan.Run) { (settings, dataset) = plan(run) }

  /// Whether networks are trained by gradient descent: in the run that is shown, or in another.
  func isTrained(_ run: Plan.Run? = nil) -> Bool {
    (run.map { plan($0).0 } ?? settings).contains { $0.path.hasPrefix("training.") }
  }

  /// The value of a key by its path, nil where the plan has none.
  func setting(_ path: String) -> JSONValue? {
    settings.first { $0.path == path }?.value
  }

  func text(_ path: String) -> String? {
    if case .text(let text)? = setting(path) { text } else { nil }
  }

  func number(_ path: String) -> Double? {
    switch setting(path) {
    case .integer(let value)?: Double(value)
    case .unsigned(let value)?: Double(value)
    case .real(let value)?: value
    default: nil
    }
  }
}

extension BundleContents {
  /// What the dataset calls a class of the run that is shown: where it has some of the classes alone, outputs are
  /// numbered anew.
  func name(ofClass index: Int) -> Int {
    guard case .list(let classes)? = setting("dataset.classes"), classes.indices.contains(index),
      case .integer(let name) = classes[index]
    else { return index }
    return name
  }
}

/// Why no page can be made of a bundle.
package enum ReportError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The bundle lacks a file without which there is nothing to tell.
  case missing(path: String)
  case column(path: String, name: String)
  case cell(path: String, row: Int, column: String, text: String)
  case empty(path: String)
  case noRuns

  package var description: String {
    switch self {
    case .missing(let path): "the bundle has no \(path); run the experiment again"
    case .column(let path, let name): "\(path) has no column \(name)"
    case .cell(let path, let row, let column, let text):
      "\(path), row \(row), column \(column): expected a number, found '\(text)'"
    case .empty(let path): "\(path) has no rows; a run has at least generation 0"
    case .noRuns: "the bundle's plan names no run"
    }
  }
}

extension BundleContents {
  /// Whether a run's champion was kept, and with it what a page shows of one run alone.
  func hasChampion(of run: Plan.Run) -> Bool {
    ((try? bytes("runs/\(run.id)/champion.safetensors")) ?? nil) != nil
  }
}
