import HerdbookCharts

/// The rows of `generations.csv`, column by column.
package struct Generations {
  package let generation: [Double]
  package let minimum: [Double]
  package let lowerQuartile: [Double]
  package let median: [Double]
  package let upperQuartile: [Double]
  package let maximum: [Double]
  package let champion: [Int?]
  package let validation: [Double]
  /// Empty unless the spec asked for the curve.
  package let test: [Double]
  package let diversity: [Double]
  package let relativeDiversity: [Double]
  package let founders: [Double]
  package let effectiveFounders: [Double]
  package let ancestorAge: [Double]
  /// Empty where hidden units are not inherited whole.
  package let foundersByNeuron: [Double]
  package let disagreement: [Double]
  /// Of the champion's weights from the generation before, over their norm; NaN where there is none.
  package let championChange: [Double]
  /// The share of validation images that the champion reads otherwise than the one before; NaN where there is none.
  package let churn: [Double]
  package let diverged: [Double]
  package let evaluations: [Double]
  package let images: [Double]
  package let steps: [Double]

  /// What the living have of a hyperparameter.
  package struct Range {
    package let low: [Double]
    package let median: [Double]
    package let high: [Double]
  }
  /// By the name of the hyperparameter, where it was drawn or adapts itself.
  package let ranges: [String: Range]

  package init(_ columns: Columns) throws(ReportError) {
    generation = try columns.reals("generation")
    guard !generation.isEmpty else { throw .empty(path: columns.path) }
    minimum = try columns.reals("fitness_min")
    lowerQuartile = try columns.reals("fitness_q25")
    median = try columns.reals("fitness_median")
    upperQuartile = try columns.reals("fitness_q75")
    maximum = try columns.reals("fitness_max")
    champion = try columns.optionalIntegers("champion")
    validation = try columns.reals("validation_accuracy")
    test = columns.has("test_accuracy") ? try columns.reals("test_accuracy") : []
    diversity = try columns.reals("diversity")
    relativeDiversity = try columns.reals("relative_diversity")
    founders = try columns.reals("founders")
    effectiveFounders = try columns.reals("effective_founders")
    ancestorAge = try columns.reals("ancestor_age")
    foundersByNeuron =
      columns.has("founders_by_neuron") ? try columns.reals("founders_by_neuron") : []
    disagreement = try columns.reals("disagreement")
    championChange = try columns.reals("champion_change")
    churn = try columns.reals("churn")
    diverged = try columns.reals("diverged")
    evaluations = try columns.reals("evaluations")
    images = try columns.reals("images")
    steps = try columns.reals("steps")
    var ranges: [String: Range] = [:]
    for name in ["learning_rate", "batch", "mutation_scale", "step_length"]
    where ["min", "median", "max"].allSatisfy({ columns.has("\(name)_\($0)") }) {
      ranges[name] = Range(
        low: try columns.reals("\(name)_min"), median: try columns.reals("\(name)_median"),
        high: try columns.reals("\(name)_max"))
    }
    self.ranges = ranges
  }

  package var count: Int { generation.count }
  package var last: Int { count - 1 }
  /// The range of an axis; a run of one generation has it in the middle.
  package var domain: ClosedRange<Double> {
    count > 1 ? generation[0]...end : end - 0.5...end + 0.5
  }

  /// The number of the last generation.
  package var end: Double { generation[last] }

  /// Points of the longest line that is drawn: as many as there are pixels for.
  package static func mostDrawn(isNarrow: Bool) -> Int { isNarrow ? 60 : 400 }

  /// The rows that a line is drawn at: all, or as many as it has room for, evenly spread.
  package func drawn(isNarrow: Bool) -> [Int] {
    Words.evenly(count, atMost: Generations.mostDrawn(isNarrow: isNarrow))
  }

  /// Says of a figure that leaves generations out that it does.
  package var drawnNote: HTML {
    let (wide, narrow) = (
      Generations.mostDrawn(isNarrow: false), Generations.mostDrawn(isNarrow: true)
    )
    guard count > narrow else { return "" }
    return count > wide
      ? " Drawn at \(wide) of \(Decimal.grouped(count)) generations, on narrow screens at \(narrow)."
      : " On narrow screens drawn at \(narrow) of \(count) generations."
  }
}
