import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is said to Slurm and heard from it, with stand-ins for its commands; Tests/Cluster has a real one.
@Suite("submit, status and cancel")
struct SubmitTests {
  private let project = Project()
  private let undisturbed = Project()
  private static let units = "Results/.partial/.units/s"
  /// Six runs: slow-0, fast-0, slow-1, ...
  private static let study = smallSpec(
    more: "replicates: 3\nvariants: [{name: slow}, {name: fast, set: {training.steps: 9}}]")

  init() {
    let log =
      #"printf '%s' "$(basename "$0")" >>"$HOME/calls"; "#
      + #"for word; do printf ' %s' "$word" >>"$HOME/calls"; done; echo >>"$HOME/calls"; "#
    for one in [project, undisturbed] { one.spec("s", Self.study) }
    // Keeps each script, and refuses the one that is told to.
    project.standIn(
      "sbatch",
      log
        + """
        job=$(($(cat "$HOME/job" 2>/dev/null || echo 10) + 1))
        if [ "$job" = "$(cat "$HOME/refused" 2>/dev/null)" ]; then
          echo "sbatch: error: Batch job submission failed: Job violates accounting policy" >&2
          exit 1
        fi
        echo $job >"$HOME/job"
        for word; do case $word in *.sh) cp "$word" "$HOME/$job.sh";; esac; done
        echo "a word of the site"
        echo "$job;lab"
        echo "17 words more"
        """)
    project.standIn(
      "scontrol",
      #"case $1 in show) echo 'MaxArraySize            = 2'; cat "$HOME/config" 2>/dev/null || :;; *) "#
        + "\(log);; esac")
    project.standIn("sinfo", "printf '4\\n8+\\n'")
    project.standIn("scancel", log + #"exit "$(cat "$HOME/scancel" 2>/dev/null || echo 0)""#)
    // The folder of a job is the project's unless it is told. What is asked for by name is another file.
    project.standIn(
      "squeue",
      #"""
      [ -f "$HOME/queue" ] || exit 1
      case "$*" in *" -n "*) queue="$HOME/named";; *) queue="$HOME/queue";; esac
      [ ! -f "$queue" ] || awk -F'|' -v d="$(pwd -P)" '{ print NF < 5 ? $0 "|" d : $0 }' "$queue"
      """#)
    project.standIn("sacct", #"cat "$HOME/accounting" 2>/dev/null || exit 1"#)
    queue("")
  }

  private func queue(_ lines: String) { write(Array(lines.utf8), to: "\(project.home)/queue") }

  /// What Slurm's commands were told since this was last asked, the project's folder as P.
  private func calls() -> [String] {
    let path = "\(project.home)/calls"
    defer { unsafe unlink(path) }
    // As the program sees its folder.
    let folder = project.shell("pwd -P").lines.first ?? ""
    return text(path).split(separator: "\n").map {
      String($0.replacing(folder, with: "P").replacing(project.path, with: "P"))
    }
  }

  /// Executes a task as Slurm would.
  private func task(_ job: Int, _ number: Int? = nil, offset: Int = 0) -> Outcome {
    let variables = number.map { "SLURM_ARRAY_TASK_ID=\($0) " } ?? ""
    return project.shell(
      "SLURM_JOB_ID=99 \(variables)bash \(quoted("\(project.home)/\(job).sh")) \(offset)")
  }

  @Test(
    "without --submit, scripts and the commands that send them are printed, and nothing changes")
  func dry() {
    let before = project.listing
    let dry = project.run(
      "submit", "s", "--pack", "2", "--max-running", "3", "--partition", "short", "--time",
      "1:00:00",
      "--sbatch=--qos=low", environment: ["HERDBOOK_DATA": "/data/sets of mine"])
    #expect(dry.status == 0, "\(dry.err)")
    #expect(project.listing == before && calls().isEmpty)
    let folder = project.shell("pwd -P").lines[0]
    let out = dry.out.replacing(Program.path, with: "herdbook").replacing(folder, with: "P")
      .replacing(project.path, with: "P")
    #expect(
      out == """
        # sbatch --parsable --qos=low --chdir=P --job-name=herdbook-s --array=0-1%3 units.sh 0
        # sbatch --parsable --qos=low --chdir=P --job-name=herdbook-s --array=0%3 --dependency=afterany:ARRAY-1 --kill-on-invalid-dep=yes units.sh 2
        # units.sh:
        #!/bin/bash
        #SBATCH --output=Results/.log/s/%A_%a.log
        #SBATCH --open-mode=append
        #SBATCH --nodes=1
        #SBATCH --ntasks=1
        #SBATCH --cpus-per-task=2
        #SBATCH --mem=200M
        #SBATCH --time=1:00:00
        #SBATCH --requeue
        #SBATCH --signal=B:USR1@120
        #SBATCH --partition=short
        export HERDBOOK_DATA='/data/sets of mine'
        exec herdbook run s --array --pack 2 --threads 2 --wait --keep-going --requeue --latency-wait 60 --offset "$1"

        # sbatch --parsable --qos=low --chdir=P --job-name=herdbook-s-collect --dependency=afterany:ARRAY-1:ARRAY-2 --kill-on-invalid-dep=yes collect.sh
        # collect.sh:
        #!/bin/bash
        #SBATCH --output=Results/.log/s/%j.log
        #SBATCH --open-mode=append
        #SBATCH --nodes=1
        #SBATCH --ntasks=1
        #SBATCH --cpus-per-task=1
        #SBATCH --mem=1000M
        #SBATCH --time=1:00:00
        #SBATCH --requeue
        #SBATCH --signal=B:USR1@120
        #SBATCH --partition=short
        export HERDBOOK_DATA='/data/sets of mine'
        exec herdbook collect s --threads 1 --wait --requeue --latency-wait 60


        """)
    #expect(dry.err.contains("6 runs, 2 a task: 3 tasks of 2 arrays"), "\(dry.err)")
  }

  @Test("what was sent is waiting, running, done, lost; only what is missing goes again")
  func life() {
    let sent = project.run("submit", "s", "--submit", "--pack", "2", "--cpus", "1")
    #expect(sent.status == 0 && sent.out == "11\n12\n13\n", "\(sent.err)")
    #expect(
      calls() == [
        "sbatch --parsable --chdir=P --job-name=herdbook-s --array=0-1 P/\(Self.units)/.jobs/units.sh 0",
        "sbatch --parsable --chdir=P --job-name=herdbook-s --array=0 P/\(Self.units)/.jobs/units.sh 2",
        "sbatch --parsable --chdir=P --job-name=herdbook-s-collect --dependency=afterany:11:12 --kill-on-invalid-dep=yes P/\(Self.units)/.jobs/collect.sh",
      ])
    queue(
      "11|0|RUNNING|None\n11|1|PENDING|Resources\n12|0|PENDING|Priority\n13|N/A|PENDING|Dependency\n8|0|RUNNING|None|/elsewhere\n"
    )
    let waiting = project.run("status", "s")
    #expect(waiting.lines.first == "s: 2 running, 4 waiting", "\(waiting.out)")
    #expect(waiting.out.contains("  slow-1  waiting  Resources"), "\(waiting.out)")
    #expect(waiting.out.contains("  job 11  2 tasks        sent by "), "\(waiting.out)")
    let again = project.run("submit", "s", "--submit")
    #expect(again.status == 0 && again.out.isEmpty && calls().isEmpty)
    #expect(again.err.contains("all that is missing is under way"), "\(again.err)")
    // One is done, one is gone.
    let first = task(11, 0)
    #expect(first.status == 0 && first.err.contains("s fast-0: "), "\(first.err)")
    queue("11|1|NODE_FAIL|None\n13|N/A|PENDING|Dependency\n")
    write(Array("12_0|OUT_OF_MEMORY\n12_1|CANCELLED by 0\n".utf8), to: "\(project.home)/accounting")
    project.shell("echo words >Results/.log/s/11_1.log")
    let lost = project.run("status", "s", "--failed")
    #expect(lost.lines.first == "s: 2 done, 4 lost", "\(lost.out)")
    #expect(
      lost.out.contains("  slow-1  lost  NODE_FAIL; Results/.log/s/11_1.log"), "\(lost.out)")
    // A task that never began said nothing.
    #expect(lost.out.contains("  fast-2  lost  OUT_OF_MEMORY\n"), "\(lost.out)")
    #expect(project.run("list").err.contains("single runs: 2 done, 4 lost"))
    let rest = project.run("submit", "s", "--submit")
    #expect(rest.out == "14\n15\n", "\(rest.err)")
    #expect(
      calls().map { $0.replacing("P/\(Self.units)/.jobs/", with: "") } == [
        "sbatch --parsable --chdir=P --job-name=herdbook-s --array=0-1 units.sh 2",
        "sbatch --parsable --chdir=P --job-name=herdbook-s --array=0-1 units.sh 4",
        // What collects waits already, as heirs may wait for it: it takes the new arrays, too.
        "scontrol update JobId=13 Dependency=afterany:14:15",
      ])
    for (job, number, offset) in [(14, 0, 2), (14, 1, 2), (15, 0, 4), (15, 1, 4)] {
      let end = task(job, number, offset: offset)
      #expect(end.status == 0, "\(end.err)")
    }
    queue("13|N/A|RUNNING|None\n")
    let collected = project.shell("SLURM_JOB_ID=13 bash \(quoted("\(project.home)/13.sh"))")
    #expect(collected.status == 0 && collected.out == "Results/s/report.html\n", "\(collected.err)")
    undisturbed.run("run", "s")
    #expect(project.manifest("s") == undisturbed.manifest("s") && !project.manifest("s").isEmpty)
    #expect(project.shell("ls -A Results/.partial").out == "")
    let end = project.run("submit", "s", "--submit")
    #expect(end.err == "s: up to date, there is nothing to send\n" && end.out.isEmpty)
  }

  @Test(
    "what Slurm refuses is shown as it says it, what it had taken is cancelled, nothing is marked")
  func refused() {
    let before = project.listing
    write(Array("12".utf8), to: "\(project.home)/refused")
    let refused = project.run("submit", "s", "--submit")
    #expect(refused.status == 74 && refused.out.isEmpty)
    #expect(
      refused.err.hasSuffix(
        """
        error: nothing is submitted: sbatch refused a job:
        sbatch: error: Batch job submission failed: Job violates accounting policy
        what it had taken is cancelled again: 11

        """), "\(refused.err)")
    #expect(calls().last == "scancel 11")
    #expect(project.listing == before)
    // What was sent before keeps its place, and the folder of its logs.
    unsafe unlink("\(project.home)/refused")
    #expect(project.run("submit", "s", "--submit", "--pack", "6").out == "12\n13\n")
    queue("12|0|NODE_FAIL|None\n13|N/A|PENDING|Dependency\n")
    let first = project.listing
    write(Array("15".utf8), to: "\(project.home)/refused")
    #expect(project.run("submit", "s", "--submit").status == 74)
    #expect(project.listing == first)
    #expect(calls().last == "scancel 14")
    #expect(project.run("cancel", "s").status == 0)
    queue("")
    // Nor can it be taken back: then it is known.
    write(Array("1".utf8), to: "\(project.home)/scancel")
    write(Array("16".utf8), to: "\(project.home)/refused")
    let stuck = project.run("submit", "s", "--submit")
    #expect(stuck.status == 74 && stuck.err.contains("jobs 15 are sent and could not be cancelled"))
    queue("15|0|PENDING|None\n15|1|PENDING|None\n")
    #expect(project.run("status", "s").lines.first == "s: 2 waiting, 4 lost")
    // More than it ever takes.
    write(Array("MaxJobCount             = 4\n".utf8), to: "\(project.home)/config")
    let many = project.run("submit", "s", "--submit", "--as", "many", "--replicates", "3")
    #expect(many.status == 2 && many.out.isEmpty)
    #expect(
      many.err
        == "error: s: 7 tasks are more than this cluster takes, 4 (MaxJobCount): give each more runs, with --pack 3\n",
      "\(many.err)")
    // No Slurm at all.
    let elsewhere = undisturbed.run("submit", "s", "--submit", environment: ["PATH": "/nowhere"])
    #expect(elsewhere.status == 74)
    #expect(elsewhere.err == "error: there is no command scontrol here\n")
  }

  @Test("cancelled jobs leave what is done, and what squeue does not tell is said")
  func cancelled() {
    #expect(project.run("cancel", "s").err == "s: no job is queued or running\n")
    project.run("submit", "s", "--submit", "--pack", "6")
    _ = calls()
    queue("11|0|PENDING|None\n12|N/A|PENDING|Dependency\n")
    #expect(project.run("run", "s", "--unit", "slow-1").status == 0)
    unsafe unlink("\(project.home)/queue")
    let unknown = project.run("status", "s")
    #expect(unknown.lines.first == "s: 1 done, 5 waiting", "\(unknown.out)")
    #expect(unknown.err.contains("squeue says: nothing, and failed; runs that were sent"))
    let again = project.run("submit", "s", "--submit")
    #expect(again.status == 74 && again.err.contains("what is left of them cannot be told"))
    queue("11|0|PENDING|None\n12|N/A|PENDING|Dependency\n")
    #expect(project.run("cancel", "s").err == "s: cancelled: 11, 12\n")
    #expect(calls() == ["scancel 11 12"])
    queue("11|0|CANCELLED|None\n12|N/A|CANCELLED|None\n")
    #expect(
      project.run("status", "s").lines == [
        "s: 1 done, 5 missing", "  slow-0  missing", "  fast-0  missing", "  slow-1  done",
        "  fast-1  missing", "  slow-2  missing", "  fast-2  missing",
      ])
    #expect(project.run("cancel", "s").err == "s: no job is queued or running\n")
  }

  @Test("jobs of other values, and jobs that nobody remembers, are told before anything is sent")
  func others() {
    project.run("submit", "s", "--submit", "--pack", "6", "--as", "v", "--set", "training.steps=4")
    _ = calls()
    queue("11|0|PENDING|None\n12|N/A|PENDING|Dependency\n")
    let other = project.run("submit", "s", "--submit", "--as", "v", "--set", "training.steps=5")
    #expect(other.status == 1 && calls().isEmpty)
    #expect(
      other.err.contains("error: v: jobs 11, 12 are under way for other values of it"),
      "\(other.err)")
    // Further replicates are none.
    let more = project.run(
      "submit", "s", "--submit", "--as", "v", "--set", "training.steps=4", "--replicates", "4")
    #expect(more.out == "13\n", "\(more.err)")
    #expect(
      more.err.contains("herdbook status s --as v --set training.steps=4 --replicates 4\n"),
      "\(more.err)")
    // As when the program is killed after Slurm took a job; one of another project is none of it.
    write(
      Array("11|0|PENDING|None\n12|N/A|PENDING|Dependency\n8|0|RUNNING|None|/elsewhere\n".utf8),
      to: "\(project.home)/named")
    let file = "\(project.path)/Results/.partial/.units/v/.jobs/sent.jsonl"
    let whole = bytes(file)
    write(Array(whole.prefix(while: { $0 != UInt8(ascii: "\n") })) + [10], to: file)
    let lost = project.run(
      "submit", "s", "--submit", "--as", "v", "--set", "training.steps=4", "--replicates", "4")
    #expect(lost.status == 1, "\(lost.err)")
    #expect(lost.err.contains("jobs 12 of it are in the queue and not remembered"), "\(lost.err)")
    // Damaged.
    write(Array(whole.dropLast(9)), to: file)
    let damaged = project.run("status", "s", "--as", "v", "--set", "training.steps=4")
    #expect(damaged.status == 1)
    #expect(
      damaged.err.contains(
        "sent.jsonl, line 3, is not the record of a job; take all jobs of it back"),
      "\(damaged.err)")
    _ = calls()
    let cancel = project.run("cancel", "v")
    #expect(cancel.status == 0 && calls() == ["scancel 11 12"], "\(cancel.err)")
    #expect(!exists(file))
    #expect(project.run("cancel", "w").err.contains("there is no experiment 'w'"))
  }

  @Test("what collects waits for whoever is at a run, and keeps what is still queued in mind")
  func collecting() {
    project.spec("s", smallSpec(iterations: 60, more: "replicates: 2\nrecord: {checkpoint: 1}"))
    project.run("submit", "s", "--submit")
    queue("11|0|RUNNING|None\n11|1|PENDING|None\n12|N/A|PENDING|Dependency\n")
    #expect(project.run("run", "s", "--unit", "main-0").status == 0)
    let lock = "\(project.path)/\(Self.units)/.partial/main-1/lock"
    let run = project.start(["run", "s", "--unit", "main-1"])
    let isLocked = run.wait { exists(lock) }
    #expect(isLocked)
    let early = project.run("collect", "s")
    #expect(early.status == 4 && early.err.contains("  main-1: running"), "\(early.err)")
    let collected = project.run("collect", "s", "--wait")
    #expect(run.wait().status == 0)
    #expect(collected.status == 0, "\(collected.err)")
    #expect(project.run("cancel", "s").err == "s: cancelled: 11, 12\n")
    queue("")
    #expect(project.run("collect", "s").status == 0)
    #expect(project.shell("ls -A Results/.partial").out == "")
  }

  @Test(
    "a task asks for what its runs need, whatever --pack says, and a file of that name is no spec")
  func resources() {
    project.shell("touch s")
    let dry = project.run("submit", "s", "--pack", "1000", "--cpus", "3")
    #expect(dry.out.contains("#SBATCH --cpus-per-task=3\n#SBATCH --mem="), "\(dry.out)")
    #expect(
      dry.out.contains(" run s --array --pack 1000 ") && dry.out.contains("#SBATCH --time=15\n"))
    project.shell("mkdir Results/s; touch Results/s/notes.txt")
    let foreign = project.run("submit", "s", "--submit")
    #expect(foreign.status == 1 && foreign.err.contains("notes.txt"), "\(foreign.err)")
    project.shell("mkdir -p 'at%A'; cp -r Experiments 'at%A'")
    let folder = project.run("submit", "s", in: "at%A")
    #expect(folder.status == 2 && folder.err.contains("Slurm would read"), "\(folder.err)")
  }

  @Test("a transfer's source goes first, and its heir waits for what collects it")
  func stages() {
    project.spec("source", smallSpec(seed: 4, more: "replicates: 2"))
    project.spec("heir", smallSpec(more: "transfer: {from: source}"))
    // What is printed waits for what is sent: with a bound, an array for that of the stage before, too.
    let printed = project.run("submit", "heir", "--max-running", "1").out
    #expect(
      printed.contains("--dependency=afterok:COLLECT-OF-source,afterany:ARRAY-1 "), "\(printed)")
    #expect(printed.contains("--dependency=afterany:ARRAY-2 "), "\(printed)")
    let sent = project.run("submit", "heir", "--submit")
    #expect(sent.out == "11\n12\n13\n14\n", "\(sent.err)")
    let options = calls().map { $0.split(separator: " ").filter { $0.hasPrefix("--dep") } }
    #expect(
      options == [
        [], ["--dependency=afterany:11"], ["--dependency=afterok:12"], ["--dependency=afterany:13"],
      ])
    // What is under way already is waited for as well.
    queue("11|0|RUNNING|None\n11|1|RUNNING|None\n12|N/A|PENDING|Dependency\n13|0|PENDING|None\n")
    project.spec("second", smallSpec(seed: 2, more: "transfer: {from: source}"))
    let waiting = project.run("submit", "second").out
    #expect(waiting.contains("--dependency=afterok:12 "), "\(waiting)")
    #expect(project.run("submit", "second", "--submit").out == "15\n16\n")
    #expect(calls().first?.contains("--dependency=afterok:12 ") == true)
    for run in [0, 1] { #expect(task(11, run).status == 0) }
    #expect(task(12).status == 0)
    let heir = task(13, 0)
    #expect(heir.status == 0, "\(heir.err)")
    #expect(task(14).status == 0)
    #expect(project.run("verify", "heir").status == 0)
  }

  @Test("a run that fails says why, until it is tried again; others of its task go on")
  func failed() {
    project.shell("mkdir -p \(Self.units)/fast-0; touch \(Self.units)/fast-0/stray")
    project.run("submit", "s", "--submit", "--pack", "6")
    let end = task(11, 0)
    #expect(end.status == 4 && end.err.contains("error: 1 of 6 runs failed"), "\(end.err)")
    let status = project.run("status", "s", "--failed")
    #expect(status.lines.first == "s: 5 done, 1 failed", "\(status.out)")
    #expect(status.out.contains("fast-0  failed  error: ") && status.out.contains("stray"))
    let collect = task(12)
    #expect(collect.status == 4 && collect.err.contains("  fast-0: "), "\(collect.err)")
    #expect(!exists("\(project.path)/Results/s"))
    unsafe unlink("\(project.path)/\(Self.units)/fast-0/stray")
    let again = project.run("run", "s", "--unit", "fast-0")
    #expect(again.status == 0, "\(again.err)")
    #expect(project.run("status", "s").lines.first == "s: 6 done")
  }

  @Test("told that its time is nearly up, a task keeps its state and is queued again")
  func requeued() {
    project.spec("s", smallSpec(iterations: 400, more: "record: {weights: all, checkpoint: 1}"))
    undisturbed.spec("s", smallSpec(iterations: 400, more: "record: {weights: all, checkpoint: 1}"))
    let file =
      "\(project.path)/\(Self.units)/.partial/main-0/bundle/runs/main-0/weights/generation-00009.safetensors"
    let run = project.start(
      ["run", "s", "--array", "--requeue"],
      environment: ["SLURM_JOB_ID": "77", "SLURM_ARRAY_TASK_ID": "0"])
    let isThere = run.wait { exists(file) }
    #expect(isThere)
    run.signal(SIGUSR1)
    let end = run.wait()
    #expect(end.status == 85 && end.err.contains("s: queued again as job 77"), "\(end.err)")
    #expect(calls() == ["scontrol requeue 77"])
    #expect(project.run("status", "s").out.contains("main-0  interrupted  at generation "))
    let on = project.run(
      "run", "s", "--array", "--requeue",
      environment: ["SLURM_JOB_ID": "77", "SLURM_ARRAY_TASK_ID": "0"])
    #expect(on.status == 0 && on.err.contains("goes on from generation "), "\(on.err)")
    #expect(project.run("collect", "s").status == 0)
    undisturbed.run("run", "s")
    #expect(project.manifest("s") == undisturbed.manifest("s"))
    let outside = project.run("run", "s", "--unit", "main-0", "--requeue")
    #expect(outside.status == 64 && outside.err.contains("SLURM_JOB_ID is not set"))
  }

  @Test("what collects is queued again where its time is up and runs are missing")
  func requeuedCollector() {
    let run = project.start(
      ["collect", "s", "--requeue", "--latency-wait", "60"], environment: ["SLURM_JOB_ID": "78"])
    // Until it looks: nothing tells when.
    usleep(1_500_000)
    run.signal(SIGUSR1)
    let end = run.wait()
    #expect(end.status == 85 && end.err.contains("s: queued again as job 78"), "\(end.err)")
    #expect(calls() == ["scontrol requeue 78"])
    let stopped = project.start(["collect", "s", "--latency-wait", "60"])
    usleep(1_500_000)
    stopped.signal(SIGTERM)
    let stop = stopped.wait()
    #expect(stop.status == 85 && stop.err.contains("s: stopped; nothing is written"), "\(stop.err)")
  }

  @Test("what another machine writes late is waited for as long as it is told to")
  func late() {
    let collector = project.start(["collect", "s", "--latency-wait", "60"])
    #expect(project.run("run", "s", "--shard", "0/1").status == 0)
    let collected = collector.wait()
    #expect(collected.status == 0, "\(collected.err)")
    #expect(project.run("collect", "s", "--latency-wait", "-1").status == 64)
    #expect(project.run("run", "s", "--latency-wait", "3").status == 64)
  }

  @Test("what is asked for in vain is told")
  func refusals() {
    let cases: [(arguments: [String], status: Int32, words: String)] = [
      (["t"], 66, "there is no experiment 't'"),
      (["s", "--engine", "pbs"], 64, "slurm"),
      (["s", "--pack", "0"], 64, "--pack is 0; it is from 1 to 1,000,000"),
      (["s", "--max-running", "0"], 64, "--max-running is 0; it is from 1 to 1,000,000"),
      (["s", "--time", "4"], 2, "--time 4 is short"),
      (["s", "--sbatch=--dependency=singleton"], 64, "--dependency is what submit sets itself"),
      (["s", "--sbatch", "-a0-5"], 64, "-a0-5 is what submit sets itself"),
      (["s", "--time", "1 day"], 64, "--time is '1 day'; it is one word"),
      (["s", "--set", "iterations=3"], 64, "name its bundle with --as NAME"),
    ]
    let before = project.listing
    for (arguments, status, words) in cases {
      let run = project.start(["submit"] + arguments).wait()
      #expect(run.status == status && run.err.contains(words), "\(arguments): \(run.err)")
    }
    #expect(project.listing == before)
  }
}
