import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel
import HerdbookNumerics
import HerdbookReport

/// The tables of a bundle, as the engine would have left them, from a synthetic run.
struct SyntheticBundle {
  var title = "A herd of twenty learns to read digits"
  var description: String? =
    "Mutation noise is smoothed over the image plane before it is added; parents cross by neuron."
  var settings = SyntheticRun.Settings()
  var layers = [784, 100, 10]
  var rows = 28
  var columns = 28
  var dataset = "mnist"
  /// Several runs, of which the first is the one whose files are there; of the others there are the generations.
  var study: SyntheticStudy?
  /// Many networks, of which there are statistics in every generation.
  var zoo: SyntheticZoo?
  /// Whether those of a zoo are selected.
  var selects = false
  /// Whether the champion's line was lived again.
  var keepsLine = true
  /// Whether every run of the study keeps its champion.
  var keepsChampions = false
  /// Files that the bundle lacks.
  var missing: Set<String> = []

  var contents: BundleContents {
    let run = SyntheticRun(settings)
    let runs = study?.plan.runs ?? [Plan.Run(seed: 42)]
    let folder = "runs/\(runs[0].id)/"
    var tables = tables(run, folder)
    if let study {
      tables["summary.csv"] = study.summary
      tables["variants.csv"] = study.variants
      let generations = generations(run)
      for run in runs.dropFirst() {
        tables["runs/\(run.id)/generations.csv"] = study.course(of: run, like: generations)
      }
    }
    if let zoo { tables.merge(zoo.tables) { $1 } }
    for path in missing { tables[path] = nil }
    let pictures: [String: [UInt8]] = [
      folder + "champion.safetensors": [],
      folder + "figures/samples.png": Digits.samples().bytes,
      folder + "figures/mistakes.png": Digits.mistakes().bytes,
      folder + "figures/exciting.png": Digits.exciting().bytes,
      folder + "figures/preferred.png": Digits.preferred().bytes,
    ]
    let lacking = missing
    let patterns = zoo?.tensors ?? [:]
    let tensors = champion()
    let champions = keepsChampions ? study?.champions ?? [:] : [:]
    let line = line(of: tensors[0], SyntheticRun(settings))
    let identity = DatasetIdentity(
      name: dataset, digest: "0", rows: rows, columns: columns, classes: layers[layers.count - 1],
      training: 55_000, validation: 5_000, test: 10_000)
    let settings = planSettings + extraSettings + zooSettings
    return BundleContents(
      name: "synthetic", title: title, description: description, runs: runs,
      plan: { _ in (settings, identity) },
      table: { [tables] in tables[$0] },
      bytes: { lacking.contains($0) ? nil : pictures[$0] ?? champions[$0].map { _ in [] } },
      tensors: { path in
        if lacking.contains(path) { return nil }
        if path == folder + "figures/line.safetensors" { return line }
        if path == folder + "champion.safetensors" { return tensors }
        return champions[path] ?? patterns[path]
      })
  }

  /// Keys that only some tests have.
  var extraSettings: [Plan.Setting] = []

  private var zooSettings: [Plan.Setting] {
    guard zoo != nil else { return [] }
    return [
      .init(path: "record.zoo", value: .boolean(true), origin: .file),
      .init(path: "selection.method", value: .text(selects ? "truncation" : "none"), origin: .file),
      .init(path: "training.steps", value: .integer(100), origin: .file),
    ]
  }

  private var planSettings: [Plan.Setting] {
    [
      .init(path: "title", value: .text(title), origin: .file),
      .init(path: "seed", value: .integer(42), origin: .file),
      .init(path: "iterations", value: .integer(settings.iterations), origin: .file),
      .init(path: "dataset.name", value: .text(dataset), origin: .file),
      .init(path: "network.layers", value: .list(layers.map { .integer($0) }), origin: .file),
      .init(path: "population.size", value: .integer(settings.size), origin: .file),
      .init(path: "fitness.metric", value: .text("cross-entropy"), origin: .file),
      .init(path: "fitness.images", value: .integer(2000), origin: .file),
      .init(path: "selection.fraction", value: .real(settings.fraction), origin: .file),
      .init(path: "crossover.method", value: .text("neuron"), origin: .file),
      .init(path: "mutation.scale", value: .real(0.07), origin: .file),
      .init(
        path: "mutation.kernel", value: .object(["gaussian": .object(["sigma": .integer(1)])]),
        origin: .file),
      .init(path: "mutation.rate", value: .integer(1), origin: .default),
      .init(path: "mutation.decay", value: .integer(1), origin: .default),
    ]
  }

