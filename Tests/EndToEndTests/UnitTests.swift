import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The runs of a plan executed one by one, wherever, come together to the bytes of a run of all.
@Suite("units")
struct UnitTests {
  private let project = Project()
  private let undisturbed = Project()
  private static let units = "Results/.partial/.units/s"

  /// Six runs; of the best of each variant the champion is kept.
  private static let study = smallSpec(
    more: """
      replicates: 3
      record: {champions: best}
      report: {controls: [random-search]}
      variants: [{name: slow}, {name: fast, set: {training.steps: 9, fitness.target: 0.2}}]
      """)
  private static let runs = ["slow-0", "fast-0", "slow-1", "fast-1", "slow-2", "fast-2"]

  private func prepare(_ spec: String = study) {
    for one in [project, undisturbed] { one.spec("s", spec) }
    #expect(undisturbed.run("run", "s").status == 0)
  }

  private func expectCollected() {
    let collect = project.run("collect", "s")
    #expect(collect.status == 0 && collect.out == "Results/s/report.html\n", "\(collect.err)")
    #expect(project.manifest("s") == undisturbed.manifest("s") && !project.manifest("s").isEmpty)
    #expect(project.run("verify", "s").status == 0)
    #expect(project.shell("ls -A Results/.partial").out == "")
    #expect(project.run("run", "s").err.hasPrefix("s: up to date"))
  }

