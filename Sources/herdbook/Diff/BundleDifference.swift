import HerdbookAnalysis
import HerdbookBundle
import HerdbookModel

/// How two bundles differ: what made them, and what came of it.
struct BundleDifference {
  /// One of the two.
  struct Side {
    /// As it was named on the command line.
    let name: String
    let experiment: String
    let runs: Int
    let resultVersion: Int
    let resultDigest: String
  }

  enum Verdict: String {
    case identical
    /// Same cause, same effect: pages, provenance or the text of the spec differ, or numbers by no more
    /// than the tolerance.
    case sameResult = "same-result"
    /// Same cause, other effect.
    case notReproducible = "not-reproducible"
    /// Other cause, same effect.
    case otherCause = "other-cause"
    /// Other cause, other effect.
    case other

    var words: String {
      switch self {
      case .identical: "identical"
      case .sameResult: "same cause, same effect"
      case .notReproducible: "same cause, other effect: not reproducible"
      case .otherCause: "other cause, same effect"
      case .other: "other cause, other effect"
      }
    }

    /// Whether the exit status says that the bundles are the same.
    var isSame: Bool { self == .identical || self == .sameResult }
  }

  let first: Side
  let second: Side
  let tolerance: Tolerance
  let cause: CauseDifference
  /// Of every variant that both have, and every metric that either has.
  let outcome: [OutcomeDifference]
  /// Runs that both have: under the same variant and seed, else under the same variant and replicate.
  let runs: [RunDifference]
  /// Whether the plans name the same runs: else tables of all runs differ, whatever came of those that both
  /// have.
  let haveSameRuns: Bool
  /// Tables of all runs that differ beyond the tolerance.
  let tables: [String]
  /// Whether the digests of recorded weights are the same.
  let haveSameWeights: Bool
  /// Files that the result digest leaves out and that differ: pages, provenance, specs.
  let retold: [String]
  let champions: ChampionComparison

  /// Whether a result differs beyond the tolerance, or none is in both.
  var isEffectChanged: Bool {
    isOutcomeChanged || (haveSameRuns && !tables.isEmpty) || runs.contains(where: \.isChanged)
  }

  /// Whether an outcome differs beyond the tolerance, or no run is in both.
  var isOutcomeChanged: Bool { runs.isEmpty || outcome.contains(where: \.isChanged) }

  /// On the effect as far as it is told.
  func verdict(_ scope: DifferenceScope) -> Verdict {
    switch (cause.isChanged, scope == .metrics ? isOutcomeChanged : isEffectChanged) {
    case (false, false):
      retold.isEmpty && haveSameWeights && runs.allSatisfy(\.files.isEmpty)
        ? .identical : .sameResult
    case (false, true): .notReproducible
    case (true, false): .otherCause
    case (true, true): .other
    }
  }

  /// A measure of generations or of the herd book in the runs of one variant.
  struct Measure {
    let aspect: Aspect
    let variant: String
    let name: String
    /// Pairs in which it differs, of those that have it.
    let changed: Int
    let pairs: Int
    /// The first generation in which it differs in some pair; nil of what is no series.
    let parting: Int?
    /// Medians over the runs in the last generation.
    let first: Double
    let second: Double
    /// Second less first: the median over the pairs of one seed, or the difference of the medians where there
    /// is none.
    let difference: Double
    /// The same of the means over all generations; NaN of what is no series.
    let mean: Double
    let better: Experiment.Compare.Better?

    var way: OutcomeDifference.Way? { OutcomeDifference.Way(difference, better) }
  }

  /// The measures that differ in some pair, variant by variant.
  var measures: [Measure] {
    var variants: [String] = []
    var groups: [String: [RunDifference]] = [:]
    for run in runs {
      if groups[run.first.variant] == nil { variants.append(run.first.variant) }
      groups[run.first.variant, default: []].append(run)
    }
    return variants.flatMap { variant -> [Measure] in
      var names: [String] = []
      var found: [String: [RunDifference.Measure]] = [:]
      var paired: [String: [RunDifference.Measure]] = [:]
      for run in groups[variant, default: []] {
        for measure in run.measures {
          if found[measure.name] == nil { names.append(measure.name) }
          found[measure.name, default: []].append(measure)
          if run.pair.isOfOneSeed { paired[measure.name, default: []].append(measure) }
        }
      }
      return names.compactMap { name in
        Measure(found[name, default: []], pairs: paired[name, default: []], of: variant)
      }
    }
  }
}

