import HerdbookModel
import HerdbookNumerics
import HerdbookReport

/// The tables of a zoo, as the engine would have left them: how good a network gets is a formula of its learning rate and of
/// luck, and how soon it gets there, of its rate.
struct SyntheticZoo {
  var networks = 120
  var iterations = 30
  var layers = 4
  /// How much weights tell beyond what is known without them, as r².
  var added = 0.06
  /// Whether a forecast from three iterations halves the error of no change.
  var isForetold = true
  /// Share of held-out units that are like a pattern.
  var recurring = 0.82
  var conditions = ["fit", "held", "untrained", "shuffled", "moved"]
  /// What is known from when on: generations by which the order of the end has half appeared.
  var lateness = 2.0
  /// How much good networks differ from bad ones, on both halves.
  var contrast = 0.3
  /// Whether displacements have a common direction.
  var isAligned = true
  var diverged = 7
  var hasNames = false
  /// Whether a straight line tells nothing, even at the end.
  var misleads = false
  /// Whether good networks differ from bad ones on the held-out half alone.
  var isHalved = false
  /// Whether one network goes far from the others.
  var strays = false
  /// Patterns that no held-out network has.
  var unconfirmed = 0

  var times: [Int] { Array(0...iterations) }
  func folder(_ name: String) -> String { "runs/main-0/figures/zoo-\(name)" }

  var tables: [String: Table] {
    [
      folder("networks.csv"): networksTable, folder("course.csv"): course,
      folder("ranking.csv"): ranking, folder("prediction.csv"): prediction,
      folder("statistics.csv"): statistics, folder("forecast.csv"): forecast,
      folder("map.csv"): map, folder("components.csv"): components,
      folder("distances.csv"): distances, folder("recurrence.csv"): recurrence,
      folder("patterns.csv"): patterns, folder("contrasts.csv"): contrasts,
    ]
  }

  var tensors: [String: [BundleContents.Tensor]] {
    [
      folder("patterns.safetensors"): [
        .init(
          name: "patterns", shape: [patternCount, 196],
          values: (0..<patternCount).flatMap(pattern)),
        .init(name: "plane", shape: [2], values: [14, 14]),
      ]
    ]
  }

  // MARK: networks

  private struct Network {
    let rate: Double
    let batch: Int
    let scale: Double
    let isLost: Bool
    /// Accuracies over generations.
    let accuracy: [Double]
    var end: Double { accuracy[accuracy.count - 1] }
  }

  private var all: [Network] {
    var source = Source(state: 5)
    return (0..<networks).map { number in
      let place = source.uniform()
      // From 0.001 to 1, evenly by its logarithm.
      let rate =
        [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5][Int(place * 9)]
        * (1 + source.uniform())
      let luck = source.uniform()
      let scale = 0.5 + source.uniform()
      let best = 0.9 + 0.08 * (1 - 2 * (place - 0.6).magnitude) * 0.8 + 0.015 * luck
      let speed = 0.15 + 1.5 * place
      return Network(
        rate: rate, batch: [16, 32, 64, 128][source.below(4)], scale: scale,
        isLost: number < diverged,
        accuracy: times.map { time in
          let gone = 1 - 1 / (1 + speed * Double(time))
          return min(0.9995, 0.1 + (best - 0.1) * gone + 0.004 * (source.uniform() - 0.5))
        })
    }
  }

  private var networksTable: Table {
    let all = all
    var columns: [Table.Column] = [
      .init("network", .integers(Array(all.indices))),
      .init("founder", .integers(Array(all.indices))),
      .init("half", .texts(all.indices.map { $0.isMultiple(of: 2) ? "fit" : "held" })),
      .init("learning_rate", .reals(all.map(\.rate))),
      .init("batch", .integers(all.map(\.batch))),
      .init("initialization_scale", .reals(all.map(\.scale))),
    ]
    if hasNames {
      columns.append(
        .init("activation", .texts(all.indices.map { ["relu", "tanh", "sigmoid"][$0 % 3] })))
    }
    return Table(
      columns + [
        .init("accuracy", .reals(all.map { $0.isLost ? .nan : $0.end })),
        .init("loss", .reals(all.map { $0.isLost ? .nan : 3 * (1 - $0.end) })),
        .init("test_accuracy", .reals(all.map { $0.isLost ? .nan : $0.end - 0.004 })),
        .init("diverged", .integers(all.map { $0.isLost ? 1 : 0 })),
      ])
  }

