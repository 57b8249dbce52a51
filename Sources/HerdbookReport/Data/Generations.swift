/// The rows of `generations.csv`, column by column.
struct Generations {
  let generation: [Double]
  let minimum: [Double]
  let lowerQuartile: [Double]
  let median: [Double]
  let upperQuartile: [Double]
  let maximum: [Double]
  let champion: [Int?]
  let validation: [Double]
  /// Empty unless the spec asked for the curve.
  let test: [Double]
  let diversity: [Double]
  let relativeDiversity: [Double]
  let founders: [Double]
  let effectiveFounders: [Double]
  let ancestorAge: [Double]
  let disagreement: [Double]
  let diverged: [Double]
  let evaluations: [Double]
  let images: [Double]
  let steps: [Double]

  init(_ columns: Columns) throws(ReportError) {
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
    disagreement = try columns.reals("disagreement")
    diverged = try columns.reals("diverged")
    evaluations = try columns.reals("evaluations")
    images = try columns.reals("images")
    steps = try columns.reals("steps")
  }

  var count: Int { generation.count }
  var last: Int { count - 1 }
  /// The range of an axis; a run of one generation has it in the middle.
  var domain: ClosedRange<Double> {
    count > 1 ? generation[0]...end : end - 0.5...end + 0.5
  }

  /// The number of the last generation.
  var end: Double { generation[last] }
}
