import HerdbookModel

extension DiagnosisRule {
  /// Steps overshoot: rates are high and training leads nowhere.
  static let learningRateTooHigh = DiagnosisRule(
    name: "learning rate too high", looksAt: "learning rates",
    severity: { run in
      guard run.trains, run.learningRate > run.highestRate, !(run.last > run.halfWay) else {
        return nil
      }
      return .alarm
    },
    sentence: { run in
      let rates = run.learningRates.filter(\.isFinite)
      let course =
        rates.count > 1
        ? "The median learning rate goes from \(Words.value(rates[0])) to \(Words.value(rates[rates.count - 1]))"
        : "The learning rate is \(Words.value(run.learningRate))"
      let limit =
        "with \(run.optimizer ?? "gradient descent") steps are taken to overshoot above "
        + Page.text(.real(run.highestRate))
      let generations = run.generations
      let size = max(1, generations.founders[0])
      let steps = Words.count(generations.steps[generations.last] / size)
      return
        "\(course); \(limit). After about \(steps) gradient steps a network the champion reads "
        + "\(run.share(run.last)) of the validation images; chance is \(run.share(run.chance))."
    })

  /// Networks have weights or answers that are no numbers.
  static let diverged = DiagnosisRule(
    name: "diverged networks", looksAt: "networks whose numbers overflow",
    severity: { run in
      let share = run.divergedShare
      if share.anywhere == 0 { return nil }
      return share.atEnd >= 0.5 || share.anywhere >= 0.1 ? .alarm : .note
    },
    sentence: { run in
      let counts = run.generations.diverged
      let size = Words.count(run.generations.founders[0])
      let hit = counts.filter { $0 > 0 }.count
      return "Networks diverged in \(hit) of \(Words.plural(counts.count, "generation")), at most "
        + "\(Words.count(counts.max() ?? 0)) of \(size) at once and \(Words.count(counts[counts.count - 1])) "
        + "in the last."
    })
}

extension Evidence {
  /// The share of networks that diverged, of the last generation and of all.
  fileprivate var divergedShare: (atEnd: Double, anywhere: Double) {
    let counts = generations.diverged
    let size = max(1, generations.founders[0])
    return (
      counts[counts.count - 1] / size, counts.reduce(0, +) / size / Double(counts.count)
    )
  }
}
