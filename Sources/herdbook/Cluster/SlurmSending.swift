import HerdbookBundle
import HerdbookSpec

/// Jobs on their way to Slurm: for each stage its arrays, then what collects their runs, on which the next ones wait.
struct SlurmSending {
  let root: String
  let results: Results
  /// Sources before what transfers from them.
  let stages: [Submission]
  let maxRunning: Int?
  /// Arguments of sbatch, passed through.
  let passed: [String]

  /// The text of the tasks of a stage, and of what collects them.
  private func scripts(_ stage: Submission) -> (units: SlurmScript, collect: SlurmScript) {
    let program = Path.ofProgram
    let data = Environment.folder("HERDBOOK_DATA").map { Path.absolute($0) }
    let latency = ["--latency-wait", String(SlurmScript.latency)]
    let run =
      [program, "run"] + stage.words
      + ["--array", "--pack", String(stage.pack), "--threads", String(stage.resources.processors)]
      + ["--wait", "--keep-going", "--requeue"] + latency
    let collect =
      [program, "collect"] + stage.words + ["--threads", "1", "--wait", "--requeue"] + latency
    return (
      // Its first argument is added to the number of a task.
      SlurmScript(
        log: "\(stage.name)/%A_%a.log", stage.resources, data: data,
        command: "\(Words.quoted(run)) --offset \"$1\""),
      SlurmScript(
        log: "\(stage.name)/%j.log", stage.collecting, data: data, command: Words.quoted(collect))
    )
  }

  /// What sbatch is told beside a script: what is passed through, then what it must not change.
  private func options(
    _ name: String, _ dependencies: [String], array: ArrayChunk? = nil
  ) -> [String] {
    var options = passed + ["--chdir=\(root)", "--job-name=\(name)"]
    if let array {
      options.append("--array=\(array.tasks.text)" + (maxRunning.map { "%\($0)" } ?? ""))
    }
    if !dependencies.isEmpty {
      options += [
        "--dependency=\(dependencies.joined(separator: ","))", "--kill-on-invalid-dep=yes",
      ]
    }
    return options
  }

  /// What an array waits for: the results that it transfers from; and where only so many tasks may run, the arrays before
  /// it.
  private func dependencies(
    of stage: Submission, _ collectors: [String: String], after arrays: [String]
  ) -> [String] {
    let sources = stage.planned.experiment.parsed.transferSources.compactMap { collectors[$0] }
    return sources.map { "afterok:\($0)" }
      + (maxRunning == nil ? [] : dependencies(ofCollecting: arrays))
  }

  /// Arrays of all stages that are queued or running.
  private var liveArrays: [String] { stages.flatMap { $0.jobs.live(.units).map(\.job) } }

  private func dependencies(ofCollecting arrays: [String]) -> [String] {
    arrays.isEmpty ? [] : ["afterany:\(arrays.joined(separator: ":"))"]
  }

  // MARK: - Telling

  /// What a stage is, for people.
  func say(_ stage: Submission) {
    let runs = stage.standings.count { $0.state != .done && !$0.state.isUnderWay }
    Terminal.say("\(stage.name): \(stage.standings.summary)")
    guard stage.isNeeded else {
      return Terminal.say("  nothing to send: all that is missing is under way")
    }
    guard !stage.chunks.isEmpty else { return Terminal.say("  to send      what collects them") }
    if let seconds = stage.resources.seconds, seconds < stage.seconds {
      Terminal.say(
        "  --time       is shorter than a task may take: it is cut short and queued again about"
          + " \(Words.count(Int(stage.seconds / max(1, seconds - Double(SlurmScript.warning))), "time"))"
      )
    }
    let each = stage.pack == 1 ? "" : ", \(stage.pack) a task"
    let arrays = stage.chunks.count == 1 ? "" : " of \(Words.grouped(stage.chunks.count)) arrays"
    Terminal.say(
      "  to send      \(Words.count(runs, "run"))\(each): \(Words.count(stage.taskCount, "task"))\(arrays),"
        + (stage.jobs.waitingCollector == nil
          ? " and what collects them" : " for the job that collects already"))
    let limit = maxRunning.map { ", at most \($0) at a time" } ?? ""
    Terminal.say(
      "  a task       about \(Words.duration(stage.seconds)) on this machine; asks for"
        + " \(Words.count(stage.resources.processors, "processor")), --mem \(stage.resources.memory),"
        + " --time \(stage.resources.time)\(limit)")
  }

  /// The scripts of a stage, and the commands that send them, as a shell reads them.
  func shown(_ stage: Submission) -> String {
    guard stage.isNeeded else { return "" }
    let (units, collect) = scripts(stage)
    let sources = Dictionary(
      uniqueKeysWithValues: stages.filter { $0.isNeeded }.map { ($0.name, "COLLECT-OF-\($0.name)") }
    )
    let (name, collecting) = (
      SlurmScript.name(unitsOf: stage.name), SlurmScript.name(collectOf: stage.name)
    )
    var text = ""
    var arrays = stage.jobs.live(.units).map(\.job)
    var before = liveArrays
    for (number, chunk) in stage.chunks.enumerated() {
      let words =
        options(name, dependencies(of: stage, sources, after: before), array: chunk)
        + ["units.sh", String(chunk.offset)]
      text += "# sbatch --parsable \(Words.quoted(words))\n"
      before = ["ARRAY-\(number + 1)"]
      arrays.append("ARRAY-\(number + 1)")
    }
    if !stage.chunks.isEmpty { text += "# units.sh:\n\(units.text)\n" }
    if let collector = stage.jobs.waitingCollector {
      let dependency = dependencies(ofCollecting: arrays).joined()
      return text + "# scontrol update JobId=\(collector.job) Dependency=\(dependency)\n"
    }
    let words = options(collecting, dependencies(ofCollecting: arrays)) + ["collect.sh"]
    return text + "# sbatch --parsable \(Words.quoted(words))\n# collect.sh:\n\(collect.text)\n"
  }

