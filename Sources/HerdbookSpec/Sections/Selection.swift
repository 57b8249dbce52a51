import HerdbookModel

extension Section {
  static let selection = Section(
    "selection", "which networks have offspring, and which make room for it",
    checks: [elitesOfPopulation, tournamentOfPopulation, bestAndWorst],
    [
      .key(
        Key(
          "method", \.selection.method, .choice, default: .value(.truncation),
          "how parents are chosen: uniform among the best fraction, the best of a few, or at random"
        )),
      .key(
        Key(
          "fraction", \.selection.fraction, .real(.positiveShare), default: .value(0.2),
          when: Condition(
            description: "'selection.method' is truncation or 'selection.replace' is worst",
            uses: ["selection.method", "selection.replace"],
            holds: { $0.selection.method == .truncation || $0.selection.replace == .worst }),
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
            description: "'selection.replace' is all", uses: ["selection.replace"],
            holds: { $0.selection.replace == .all }),
          "the best that go on unchanged; 0 in a population of one")),
      .key(
        Key(
          "replace", \.selection.replace, .choice,
          default: .from { $0.training == nil ? .all : .worst },
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
  /// How many individuals `fraction` is: max(1, round(fraction · size)), halves away from zero.
  func share(of size: Int) -> Int { max(1, Int((fraction * Double(size)).rounded())) }
}
