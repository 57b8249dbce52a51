import HerdbookModel

extension DiagnosisRule {
  /// Births add nothing, and nothing else changes weights.
  static let copiesWithoutVariation = DiagnosisRule(
    name: "copies without variation", looksAt: "whether births or training change weights",
    isOfSelection: true,
    severity: { run in
      guard !run.isOneGeneration, let births = run.births, births.count > 0, !run.trains else {
        return nil
      }
      return births.copies == births.count ? .alarm : nil
    },
    sentence: { run in
      let best = run.generations.maximum
      return
        "All \(Words.plural(run.births?.count ?? 0, "birth")) are exact copies and nothing trains. "
        + "The distance of weights ends at \(Words.value(run.distance)) of what it was at first; the best "
        + "fitness is \(Words.value(best[0], 4)) in generation 0 and "
        + "\(Words.value(best[run.generations.last], 4)) in the last."
    })

  /// Mutants are so near to their parents that the population stands still.
  static let mutationTooSmall = DiagnosisRule(
    name: "mutation too small", looksAt: "how far networks lie apart",
    isOfSelection: true,
    severity: { run in
      guard let births = run.births, births.copies < births.count, !run.trains, !run.learns,
        !run.isOneGeneration
      else { return nil }
      return run.distance < 0.02 ? .alarm : nil
    },
    sentence: { run in
      let births = run.births.map {
        "\(Words.count(Double($0.count - $0.copies))) of \(Words.count(Double($0.count)))"
      }
      let scale = run.mutationScale.map { " (mutation.scale \(Page.text(.real($0))))" } ?? ""
      return
        "\(births ?? "0") births are mutated or crossed\(scale), yet the distance of weights ends at "
        + "\(Words.value(run.distance)) of what it was at first; below 0.02 a population stands still. "
        + run.course
    })

  /// One founder is left before neutral lineages are down to one.
  static let collapseFasterThanDrift = DiagnosisRule(
    name: "collapse faster than drift", looksAt: "how fast founders are lost",
    isOfSelection: true,
    severity: { run in
      guard run.collapsesFasterThanDrift else { return nil }
      return run.learns ? .note : .alarm
    },
    sentence: { run in
      run.learns
        ? run.ancestry
          + " Selection does that where it works: the champion reads \(run.share(run.last))."
        : run.ancestry + " " + run.course
    })
}