  private func tables(_ run: SyntheticRun, _ folder: String) -> [String: Table] {
    [
      folder + "generations.csv": generations(run),
      folder + "phylogeny.csv": phylogeny(run),
      folder + "distributions.csv": distributions(run),
      folder + "distances.csv": distances(run),
      folder + "figures/drift.csv": drift(),
      folder + "figures/neurons.csv": neurons(),
      folder + "figures/activations.csv": activations(),
      folder + "figures/exciting.csv": Table([
        .init("neuron", .integers((0..<72).map { $0 / 9 })),
        .init("image", .integers(Array(0..<72))),
        .init("label", .integers((0..<72).map { $0 % 3 })),
        .init("activation", .reals((0..<72).map { 3 - 0.01 * Double($0) })),
      ]),
      folder + "figures/preferred.csv": Table([
        .init("class", .integers(Array(0..<layers[layers.count - 1]))),
        .init(
          "probability",
          .reals((0..<layers[layers.count - 1]).map { 1 - 0.03 * Double($0) })),
        .init("image", .integers(Array(0..<layers[layers.count - 1]))),
        .init("image_probability", .reals((0..<layers[layers.count - 1]).map { _ in 0.98 })),
      ]),
      folder + "figures/path.csv": path(run),
      folder + "figures/components.csv": Table([
        .init("component", .integers([1, 2, 3])), .init("share", .reals([0.8, 0.15, 0.05])),
        .init("random_walk", .reals([0.61, 0.15, 0.07])),
      ]),
      folder + "figures/pixels.csv": Table([
        .init("pixel", .integers(Array(0..<layers[0]))),
        .init("lit", .reals((0..<layers[0]).map { Digits.isLit($0, rows, columns) ? 0.3 : 0 })),
      ]),
      folder + "figures/confusion.csv": confusion(run),
      folder + "figures/mistakes.csv": Table([
        .init("position", .integers(Array(0..<12))), .init("image", .integers(Array(100..<112))),
        .init("truth", .integers((0..<12).map { $0 % 10 })),
        .init("predicted", .integers((0..<12).map { ($0 + 5) % 10 })),
        .init("probability", .reals((0..<12).map { 0.999 - 0.004 * Double($0) })),
      ]),
      folder + "figures/samples.csv": Table([
        .init("position", .integers(Array(0..<100))), .init("image", .integers(Array(0..<100))),
        .init("label", .integers((0..<100).map { $0 / 10 })),
      ]),
      "summary.csv": Table([
        .init("run", .texts(["main-0"])),
        .init("validation_accuracy", .reals([run.accuracy(run.champion(settings.iterations))])),
        .init(
          "test_accuracy", .reals([run.accuracy(run.champion(settings.iterations)) - 0.006])),
        .init("test_images", .integers([10_000])),
      ]),
    ]
  }

