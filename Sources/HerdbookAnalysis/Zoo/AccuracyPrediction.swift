package import HerdbookModel
import HerdbookNumerics

/// How well the accuracy of networks is told from what is known of them at a generation: fitted on one half, told of the
/// other.
///
/// The question of Unterthiner et al. (2020), with what they leave open: what statistics of weights add to
/// hyperparameters and present accuracy, since both follow the same learning rates.
package struct AccuracyPrediction: Sendable {
  package enum Features: String, Sendable, CaseIterable {
    case hyperparameters
    case accuracy
    case both = "hyperparameters+accuracy"
    case statistics
    case all
  }
  package enum Target: String, Sendable {
    /// The accuracy at the end.
    case final
    /// That of the same generation.
    case present
  }

  struct Score: Sendable {
    let generation: Int
    let target: Target
    let features: Features
    /// The share of the variance of log10 errors that is told, on the held half.
    let r2: Double
    /// The 95 % quantile of `r2` where targets are permuted among the fitted networks.
    let null: Double
    /// Spearman's correlation with what was to be told, higher accuracy with higher.
    let correlation: Double
    /// What `all` tells more than `both`, and the 95 % quantile of that with statistics of other networks.
    var added = Double.nan
    var addedNull = Double.nan
  }

  private(set) var scores: [Score] = []
  private let chance: Double
  private let held: Int

  static let permutations = 200
  /// Statistics that are permuted need a fit of their own each.
  static let statisticPermutations = 100
  static let mostGenerations = 31

  /// Nothing is told where a half has too few networks.
  package init(_ zoo: Zoo, threads: Int) {
    held = zoo.held.count
    chance = 1.96 / Double(max(held - 1, 1)).squareRoot()
    guard zoo.isDivided else { return }
    let indices = evenly(Self.mostGenerations, through: zoo.snapshots.count - 1)
    scores = parallelMap(count: indices.count, threads: threads) { place in
      AccuracyPrediction.scores(zoo, indices[place])
    }.flatMap { $0 }
  }

  private static func scores(_ zoo: Zoo, _ index: Int) -> [Score] {
    let known: [Features: [[Double]]] = {
      let (settings, progress) = (zoo.settings, zoo.progress(index))
      let (both, statistics) = (zoo.curved(settings + progress), zoo.statisticFeatures(index))
      return [
        .hyperparameters: zoo.curved(settings), .accuracy: zoo.curved(progress), .both: both,
        .statistics: statistics, .all: both + statistics,
      ]
    }()
    let final = zoo.logErrors(zoo.snapshots.count - 1)
    var scores: [Score] = []
    for features in Features.allCases {
      guard let columns = known[features], !columns.isEmpty else { continue }
      scores.append(score(zoo, index, columns, final, .final, features))
    }
    if let all = scores.indices.last, scores[all].features == .all,
      let both = scores.first(where: { $0.features == .both }), let base = known[.both],
      let statistics = known[.statistics]
    {
      scores[all].added = scores[all].r2 - both.r2
      scores[all].addedNull = addedNull(zoo, index, base, statistics, final, than: both.r2)
    }
    let present = zoo.logErrors(index)
    for features in [Features.hyperparameters, .statistics] {
      guard let columns = known[features], !columns.isEmpty else { continue }
      scores.append(score(zoo, index, columns, present, .present, features))
    }
    return scores
  }

  private static func score(
    _ zoo: Zoo, _ index: Int, _ columns: [[Double]], _ target: [Double], _ kind: Target,
    _ features: Features
  ) -> Score {
    let (fit, held) = (zoo.fit, zoo.held)
    let model = zoo.ridge(columns, [target])
    let rows = Rows(columns: columns, count: target.count).selecting(held)
    let truth = held.map { target[$0] }
    func told(_ model: Ridge) -> [Double] {
      let predictions = model.predictions(rows)
      return held.indices.map { predictions[$0, 0] }
    }
    var stream = zoo.permutationStream(index, 1 + (Features.allCases.firstIndex(of: features) ?? 0))
    let null = (0..<permutations).map { _ in
      var order = fit
      stream.shuffle(&order)
      let permuted = Rows(columns: [order.map { target[$0] }], count: fit.count)
      return explained(told(model.refitted(permuted)), truth)
    }
    return Score(
      generation: zoo.snapshots[index].generation, target: kind, features: features,
      r2: explained(told(model), truth), null: quantile(null.sorted(), 0.95),
      correlation: rankCorrelation(told(model), truth))
  }

  /// What is added by statistics that belong to other networks.
  private static func addedNull(
    _ zoo: Zoo, _ index: Int, _ base: [[Double]], _ statistics: [[Double]], _ target: [Double],
    than r2: Double
  ) -> Double {
    var stream = zoo.permutationStream(index, 0)
    var added: [Double] = []
    let truth = zoo.held.map { target[$0] }
    let penalties = zoo.ridge(base + statistics, [target]).penalties
    for _ in 0..<statisticPermutations {
      var sources = Array(target.indices)
      for half in [zoo.fit, zoo.held] {
        var order = half
        stream.shuffle(&order)
        for (place, source) in zip(half, order) { sources[place] = source }
      }
      let permuted = statistics.map { column in sources.map { column[$0] } }
      let rows = Rows(columns: base + permuted, count: target.count).selecting(zoo.held)
      let told = zoo.ridge(base + permuted, [target], penalties: penalties).predictions(rows)
      added.append(explained(truth.indices.map { told[$0, 0] }, truth) - r2)
    }
    return quantile(added.sorted(), 0.95)
  }

  /// The share of the variance that is told; below 0 where the mean would tell more.
  static func explained(_ told: [Double], _ truth: [Double]) -> Double {
    let mean = mean(truth)
    let rest = zip(told, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let all = truth.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return all > 0 ? 1 - rest / all : .nan
  }

  /// The rows of `figures/zoo-prediction.csv`.
  package func table() -> Table {
    Table([
      Table.Column("generation", .integers(scores.map(\.generation))),
      Table.Column("target", .texts(scores.map(\.target.rawValue))),
      Table.Column("features", .texts(scores.map(\.features.rawValue))),
      Table.Column("r2", .singles(scores.map { Float($0.r2) })),
      Table.Column("null", .singles(scores.map { Float($0.null) })),
      Table.Column("correlation", .singles(scores.map { Float($0.correlation) })),
      Table.Column("added", .singles(scores.map { Float($0.added) })),
      Table.Column("added_null", .singles(scores.map { Float($0.addedNull) })),
    ])
  }

  /// The rows of `figures/zoo-ranking.csv`: how the order at a generation agrees with that at the end.
  package func rankingTable(_ zoo: Zoo) -> Table {
    var rows: [(generation: Int, method: String, correlation: Double)] = []
    let final = zoo.held.map { zoo.final[$0] }
    let courses = zoo.snapshots.indices.map { zoo.accuracies($0) }
    for index in zoo.snapshots.indices where zoo.isDivided {
      let generation = zoo.snapshots[index].generation
      let present = zoo.held.map { courses[index][$0] }
      rows.append((generation, "persistence", rankCorrelation(present, final)))
      if index > 0 {
        let times = zoo.snapshots[...index].map { Double($0.generation) }
        let told = zoo.held.map { network in
          Forecast.linear(
            times, courses[...index].map { $0[network] }, at: Double(zoo.last.generation))
        }
        rows.append((generation, "linear", rankCorrelation(told, final)))
      }
      for (features, method) in [
        (Features.hyperparameters, "hyperparameters"), (.statistics, "statistics"), (.all, "all"),
      ] {
        let score = scores.first {
          $0.generation == generation && $0.target == .final && $0.features == features
        }
        if let score { rows.append((generation, method, score.correlation)) }
      }
    }
    return Table([
      Table.Column("generation", .integers(rows.map(\.generation))),
      Table.Column("method", .texts(rows.map(\.method))),
      Table.Column("correlation", .singles(rows.map { Float($0.correlation) })),
      Table.Column("networks", .integers(rows.map { _ in held })),
      Table.Column("chance", .singles(rows.map { _ in Float(chance) })),
    ])
  }
}

extension Zoo {
  /// What a ridge regression that is fitted on one half tells of the other, and what is true, [output][held].
  func told(
    _ features: [[Double]], _ targets: [[Double]]
  ) -> (told: [[Double]], truth: [[Double]]) {
    let told = ridge(features, targets).predictions(
      Rows(columns: features, count: networks.count).selecting(held))
    return (
      targets.indices.map { output in held.indices.map { told[$0, output] } },
      targets.map { target in held.map { target[$0] } }
    )
  }

  /// Fitted on one half.
  func ridge(_ features: [[Double]], _ targets: [[Double]], penalties: [Double]? = nil) -> Ridge {
    let fit = fit
    return Ridge(
      Rows(columns: features, count: networks.count).selecting(fit),
      Rows(columns: targets.map { target in fit.map { target[$0] } }, count: fit.count),
      folds: fit.map { folds[$0] }, penalties: penalties)
  }

  /// Random numbers of one permutation test.
  func permutationStream(_ index: Int, _ test: Int) -> RandomStream {
    RandomStream(
      seed: seed, purpose: .zooPermutation, iteration: UInt32(index), individual: UInt32(test))
  }
}
