import ArgumentParser
import HerdbookSpec

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads mutated specs and checks that the reader neither crashes, hangs, grows nor says what is wrong.
@main
struct SpecFuzz: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spec-fuzz",
    abstract: "Read mutated specs: no crash, no hang, no growth, every place inside its file.",
    discussion: """
      An input follows from the seed and its number. One that fails is written to a folder, from \
      which --replay reads it again.
      """)

  @Option(help: "How many inputs.") var count: UInt64 = 10_000_000
  @Option(help: "The number of the first input.") var first: UInt64 = 0
  @Option(help: "What all inputs follow from.") var seed: UInt64 = 1
  @Option(help: "How many processes.") var workers: UInt64 = 2
  @Option(help: "Seconds of processor time that an input may take.") var timeLimit = 10.0
  @Option(help: "MiB that a worker may grow by.") var growthLimit: UInt64 = 16
  @Option(help: "The folder of the project.") var project = "."
  @Option(help: "Where an input that fails is written.") var failures = ".build/spec-fuzz"
  @Option(help: "Read the input in a folder instead.") var replay: String?
  @Option(help: .private) var worker: UInt64?

  func validate() throws {
    if count < 1 || workers < 1 { throw ValidationError("--count and --workers are from 1") }
  }

  func run() throws {
    let tests = "\(project)/Tests/SpecTests"
    let corpus = try Corpus(
      folders: ["\(tests)/Good", "\(tests)/Bad", "\(project)/Experiments"],
      bases: "\(tests)/Bad/Bases")
    if let replay {
      switch try FuzzInput(readFrom: replay).examine(in: corpus) {
      case .accepted(let variants): print("accepted, with \(variants) variants")
      case .refused(let rules): print("refused: \(rules.map(\.rawValue).sorted())")
      }
      return
    }
    if let worker {
      do {
        try work(of: worker).run(corpus)
      } catch {
        print(error)
        throw ExitCode.failure
      }
      return
    }
    try Shift(command: self, corpus: corpus).run()
  }

  /// What one of the workers does.
  func work(of worker: UInt64) -> Work {
    Work(
      seed: seed, first: first + worker, end: first + count, step: workers,
      settled: max(1, min(count / workers / 5, 50_000)), timeLimit: timeLimit,
      progress: "\(failures)/worker-\(worker)")
  }
}
