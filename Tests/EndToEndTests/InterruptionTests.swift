import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("interruption")
struct InterruptionTests {
  private let project = Project()
  private var partial: String { "\(project.path)/Results/.partial/s/bundle" }

  /// A run that nobody waits the end of.
  private func startEndlessRun(_ more: String...) -> RunningShell {
    project.spec("s", smallSpec(iterations: 100_000))
    let run = project.start(["run", "s"] + more)
    let isUnderWay = run.wait { exists("\(partial)/spec/s.yaml") }
    #expect(isUnderWay)
    return run
  }

  @Test("a run that was killed leaves the old bundle, and the next one ends in the same bytes")
  func killed() {
    let spec = smallSpec(iterations: 40, more: "record: {weights: all}")
    let undisturbed = Project()
    undisturbed.spec("s", spec)
    #expect(undisturbed.run("run", "s").status == 0)

    project.spec("s", smallSpec())
    #expect(project.run("run", "s").status == 0)
    let old = project.manifest("s")
    project.spec("s", spec)
    var isKilled = false
    // On a busy machine a run may be over before it is hit.
    for _ in 0..<20 where !isKilled {
      let run = project.start(["run", "s", "--force"])
      let isUnderWay = run.wait {
        exists("\(partial)/runs/main-0/weights/generation-00001.safetensors")
      }
      run.signal(SIGKILL)
      isKilled = isUnderWay && run.wait().status == 128 + SIGKILL && exists(partial)
      if !isKilled {
        project.spec("s", smallSpec())
        project.run("run", "s")
        project.spec("s", spec)
      }
    }
    #expect(isKilled)
    #expect(project.manifest("s") == old)
    #expect(project.shell("cd Results/s && sha256sum -c MANIFEST.sha256").status == 0)

    let next = project.run("run", "s")
    #expect(next.status == 0, "\(next.err)")
    #expect(
      next.err.contains(
        "s: an earlier run was cut short; what it left is removed, and this one starts from the"))
    #expect(project.manifest("s") == undisturbed.manifest("s"))
    #expect(project.shell("ls -A Results/.partial").out == "")
  }

  @Test("a run whose result is sealed is finished, whatever signal comes then")
  func finishing() {
    let spec = smallSpec(iterations: 400)
    let undisturbed = Project()
    for one in [project, undisturbed] { one.spec("s", spec) }
    undisturbed.run("run", "s")
    let run = project.start(["run", "s"])
    let isSealed = run.wait { exists("\(partial)/provenance.json") }
    run.signal(SIGTERM)
    let outcome = run.wait()
    #expect(isSealed && outcome.status == 0, "\(outcome.err)")
    #expect(project.manifest("s") == undisturbed.manifest("s"))
    #expect(project.shell("ls -A Results/.partial").out == "")
  }

  @Test(
    "SIGINT and SIGTERM end a run after its iteration: its state is kept, what was there stays",
    arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) {
    project.spec("s", smallSpec())
    project.run("run", "s")
    let old = project.manifest("s")
    let run = startEndlessRun("--threads", "2")
    run.signal(signal)
    let outcome = run.wait()
    #expect(outcome.status == 85 && outcome.out.isEmpty)
    #expect(outcome.err.contains("\ninterrupted: ending after this iteration (again: at once)\n"))
    #expect(outcome.err.contains("\ns: stopped at generation "))
    #expect(
      outcome.err.hasSuffix(
        " of 100000; what was there before is unchanged; go on with: herdbook run s --threads 2\n"))
    #expect(project.manifest("s") == old)
    #expect(project.shell("ls -A Results/.partial/s").out == "bundle\ncheckpoints\n")
  }

  @Test("a signal that the shell ignores, as for work in the background, stays ignored")
  func ignored() {
    project.spec("s", smallSpec(iterations: 100_000))
    let run = project.start(["run", "s"], after: "trap '' INT")
    let isUnderWay = run.wait { exists("\(partial)/spec/s.yaml") }
    #expect(isUnderWay)
    run.signal(SIGINT)
    run.signal(SIGTERM)
    // Had SIGINT been heeded, the second signal would have ended the run at once.
    #expect(run.wait().status == 85)
  }

  @Test("of two runs of one name the second says who works on it, exit 75")
  func locked() {
    let first = startEndlessRun("--quiet")
    let second = project.run("run", "s")
    #expect(second.status == 75)
    #expect(second.err.contains("error: s is being run by process \(first.process) on "))
    #expect(project.run("run", "s", "--dry-run").status == 75)
    #expect(project.run("report", "s").status == 66)
    first.signal(SIGTERM)
    #expect(first.wait().status == 85)
    #expect(!first.wait().err.contains("ending after"))
    project.spec("s", smallSpec())
    #expect(project.run("run", "s").status == 0)
  }

  @Test(
    "where its folder is removed in mid-run it says so and ends, the old bundle stays, and the next run works"
  )
  func removedFolder() {
    project.spec("s", smallSpec())
    #expect(project.run("run", "s").status == 0)
    let old = project.manifest("s")
    project.spec("s", smallSpec(iterations: 600))
    let run = project.start(["run", "s"])
    #expect(run.wait { exists("\(partial)/spec/s.yaml") })
    project.shell("rm -rf Results/.partial")
    let end = run.wait()
    // Either a file cannot be written, or the lock is missed before the bundle takes its place.
    #expect(
      end.status == 74 && end.err.contains("No such file or directory")
        || end.status == 74 && end.err.contains("the lock of s is gone"), "\(end.err)")
    #expect(project.manifest("s") == old)
    #expect(project.shell("cd Results/s && sha256sum --quiet -c MANIFEST.sha256").status == 0)
    #expect(project.run("run", "s").status == 0)
    #expect(project.manifest("s") != old)
    #expect(project.shell("ls -A Results/.partial").out == "")
  }

  @Test("at a file-size limit, which stands for a full disk, a run fails cleanly: exit 74")
  func fullDisk() {
    project.spec("s", smallSpec())
    #expect(project.run("run", "s").status == 0)
    let before = project.shell("find Results/s -type f -exec sha256sum {} +").out
    let run = project.run("run", "s", "--force", after: "ulimit -f 8")
    #expect(run.status == 74, "\(run.err)")
    #expect(run.err.contains("File too large; raise the file-size limit (ulimit -f)"))
    #expect(project.shell("find Results/s -type f -exec sha256sum {} +").out == before)
    #expect(project.shell("ls -A Results/.partial").out == "")
    project.spec("t", smallSpec(seed: 1))
    #expect(project.run("run", "t", after: "ulimit -f 8").status == 74)
    #expect(!exists("\(project.path)/Results/t"))
    #expect(project.run("run", "t").status == 0)
  }
}
