import ArgumentParser
import FoundationEssentials
import HerdbookModel

struct PeersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "peers", abstract: "Whole runs against other tools that do the same work.")

  @Argument(help: "The jobs: a, b, c, d.") var jobs = ["a", "b", "c", "d"]
  @Option(help: "How often each is repeated.") var repetitions = 3
  @Option(help: "The folder of the rivals' scripts.") var scripts = "Benchmarks/Peers"
  @Flag(help: "Print JSON.") var json = false
  @OptionGroup var inputOptions: InputOptions
  @OptionGroup var wholeRunOptions: WholeRunOptions

  func validate() throws {
    if repetitions < 1 { throw ValidationError("--repetitions is from 1") }
    for job in jobs where !["a", "b", "c", "d"].contains(job) {
      throw ValidationError("there is no job '\(job)'; there are a, b, c and d")
    }
  }

  func run() throws {
    let inputs = try inputOptions.inputs()
    guard inputs.base == .mnist else {
      throw Failure("the jobs are on MNIST; get it with: .build/release/herdbook data fetch mnist")
    }
    let setting = Setting(
      run: try wholeRunOptions.wholeRun(inputs),
      rivals: Rivals(scripts: absolute(scripts), environments: Environment().peers))
    var results = PeerResults(machine: machine(), versions: setting.rivals.versions())
    if !json {
      tell("\(results.machine); two threads each. Medians (least–most) of \(repetitions).")
      tell("\n\(results.versions)")
    }
    for job in jobs {
      let result = try setting.contest(job).hold(repetitions: repetitions)
      if !json { tell("\n\(result.markdown)") }
      results.contests.append(result)
    }
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      tell(String(decoding: try encoder.encode(results), as: UTF8.self))
    }
  }
}

/// What was measured, where and against what, as JSON.
struct PeerResults: Codable {
  let machine: String
  /// Of the rivals.
  let versions: String
  var contests: [ContestResult] = []

  init(machine: String, versions: String) {
    self.machine = machine
    self.versions = versions
  }
}

/// What contests are held with.
struct Setting {
  let run: WholeRun
  let rivals: Rivals

  func contest(_ job: String) -> Contest {
    switch job {
    case "a": jobA()
    case "b": jobB()
    case "c": jobC()
    default: jobD()
    }
  }
}
