import ArgumentParser
import FoundationEssentials
import HerdbookNumerics

/// What is measured and where, as JSON.
struct Results: Codable {
  let machine: String
  let instructionSet: String
  let measurements: [Measurement]
}

struct InputOptions: ParsableArguments {
  @Option(help: "The folder that holds mnist/; else HERDBOOK_DATA, else the user's data folder.")
  var data: String?
  @Option(help: "Where half-lit images are kept.")
  var made = "Benchmarks/.build/inputs"

  func inputs() throws -> Inputs { try Inputs(data: data, made: made) }
}

struct WholeRunOptions: ParsableArguments {
  @Option(help: "The program under test.") var herdbook = ".build/release/herdbook"
  @Option(help: "The folder of the specs.") var experiments = "Benchmarks/Experiments"

  func wholeRun(_ inputs: Inputs) throws -> WholeRun {
    let program = absolute(herdbook)
    guard isFile(program) else {
      throw Failure("there is no \(program); build it with: make build")
    }
    return WholeRun(program: program, experiments: absolute(experiments), inputs: inputs)
  }
}

struct OwnCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "own", abstract: "Specs, kernels, training steps, evaluation and whole runs.")

  @Option(help: "Run only the benchmarks whose names contain this.") var filter: String?
  @Option(help: "How often each is repeated.") var repetitions = 11
  @Option(
    help: "mnist, half-lit or dense; all unless given.",
    transform: { text in
      let inputs = Input.allCases.filter {
        $0.rawValue.lowercased().replacing(" ", with: "-") == text
      }
      guard let input = inputs.first else { throw ValidationError("there is no input '\(text)'") }
      return input
    })
  var input: Input?
  @Flag(help: "Leave out what needs other processes.") var alone = false
  @Flag(help: "Print JSON.") var json = false
  @OptionGroup var inputOptions: InputOptions
  @OptionGroup var wholeRunOptions: WholeRunOptions

  func validate() throws {
    if repetitions < 1 { throw ValidationError("--repetitions is from 1") }
  }

  func run() throws {
    let inputs = try inputOptions.inputs()
    let which = input.map { [$0] } ?? Input.allCases
    let machine = machine()
    var suite = Suite(filter: filter, repetitions: repetitions)
    if !alone { try suite.wholeRuns(wholeRunOptions.wholeRun(inputs)) }
    try suite.specs()
    suite.kernels()
    try suite.steps(inputs, which)
    try suite.populations(inputs, which)
    if !alone { try suite.instructionSets(inputs) }
    let results = Results(
      machine: machine, instructionSet: InstructionSet.current.rawValue,
      measurements: suite.measurements)
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      tell(String(decoding: try encoder.encode(results), as: UTF8.self))
    } else {
      tell(try results.markdown(inputs))
    }
  }
}

extension Results {
  /// Two tables: what depends on the input, and what does not.
  fileprivate func markdown(_ inputs: Inputs) throws -> String {
    var parts = ["\(machine), \(instructionSet). Medians (least–most)."]
    let rows = measurements.filter { $0.input != nil }
    var names: [[String]] = []
    for row in rows where !names.contains([row.benchmark, row.unit]) {
      names.append([row.benchmark, row.unit])
    }
    if !names.isEmpty {
      let columns = Input.allCases.filter { input in rows.contains { $0.input == input } }
      let titles = try columns.map { try inputs.title($0) }
      parts.append(
        table(
          ["by input", "unit"] + titles,
          names.map { name in
            name
              + columns.map { column in
                rows.first { [$0.benchmark, $0.unit] == name && $0.input == column }?.text ?? ""
              }
          }))
    }
    let others = measurements.filter { $0.input == nil }
    if !others.isEmpty {
      parts.append(
        table(
          ["whatever the input", "unit", "median"],
          others.map { [$0.benchmark, $0.unit, $0.text] }))
    }
    return parts.joined(separator: "\n\n")
  }
}
