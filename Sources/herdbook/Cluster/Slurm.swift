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
      if said.count > 2000 { said = "...\(said.suffix(2000))" }
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
    // They would count for more than what the script says.
    Environment.forget(
      [
        "ARRAY_INX", "CPUS_PER_TASK", "JOB_NAME", "MEM_PER_CPU", "MEM_PER_GPU", "MEM_PER_NODE",
        "NO_REQUEUE",
        "OPEN_MODE", "OUTPUT", "REQUEUE", "SIGNAL", "TIMELIMIT",
      ].map { "SBATCH_\($0)" })
    let said = try call(["sbatch", "--parsable"] + options + [script] + arguments)
    // The name of a cluster may follow, and warnings around it.
    for line in said.split(separator: "\n") {
      let number = line.prefix { $0.isASCII && $0.isNumber }
      let rest = line.dropFirst(number.count)
      if !number.isEmpty, rest.isEmpty || rest.hasPrefix(";") { return String(number) }
    }
    throw Fault(command: "sbatch", words: said.isEmpty ? "nothing, and no number of a job" : said)
  }

  /// Makes a job wait for the ends of others, and no more for those that it waited for before.
  static func wait(_ job: String, forEndsOf others: [String]) throws(Fault) {
    let dependency = others.isEmpty ? "" : "afterany:\(others.joined(separator: ":"))"
    _ = try call(["scontrol", "update", "JobId=\(job)", "Dependency=\(dependency)"])
  }

  /// The job that this process is in; nil outside of one. Of a task of an array, the array's.
  static var ownJob: String? {
    Environment.folder("SLURM_ARRAY_JOB_ID") ?? Environment.folder("SLURM_JOB_ID")
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
    /// `CANCELLED (DependencyNeverSatisfied)`.
    var text: String { reason.isEmpty ? state : "\(state) (\(reason))" }
    /// Whether its processes are known to be gone.
    var isOver: Bool {
      ["CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "OUT_OF_MEMORY", "TIMEOUT"].contains(state)
    }
  }

  /// Tasks and jobs that are queued, running or have ended lately, as Slurm calls them: `17_3`, `17`.
  struct Queue: Sendable {
    var progress: [String: Progress] = [:]
    /// Jobs that are queued or running, by the folder that they work in.
    var jobs: [(job: String, folder: String)] = []

    /// - Parameter said: what squeue wrote.
    fileprivate init(_ said: String) {
      for line in said.split(separator: "\n") {
        let parts = line.split(separator: "|", maxSplits: 4, omittingEmptySubsequences: false)
          .map(String.init)
        guard parts.count == 5, Int(parts[0]) != nil else { continue }
        let task = Int(parts[1]).map { "\(parts[0])_\($0)" } ?? parts[0]
        let own = Progress(state: parts[2], reason: parts[3] == "None" ? "" : parts[3])
        // A task that was queued again may be told twice.
        if progress[task]?.isLive != true { progress[task] = own }
        if own.isLive, own.state != "COMPLETING" { jobs.append((parts[0], parts[4])) }
      }
    }
    fileprivate init() {}
  }

  private static func queue(_ choice: [String]) throws(Fault) -> Queue {
    // What a person likes to see otherwise.
    Environment.forget(
      ["ACCOUNT", "NAMES", "PARTITION", "PRIORITY", "QOS", "STATES", "USERS"].map { "SQUEUE_\($0)" }
    )
    return Queue(
      try call(["squeue", "-h", "-r", "-a", "-t", "all", "-o", "%F|%K|%T|%r|%Z"] + choice))
  }

  /// Some jobs; those that are long gone are not in it.
  static func queue(jobs: [String]) throws(Fault) -> Queue {
    do {
      return try queue(["-j", jobs.joined(separator: ",")])
    } catch  where error.words?.contains("Invalid job id") == true {
      return Queue()
    }
  }

  /// All jobs with some names.
  static func queue(names: [String]) throws(Fault) -> Queue {
    try queue(["-n", names.joined(separator: ",")])
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
