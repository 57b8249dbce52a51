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
    let collect = [program, "collect"] + stage.words + ["--threads", "1"] + latency
    return (
      SlurmScript(unitsOf: stage.name, stage.resources, data: data, command: run),
      SlurmScript(collectOf: stage.name, stage.collecting, data: data, command: collect)
    )
  }

  /// What sbatch is told beside a script.
  private func options(_ dependencies: [String], array: ArrayChunk? = nil) -> [String] {
    var options = ["--chdir=\(root)"]
    if let array {
      options.append("--array=\(array.tasks.text)" + (maxRunning.map { "%\($0)" } ?? ""))
    }
    if !dependencies.isEmpty {
      options += [
        "--dependency=\(dependencies.joined(separator: ","))", "--kill-on-invalid-dep=yes",
      ]
    }
    return options + passed
  }

  /// What an array waits for: the results that it transfers from, and the array before it where only so many tasks of all
  /// may run.
  private func dependencies(
    of stage: Submission, _ collectors: [String: String], after last: String?
  )
    -> [String]
  {
    let sources = stage.planned.experiment.parsed.transferSources.compactMap { collectors[$0] }
    return sources.map { "afterok:\($0)" }
      + (maxRunning == nil ? [] : last.map { ["afterany:\($0)"] } ?? [])
  }

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
    let each = stage.pack == 1 ? "" : ", \(stage.pack) a task"
    let arrays = stage.chunks.count == 1 ? "" : " of \(Words.grouped(stage.chunks.count)) arrays"
    Terminal.say(
      "  to send      \(Words.count(runs, "run"))\(each): \(Words.count(stage.taskCount, "task"))\(arrays),"
        + " and what collects them")
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
    var text = ""
    var arrays = stage.jobs.live(.units).map(\.job)
    var last: String?
    for (number, chunk) in stage.chunks.enumerated() {
      let words =
        options(dependencies(of: stage, sources, after: last), array: chunk)
        + ["units.sh", String(chunk.offset)]
      text += "# sbatch --parsable \(Words.quoted(words))\n"
      last = "ARRAY-\(number + 1)"
      arrays.append("ARRAY-\(number + 1)")
    }
    if !stage.chunks.isEmpty { text += "# units.sh:\n\(units.text)\n" }
    let words = options(dependencies(ofCollecting: arrays)) + ["collect.sh"]
    return text + "# sbatch --parsable \(Words.quoted(words))\n# collect.sh:\n\(collect.text)\n"
  }

  // MARK: - Sending

  /// Sends all; gives the numbers of the jobs, in their order. Where Slurm refuses one, those that it took are cancelled,
  /// and nothing is remembered.
  func send() throws -> [String] {
    var before: [String: [JobRecord]] = [:]
    for stage in stages where stage.isNeeded { before[stage.name] = stage.jobs.records }
    var sent: [String] = []
    do {
      // What collects a stage, by its name.
      var collectors: [String: String] = [:]
      for stage in stages {
        collectors[stage.name] =
          stage.isNeeded
          ? try send(stage, collectors, &sent) : stage.jobs.live(.collect).last?.job
      }
    } catch let fault as Slurm.Fault {
      throw try undo(sent, before, fault)
    }
    for stage in stages where stage.isNeeded {
      Terminal.say("\(stage.name): sent; see how it stands with: herdbook status \(stage.name)")
    }
    return sent
  }

  /// Sends a stage; gives the number of the job that collects it.
  private func send(
    _ stage: Submission, _ collectors: [String: String], _ sent: inout [String]
  ) throws -> String {
    let file = try JobFile(of: stage.name, in: results)
    let (units, collect) = scripts(stage)
    var records = stage.jobs.records
    var arrays = stage.jobs.live(.units).map(\.job)
    try file.createLogs()
    func record(_ kind: JobRecord.Kind, _ job: String, _ chunk: ArrayChunk? = nil) throws {
      sent.append(job)
      records.append(
        JobRecord(
          job: job, kind: kind, tasks: chunk?.tasks ?? TaskNumbers([]), offset: chunk?.offset ?? 0,
          pack: stage.pack, user: Environment.user, host: results.host,
          sent: Stopwatch.timestamp()))
      // At once: what Slurm has taken is never forgotten.
      try file.write(records)
    }
    let script = try file.write(script: units.text, called: "units.sh")
    defer { file.removeScript(script) }
    var last: String?
    for chunk in stage.chunks {
      let waits = dependencies(of: stage, collectors, after: last)
      let job = try Slurm.send(
        script, arguments: [String(chunk.offset)], options: options(waits, array: chunk))
      try record(.units, job, chunk)
      arrays.append(job)
      last = job
    }
    let collector = try file.write(script: collect.text, called: "collect.sh")
    defer { file.removeScript(collector) }
    let job = try Slurm.send(
      collector, arguments: [], options: options(dependencies(ofCollecting: arrays)))
    try record(.collect, job)
    return job
  }

  /// Takes back what was sent before Slurm refused a job; gives what to say of it.
  private func undo(
    _ sent: [String], _ before: [String: [JobRecord]], _ fault: Slurm.Fault
  ) throws -> Failure {
    var words = "error: nothing is submitted: \(fault.command) refused a job"
    words += fault.words.map { ":\n\($0)" } ?? ", as it is not there"
    if !sent.isEmpty {
      do throws(Slurm.Fault) {
        try Slurm.cancel(sent)
        words += "\nwhat it had taken is cancelled again: \(sent.joined(separator: ", "))"
      } catch {
        return Failure(
          .inputOutput,
          words.replacing("nothing is submitted", with: "not all is submitted")
            + "\njobs \(sent.joined(separator: ", ")) are sent and could not be cancelled: \(error.text)"
        )
      }
    }
    for (name, records) in before {
      let file = try JobFile(of: name, in: results)
      try file.write(records)
      file.removeLogs(of: [])
    }
    return Failure(.inputOutput, words)
  }
}