  private var course: Table {
    let known = all.filter { !$0.isLost }
    let ranked = known.sorted { $0.end < $1.end }
    func median(_ group: some Sequence<Network>, _ time: Int, _ share: Double) -> Double {
      let sorted = group.map { $0.accuracy[time] }.sorted()
      return sorted.isEmpty ? .nan : sorted[Int(share * Double(sorted.count - 1))]
    }
    let quarter = max(1, ranked.count / 4)
    var columns: [Table.Column] = [
      .init("generation", .integers(times)),
      .init("networks", .integers(times.map { _ in known.count })),
      .init("diverged", .integers(times.map { _ in diverged })),
    ]
    for percent in [0, 5, 25, 50, 75, 95, 100] {
      columns.append(
        .init("p\(percent)", .reals(times.map { median(known, $0, Double(percent) / 100) })))
    }
    columns.append(.init("good", .reals(times.map { median(ranked.suffix(quarter), $0, 0.5) })))
    columns.append(.init("bad", .reals(times.map { median(ranked.prefix(quarter), $0, 0.5) })))
    return Table(columns)
  }

  // MARK: what tells the end

  var heldOut: Int { (networks - diverged) / 2 }
  private var chance: Double { 1.96 / Double(max(2, heldOut - 1)).squareRoot() }
  func known(_ time: Int) -> Double { Double(time) / (Double(time) + lateness) }

  private var ranking: Table {
    let methods = ["persistence", "linear", "hyperparameters", "statistics", "all"]
    let rows = times.flatMap { time in methods.map { (time, $0) } }
    let values = rows.map { time, method -> Double in
      let known = time == iterations ? 1 : known(time)
      return switch method {
      case "persistence": known
      case "linear": time == 0 ? .nan : misleads ? 0.1 : known * known
      case "hyperparameters": 1.2 / (1.6 + 0.3 * lateness)
      case "statistics": 0.1 + 0.7 * known
      default: 0.4 / lateness + (1 - 0.4 / lateness) * known
      }
    }
    return Table([
      .init("generation", .integers(rows.map(\.0))), .init("method", .texts(rows.map(\.1))),
      .init("correlation", .reals(values)),
      .init("networks", .integers(rows.map { _ in heldOut })),
      .init("chance", .reals(rows.map { _ in chance })),
    ])
  }

  private var prediction: Table {
    var rows: [(time: Int, target: String, features: String)] = []
    for time in times {
      for features in [
        "hyperparameters", "accuracy", "hyperparameters+accuracy", "statistics", "all",
      ] {
        rows.append((time, "final", features))
      }
      rows.append((time, "present", "statistics"))
      rows.append((time, "present", "hyperparameters"))
    }
    let null = 6 / Double(max(8, heldOut))
    func gain(_ time: Int) -> Double {
      added * Double(iterations - time) / Double(max(1, iterations))
        * (time == 0 ? 0.2 : 1)
    }
    let values = rows.map { row -> Double in
      let known = known(row.time)
      return switch row.features {
      case "hyperparameters": row.target == "final" ? 0.42 : 0.5
      case "accuracy": known - 0.05
      case "hyperparameters+accuracy": min(1, 0.44 + 0.5 * known)
      case "statistics": row.target == "final" ? -0.3 + 1.05 * known : 0.2 + 0.6 * known
      default: min(1, 0.44 + 0.5 * known + gain(row.time))
      }
    }
    return Table([
      .init("generation", .integers(rows.map(\.time))), .init("target", .texts(rows.map(\.target))),
      .init("features", .texts(rows.map(\.features))), .init("r2", .reals(values)),
      .init("null", .reals(rows.map { _ in null })), .init("correlation", .reals(values)),
      .init("added", .reals(rows.map { $0.features == "all" ? gain($0.time) : .nan })),
      .init(
        "added_null",
        .reals(rows.map { $0.features == "all" ? 0.012 + 0.006 / Double(1 + $0.time) : .nan })),
    ])
  }

  // MARK: weights

  var tensorNames: [String] {
    (1...layers).flatMap { ["layers.\($0).weight", "layers.\($0).bias"] }
  }

