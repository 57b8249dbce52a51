package import HerdbookModel
import HerdbookNumerics

/// The distributions of weights at the end, told from the first generations, beside what came: on networks that nothing
/// was fitted on.
package struct EndForecast: Sendable {
  /// The last generations that a forecast knows.
  static let known = [1, 2, 3, 5]

  private struct Row: Sendable {
    let known: Int
    let tensor: String
    let method: String
    let error: Double
    let ratio: Double
    let nearer: Double
  }
  private let rows: [Row]

  package init(_ zoo: Zoo, threads: Int) {
    let last = zoo.snapshots.count - 1
    let known = zoo.snapshots.indices.filter {
      Self.known.contains(zoo.snapshots[$0].generation) && $0 > 0 && $0 < last
    }
    let tensors = zoo.last.tensors
    guard zoo.isDivided, !known.isEmpty else {
      rows = []
      return
    }
    rows = parallelMap(count: known.count * tensors.count, threads: threads) { place in
      EndForecast.rows(zoo, known[place / tensors.count], place % tensors.count)
    }.flatMap { $0 }
  }

  private static func rows(_ zoo: Zoo, _ index: Int, _ tensor: Int) -> [Row] {
    let last = zoo.snapshots.count - 1
    let held = zoo.held
    let truth = held.map { zoo.percentiles(last, $0, tensor) }
    let times = zoo.snapshots[...index].map { Double($0.generation) }
    let end = Double(zoo.last.generation)
    var told: [(method: String, percentiles: [[Double]])] = Forecast.allCases.map { method in
      (
        method.rawValue,
        held.map { network in
          let course = (0...index).map { zoo.percentiles($0, network, tensor) }
          return Snapshots.levels.indices.map { level in
            method(times, course.map { $0[level] }, at: end)
          }
        }
      )
    }
    told.append(("ridge", learned(zoo, index, tensor)))
    let errors = told.map { _, percentiles in
      zip(percentiles, truth).map { wasserstein($0.sorted(), $1) }
    }
    let persistence = errors[0]
    return zip(told, errors).map { told, errors in
      Row(
        known: zoo.snapshots[index].generation, tensor: zoo.last.tensors[tensor],
        method: told.method, error: mean(errors), ratio: mean(errors) / mean(persistence),
        nearer: Double(zip(errors, persistence).count { $0 < $1 }) / Double(errors.count))
    }
  }

  /// Told by ridge regression: the shape of the distribution at the end, in units of its deviation, and by how much that
  /// grows; from the shape now, what it was a generation before, how deviations grew so far, hyperparameters, error and
  /// loss.
  private static func learned(_ zoo: Zoo, _ index: Int, _ tensor: Int) -> [[Double]] {
    let networks = zoo.networks.indices
    func deviations(_ index: Int) -> [Double] {
      networks.map { network in
        max(zoo.snapshots[index].variance(zoo.lines[index][network], tensor), 1e-30).squareRoot()
      }
    }
    func logRatio(_ a: [Double], _ b: [Double]) -> [Double] {
      zip(a, b).map { Elementary.log10($0 / $1) }
    }
    func percentiles(_ index: Int, in units: [Double]) -> [[Double]] {
      let all = networks.map { zoo.percentiles(index, $0, tensor) }
      return Snapshots.levels.indices.map { level in
        networks.map { all[$0][level] / units[$0] }
      }
    }
    let last = zoo.snapshots.count - 1
    let (now, end) = (deviations(index), deviations(last))
    let shape = percentiles(index, in: now)
    let before = percentiles(index - 1, in: now)
    let grown = [
      now.map { Elementary.log10($0) }, logRatio(now, deviations(index - 1)),
      logRatio(now, deviations(0)),
    ]
    let features =
      shape + zip(shape, before).map { now, before in zip(now, before).map { $0 - $1 } }
      + zoo.curved(zoo.settings + zoo.progress(index) + grown)
    let (told, _) = zoo.told(features, percentiles(last, in: end) + [logRatio(end, now)])
    return zoo.held.enumerated().map { place, network in
      let deviation =
        now[network] * Elementary.exp(Elementary.log(10) * told[told.count - 1][place])
      return Snapshots.levels.indices.map { told[$0][place] * deviation }
    }
  }

  /// Wasserstein-1 of two distributions, known by their quantiles at `Snapshots.levels`, between which both run straight.
  package static func wasserstein(_ first: [Double], _ second: [Double]) -> Double {
    let levels = Snapshots.levels
    var area = 0.0
    for place in 1..<levels.count {
      let height = meanMagnitude(
        from: second[place - 1] - first[place - 1], to: second[place] - first[place])
      area += height * (levels[place] - levels[place - 1])
    }
    return area
  }

  /// The rows of `figures/zoo-forecast.csv`.
  package func table() -> Table {
    Table([
      Table.Column("known", .integers(rows.map(\.known))),
      Table.Column("tensor", .texts(rows.map(\.tensor))),
      Table.Column("method", .texts(rows.map(\.method))),
      Table.Column("error", .singles(rows.map { Float($0.error) })),
      Table.Column("ratio", .singles(rows.map { Float($0.ratio) })),
      Table.Column("nearer", .singles(rows.map { Float($0.nearer) })),
    ])
  }
}

extension Zoo {
  /// The percentiles of a tensor of one of `networks`, or of its ancestor, at a snapshot.
  func percentiles(_ index: Int, _ network: Int, _ tensor: Int) -> [Double] {
    snapshots[index].percentiles(lines[index][network], tensor)
  }
}
