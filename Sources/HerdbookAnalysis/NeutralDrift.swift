package import HerdbookModel
import HerdbookNumerics

/// Lineages under neutral selection of the same size, replacement, elitism and crossover: the null for every
/// claim that selection collapses a population.
///
/// Who lives on and who has offspring is drawn uniformly, whatever the fitness. With crossover that keeps
/// hidden units whole, each unit has a line of its own.
package struct NeutralDrift: Sendable {
  /// The statistic of each simulation at each generation: [generation][simulation].
  package let founders: [[Double]]
  package let effectiveFounders: [[Double]]
  package let ancestorAge: [[Double]]
  /// Empty where units are not inherited whole.
  package let foundersByNeuron: [[Double]]

  /// Simulates `simulations` populations; simulation i draws from (neutral drift, 0, i).
  ///
  /// - Parameters:
  ///   - hiddenLayers: units of each hidden layer.
  ///   - exploit: how likely an individual becomes the copy of one other, where individuals are
  ///     replaced one by one.
  package init(
    size: Int, iterations: Int, selection: Experiment.Selection,
    crossover: Experiment.Crossover = Experiment.Crossover(), hiddenLayers: [Int] = [],
    replaced: Int, exploit: Double? = nil, seed: UInt64, simulations: Int, threads: Int
  ) {
    let scheme = NeutralSuccession(
      size: size, selection: selection, crossover: crossover, hiddenLayers: hiddenLayers,
      replaced: replaced, exploit: exploit)
    let runs = parallelMap(count: simulations, threads: threads) { index in
      var stream = RandomStream(seed: seed, purpose: .neutralDrift, individual: UInt32(index))
      var lineage = Lineage(size: size)
      var units = UnitLines(scheme)
      var moments = [Moment(lineage, units)]
      for _ in 0..<iterations {
        let births = scheme.births(&stream)
        units?.inherit(births, crossover.method, &stream)
        lineage.append(origins: births.map(\.first))
        moments.append(Moment(lineage, units))
      }
      return moments
    }
    func values(_ value: (Moment) -> Double) -> [[Double]] {
      (0...iterations).map { t in runs.map { value($0[t]) } }
    }
    founders = values(\.founders)
    effectiveFounders = values(\.effective)
    ancestorAge = values(\.age)
    foundersByNeuron = scheme.keepsUnitsWhole ? values(\.byNeuron) : []
  }

  private struct Moment: Sendable {
    let founders: Double
    let effective: Double
    /// Infinite where there is no common ancestor.
    let age: Double
    let byNeuron: Double

    init(_ lineage: Lineage, _ units: UnitLines?) {
      founders = Double(lineage.founderCount)
      effective = lineage.effectiveFounders
      age = lineage.ancestorAge.map(Double.init) ?? .infinity
      byNeuron = units.map { Double($0.founderCount) } ?? .nan
    }
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
        + columns("ancestor_age", ancestorAge)
        + (foundersByNeuron.isEmpty ? [] : columns("founders_by_neuron", foundersByNeuron)))
  }
}