  private func generations(_ run: SyntheticRun) -> Table {
    let times = Array(0...settings.iterations)
    func quantile(_ share: Double) -> Table.Values {
      .reals(
        times.map { time in
          let sorted = run.scores[time].filter { !$0.isNaN }.sorted()
          return sorted.isEmpty ? .nan : sorted[Int(share * Double(sorted.count - 1))]
        })
    }
    let ancestry = times.map(run.ancestry)
    let effective = ancestry.map { entry -> Double in
      let total = Double(entry.founders.count)
      let shares = Set(entry.founders).sorted().map { founder in
        Double(entry.founders.filter { $0 == founder }.count) / total
      }
      return 1 / shares.reduce(0) { $0 + $1 * $1 }
    }
    let distance = times.map { 0.3 + 0.7 / (1 + Double($0) * 0.4) }
    return Table([
      .init("generation", .integers(times)),
      .init("fitness_min", quantile(0)), .init("fitness_q25", quantile(0.25)),
      .init("fitness_median", quantile(0.5)), .init("fitness_q75", quantile(0.75)),
      .init("fitness_max", quantile(1)), .init("fitness_mean", quantile(0.5)),
      .init("champion", .integers(times.map { run.champion($0) })),
      .init("validation_accuracy", .reals(times.map { run.accuracy(run.champion($0)) })),
      .init("diversity", .reals(distance.map { $0 * 12 })),
      .init("relative_diversity", .reals(distance)),
      .init("founders", .integers(ancestry.map { Set($0.founders).count })),
      .init("effective_founders", .reals(effective)),
      .init("ancestor_age", .integers(ancestry.map(\.age))),
      .init("disagreement", .reals(distance.map { $0 * 0.8 })),
      .init(
        "champion_change",
        .reals(
          times.map { time in
            guard time > 0 else { return .nan }
            return run.champion(time) == run.champion(time - 1) ? 0 : 0.3 / Double(time)
          })),
      .init("churn", .reals(times.map { $0 == 0 ? .nan : 0.4 / Double($0 * $0) })),
      .init(
        "diverged", .integers(times.map { time in run.scores[time].filter(\.isNaN).count })),
      .init("evaluations", .integers(times.map { ($0 + 1) * settings.size })),
      .init("images", .integers(times.map { ($0 + 1) * settings.size * 2000 })),
      .init(
        "steps",
        .integers(
          times.map {
            settings.replacesWorst || settings.isIndependent ? $0 * settings.size * 100 : 0
          })),
      .init("state_digest", .texts(times.map { "digest\($0)" })),
    ])
  }

  private func phylogeny(_ run: SyntheticRun) -> Table {
    Table([
      .init("id", .integers(Array(run.book.indices))),
      .init(
        "ancestor_list",
        .texts(
          run.book.map { entry in
            entry.parents.isEmpty
              ? "[none]" : "[" + entry.parents.map(String.init).joined(separator: ",") + "]"
          })),
      .init("origin_time", .integers(run.book.map(\.birth))),
      .init("destruction_time", .texts(run.book.map { $0.death.map(String.init) ?? "inf" })),
      .init(
        "operator", .texts(run.book.map { $0.parents.isEmpty ? "initialization" : "mutation" })),
      .init("main_share", .reals(run.book.map { $0.parents.count > 1 ? 0.55 : 1 })),
      .init("fitness", .reals(run.book.map(\.fitness))),
    ])
  }

  private func distributions(_ run: SyntheticRun) -> Table {
    var generation: [Int] = []
    var layer: [Int] = []
    var inputs: [String] = []
    var individual: [String] = []
    var count: [Int] = []
    var percentiles = [[Double]](repeating: [], count: 101)
    let steps = min(64, settings.iterations + 1)
    for step in 0..<steps {
      let time = steps > 1 ? step * settings.iterations / (steps - 1) : 0
      for number in 1..<layers.count {
        for kind in number == 1 ? ["live", "never-lit"] : ["live"] {
          generation.append(time)
          layer.append(number)
          inputs.append(kind)
          individual.append("")
          count.append(layers[number - 1] * layers[number] * settings.size)
          let growth = kind == "live" ? 1 + 2.2 * Double(step) / 64 : 1
          for percent in 0...100 {
            let share = Double(percent) / 100
            let value = SyntheticRun.quantile(share) * 0.05 * Double(number * number) * growth
            percentiles[percent].append(value * (percent < 50 ? 1.25 : 1))
          }
        }
      }
    }
    for time in evenly(min(8, settings.iterations + 1), through: settings.iterations) {
      for id in run.living[time].prefix(64) {
        generation.append(time)
        layer.append(1)
        inputs.append("live")
        individual.append("\(id)")
        count.append(layers[0] * layers[1])
        for percent in 0...100 {
          let value = SyntheticRun.quantile(Double(percent) / 100) * (0.05 + 0.001 * Double(id))
          percentiles[percent].append(percent.isMultiple(of: 5) ? value : .nan)
        }
      }
    }
    return Table(
      [
        .init("generation", .integers(generation)), .init("layer", .integers(layer)),
        .init("inputs", .texts(inputs)),
        .init("individual", .texts(individual)), .init("count", .integers(count)),
      ]
        + percentiles.enumerated().map { .init("p\($0.offset)", .reals($0.element)) })
  }

