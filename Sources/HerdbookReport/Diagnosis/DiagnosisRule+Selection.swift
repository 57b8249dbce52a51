extension DiagnosisRule {
  /// Selection prefers what reads less.
  static let fitnessInverted = DiagnosisRule(
    name: "fitness inverted", looksAt: "whom selection prefers",
    isOfSelection: true,
    severity: { run in
      guard !run.isOneGeneration else { return nil }
      return run.direction == "lower" || run.fallsUnderSelection ? .alarm : nil
    },
    sentence: { run in
      let setting =
        run.direction == "lower" ? "fitness.direction is lower: the least fit are chosen. " : ""
      let median = run.generations.median
      return setting + "The median fitness went from \(Words.value(median[0])) to "
        + "\(Words.value(median[median.count - 1])).\(run.choice) \(run.course) \(run.ancestry)"
    })

  /// Offspring has nothing to do with fitness.
  static let fitnessIgnored = DiagnosisRule(
    name: "fitness ignored", looksAt: "whether fitness decides on offspring",
    isOfSelection: true,
    severity: { run in
      guard !run.isOneGeneration, !run.isOfIndependent, run.births?.isStrategy != true else {
        return nil
      }
      let isBlind = run.method == "random" || run.method == "none" || run.choosesBlindly
      guard isBlind else { return nil }
      return run.trains || run.learns ? .note : .alarm
    },
    sentence: { run in
      let setting =
        switch run.method {
        case "random": "selection.method is random: parents are drawn whatever their fitness."
        case "none": "selection.method is none: nobody is selected."
        default: "Fitness does not tell who has offspring."
        }
      return setting + run.choice + " " + run.ancestry + " " + run.course
    })
}

extension Evidence {
  /// Whether selection chooses against the fitter half and turns founders into few, while the champion falls
  /// by more than 3 standard errors, or ends no more than that above chance.
  fileprivate var fallsUnderSelection: Bool {
    let founders = generations.founders
    guard let births, births.choices > 0, births.deviations < -3,
      founders[generations.last] < founders[0]
    else { return false }
    let fall = Evidence.error(first, of: validationImages, last, of: validationImages)
    let guess = (chance * (1 - chance) / validationImages).squareRoot()
    return last < first - 3 * fall || last < chance + 3 * guess
  }

  /// Whether choices are no more for the fitter half than chance explains, and founders no fewer than
  /// drift leaves.
  fileprivate var choosesBlindly: Bool {
    guard let births, births.choices >= 100 else { return false }
    return births.deviations.magnitude < 3 && !collapsesFasterThanDrift
  }
}