extension BundleDifference.Measure {
  /// Nil where no two runs differ.
  ///
  /// - Parameter pairs: those of one seed.
  fileprivate init?(
    _ found: [RunDifference.Measure], pairs: [RunDifference.Measure], of variant: String
  ) {
    guard found.contains(where: \.isChanged) else { return nil }
    func middle(
      _ measures: [RunDifference.Measure], _ value: (RunDifference.Measure) -> Double
    ) -> Double {
      median(measures.map(value).filter { !$0.isNaN })
    }
    // One run each is a pair, whatever its seeds.
    let pairs = found.count == 1 ? found : pairs
    aspect = found[0].aspect
    self.variant = variant
    name = found[0].name
    changed = found.count(where: \.isChanged)
    self.pairs = found.count
    parting = found.compactMap(\.parting).min()
    first = middle(found, \.first)
    second = middle(found, \.second)
    better = found[0].better
    if pairs.isEmpty {
      difference = second - first
      let means = (middle(found, \.firstMean), middle(found, \.secondMean))
      mean = SeriesDifference.withoutRounding(
        means.1 - means.0, of: max(means.0.magnitude, means.1.magnitude))
    } else {
      difference = middle(pairs) { $0.second - $0.first }
      mean = middle(pairs, \.mean)
    }
  }
}

/// What is compared; the order is that of the output.
enum Aspect: String, CaseIterable {
  case spec
  case inputs
  case engine
  case outcome
  case populations
  case convergence
  case lineage
  case diversity
  case distributions
  case weights
  case files

  var isCause: Bool { self == .spec || self == .inputs || self == .engine }
}

extension BundleDifference {
  /// How much of an aspect differs: a count of what is named, in words for one of it; nil where nothing
  /// is compared.
  func count(of aspect: Aspect) -> (number: Int, noun: String)? {
    guard isCompared(aspect) else { return nil }
    return switch aspect {
    case .spec: (cause.settings.count + cause.variants.count + cause.runs.count, "change")
    case .inputs: (cause.inputs.count, "change")
    case .engine: (cause.engine == nil ? 0 : 1, "change")
    case .outcome: (outcome.count(where: \.isChanged), "metric")
    case .populations: (divergentRuns.count, "run")
    case .convergence, .lineage, .diversity:
      (measures.count { $0.aspect == aspect }, "measure")
    case .distributions: (runs.reduce(0) { $0 + $1.layers.count }, "layer")
    case .weights: (runs.reduce(0) { $0 + $1.changedWeights }, "difference")
    case .files: (files.count, "file")
    }
  }

  /// Whether both bundles have what an aspect is about.
  private func isCompared(_ aspect: Aspect) -> Bool {
    switch aspect {
    case .spec, .inputs, .engine, .files: true
    case .outcome: !outcome.isEmpty
    case .populations, .convergence, .lineage, .diversity: !runs.isEmpty
    case .distributions: runs.contains(where: \.hasDistributions)
    case .weights:
      runs.contains {
        $0.hasBothChampions || $0.soleChampion != nil || $0.recordedGenerations > 0
      }
    }
  }

  /// Runs whose populations part, where that is beyond the tolerance.
  var divergentRuns: [RunDifference] { runs.filter { $0.isChanged && $0.divergence.isChanged } }

  /// The paths of the files that differ beyond the tolerance, those of runs by the ids of the first bundle.
  var files: [String] {
    tables + (areDigestsTold ? [Manifest.weightsPath] : [])
      + runs.flatMap { run in run.changedFiles.map { "runs/\(run.first.id)/\($0)" } } + retold
  }

  /// Whether the digests of recorded weights differ, and under a tolerance weights do by more.
  private var areDigestsTold: Bool {
    !haveSameWeights
      && (tolerance.isExact || runs.contains { $0.isChanged && $0.recorded != nil })
  }
}
