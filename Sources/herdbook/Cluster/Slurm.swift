import HerdbookModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The commands of Slurm: what is asked of it, and what it says.
///
/// https://slurm.schedmd.com: sbatch, squeue, sacct, scancel, scontrol.
enum Slurm {
  /// A command that is not there, or did not do what it was asked, with its own words.
  struct Fault: DescribesFailure {
    let command: String
    /// Nil where it is not there.
    let words: String?

    /// One line: the last that it said.
    var text: String {
      words.map { "\(command) says: \($0.split(separator: "\n").last ?? "")" }
        ?? "there is no command \(command) here"
    }
    var failure: Failure { Failure(.inputOutput, "error: \(text)") }
  }

  /// What it says on the standard output; throws what it says where it fails.
  private static func call(_ words: [String]) throws(Fault) -> String {
    let done: Subprocess
    do throws(Subprocess.NotStarted) {
      done = try Subprocess.run(words, input: "/dev/null")
    } catch {
      throw Fault(command: words[0], words: nil)
    }
    guard done.isFine else {
      var said = String(decoding: done.err.isEmpty ? done.out : done.err, as: UTF8.self)
      while said.last?.isNewline == true { said.removeLast() }
      throw Fault(command: words[0], words: said.isEmpty ? "nothing, and failed" : said)
    }
    return String(decoding: done.out, as: UTF8.self)
  }

  /// What a cluster allows: the numbers of an array's tasks are below `arraySize`, and so many tasks of all jobs are in its
  /// memory at most, nil where it does not say.
  static func limits() throws(Fault) -> (arraySize: Int, tasks: Int?) {
    var values: [String: Int] = [:]
    for line in try call(["scontrol", "show", "config"]).split(separator: "\n") {
      let parts = line.split(separator: "=").map { $0.filter { !$0.isWhitespace } }
      if parts.count == 2 { values[parts[0]] = Int(parts[1]) }
    }
    guard let size = values["MaxArraySize"], size > 0 else {
      throw Fault(command: "scontrol", words: "no MaxArraySize")
    }
    return (size, values["MaxJobCount"])
  }

  /// The processors of the smallest node; nil where it does not say.
  ///
  /// - Parameter partition: among its nodes; of all unless given.
  static func processors(in partition: String?) -> Int? {
    let said = try? call(["sinfo", "-h", "-o", "%c"] + (partition.map { ["-p", $0] } ?? []))
    // `8+` where nodes differ: the least.
    return said?.split(separator: "\n").compactMap { line in
      Int(line.filter { $0.isASCII && $0.isNumber })
    }
    .filter { $0 > 0 }.min()
  }

  /// Sends a script; gives the number of its job.
  static func send(_ script: String, arguments: [String], options: [String]) throws(Fault) -> String
  {
    let said = try call(["sbatch", "--parsable"] + options + [script] + arguments)
    // The name of a cluster may follow.
    let job = said.split(separator: "\n").last?.split(separator: ";").first ?? ""
    guard let number = Int(job.filter { !$0.isWhitespace }) else {
      throw Fault(command: "sbatch", words: said.isEmpty ? "no number of a job" : said)
    }
    return String(number)
  }

  /// Ends jobs.
  static func cancel(_ jobs: [String]) throws(Fault) { _ = try call(["scancel"] + jobs) }

  /// Puts the job that this process is in back into the queue.
  static func requeue(_ job: String) throws(Fault) { _ = try call(["scontrol", "requeue", job]) }

  /// How far a task or a job is.
  struct Progress: Sendable, Equatable {
    /// In Slurm's words: `PENDING`, `RUNNING`, `FAILED`, ...
    var state: String
    /// Why it waits, in Slurm's words; empty where it says none.
    var reason = ""

    var isWaiting: Bool {
      ["PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT"]
        .contains(state)
    }
    var isRunning: Bool {
      ["RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "RESIZING", "SIGNALING", "STAGE_OUT"]
        .contains(state)
    }
    var isLive: Bool { isWaiting || isRunning }
    /// Whether its processes are known to be gone.
    var isOver: Bool {
      ["CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "OUT_OF_MEMORY", "TIMEOUT"].contains(state)
    }
  }

  /// The tasks and jobs with some names that are queued, running or have ended lately, as Slurm calls them: `17_3`, `17`.
  static func queue(names: [String]) throws(Fault) -> [String: Progress] {
    let said = try call([
      "squeue", "-h", "-r", "-a", "-t", "all", "-n", names.joined(separator: ","),
      "-o", "%F|%K|%T|%r",
    ])
    var queue: [String: Progress] = [:]
    for line in said.split(separator: "\n") {
      let parts = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      guard parts.count >= 4 else { continue }
      let task = Int(parts[1]).map { "\(parts[0])_\($0)" } ?? parts[0]
      let reason = parts[3] == "None" ? "" : parts[3]
      let progress = Progress(state: parts[2], reason: reason)
      // A task that was queued again may be told twice.
      if queue[task]?.isLive != true { queue[task] = progress }
    }
    return queue
  }

  /// How tasks and jobs ended, where accounting is kept: `TIMEOUT`, `OUT_OF_MEMORY`, ...
  static func endings(of jobs: [String]) throws(Fault) -> [String: Progress] {
    let said = try call([
      "sacct", "-n", "-P", "-X", "-j", jobs.joined(separator: ","), "-o", "JobID,State",
    ])
    var endings: [String: Progress] = [:]
    for line in said.split(separator: "\n") {
      let parts = line.split(separator: "|").map(String.init)
      guard parts.count == 2 else { continue }
      // `CANCELLED by 1000`.
      endings[parts[0]] = Progress(
        state: parts[1].split(separator: " ").first.map(String.init) ?? "")
    }
    return endings
  }
}