  private func distances(_ run: SyntheticRun) -> Table {
    var source = Source(state: 77)
    var rows: (time: [Int], first: [Int], second: [Int], distance: [Double], reads: [Double]) =
      ([], [], [], [], [])
    for time in Set([0, settings.iterations]).sorted() {
      let alive = Array(run.living[time].prefix(64))
      for (rank, first) in alive.enumerated() {
        for second in alive.dropFirst(rank + 1) {
          let (a, b) = (run.lineage(first), run.lineage(second))
          let shared = zip(a, b).prefix { $0 == $1 }.count
          let apart = Double(a.count + b.count - 2 * shared)
          rows.time.append(time)
          rows.first.append(first)
          rows.second.append(second)
          rows.distance.append((shared == 0 ? 12 : 1.6 * apart.squareRoot()) + source.uniform())
          rows.reads.append(min(0.9, 0.05 * apart + 0.04 * source.uniform()))
        }
      }
    }
    return Table([
      .init("generation", .integers(rows.time)), .init("first", .integers(rows.first)),
      .init("second", .integers(rows.second)), .init("distance", .reals(rows.distance)),
      .init("disagreement", .reals(rows.reads)),
    ])
  }

  private func drift() -> Table {
    var neutral = settings
    neutral.fraction = 1
    let runs = (0..<9).map { seed in
      var copy = neutral
      copy.seed = UInt64(900 + seed)
      return SyntheticRun(copy)
    }
    let times = Array(0...settings.iterations)
    var columns: [Table.Column] = [.init("generation", .integers(times))]
    func add(_ name: String, _ value: (SyntheticRun, Int) -> Double) {
      let sorted = times.map { time in runs.map { value($0, time) }.sorted() }
      for (suffix, rank) in [("q025", 0), ("median", 4), ("q975", 8)] {
        columns.append(.init("\(name)_\(suffix)", .reals(sorted.map { $0[rank] })))
      }
    }
    add("founders") { Double(Set($0.ancestry($1).founders).count) }
    add("effective_founders") { run, time in
      let founders = run.ancestry(time).founders
      let shares = Set(founders).sorted().map { founder in
        Double(founders.filter { $0 == founder }.count) / Double(founders.count)
      }
      return 1 / shares.reduce(0) { $0 + $1 * $1 }
    }
    add("ancestor_age") { Double($0.ancestry($1).age ?? $1) }
    return Table(columns)
  }

  private func neurons() -> Table {
    let units = layers[1]
    var source = Source(state: 3)
    return Table([
      .init("neuron", .integers(Array(0..<units))),
      .init("importance", .reals((0..<units).map { _ in 0.4 * source.uniform() })),
      .init("outgoing_norm", .reals((0..<units).map { _ in source.uniform() })),
      .init("moran", .reals((0..<units).map { _ in 0.3 + 0.4 * source.uniform() })),
      .init("mean_activation", .reals((0..<units).map { $0 % 17 == 3 ? 0 : source.uniform() })),
      .init("sd_activation", .reals((0..<units).map { _ in source.uniform() })),
      // The later a unit comes, the less it is worth; the last fifth does harm.
      .init("ablation_loss", .reals((0..<units).map { 0.05 * (0.8 - Double($0) / Double(units)) })),
      .init(
        "ablation_accuracy", .reals((0..<units).map { 0.01 * (0.8 - Double($0) / Double(units)) })),
      .init("founder_cosine", .reals((0..<units).map { 0.9 - 0.5 * Double($0) / Double(units) })),
    ])
  }

