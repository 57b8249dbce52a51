import HerdbookModel

extension Section {
  static let selection = Section(
    "selection", "which networks have offspring, and which make room for it",
    checks: [
      elitesOfPopulation, tournamentOfPopulation, bestAndWorst, exploitReplaces, nobodySelected,
    ],
    [
      .key(
        Key(
          "method", \.selection.method, .choice,
          default: .from { $0.approximator.kind == .evolutionStrategy ? .none : .truncation },
          "how parents are chosen: uniform among the best fraction, the best of a few, by rank, in proportion to "
            + "fitness or at random; binary-tournament and t-test hold each against one other; truncation, "
            + "or none with an evolution strategy"
        )),
      .key(
        Key(
          "fraction", \.selection.fraction, .real(.positiveShare), default: .value(0.2),
          when: Condition(
            description:
              "'selection.method' is truncation, or chooses parents where 'selection.replace' is worst",
            uses: ["selection.method", "selection.replace"],
            holds: {
              $0.selection.method == .truncation
                || $0.selection.replace == .worst && $0.selection.choosesParents
            }),
          "the share of the population that is best, and the share that is worst")),
      .key(
        Key(
          "size", \.selection.size, .count(from: 2), unit: "networks", default: .value(3),
          when: Condition(
            description: "'selection.method' is tournament", uses: ["selection.method"],
            holds: { $0.selection.method == .tournament }),
          "competitors of a tournament")),
      .key(
        Key(
          "elites", \.selection.elites, .count(from: 0), unit: "networks",
          default: .from { $0.population.size > 1 ? 1 : 0 },
          when: Condition(
            description: "'selection.replace' is all and 'selection.method' chooses parents",
            uses: ["selection.replace", "selection.method"],
            holds: { $0.selection.replace == .all && $0.selection.choosesParents }),
          "the best that go on unchanged; 0 in a population of one")),
      .key(
        Key(
          "replace", \.selection.replace, .choice,
          default: .from { $0.training == nil && !$0.selection.isExploit ? .all : .worst },
          "who makes room: all but the elites, or the worst fraction; worst with training")),
    ])

  private static let elitesOfPopulation = Check([
    "selection.elites", "selection.replace", "population.size",
  ]) { context in
    let selection = context.experiment.selection
    let size = context.experiment.population.size
    guard selection.replace == .all, selection.elites >= size else { return }
    context.report(
      .elitesNotBelowPopulation, at: "selection.elites",
      "\(context.states("selection.elites", selection.elites)), which is not below the population "
        + "of \(size): nothing would ever change")
  }

  /// Rules that hold individuals against each other replace one by one.
  private static let exploitReplaces = Check(["selection.method", "selection.replace"]) {
    context in
    let selection = context.experiment.selection
    guard selection.isExploit, selection.replace == .all else { return }
    context.report(
      .exploitReplaces, at: "selection.replace",
      "'selection.method' is \(selection.method.rawValue), which says itself who makes room; "
        + "'selection.replace' can only be worst with it")
  }

  /// Where nobody has offspring, there is nothing that mutation could change.
  private static let nobodySelected = Check([
    "selection.method", "selection.replace", "mutation.scale", "crossover.method",
  ]) { context in
    let experiment = context.experiment
    if !experiment.selection.choosesParents, experiment.crossover.method != .none {
      context.report(
        .noEffect, at: "crossover.method",
        "'crossover.method' has no effect unless 'selection.method' chooses parents; it is "
          + experiment.selection.method.rawValue)
    }
    if experiment.selection.method == .none, experiment.selection.replace == .worst,
      experiment.mutation.scale != .fixed(0)
    {
      context.report(
        .noEffect, at: "mutation.scale",
        "'mutation.scale' has no effect unless somebody is born; 'selection.method' is none, and "
          + "'selection.replace' is worst")
    }
  }

  private static let tournamentOfPopulation = Check([
    "selection.method", "selection.size", "population.size",
  ]) { context in
    let selection = context.experiment.selection
    let size = context.experiment.population.size
    guard selection.method == .tournament, selection.size > size else { return }
    context.report(
      .tournamentAbovePopulation, at: "selection.size",
      "\(context.states("selection.size", selection.size)), more than the population of \(size)")
  }

  /// In a population of one, the best is also the worst, and goes on as its own copy.
  private static let bestAndWorst = Check([
    "selection.method", "selection.fraction", "selection.replace", "population.size",
  ]) { context in
    let selection = context.experiment.selection
    let size = context.experiment.population.size
    let share = selection.share(of: size)
    guard selection.method == .truncation, selection.replace == .worst, size > 1,
      selection.fraction > 0.5 || 2 * share > size
    else { return }
    context.report(
      .replacementOverlap, at: "selection.fraction",
      "\(context.states("selection.fraction", written(selection.fraction))): the best \(share) and "
        + "the worst \(share) of \(size) networks would overlap")
  }
}

extension Experiment.Selection {
  /// Whether the method replaces individuals one by one.
  fileprivate var isExploit: Bool { method == .binaryTournament || method == .tTest }

  /// How many individuals `fraction` is: max(1, round(fraction · size)), halves away from zero.
  func share(of size: Int) -> Int { max(1, Int((fraction * Double(size)).rounded())) }
}
