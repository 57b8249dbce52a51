import HerdbookModel

extension Section {
  static let record = Section(
    "record", "what the bundle keeps beyond its tables",
    checks: [recordedGenerations, networksOfZoo],
    [
      .key(
        Key(
          "weights", \.record.weights, .generations, default: .value(.last),
          "the generations whose weights are kept")),
      .key(
        Key(
          "individuals", \.record.individuals, .choice, default: .value(.champion),
          "whose weights are kept")),
      .key(
        Key(
          "type", \.record.type, .choice, default: .value(.float32), neutral: { $0 == .float32 },
          when: Condition(
            description: "weights are recorded beyond those of the last champion",
            uses: ["record.weights", "record.individuals"], holds: { $0.record.keepsWeightFiles }),
          "the type of recorded numbers; float16 rounds to nearest, ties to even")),
      .key(
        Key(
          "zoo", \.record.zoo, .boolean, default: .value(false), neutral: { !$0 },
          "whether statistics of every network are kept at every generation, with what they tell of its end and what recurs"
        )),
      .key(
        Key(
          "test-curve", \.record.testCurve, .boolean, default: .value(false),
          "test accuracy at every generation; the report says that it was exposed")),
      .key(
        Key(
          "champions", \.record.champions, .optional(.choice), default: .value(nil),
          "of which runs the champion is kept, with what a page shows of one run: all, the best of each variant on "
            + "validation images, or the one that is best of all; all of up to four runs, else best, if left out"
        )),
      .key(
        Key(
          "checkpoint", \.record.checkpoint, .optional(.count(from: 1)), unit: "iterations",
          default: .value(nil),
          "how often the state of a run is kept, to go on from when it is cut short; about every"
            + " minute unless given, and always at Ctrl-C")),
    ])

  /// Half of a zoo's networks are what the other half is told from.
  private static let networksOfZoo = Check(["record.zoo", "population.size"]) { context in
    let (size, fewest) = (context.experiment.population.size, Experiment.Record.fewestOfZoo)
    guard context.experiment.record.zoo, size < fewest else { return }
    context.report(
      .zooTooSmall, at: "record.zoo",
      "a zoo has at least \(fewest) networks: \(quoted("population.size")) is \(size)")
  }

  private static let recordedGenerations = Check(["record.weights", "iterations"]) { context in
    let iterations = context.experiment.iterations
    guard case .listed(let list) = context.experiment.record.weights else { return }
    for (index, generation) in list.enumerated() where generation > iterations {
      context.report(
        .generationAboveIterations, at: "record.weights", element: index,
        "there is no generation \(generation): \(quoted("iterations")) is \(iterations)")
    }
  }
}

extension ValueType where Value == Experiment.Record.Generations {
  /// A list of generations, `all`, `last` or `{every: N}`.
  static var generations: ValueType {
    let expectation = "a list of generations, all, last, or a map of every"
    let list = ValueType<[Int]>.integers(0...countLimit, atLeast: 1, distinct: true)
    return ValueType(
      expectation: expectation,
      schema: SchemaPart.either(
        SchemaPart.choice(["all", "last"]), list.schema,
        SchemaPart.map(["every": SchemaPart.integer(1...countLimit)], required: ["every"])),
      read: { node, subject, issues in
        switch node.content {
        case .list:
          return list.read(node, subject, &issues).map { .listed($0) }
        case .map:
          guard let parts = readParts(node, of: ["every"], subject, &issues) else { return nil }
          guard let every = parts.first else {
            subject.refuse(
              node, wants: expectation, as: .wrongLength, hint: "the map is empty", &issues)
            return nil
          }
          let part = subject.part(every.name)
          return readInteger(every.value, in: 1...countLimit, part, &issues).map { .every($0) }
        case .scalar(let scalar):
          if scalar.text == "all" { return .all }
          if scalar.text == "last" { return .last }
        case .removed, .unknown: break
        }
        subject.refuse(node, wants: expectation, &issues)
        return nil
      },
      json: { generations in
        switch generations {
        case .last: .text("last")
        case .all: .text("all")
        case .every(let step): .object(["every": .integer(step)])
        case .listed(let list): .list(list.map { .integer($0) })
        }
      },
      examples: [
        .list([.integer(0), .integer(10), .integer(40)]), .text("all"), .text("last"),
        .object(["every": .integer(5)]),
      ])
  }
}