  private func activations() -> Table {
    let (units, classes) = (layers[1], layers[layers.count - 1])
    return Table(
      [
        .init("neuron", .integers(Array(0..<units))),
        .init("firing", .reals((0..<units).map { $0 % 17 == 3 ? 0 : 0.5 })),
      ]
        + (0..<classes).map { kind in
          .init(
            "class_\(kind)",
            .reals(
              (0..<units).map { unit in
                unit % 17 == 3 ? 0 : unit % classes == kind ? 2 : 0.25
              }))
        })
  }

  /// An arc of ancestors, and a handful of the population at both ends.
  private func path(_ run: SyntheticRun) -> Table {
    let times = (0...8).map { $0 * settings.iterations / 8 }
    let places = (0...8).map { Double($0) - 4 }
    let heights = places.map { 3 - 0.2 * $0 * $0 }
    let kinds = times.map { _ in "ancestor" } + ["member", "member", "member"]
    return Table([
      .init("generation", .integers(times + [0, 0, settings.iterations])),
      .init("id", .integers(Array(kinds.indices))), .init("kind", .texts(kinds)),
      .init("component_1", .reals(places + [-4, -3.5, 4.1])),
      .init("component_2", .reals(heights + [1, 2.2, 1.2])),
      .init("component_3", .reals(kinds.map { _ in 0 })),
    ])
  }

  private func confusion(_ run: SyntheticRun) -> Table {
    var source = Source(state: 8)
    let classes = layers[layers.count - 1]
    let accuracy = run.accuracy(run.champion(settings.iterations))
    var truth: [Int] = []
    var predicted: [Int] = []
    var count: [Int] = []
    for row in 0..<classes {
      for column in 0..<classes {
        truth.append(row)
        predicted.append(column)
        let wrong = (1 - accuracy) * 2000 / Double(max(1, classes - 1)) * source.uniform()
        count.append(row == column ? Int(accuracy * 1000) : Int(wrong))
      }
    }
    return Table([
      .init("truth", .integers(truth)), .init("predicted", .integers(predicted)),
      .init("count", .integers(count)),
    ])
  }

  /// Whom the champion comes from: its first units, the further turned the longer ago.
  private func line(
    of first: BundleContents.Tensor, _ run: SyntheticRun
  ) -> [BundleContents.Tensor] {
    let (inputs, units) = (first.shape[0], first.shape[1])
    let last = settings.iterations
    let parting = max(0, run.book[run.champion(last)].birth - 1)
    let between = ChampionLine.generations(through: last).dropLast(last > 0 ? 1 : 0) + [parting]
    return Set(keepsLine ? between : [0]).sorted()
      .flatMap { generation in
        let isEnd = generation == 0 || generation == parting
        return (0..<min(isEnd ? ChampionLine.endUnits : ChampionLine.units, units)).map { unit in
          let shift = max(1, inputs / 4 * (last - generation) / max(1, last))
          return BundleContents.Tensor(
            name: "generation.\(generation).unit.\(unit)", shape: [inputs],
            values: (0..<inputs).map { first.values[($0 + shift) % inputs * units + unit] })
        }
      }
  }

  private func champion() -> [BundleContents.Tensor] {
    var source = Source(state: 21)
    return (1..<layers.count).map { number in
      let (inputs, outputs) = (layers[number - 1], layers[number])
      var values = [Float](repeating: 0, count: inputs * outputs)
      for unit in 0..<outputs {
        let noise = (0..<inputs).map { _ in source.normal() }
        let isPlane = number == 1 && inputs == rows * columns
        for input in 0..<inputs {
          values[input * outputs + unit] = Float(
            isPlane ? Digits.smoothed(noise, input, rows, columns) : 0.3 * noise[input])
        }
      }
      return .init(name: "layers.\(number).weight", shape: [inputs, outputs], values: values)
    }
  }
}
