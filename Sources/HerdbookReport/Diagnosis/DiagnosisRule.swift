/// One thing that can be wrong with a run, and how its tables tell.
package struct DiagnosisRule: Sendable {
  package enum Severity: String, Sendable, Comparable {
    /// Seen, and no fault by itself.
    case note
    case alarm

    package static func < (a: Severity, b: Severity) -> Bool { a == .note && b == .alarm }
  }

  package let name: String
  /// What it looks at, for those who find nothing.
  package let looksAt: String
  /// Whether it is about who is selected and who is born: where nobody is, by intention, it has nothing to look at.
  package var isOfSelection = false
  /// Nil where the rule does not hold.
  package let severity: @Sendable (Evidence) -> Severity?
  /// The evidence in numbers, where the rule holds.
  package let sentence: @Sendable (Evidence) -> String

  /// The most specific first: the first that raises an alarm gives the run its name.
  package static let all: [DiagnosisRule] = [
    .fitnessInverted, .fitnessIgnored, .copiesWithoutVariation, .learningRateTooHigh, .diverged,
    .mutationTooSmall, .validationAndTestApart, .nothingAboveChance, .collapseFasterThanDrift,
  ]

  /// Those that have something to look at in some of these runs.
  static func looking(at runs: [Evidence]) -> [DiagnosisRule] {
    runs.allSatisfy(\.isOfIndependent) ? all.filter { !$0.isOfSelection } : all
  }
}

extension Evidence {
  /// `went from 0.1646 to 0.0980 (chance 0.100)`.
  var course: String {
    "The champion’s validation accuracy went from \(share(first)) to \(share(last)); chance is "
      + "\(share(chance))."
  }

  func share(_ value: Double) -> String { Words.share(value, of: validationImages) }

  /// Whom selection chose, in numbers; empty where it had no choice.
  var choice: String {
    guard let births, births.choices > 0 else { return "" }
    let share = Words.percent(births.preference, decimals: 0)
    return " Of \(Words.plural(births.choices, "choice")) \(share) were for the fitter half of the "
      + "generation; without a preference it is 50 %."
  }

  /// What became of founders, beside drift where it was simulated.
  var ancestry: String {
    let founders = generations.founders
    let change =
      "Founders went from \(Words.count(founders[0])) to "
      + "\(Words.count(founders[generations.last]))"
    guard drift?.bands["founders"] != nil else { return change + "." }
    let left =
      generations.oneFounder.map { "one is left from generation \(Int($0)) on" }
      ?? "more than one is left"
    let null =
      drift?.oneFounder.first.map {
        "the fastest 2.5 % of neutral lineages are there in generation \(Int($0))"
      }
      ?? "not even 2.5 % of neutral lineages get there"
    return "\(change): \(left), \(null)."
  }
}
