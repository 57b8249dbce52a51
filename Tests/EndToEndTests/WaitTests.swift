import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("several processes at one name")
struct WaitTests {
  private let project = Project()
  private let spec = smallSpec(iterations: 30, more: "record: {weights: all, individuals: all}")

  private var undisturbed: String {
    let other = Project()
    other.spec("s", spec)
    #expect(other.run("run", "s").status == 0)
    return other.manifest("s")
  }

  @Test("of ten that start at once one runs, the others say who does, and the result is right")
  func ten() {
    project.spec("s", spec)
    let runs = (0..<10).map { _ in project.start(["run", "s"]) }
    let ends = runs.map { $0.wait() }
    for end in ends {
      let isLocked = end.status == 75 && end.err.contains("s is being run by process ")
      #expect(end.status == 0 || isLocked, "\(end.err)")
    }
    #expect(ends.contains { $0.status == 0 })
    #expect(project.manifest("s") == undisturbed)
    #expect(project.shell("ls -A Results/.partial").out == "")
  }

  @Test("of ten that wait one runs, and the others find its result")
  func wait() {
    project.spec("s", spec)
    let runs = (0..<10).map { _ in project.start(["run", "s", "--wait"]) }
    let ends = runs.map { $0.wait() }
    for end in ends { #expect(end.status == 0, "\(end.err)") }
    #expect(ends.count { $0.err.contains("test accuracy") } == 1)
    #expect(ends.count { $0.err.contains("s: up to date") } == 9)
    #expect(project.manifest("s") == undisturbed)
    #expect(project.shell("ls -A Results/.partial").out == "")
  }

  @Test("who waits goes on where the one that ran was killed")
  func killed() {
    project.spec("s", smallSpec(iterations: 100_000))
    let first = project.start(["run", "s"])
    #expect(first.wait { exists("\(project.path)/Results/.partial/s/bundle/spec/s.yaml") })
    project.spec("s", spec)
    let second = project.start(["run", "s", "--wait"])
    usleep(300_000)
    #expect(second.isRunning)
    first.signal(SIGKILL)
    _ = first.wait()
    let end = second.wait()
    #expect(end.status == 0 && end.err.contains("s: waiting for process "), "\(end.err)")
    #expect(project.manifest("s") == undisturbed)
  }

  @Test(
    "two hundred runs that are killed at random moments end in the same bytes, and the old bundle or the new is there"
  )
  func killedAtRandom() {
    let old = smallSpec(seed: 9)
    project.spec("s", old)
    #expect(project.run("run", "s").status == 0)
    let (before, after) = (project.manifest("s"), undisturbed)
    project.spec("s", spec + "# checkpoints at every iteration are no part of the result\n")
    project.shell("sed -i 's/record: {/record: {checkpoint: 1, /' Experiments/s.yaml")
    // A linear congruence, so that every run of this test is the same as far as the clock allows.
    var state: UInt32 = 20_171_213
    var (kills, isDone) = (0, false)
    while kills < 200 {
      if isDone {
        project.shell("rm -r Results/s")
        project.spec("s", old)
        #expect(project.run("run", "s", "--force").status == 0)
        project.spec("s", spec)
        project.shell("sed -i 's/record: {/record: {checkpoint: 1, /' Experiments/s.yaml")
        isDone = false
      }
      let run = project.start(["run", "s", "--quiet"])
      state = state &* 1_664_525 &+ 1_013_904_223
      usleep(5_000 + (state >> 8) % 120_000)
      run.signal(SIGKILL)
      let end = run.wait()
      #expect(end.status == 0 || end.status == 128 + SIGKILL, "\(end.err)")
      if end.status != 0 { kills += 1 }
      let now = project.manifest("s")
      let isNew = lines(now) == lines(after)
      #expect(
        now == before || isNew,
        "neither: \(Set(lines(now)).symmetricDifference(lines(after)).sorted()) \(end.err)")
      #expect(project.shell("cd Results/s && sha256sum --quiet -c MANIFEST.sha256").status == 0)
      isDone = isNew
    }
    let last = project.run("run", "s")
    #expect(last.status == 0, "\(last.err)")
    #expect(lines(project.manifest("s")) == lines(after))
  }

  /// A manifest without the spec, the provenance and the pages, which tell of a checkpoint or a comment.
  private func lines(_ manifest: String) -> [Substring] {
    manifest.split(separator: "\n").filter { line in
      !["  spec/", "  provenance.json", "  report.html", "  cover.svg"].contains {
        line.contains($0)
      }
    }
  }
}
