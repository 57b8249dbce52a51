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
  /// Result files of no run that differ beyond the tolerance, beside `plan.json`.
  let tables: [String]
  /// Files that the result digest leaves out and that differ: pages, provenance, specs.
  let retold: [String]
  let champions: ChampionComparison

  /// Whether a result differs beyond the tolerance, or none is in both.
  var isEffectChanged: Bool {
    runs.isEmpty || !tables.isEmpty || runs.contains(where: \.isChanged)
      || outcome.contains(where: \.isChanged)
  }

  var verdict: Verdict {
    switch (cause.isChanged, isEffectChanged) {
    case (false, false):
      retold.isEmpty && runs.allSatisfy(\.files.isEmpty) ? .identical : .sameResult
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
    /// Medians over the pairs: in the last generation, second less first there, and that over all
    /// generations (NaN of what is no series).
    let first: Double
    let second: Double
    let difference: Double
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
      let all = groups[variant, default: []].map(\.measures)
      var names: [String] = []
      var byName: [String: [RunDifference.Measure]] = [:]
      for measure in all.joined() {
        if byName[measure.name] == nil { names.append(measure.name) }
        byName[measure.name, default: []].append(measure)
      }
      return names.compactMap { name in
        let found = byName[name, default: []]
        guard found.contains(where: \.isChanged) else { return nil }
        func middle(_ value: (RunDifference.Measure) -> Double) -> Double {
          median(found.map(value).filter { !$0.isNaN })
        }
        return Measure(
          aspect: found[0].aspect, variant: variant, name: name,
          changed: found.count(where: \.isChanged), pairs: found.count,
          parting: found.compactMap(\.parting).min(), first: middle(\.first),
          second: middle(\.second), difference: middle { $0.second - $0.first },
          mean: middle(\.mean), better: found[0].better)
      }
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
  /// How much of an aspect differs: a count of what is named, in words for one of it.
  func count(of aspect: Aspect) -> (number: Int, noun: String) {
    switch aspect {
    case .spec: (cause.settings.count + cause.variants.count + cause.runs.count, "change")
    case .inputs: (cause.inputs.count, "change")
    case .engine: (cause.engine == nil ? 0 : 1, "change")
    case .outcome: (outcome.count(where: \.isChanged), "metric")
    case .populations: (divergentRuns.count, "run")
    case .convergence, .lineage, .diversity:
      (measures.count { $0.aspect == aspect }, "measure")
    case .distributions: (runs.reduce(0) { $0 + $1.layers.count }, "layer")
    case .weights: (runs.reduce(0) { $0 + $1.tensors.count }, "tensor")
    case .files: (files.count, "file")
    }
  }

  /// Runs whose populations part, where that is beyond the tolerance.
  var divergentRuns: [RunDifference] { runs.filter { $0.isChanged && $0.divergence.isChanged } }

  /// The paths of the files that differ beyond the tolerance, those of runs by the ids of the first bundle.
  var files: [String] {
    tables + runs.flatMap { run in run.changedFiles.map { "runs/\(run.first.id)/\($0)" } } + retold
  }
}