  private var statistics: Table {
    var generation: [Int] = []
    var (tensor, statistic, group) = ([String](), [String](), [String]())
    var percentiles = [[Double]](repeating: [], count: 5)
    for time in times {
      for (number, name) in tensorNames.enumerated() {
        let growth = 0.05 * (1 + 0.8 * known(time)) * (1 + 0.2 * Double(number / 2))
        for kind in ["mean", "variance", "p1", "p25", "p50", "p75", "p99"] {
          for (which, shift) in [("all", 0), ("good", 0.35 * contrast), ("bad", -0.35 * contrast)] {
            generation.append(time)
            tensor.append(name)
            statistic.append(kind)
            group.append(which)
            let deviation = growth * (1 + shift * known(time))
            for (column, spread) in [-0.3, -0.1, 0, 0.12, 0.4].enumerated() {
              let width = deviation * (1 + spread)
              let level = [
                "p1": -2.3, "p25": -0.67, "p50": 0, "p75": 0.67, "p99": 2.5, "mean": 0.01,
              ]
              percentiles[column].append(
                kind == "variance"
                  ? width * width
                  : (level[kind] ?? 0) * (kind == "p1" ? deviation * (1 - spread) : width))
            }
          }
        }
      }
    }
    return Table(
      [
        .init("generation", .integers(generation)), .init("tensor", .texts(tensor)),
        .init("statistic", .texts(statistic)), .init("group", .texts(group)),
      ] + zip(["p5", "p25", "p50", "p75", "p95"], percentiles).map { .init($0, .reals($1)) })
  }

  private var forecast: Table {
    var known: [Int] = []
    var (tensor, method) = ([String](), [String]())
    var (error, ratio, nearer) = ([Double](), [Double](), [Double]())
    for start in [1, 2, 3, 5] where start < iterations {
      for (number, name) in tensorNames.enumerated() {
        for kind in ["persistence", "linear", "logarithmic", "ridge"] {
          known.append(start)
          tensor.append(name)
          method.append(kind)
          let still = 0.02 / Double(start)
          let value =
            switch kind {
            case "persistence": 1.0
            case "linear": 12 / Double(start)
            case "logarithmic": 0.9 + 0.05 * Double(number / 2) - 0.05 * Double(start)
            default: (isForetold ? 0.55 : 1.1) - 0.06 * Double(start) + 0.02 * Double(number / 2)
            }
          error.append(value * still)
          ratio.append(value)
          nearer.append(kind == "persistence" ? 0 : value < 1 ? 0.85 : 0.2)
        }
      }
    }
    return Table([
      .init("known", .integers(known)), .init("tensor", .texts(tensor)),
      .init("method", .texts(method)), .init("error", .reals(error)), .init("ratio", .reals(ratio)),
      .init("nearer", .reals(nearer)),
    ])
  }

  // MARK: the map

  private var map: Table {
    let ranked = all.enumerated().filter { !$0.element.isLost }
      .sorted { ($0.element.end, $0.offset) < ($1.element.end, $1.offset) }
    let shown = evenly(min(60, ranked.count), through: ranked.count - 1).map { ranked[$0] }
    let moments = evenly(min(16, times.count), through: iterations)
    var source = Source(state: 11)
    let starts = shown.map { _ in (2 * source.normal(), 2 * source.normal()) }
    var rows:
      [(time: Int, network: Int, first: Double, second: Double, accuracy: Double, end: Double)] = []
    for time in moments {
      for (place, item) in shown.enumerated() {
        let gone = known(time)
        let (x, y) = starts[place]
        rows.append(
          (
            time, item.offset,
            x * (1 + gone) + (isAligned ? 4 * gone : 0) - (strays && place == 0 ? 200 * gone : 0),
            y * (1 + 0.6 * gone) + 0.3 * source.normal(), item.element.accuracy[time],
            item.element.end
          ))
      }
    }
    return Table([
      .init("generation", .integers(rows.map(\.time))),
      .init("network", .integers(rows.map(\.network))),
      .init("component_1", .reals(rows.map(\.first))),
      .init("component_2", .reals(rows.map(\.second))),
      .init("component_3", .reals(rows.map { _ in 0 })),
      .init("accuracy", .reals(rows.map(\.accuracy))), .init("final", .reals(rows.map(\.end))),
    ])
  }

  private var components: Table {
    Table([
      .init("component", .integers(Array(1...8))),
      .init("share", .reals((1...8).map { 0.12 / Double($0) })),
    ])
  }

  private var distances: Table {
    Table([
      .init("generation", .integers(times)),
      .init("start", .reals(times.map { 9 * known($0) })),
      .init("between", .reals(times.map { 14 + 5 * known($0) })),
      .init("step", .reals(times.map { $0 == 0 ? .nan : 3 / Double($0) })),
      .init(
        "alignment",
        .reals(times.map { $0 == 0 ? .nan : isAligned ? 0.3 - 0.15 * known($0) : 0.004 })),
      .init("chance", .reals(times.map { _ in 0.06 })),
    ])
  }
}