  // MARK: - Sending

  /// What was done so far, to be taken back.
  private struct Done {
    /// Jobs in the order in which they were sent.
    var sent: [String] = []
    /// Jobs that collect and wait for more than before, with what they waited for.
    var moved: [(job: String, arrays: [String])] = []
    /// The last arrays that Slurm took, which others wait for where only so many tasks may run.
    var last: [String] = []
  }

  /// Sends all; gives the numbers of the jobs, in their order. Where Slurm refuses one, or what it took cannot be
  /// remembered, those that it took are cancelled, and nothing is remembered.
  func send() throws -> [String] {
    var done = Done(last: liveArrays)
    do {
      // What collects a stage, by its name.
      var collectors: [String: String] = [:]
      for stage in stages {
        collectors[stage.name] =
          stage.isNeeded
          ? try send(stage, collectors, &done) : stage.jobs.live(.collect).last?.job
      }
    } catch {
      throw undo(done, error)
    }
    for stage in stages where stage.isNeeded {
      Terminal.say(
        "\(stage.name): sent; see how it stands with: herdbook status \(Words.quoted(stage.words))")
    }
    return done.sent
  }

  /// Sends a stage; gives the number of the job that collects it.
  private func send(
    _ stage: Submission, _ collectors: [String: String], _ done: inout Done
  ) throws -> String {
    let file = try JobFile(of: stage.name, in: results)
    let (units, collect) = scripts(stage)
    var records = stage.jobs.records
    let before = stage.jobs.live(.units).map(\.job)
    var arrays = before
    let making = stage.planned.making
    try file.createLogs()
    func record(
      _ kind: JobRecord.Kind, _ job: String, _ chunk: ArrayChunk? = nil, _ done: inout Done
    ) throws {
      done.sent.append(job)
      records.append(
        JobRecord(
          job: job, kind: kind, tasks: chunk?.tasks ?? TaskNumbers([]), offset: chunk?.offset ?? 0,
          pack: stage.pack, making: making, user: Environment.user, host: results.host,
          sent: Stopwatch.timestamp()))
      // At once: what Slurm has taken is never forgotten.
      try file.write(records)
    }
    let script = try file.write(script: units.text, called: "units.sh")
    defer { file.removeScript(script) }
    for chunk in stage.chunks {
      let waits = dependencies(of: stage, collectors, after: done.last)
      let name = SlurmScript.name(unitsOf: stage.name)
      let job = try Slurm.send(
        script, arguments: [String(chunk.offset)], options: options(name, waits, array: chunk))
      try record(.units, job, chunk, &done)
      arrays.append(job)
      done.last = [job]
    }
    // One that waits already takes the new arrays, too: others may wait for it.
    if let collector = stage.jobs.waitingCollector?.job,
      (try? Slurm.wait(collector, forEndsOf: arrays)) != nil
    {
      done.moved.append((collector, before))
      return collector
    }
    let collector = try file.write(script: collect.text, called: "collect.sh")
    defer { file.removeScript(collector) }
    let job = try Slurm.send(
      collector, arguments: [],
      options: options(
        SlurmScript.name(collectOf: stage.name), dependencies(ofCollecting: arrays)))
    try record(.collect, job, nil, &done)
    return job
  }

  /// Takes back what was done before something went wrong; gives what to say of it.
  private func undo(_ done: Done, _ error: any Error) -> Failure {
    let cause =
      if let fault = error as? Slurm.Fault {
        "\(fault.command) refused a job"
          + (fault.words.map { ":\n\($0)" } ?? ", as it is not there")
      } else {
        (error as? any DescribesFailure)?.failure.message ?? "\(error)"
      }
    var words = "error: nothing is submitted: \(cause)"
    if !done.sent.isEmpty {
      do throws(Slurm.Fault) {
        try Slurm.cancel(done.sent)
        words += "\nwhat it had taken is cancelled again: \(done.sent.joined(separator: ", "))"
      } catch {
        return Failure(
          .inputOutput,
          "error: not all is submitted: \(cause)\njobs \(done.sent.joined(separator: ", ")) are sent and could not"
            + " be cancelled: \(error.text)")
      }
    }
    for (job, arrays) in done.moved { try? Slurm.wait(job, forEndsOf: arrays) }
    for stage in stages where stage.isNeeded {
      guard let file = try? JobFile(of: stage.name, in: results) else { continue }
      do {
        try file.write(stage.jobs.records)
      } catch {
        words += "\n\(error.failure.message)"
      }
      if stage.jobs.records.isEmpty { file.removeEmptyLogs() }
    }
    return Failure(.inputOutput, words)
  }
}
