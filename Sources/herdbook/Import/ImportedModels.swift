import HerdbookAnalysis
import HerdbookBundle
import HerdbookModel
import HerdbookSpec

/// What `models.csv` says of networks that were trained elsewhere: a row a model and iteration.
///
/// Columns: `model`, `iteration`, `weights` (a path within the folder), `accuracy`, and where they are there `index` (the
/// place of the model in a file of several), `loss`, `test_accuracy`. Every other column is a hyperparameter, the same in
/// all rows of a model.
struct ImportedModels {
  struct Row {
    /// A path within the folder.
    let weights: String
    /// The place of the model in a file of several; nil where the file is of one.
    let index: Int?
    let accuracy: Double
    let loss: Double
    let testAccuracy: Double
  }

  static let file = "models.csv"
  private static let known = [
    "model", "iteration", "weights", "index", "accuracy", "loss", "test_accuracy",
  ]

  /// As they are named, in the order in which they first come.
  let models: [String]
  /// Ascending.
  let iterations: [Int]
  /// [iteration][model].
  let rows: [[Row]]
  let hyperparameters: [ZooHyperparameter]

  /// - Parameter file: what the table is called in errors.
  init(parsing bytes: [UInt8], file: String) throws(BundleError) {
    let table = try CSVTable(parsing: bytes, file: file)
    for name in ["model", "iteration", "weights", "accuracy"] where !table.columns.contains(name) {
      let near = nearestName(to: name, among: table.columns).map { "; is it '\($0)'?" } ?? ""
      throw .malformed(
        file: file, place: "header",
        problem:
          "has no column '\(name)'\(near); model, iteration, weights and accuracy belong there")
    }
    func fault(_ row: Int, _ problem: String) -> BundleError {
      .malformed(file: file, place: "row \(row + 1)", problem: problem)
    }
    let names = try table.texts("model")
    let iterations = try table.integers("iteration")
    let places = try ImportedModels.places(of: names)
    models = places.keys.sorted { (places[$0] ?? 0) < (places[$1] ?? 0) }
    self.iterations = Set(iterations.compactMap(\.self)).sorted()
    let count = models.count
    guard count > 0 else { throw .malformed(file: file, place: "", problem: "lists no models") }
    func optional(_ name: String) throws(BundleError) -> [Double] {
      table.columns.contains(name)
        ? try table.reals(name) : [Double](repeating: .nan, count: table.rowCount)
    }
    let (accuracy, loss) = (try table.reals("accuracy"), try optional("loss"))
    let test = try optional("test_accuracy")
    let files = try table.texts("weights")
    let indices = table.columns.contains("index") ? try table.integers("index") : []
    var found = [[Row?]](
      repeating: [Row?](repeating: nil, count: count), count: self.iterations.count)
    for row in 0..<table.rowCount {
      guard let iteration = iterations[row], iteration >= 0,
        let time = self.iterations.firstIndex(of: iteration), let place = places[names[row]]
      else { throw fault(row, "has no iteration, which is a whole number from 0") }
      guard accuracy[row].isNaN || (0...1).contains(accuracy[row]) else {
        throw fault(row, "has the accuracy \(accuracy[row]); it is a share from 0 to 1")
      }
      guard found[time][place] == nil else {
        throw fault(row, "has model '\(names[row])' at iteration \(iteration) again")
      }
      found[time][place] = Row(
        weights: files[row], index: indices.isEmpty ? nil : indices[row], accuracy: accuracy[row],
        loss: loss[row], testAccuracy: test[row])
    }
    var whole: [[Row]] = []
    for (time, rows) in found.enumerated() {
      if let place = rows.firstIndex(where: { $0 == nil }) {
        throw .malformed(
          file: file, place: "",
          problem:
            "has no row of model '\(models[place])' at iteration \(self.iterations[time]); all models"
            + " have the same iterations")
      }
      whole.append(rows.compactMap(\.self))
    }
    rows = whole
    hyperparameters = try ImportedModels.hyperparameters(table, names, models)
  }

  /// What each network of the bundle was called.
  func table() -> Table {
    Table([
      Table.Column("network", .integers(Array(models.indices))),
      Table.Column("model", .texts(models)),
    ])
  }

  private static func places(of names: [String]) throws(BundleError) -> [String: Int] {
    var places: [String: Int] = [:]
    for name in names where places[name] == nil { places[name] = places.count }
    return places
  }

  /// Numbers as they are; of words a column for each but the first, which is 1 where a model has it.
  private static func hyperparameters(
    _ table: CSVTable, _ names: [String], _ models: [String]
  ) throws(BundleError) -> [ZooHyperparameter] {
    var all: [ZooHyperparameter] = []
    for column in table.columns where !known.contains(column) {
      var values: [String: String] = [:]
      for (row, (name, text)) in zip(names, try table.texts(column)).enumerated() {
        guard values.updateValue(text, forKey: name) ?? text == text else {
          throw .malformed(
            file: table.file, place: "row \(row + 1)",
            problem:
              "has another '\(column)' than model '\(name)' before; hyperparameters stay the same,"
              + " leave out columns that are none")
        }
      }
      let texts = models.map { values[$0] ?? "" }
      let numbers = texts.map { Double($0) }
      if numbers.allSatisfy({ $0 != nil }) {
        all.append(ZooHyperparameter(name: column, values: numbers.compactMap(\.self)))
      } else {
        all += Set(texts).sorted().dropFirst().map { word in
          ZooHyperparameter(
            name: "\(column)=\(word)", values: texts.map { $0 == word ? 1 : 0 })
        }
      }
    }
    return all
  }
}
