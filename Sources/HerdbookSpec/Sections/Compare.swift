import HerdbookModel

extension Experiment {
  /// The section's values while it is read; there is a default for each.
  fileprivate var comparison: Compare {
    get { compare ?? Compare() }
    set { compare = newValue }
  }
}

extension Section {
  static let compare = Section(
    "compare", "how variants are held against each other",
    presence: Presence(\.compare, of: Experiment.Compare()),
    [
      .key(
        Key(
          "baseline", \.comparison.baseline, .optional(.line), default: .value(nil),
          "the variant that the others are held against; the first if left out")),
      .key(
        Key(
          "primary", \.comparison.primary, .choice, default: .value(.testAccuracy),
          "the outcome that variants are ranked by")),
      .key(
        Key(
          "metrics", \.comparison.metrics, .rules, default: .value([]),
          "which way an outcome is better, and differences that count as none")),
    ])
}

extension ValueType where Value == [Experiment.Compare.Rule] {
  /// A map of a metric and `{better, tolerance}`.
  static var rules: ValueType {
    let metrics = Experiment.Compare.Metric.allCases.map(\.rawValue)
    return ValueType(
      expectation: "a map of an outcome and {better: higher or lower, tolerance}",
      schema: SchemaPart.map(
        Dictionary(
          uniqueKeysWithValues: metrics.map { metric in
            let better = ValueType<Experiment.Compare.Better>.choice.schema
            return (
              metric,
              SchemaPart.map(["better": better, "tolerance": SchemaPart.number(.nonNegative)])
            )
          })),
      read: { node, subject, issues in
        guard let parts = readParts(node, of: metrics, subject, &issues) else { return nil }
        let rules = parts.map { name, value -> Experiment.Compare.Rule? in
          guard let metric = Experiment.Compare.Metric(rawValue: name) else { return nil }
          return readRule(metric, value, subject.part(name), &issues)
        }
        guard !rules.contains(nil) else { return nil }
        return Experiment.Compare.Metric.allCases.compactMap { metric in
          rules.compactMap(\.self).first { $0.metric == metric }
        }
      },
      json: { rules in
        .object(
          Dictionary(
            uniqueKeysWithValues: rules.map { rule in
              (
                rule.metric.rawValue,
                .object(["better": .text(rule.better.rawValue), "tolerance": .real(rule.tolerance)])
              )
            }))
      })
  }
}

private func readRule(
  _ metric: Experiment.Compare.Metric, _ node: YAMLNode, _ subject: Subject,
  _ issues: inout IssueCollector
) -> Experiment.Compare.Rule? {
  guard let parts = readParts(node, of: ["better", "tolerance"], subject, &issues) else {
    return nil
  }
  var rule = Experiment.Compare.Rule(metric: metric, better: metric.usuallyBetter, tolerance: 0)
  var isFit = true
  for (name, value) in parts {
    let part = subject.part(name)
    if name == "better" {
      guard
        let better = ValueType<Experiment.Compare.Better>.choice.read(value, part, &issues)
      else {
        isFit = false
        continue
      }
      rule.better = better
    } else {
      guard let tolerance = readReal(value, in: .nonNegative, part, &issues) else {
        isFit = false
        continue
      }
      rule.tolerance = tolerance
    }
  }
  return isFit ? rule : nil
}
