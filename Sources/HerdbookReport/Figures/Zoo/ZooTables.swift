package import HerdbookModel

extension BundleContents {
  /// Whether many networks stand side by side, with statistics of each in every generation.
  package var isZoo: Bool { setting("record.zoo") == .boolean(true) }

  /// Whether anybody is selected; where nobody is, networks have nothing to do with each other.
  var isSelecting: Bool { text("selection.method") != "none" }

  /// Whether the networks were trained elsewhere; how, nobody counted.
  var isImported: Bool { setting("imported") != nil }

  /// Whether the networks of a zoo have nothing to do with each other.
  var isOfIndependent: Bool { isZoo && !isSelecting }

  /// Whether the page shows a figure, should there be something in it. What it does not show need not be read.
  package func shows(_ figure: Experiment.Report.Figure) -> Bool {
    if let figures { return figures.contains(figure.rawValue) }
    return !isZoo || Experiment.Report.Figure.ofZoo(isSelecting: isSelecting).contains(figure)
  }

  /// A table of a zoo; nil where there is none, or nothing in it.
  func zooTable(_ name: String, of run: Plan.Run) throws -> Columns? {
    let path = "runs/\(run.id)/figures/\(name).csv"
    guard let table = try table(path), table.rowCount > 0 else { return nil }
    return Columns(path: path, table: table)
  }

  /// What is to be said of chance where some of the held-out networks are relatives; nothing where none are.
  func relatives(_ run: Plan.Run) throws -> HTML {
    guard let table = try zooTable("zoo-networks", of: run) else { return "" }
    let (half, founder) = (try table.texts("half"), try table.texts("founder"))
    let held = half.indices.filter { half[$0] == "held" }
    let founders = Set(held.map { founder[$0] }).count
    guard founders < held.count else { return "" }
    return """
       The \(Words.count(Double(held.count))) held-out networks come from \(Words.plural(founders, "founder")), and those of one are alike. Chance is told as if \
      each stood alone: it reaches further than that.
      """
  }
}

extension Experiment.Report.Figure {
  /// About all networks of a zoo.
  static let zoo: [Self] = [
    .zooAccuracy, .zooHyperparameters, .zooPrediction, .zooWeights, .zooForecast, .zooMap,
    .zooNeurons, .zooContrasts,
  ]

  /// What the page of a zoo shows where the spec does not say: the usual figures draw each network of a population, or
  /// tell of descent, and hundreds that never met fill them with noise.
  static func ofZoo(isSelecting: Bool) -> [Self] {
    zoo + [.diagnosis, .variants, .courses, .cost] + (isSelecting ? [.tree, .clades] : [])
      + [.neurons, .preferred, .data]
  }
}

/// A measure over generations by one method.
struct ZooCurve {
  let name: String
  let generation: [Double]
  let value: [Double]
  /// What chance gives.
  let null: [Double]

  /// Of some rows of a table, in the order of `names`; those without a finite value are left out.
  static func read(
    _ columns: Columns, rows: [Int]? = nil, by key: String, _ names: [String], value: String,
    null: String
  ) throws(ReportError) -> [ZooCurve] {
    let keys = try columns.texts(key)
    let generation = try columns.reals("generation")
    let (values, nulls) = (try columns.reals(value), try columns.reals(null))
    let rows = rows ?? Array(keys.indices)
    return names.compactMap { name in
      let own = rows.filter { keys[$0] == name }.sorted { generation[$0] < generation[$1] }
      guard own.contains(where: { values[$0].isFinite }) else { return nil }
      return ZooCurve(
        name: name, generation: own.map { generation[$0] }, value: own.map { values[$0] },
        null: own.map { nulls[$0] })
    }
  }

  /// NaN where it has none.
  func value(at time: Double) -> Double { row(at: time).map { value[$0] } ?? .nan }
  func null(at time: Double) -> Double { row(at: time).map { null[$0] } ?? .nan }
  private func row(at time: Double) -> Int? { generation.firstIndex(of: time) }

  /// The first generation from which on it is at least so high until the end; nil where that is the end itself.
  func settled(at level: Double) -> Double? {
    let row = value.lastIndex { !($0 >= level) }.map { $0 + 1 } ?? 0
    return row < value.count - 1 ? generation[row] : nil
  }

  /// At most so many points, evenly.
  func thinned(to count: Int) -> ZooCurve {
    let rows = Words.evenly(generation.count, atMost: count)
    return ZooCurve(
      name: name, generation: rows.map { generation[$0] }, value: rows.map { value[$0] },
      null: rows.map { null[$0] })
  }
}

/// What the tables of a zoo call things, as prose has them.
enum ZooWords {
  /// `layers.1.weight` is `layer 1 weights`.
  static func tensor(_ name: String) -> String {
    let parts = name.split(separator: ".")
    guard parts.count == 3, parts[0] == "layers", let number = Int(parts[1]) else { return name }
    switch parts[2] {
    case "weight": return "layer \(number) weights"
    case "bias": return "layer \(number) biases"
    default: return name
    }
  }

  static func isWeight(_ tensor: String) -> Bool { tensor.hasSuffix(".weight") }

  /// `layers.1.weight variance` is `layer 1 weights, variance`.
  static func feature(_ name: String) -> String {
    let parts = name.split(separator: " ")
    guard parts.count == 2 else { return name.replacing("_", with: " ") }
    return "\(tensor(String(parts[0]))), \(parts[1])"
  }

  /// `a, b and c`.
  static func list(_ parts: [String]) -> String {
    guard parts.count > 1 else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: ", ") + " and " + parts[parts.count - 1]
  }

  /// Iterations that the finding tells of, where the run has them.
  static let early: [Double] = [1, 2, 3, 5]

  /// The range of an axis of generations.
  static func domain(_ generations: [Double]) -> ClosedRange<Double> {
    let (first, last) = (generations.min() ?? 0, generations.max() ?? 0)
    return first < last ? first...last : first - 0.5...first + 0.5
  }
}
