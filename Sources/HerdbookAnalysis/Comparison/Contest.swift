package import HerdbookModel
import HerdbookNumerics

/// Variants of several bundles in one table, ranked by a column, and perhaps held against one of them.
package struct Contest: Sendable {
  /// The runs of a row in a column.
  package struct Cell: Sendable, Equatable {
    /// Runs that have a value.
    package let runs: Int
    /// NaN where none has.
    package let median: Double
    /// Of the median, from five runs on (`Bootstrap.medianInterval`).
    package let interval: ClosedRange<Double>?
  }

  /// How a row stands to the baseline, in the column that is ranked by.
  package enum Standing: Sendable, Equatable {
    case baseline
    /// Run by run under the same seed; from five pairs on with a verdict.
    case paired(VariantOutcome.Difference)
    /// No run has the seed of one of the baseline's.
    case unpaired
    /// Measured on other images than the baseline.
    case notComparable
  }

  package struct Row: Sendable {
    package let contender: Contender
    /// From 1, equal medians alike; nil without a value.
    package let rank: Int?
    /// In the order of the columns.
    package let cells: [Cell]
    /// Nil without a baseline.
    package let standing: Standing?
  }

  package let columns: [String]
  /// The column that rows are ranked by.
  package let ranking: String
  package let better: Experiment.Compare.Better
  package let rows: [Row]
  /// What keeps rows from being compared, one sentence each.
  package let warnings: [String]

  /// - Parameter columns: `ranking` is among them.
  /// - Parameter baseline: the place of the contender that the others are held against.
  /// - Parameter isReversed: the last comes first; ranks stay.
  package init(
    _ contenders: [Contender], columns: [String], ranking: String, baseline: Int? = nil,
    isReversed: Bool = false, threads: Int
  ) {
    precondition(!contenders.isEmpty && columns.contains(ranking), "there is what to rank, and by")
    let rule = contenders[baseline ?? 0].rule(of: ranking)
    let cells = parallelMap(count: contenders.count * columns.count, threads: threads) { index in
      let contender = contenders[index / columns.count]
      return Cell(contender.values(in: columns[index % columns.count]), seed: contender.seed)
    }
    let standings = Contest.standings(
      of: contenders, in: ranking, against: baseline, rule, threads: threads)
    let place = columns.firstIndex(of: ranking) ?? 0
    let medians = contenders.indices.map { cells[$0 * columns.count + place].median }
    func isBefore(_ a: Double, _ b: Double) -> Bool {
      if a.isNaN || b.isNaN { return !a.isNaN }
      return rule.better == .higher ? a > b : a < b
    }
    let order = contenders.indices.sorted { a, b in
      isBefore(medians[a], medians[b]) || !isBefore(medians[b], medians[a]) && a < b
    }
    let ranked = order.map { index in
      Row(
        contender: contenders[index],
        rank: medians[index].isNaN
          ? nil : 1 + medians.count { !$0.isNaN && isBefore($0, medians[index]) },
        cells: Array(cells[index * columns.count..<(index + 1) * columns.count]),
        standing: standings[index])
    }
    rows = isReversed ? ranked.reversed() : ranked
    self.columns = columns
    self.ranking = ranking
    better = rule.better
    warnings = Contest.warnings(of: contenders, columns)
  }

  /// Differences in a column, with Holm's correction over all that are tested; nil without a baseline.
  private static func standings(
    of contenders: [Contender], in column: String, against baseline: Int?,
    _ rule: (better: Experiment.Compare.Better, tolerance: Double), threads: Int
  ) -> [Standing?] {
    guard let baseline else { return contenders.map { _ in nil } }
    let reference = contenders[baseline]
    let known = Dictionary(
      zip(reference.seeds, reference.values(in: column)), uniquingKeysWith: { first, _ in first })
    let differences = parallelMap(count: contenders.count, threads: threads) {
      index -> VariantOutcome.Difference? in
      let own = contenders[index]
      guard index != baseline, own.testSet == reference.testSet,
        own.seeds.contains(where: { known[$0] != nil })
      else { return nil }
      return VariantOutcome.Difference(
        of: own.values(in: column), from: own.seeds.map { known[$0] ?? .nan }, seed: own.seed)
    }
    let corrected = holm(differences.map { $0?.p ?? .nan })
    return contenders.indices.map { index in
      if index == baseline { return .baseline }
      guard contenders[index].testSet == reference.testSet else { return .notComparable }
      guard var difference = differences[index] else { return .unpaired }
      difference.conclude(corrected[index], better: rule.better, tolerance: rule.tolerance)
      return .paired(difference)
    }
  }

  /// Every kind of test set, and of fitness where that is shown, with the first that has it.
  package static func warnings(of contenders: [Contender], _ columns: [String]) -> [String] {
    var kinds: [Contender] = []
    for contender in contenders where !kinds.contains(where: { $0.testSet == contender.testSet }) {
      kinds.append(contender)
    }
    var warnings: [String] = []
    if kinds.count > 1 {
      let sets = kinds.map { kind in
        let set = kind.testSet
        return "\(kind.name) on \(set.images) images of \(set.dataset)"
          + " (\(set.digest.prefix(12)))"
      }
      warnings.append(
        "not comparable: measured on different images, \(sets.joined(separator: ", "))")
    }
    kinds = []
    for contender in contenders where !kinds.contains(where: { $0.fitness == contender.fitness }) {
      kinds.append(contender)
    }
    if columns.contains("fitness"), kinds.count > 1 {
      let metrics = kinds.map { "of \($0.name) \($0.fitness)" }
      warnings.append(
        "not comparable: fitness is another metric, \(metrics.joined(separator: ", "))")
    }
    return warnings
  }
}

extension Contest.Cell {
  fileprivate init(_ outcomes: [Double], seed: UInt64) {
    let values = outcomes.filter { !$0.isNaN }
    runs = values.count
    median = HerdbookAnalysis.median(values)
    interval = Bootstrap.medianInterval(of: values, seed: seed, threads: 1)
  }
}

extension Contest.Standing {
  /// In a word, for programs; nil of the baseline.
  package var word: String? {
    switch self {
    case .baseline: nil
    case .paired(let difference): difference.verdict?.rawValue ?? "too-few-pairs"
    case .unpaired: "unpaired"
    case .notComparable: "not-comparable"
    }
  }

  package var difference: VariantOutcome.Difference? {
    if case .paired(let difference) = self { difference } else { nil }
  }
}
