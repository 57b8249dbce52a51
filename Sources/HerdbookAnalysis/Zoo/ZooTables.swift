package import HerdbookModel
import HerdbookNumerics

extension Zoo {
  /// The rows of `figures/zoo-networks.csv`: every network of the last generation.
  package func networkTable() -> Table {
    let halves = Dictionary(
      uniqueKeysWithValues: networks.indices.map { (networks[$0], $0) })
    let all = last.ids.indices
    func known(_ position: Int, _ values: [Float]) -> Float {
      halves[position] == nil || values.isEmpty ? .nan : values[position]
    }
    return Table(
      [
        Table.Column("network", .integers(last.ids)),
        Table.Column(
          "founder",
          .integers(
            all.map { position in halves[position].map { snapshots[0].ids[founders[$0]] } })),
        Table.Column(
          "half",
          .texts(all.map { halves[$0].map { isFit[$0] ? "fit" : "held" } ?? "" })),
      ]
        + hyperparameters.map { Table.Column($0.name, .reals($0.values)) } + [
          Table.Column("accuracy", .singles(all.map { known($0, last.accuracy) })),
          Table.Column("loss", .singles(all.map { known($0, last.loss) })),
          Table.Column("test_accuracy", .singles(all.map { known($0, last.testAccuracy) })),
          Table.Column("diverged", .integers(all.map { halves[$0] == nil ? 1 : 0 })),
        ])
  }

  /// The rows of `figures/zoo-course.csv`: how good networks are at each generation.
  package func courseTable() -> Table {
    let courses = snapshots.indices.map { accuracies($0) }
    let (good, bad) = quarters
    func quantiles(_ level: Double) -> Table.Values {
      .singles(courses.map { Float(quantile($0.sorted(), level)) })
    }
    func medians(_ group: [Int]) -> Table.Values {
      .singles(courses.map { course in Float(median(group.map { course[$0] })) })
    }
    return Table(
      [
        Table.Column("generation", .integers(snapshots.map(\.generation))),
        Table.Column("networks", .integers(snapshots.map { _ in networks.count })),
        Table.Column("diverged", .integers(diverged)),
      ]
        + [0, 5, 25, 50, 75, 95, 100].map {
          Table.Column("p\($0)", quantiles(Double($0) / 100))
        } + [
          Table.Column("good", medians(good)), Table.Column("bad", medians(bad)),
        ])
  }

  /// Networks whose statistics are told together.
  private enum Group: String, CaseIterable {
    case all
    /// The best quarter at the end.
    case good
    /// The worst.
    case bad
  }

  /// The rows of `figures/zoo-statistics.csv`: the weights of every tensor at each generation, by network.
  package func statisticsTable(threads: Int) -> Table {
    let quarters = quarters
    let members: [(Group, [Int])] = [
      (.all, Array(networks.indices)), (.good, quarters.good), (.bad, quarters.bad),
    ]
    let levels = [0.05, 0.25, 0.5, 0.75, 0.95]
    typealias Row = (
      generation: Int, tensor: String, statistic: String, group: String, values: [Float]
    )
    let rows: [Row] = parallelMap(count: snapshots.count, threads: threads) { index -> [Row] in
      let snapshot = snapshots[index]
      return snapshot.tensors.enumerated().flatMap { tensor, name in
        WeightStatistic.allCases.flatMap { statistic in
          let values = lines[index].map { statistic.value(snapshot, $0, tensor) }
          return members.map { group, places in
            let ascending = places.map { values[$0] }.sorted()
            return (
              snapshot.generation, name, statistic.rawValue, group.rawValue,
              levels.map { Float(quantile(ascending, $0)) }
            )
          }
        }
      }
    }.flatMap { $0 }
    return Table(
      [
        Table.Column("generation", .integers(rows.map(\.generation))),
        Table.Column("tensor", .texts(rows.map(\.tensor))),
        Table.Column("statistic", .texts(rows.map(\.statistic))),
        Table.Column("group", .texts(rows.map(\.group))),
      ]
        + levels.enumerated().map { place, level in
          Table.Column(
            "p\(Int((level * 100).rounded()))", .singles(rows.map { $0.values[place] }))
        })
  }

  /// The rows of `figures/zoo-contrasts.csv`: what good networks have more of than bad ones, or less, and whether both
  /// halves say so.
  package func contrastTable() -> Table {
    let (good, bad) = quarters
    let shown = snapshots.indices.filter {
      EndForecast.known.contains(snapshots[$0].generation) || $0 == snapshots.count - 1
    }
    func of(_ group: [Int], fit: Bool) -> [Int] { group.filter { isFit[$0] == fit } }
    let counts = (Double(of(good, fit: false).count), Double(of(bad, fit: false).count))
    // Of the rank-sum statistic where both are alike (Mann and Whitney 1947).
    let chance = 1.96 * ((counts.0 + counts.1 + 1) / (12 * counts.0 * counts.1)).squareRoot()
    typealias Row = (
      feature: String, generation: Int, good: Double, bad: Double, fit: Double, held: Double
    )
    func row(_ feature: String, _ index: Int, _ values: [Double]) -> Row {
      func share(fit: Bool) -> Double {
        superiority(
          of(good, fit: fit).map { values[$0] }, of(bad, fit: fit).map { values[$0] })
      }
      return (
        feature, snapshots[index].generation, median(good.map { values[$0] }),
        median(bad.map { values[$0] }), share(fit: true), share(fit: false)
      )
    }
    let rows: [Row] =
      hyperparameters.map { hyperparameter in
        row(
          hyperparameter.name, snapshots.count - 1, networks.map { hyperparameter.values[$0] })
      }
      + shown.flatMap { index in
        snapshots[index].tensors.enumerated().flatMap { tensor, name in
          WeightStatistic.allCases.map { statistic in
            row(
              "\(name) \(statistic.rawValue)", index,
              lines[index].map { statistic.value(snapshots[index], $0, tensor) })
          }
        }
      }
    return Table([
      Table.Column("feature", .texts(rows.map(\.feature))),
      Table.Column("generation", .integers(rows.map(\.generation))),
      Table.Column("good", .singles(rows.map { Float($0.good) })),
      Table.Column("bad", .singles(rows.map { Float($0.bad) })),
      Table.Column("auc_fit", .singles(rows.map { Float($0.fit) })),
      Table.Column("auc_held", .singles(rows.map { Float($0.held) })),
      Table.Column("chance", .singles(rows.map { _ in Float(chance) })),
    ])
  }
}

/// The chance that one of the first values is above one of the second, equal ones counting half; NaN of no first values.
package func superiority(_ first: [Double], _ second: [Double]) -> Double {
  let ascending = second.sorted()
  let sum = first.reduce(0) { $0 + Zoo.place($1, among: ascending) }
  return sum / Double(first.count)
}