  @Test("units, shards and tasks of an array are the bytes of one run of all, whatever the threads")
  func ways() {
    prepare()
    let one = project.run("run", "s", "--unit", "fast-2", "--unit", "slow-0", "--threads", "3")
    #expect(
      one.out == "\(Self.units)/slow-0/report.html\n\(Self.units)/fast-2/report.html\n",
      "\(one.err)")
    let shard = project.run("run", "s", "--shard", "1/3", "--threads", "1")
    #expect(
      shard.out == "\(Self.units)/fast-0/report.html\n\(Self.units)/slow-2/report.html\n",
      "\(shard.err)")
    for (variable, value) in [("SLURM_ARRAY_TASK_ID", "2"), ("SGE_TASK_ID", "4")] {
      let task = project.run("run", "s", "--array", environment: [variable: value])
      #expect(task.status == 0, "\(task.err)")
    }
    // Each is a bundle.
    for run in Self.runs {
      let path = "\(Self.units)/\(run)"
      let check = "cd \(path) && sha256sum --quiet -c MANIFEST.sha256"
      #expect(project.shell(check).status == 0, "\(run)")
      #expect(exists("\(project.path)/\(path)/runs/\(run)/champion.safetensors"))
    }
    #expect(project.run("run", "s", "--unit", "slow-0").err == "s slow-0: up to date\n")
    expectCollected()
  }

  @Test("what is missing is named and nothing is written; runs that the bundle holds count")
  func missing() {
    project.spec("s", Self.study)
    #expect(project.run("run", "s", "--replicates", "2").status == 0)
    undisturbed.spec("s", Self.study)
    undisturbed.run("run", "s")
    let held = project.run("run", "s", "--unit", "slow-0")
    #expect(held.status == 0 && held.err == "s slow-0: up to date in the bundle of s\n")
    let before = project.listing
    let collect = project.run("collect", "s")
    #expect(collect.status == 4 && collect.out.isEmpty)
    #expect(
      collect.err == """
        error: s: 2 of 6 runs are not there:
          slow-2: missing
          fast-2: missing
        make one with: herdbook run s --unit slow-2

        """)
    #expect(project.listing == before)
    project.run("run", "s", "--shard", "1/3")
    let last = project.run(
      "run", "s", "--array", "--offset", "3", environment: ["LSB_JOBINDEX": "3"])
    #expect(last.status == 0, "\(last.err)")
    expectCollected()
  }

  @Test("a run that is wanted by a transfer is there first; a unit takes from the project's bundle")
  func transfer() {
    for one in [project, undisturbed] { one.spec("source", smallSpec(seed: 4)) }
    let heir = smallSpec(more: "replicates: 2\ntransfer: {from: source}")
    project.spec("s", heir)
    let early = project.run("run", "s", "--unit", "main-1")
    #expect(early.status == 66)
    #expect(
      early.err.hasPrefix(
        "error: s transfers from source, whose bundle is missing; make it first with: herdbook run source"
      ), "\(early.err)")
    project.run("run", "source")
    prepare(heir)
    #expect(project.run("run", "s", "--shard", "0/1").status == 0)
    expectCollected()
  }

  @Test("a unit that is killed goes on, one at which somebody is is refused, a damaged one is told")
  func faults() throws {
    let spec = smallSpec(
      iterations: 150, more: "replicates: 2\nrecord: {weights: all, checkpoint: 1}")
    prepare(spec)
    let place = "\(project.path)/\(Self.units)"
    let file = "\(place)/.partial/main-1/bundle/runs/main-1/weights/generation-00009.safetensors"
    let run = project.start(["run", "s", "--unit", "main-1"])
    let isThere = run.wait { exists(file) }
    #expect(isThere)
    let second = project.run("run", "s", "--unit", "main-1")
    #expect(second.status == 75 && second.err.contains("main-1"), "\(second.err)")
    run.signal(SIGKILL)
    _ = run.wait()
    #expect(project.run("run", "s", "--unit", "main-0").status == 0)
    let between = project.run("collect", "s")
    #expect(between.status == 4 && between.err.contains("  main-1: interrupted at generation "))
    let stopped = project.start(["run", "s", "--unit", "main-1", "--threads", "2"])
    let isFurther = stopped.wait {
      exists(file.replacing("generation-00009", with: "generation-00040"))
    }
    #expect(isFurther)
    stopped.signal(SIGTERM)
    let end = stopped.wait()
    #expect(end.status == 85, "\(end.err)")
    #expect(end.err.contains("go on with: herdbook run s --unit main-1"), "\(end.err)")
    #expect(project.run("run", "s", "--unit", "main-1").status == 0)
    // A bit of the other.
    let table = "\(place)/main-0/summary.csv"
    let sound = bytes(table)
    write(sound.map { $0 == UInt8(ascii: "1") ? UInt8(ascii: "2") : $0 }, to: table)
    let damaged = project.run("collect", "s")
    #expect(damaged.status == 4 && damaged.err.contains("  main-0: damaged\n"), "\(damaged.err)")
    #expect(project.run("run", "s", "--unit", "main-0").err.contains("its bundle is damaged"))
    #expect(bytes(table) == sound)
    let collect = project.run("collect", "s")
    #expect(collect.status == 0, "\(collect.err)")
    #expect(project.manifest("s") == undisturbed.manifest("s"))
    let weights = "cd Results/s && sha256sum --quiet -c WEIGHTS.sha256"
    #expect(project.shell(weights).status == 0)
  }

  @Test("what is asked for in vain is told")
  func refusals() {
    project.spec("s", Self.study)
    let before = project.listing
    let cases:
      [(arguments: [String], environment: [String: String], status: Int32, words: String)] = [
        (["--unit", "slow-9"], [:], 66, "s has no run 'slow-9'; did you mean 'slow-"),
        (["--unit", "slow-0", "--shard", "0/2"], [:], 64, "give one of them"),
        (["--shard", "2/2"], [:], 64, "'2/2' is invalid for '--shard"),
        (["--shard", "1"], [:], 64, "'1' is invalid for '--shard"),
        (
          ["--offset", "2", "--unit", "slow-0"], [:], 64,
          "--offset is added to the number of --array"
        ),
        (["--array"], [:], 64, "none of SLURM_ARRAY_TASK_ID, PBS_ARRAY_INDEX"),
        (
          ["--array", "--offset", "4"], ["JOB_COMPLETION_INDEX": "2"], 64,
          "s: JOB_COMPLETION_INDEX=2 and --offset 4 ask for run 6, counted from 0; the plan has 6 runs"
        ),
        (["--array"], ["SGE_TASK_ID": "0"], 64, "Grid Engine counts tasks from 1"),
        (["t", "--array"], ["SLURM_ARRAY_TASK_ID": "1"], 64, "are of one experiment"),
      ]
    for (arguments, environment, status, words) in cases {
      let run = project.start(["run", "s"] + arguments, environment: environment).wait()
      #expect(run.status == status && run.err.contains(words), "\(arguments): \(run.err)")
    }
    #expect(project.listing == before)
  }
}
