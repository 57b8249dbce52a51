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

  /// What is sent of a stage, one after another.
  private enum Step {
    case array(ArrayChunk, waits: [String])
    /// What collects the runs of these arrays.
    case collector(arrays: [String])
  }

  /// Goes through all that is to be sent, in its order; `send` gives the job that a step becomes.
  private func walk(_ send: (Submission, Step) throws -> String) rethrows {
    // What collects a stage, by its name, and the last arrays, which others wait for where only so many tasks may run.
    var collectors: [String: String] = [:]
    var last = liveArrays
    for stage in stages {
      guard stage.isNeeded else {
        collectors[stage.name] = stage.jobs.live(.collect).last?.job
        continue
      }
      var arrays = stage.jobs.live(.units).map(\.job)
      for chunk in stage.chunks {
        let waits = dependencies(of: stage, collectors, after: last)
        last = [try send(stage, .array(chunk, waits: waits))]
        arrays += last
      }
      collectors[stage.name] = try send(stage, .collector(arrays: arrays))
    }
  }

  private func options(_ stage: Submission, _ step: Step) -> [String] {
    switch step {
    case .array(let chunk, let waits):
      options(SlurmScript.name(unitsOf: stage.name), waits, array: chunk)
    case .collector(let arrays):
      options(
        SlurmScript.name(collectOf: stage.name), dependencies(ofCollecting: arrays))
    }
  }

  /// For each stage the scripts, and the commands that send them, as a shell reads them.
  func shown() -> [String] {
    var texts: [String: String] = [:]
    var count = 0
    walk { stage, step in
      let (units, collect) = scripts(stage)
      var text = texts[stage.name] ?? ""
      defer { texts[stage.name] = text }
      switch step {
      case .array(let chunk, _):
        count += 1
        let words = options(stage, step) + ["units.sh", String(chunk.offset)]
        text += "# sbatch --parsable \(Words.quoted(words))\n"
        return "ARRAY-\(count)"
      case .collector(let arrays):
        if !stage.chunks.isEmpty { text += "# units.sh:\n\(units.text)\n" }
        if let collector = stage.jobs.waitingCollector {
          let dependency = dependencies(ofCollecting: arrays).joined()
          text += "# scontrol update JobId=\(collector.job) Dependency=\(dependency)\n"
          return collector.job
        }
        let words = options(stage, step) + ["collect.sh"]
        text += "# sbatch --parsable \(Words.quoted(words))\n# collect.sh:\n\(collect.text)\n"
        return "COLLECT-OF-\(stage.name)"
      }
    }
    return stages.map { texts[$0.name] ?? "" }
  }

  // MARK: - Sending

  /// What was done so far, to be taken back.
  private struct Done {
    /// Jobs in the order in which they were sent.
    var sent: [String] = []
    /// Jobs that collect and wait for more than before, with what they waited for.
    var moved: [(job: String, arrays: [String])] = []
  }

  /// Sends all; gives the numbers of the jobs, in their order. Where Slurm refuses one, or what it took cannot be
  /// remembered, those that it took are cancelled, and nothing is remembered.
  func send() throws -> [String] {
    var done = Done()
    var records = Dictionary(uniqueKeysWithValues: stages.map { ($0.name, $0.jobs.records) })
    do {
      try walk { stage, step in try send(stage, step, &records[stage.name, default: []], &done) }
    } catch {
      throw undo(done, error)
    }
    for stage in stages where stage.isNeeded {
      Terminal.say(
        "\(stage.name): sent; see how it stands with: herdbook status \(Words.quoted(stage.words))")
    }
    return done.sent
  }

  /// Sends a step; gives the number of its job.
  private func send(
    _ stage: Submission, _ step: Step, _ records: inout [JobRecord], _ done: inout Done
  ) throws -> String {
    let file = try JobFile(of: stage.name, in: results)
    try file.createLogs()
    // One that waits already takes the new arrays, too: others may wait for it.
    if case .collector(let arrays) = step, let collector = stage.jobs.waitingCollector?.job,
      (try? Slurm.wait(collector, forEndsOf: arrays)) != nil
    {
      done.moved.append((collector, stage.jobs.live(.units).map(\.job)))
      return collector
    }
    let (units, collect) = scripts(stage)
    var chunk: ArrayChunk?
    if case .array(let array, _) = step { chunk = array }
    let script = try file.write(
      script: chunk == nil ? collect.text : units.text,
      called: chunk == nil ? "collect.sh" : "units.sh")
    defer { file.removeScript(script) }
    let job = try Slurm.send(
      script, arguments: chunk.map { [String($0.offset)] } ?? [], options: options(stage, step))
    done.sent.append(job)
    records.append(
      JobRecord(
        job: job, kind: chunk == nil ? .collect : .units, tasks: chunk?.tasks ?? TaskNumbers([]),
        offset: chunk?.offset ?? 0, pack: stage.pack, making: stage.planned.making,
        user: Environment.user, host: results.host, sent: Stopwatch.timestamp()))
    // At once: what Slurm has taken is never forgotten.
    try file.write(records)
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
