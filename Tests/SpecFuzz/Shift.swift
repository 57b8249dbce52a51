import HerdbookSpec

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The workers, each a process of its own so that a crash of one is only its end.
struct Shift {
  let command: SpecFuzz
  let corpus: Corpus

  /// Starts the workers, waits for all and tells what they found.
  func run() throws {
    try makeFolder(command.failures)
    print(
      "\(command.count) inputs from \(command.first) with the seed \(command.seed), made of "
        + "\(corpus.entries.count) specs, in \(command.workers) processes")
    for worker in 0..<command.workers {
      try writeBytes([], to: command.work(of: worker).progress)
    }
    let start = ContinuousClock.now
    var processes = try (0..<command.workers).map { try spawn(worker: $0) }
    var ends: [Progress] = []
    var fault: String?
    while ends.count < processes.count {
      var status: Int32 = 0
      let ended = unsafe waitpid(-1, &status, 0)
      guard ended > 0, let worker = processes.firstIndex(of: ended) else { continue }
      let end = try progress(of: UInt64(worker))
      ends.append(end)
      processes[worker] = 0
      guard fault == nil else { continue }
      fault = try faultOf(end, status)
      guard fault != nil else { continue }
      // The others need not go on; those that are ended so are no faults.
      for other in processes where other > 0 { kill(other, SIGTERM) }
    }
    tell(ends, seconds: start.duration(to: .now) / .seconds(1))
    if let fault { throw FuzzFailure(fault) }
  }

  private func tell(_ ends: [Progress], seconds: Double) {
    let inputs = ends.reduce(0) { $0 + $1.inputs }
    let accepted = ends.reduce(0) { $0 + $1.accepted }
    let rules = ends.reduce(0) { $0 | $1.rules }
    print(
      "\(inputs) inputs in \(Int(seconds)) s, \(Int(Double(inputs) / seconds)) a second; "
        + "\(100 * accepted / max(1, inputs)) % accepted; \(rules.nonzeroBitCount) of "
        + "\(SpecRule.allCases.count) rules broken")
    for end in ends {
      print(
        "slowest \(end.slowest / 1000) µs, number \(end.slowestInput); "
          + "memory \(end.residentFirst >> 10) KiB at first, \(end.residentLast >> 10) at last")
    }
  }

  /// What is wrong with the end of a worker; the input is written.
  private func faultOf(_ end: Progress, _ status: Int32) throws -> String? {
    if status == 0, end.isDone {
      let growth = end.residentLast - min(end.residentFirst, end.residentLast)
      guard growth > command.growthLimit << 20 else { return nil }
      return "a worker grew by \(growth >> 10) KiB"
    }
    let folder = "\(command.failures)/\(command.seed)-\(end.input)"
    try Mutation(corpus: corpus, seed: command.seed).input(end.input).write(to: folder)
    let signal = status & 0x7F
    let what =
      signal == SIGPROF
      ? "took above \(command.timeLimit) s" : signal != 0 ? "ended with signal \(signal)" : "failed"
    return "the input \(end.input) \(what); read it again with --replay \(folder)"
  }

  private func progress(of worker: UInt64) throws -> Progress {
    let bytes = try readBytes(command.work(of: worker).progress)
    guard bytes.count == MemoryLayout<Progress>.size else {
      throw FuzzFailure("worker \(worker) did not begin")
    }
    return unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(as: Progress.self) }
  }

  /// Starts this program once more as a worker.
  private func spawn(worker: UInt64) throws -> pid_t {
    let words = CommandLine.arguments + ["--worker", String(worker)]
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) }
    unsafe arguments.append(nil)
    defer { for index in words.indices { unsafe free(arguments[index]) } }
    var process = pid_t()
    let code = unsafe posix_spawn(&process, words[0], nil, nil, &arguments, environ)
    guard code == 0 else { throw FuzzFailure("\(words[0]) does not start (error \(code))") }
    return process
  }
}
