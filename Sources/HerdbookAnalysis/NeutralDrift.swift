package import HerdbookModel
import HerdbookNumerics

/// Lineages under neutral selection of the same size, replacement and elitism: the null for every
/// claim that selection collapses a population.
///
/// Who lives on and who has offspring is drawn uniformly, whatever the fitness.
package struct NeutralDrift: Sendable {
  /// The statistic of each simulation at each generation: [generation][simulation].
  package let founders: [[Double]]
  package let effectiveFounders: [[Double]]
  package let ancestorAge: [[Double]]

  /// Simulates `simulations` populations; simulation i draws from (neutral drift, 0, i).
  ///
  /// - Parameter exploit: how likely an individual becomes the copy of one other, where individuals are
  ///   replaced one by one.
  package init(
    size: Int, iterations: Int, selection: Experiment.Selection, replaced: Int,
    exploit: Double? = nil, seed: UInt64, simulations: Int, threads: Int
  ) {
    let runs = parallelMap(count: simulations, threads: threads) { index in
      NeutralDrift.simulate(
        size: size, iterations: iterations, selection: selection, replaced: replaced,
        exploit: exploit,
        stream: RandomStream(seed: seed, purpose: .neutralDrift, individual: UInt32(index)))
    }
    founders = (0...iterations).map { t in runs.map { $0[t].founders } }
    effectiveFounders = (0...iterations).map { t in runs.map { $0[t].effective } }
    ancestorAge = (0...iterations).map { t in runs.map { $0[t].age } }
  }

  private struct Moment: Sendable {
    let founders: Double
    let effective: Double
    /// Infinite where there is no common ancestor.
    let age: Double

    init(_ lineage: Lineage) {
      founders = Double(lineage.founderCount)
      effective = lineage.effectiveFounders
      age = lineage.ancestorAge.map(Double.init) ?? .infinity
    }
  }

  private static func simulate(
    size: Int, iterations: Int, selection: Experiment.Selection, replaced: Int, exploit: Double?,
    stream: RandomStream
  ) -> [Moment] {
    var stream = stream
    var lineage = Lineage(size: size)
    var moments = [Moment(lineage)]
    for _ in 0..<iterations {
      if selection.method == .none || exploit != nil {
        let origins = (0..<size).map { place in
          guard let exploit, size > 1, stream.uniform() < exploit else { return place }
          let drawn = stream.bounded(size - 1)
          return drawn < place ? drawn : drawn + 1
        }
        lineage.append(origins: origins)
        moments.append(Moment(lineage))
        continue
      }
      var order = Array(0..<size)
      stream.shuffle(&order)
      switch selection.replace {
      case .all:
        let elites = min(selection.elites, size)
        let origins =
          order.prefix(elites) + (elites..<size).map { _ in order[stream.bounded(size)] }
        lineage.append(origins: Array(origins))
      case .worst:
        var origins = Array(0..<size)
        for place in order.suffix(replaced) {
          origins[place] = order[stream.bounded(size - replaced)]
        }
        lineage.append(origins: origins)
      }
      moments.append(Moment(lineage))
    }
    return moments
  }

  /// One row a generation: the 2.5, 50 and 97.5 % quantiles of each statistic over the simulations;
  /// an age is empty where that quantile has no common ancestor.
  package func table() -> Table {
    func columns(_ name: String, _ values: [[Double]]) -> [Table.Column] {
      let ordered = values.map { $0.sorted() }
      return [("q025", 0.025), ("median", 0.5), ("q975", 0.975)].map { suffix, level in
        Table.Column(
          "\(name)_\(suffix)",
          .reals(
            ordered.map { values in
              // A rank, not an interpolation: infinities do not mix.
              let value = values[Int((level * Double(values.count - 1)).rounded())]
              return value.isFinite ? value : .nan
            }))
      }
    }
    return Table(
      [Table.Column("generation", .integers(founders.indices.map { $0 }))]
        + columns("founders", founders) + columns("effective_founders", effectiveFounders)
        + columns("ancestor_age", ancestorAge))
  }
}
