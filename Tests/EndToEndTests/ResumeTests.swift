import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A run that was cut short goes on, and ends in the bytes of one that never was.
@Suite("going on")
struct ResumeTests {
  private let project = Project()
  private let undisturbed = Project()
  private var partial: String { "\(project.path)/Results/.partial/s" }

  /// Enough iterations to be hit in the middle of.
  private static let spec = smallSpec(
    iterations: 150, more: "record: {weights: all, individuals: all, checkpoint: 1}")

  private func weights(_ generation: Int, of run: String = "main-0") -> String {
    let digits = String(generation)
    let padded = String(repeating: "0", count: 5 - digits.count) + digits
    return "\(partial)/bundle/runs/\(run)/weights/generation-\(padded).safetensors"
  }

  /// Runs until a file is there, then sends a signal; how it ended.
  private func run(
    until file: String, signal: Int32, _ more: [String] = [], environment: [String: String] = [:]
  ) -> Outcome {
    let run = project.start(["run", "s"] + more, environment: environment)
    let isThere = run.wait { exists(file) }
    #expect(isThere)
    run.signal(signal)
    return run.wait()
  }

  private var isWhole: Bool {
    project.shell(
      "cd Results/s && sha256sum --quiet -c MANIFEST.sha256 && sha256sum --quiet -c WEIGHTS.sha256"
    ).status == 0
  }

  private func expectSame() {
    #expect(project.manifest("s") == undisturbed.manifest("s") && isWhole)
    #expect(project.shell("ls -A Results/.partial").out == "")
    #expect(project.run("run", "s").err.hasPrefix("s: up to date"))
  }

  @Test(
    "stopped twice and killed twice, with other threads each time, it ends in the same bytes",
    arguments: ["1", "3"])
  func stopped(threads: String) {
    undisturbed.spec("s", Self.spec)
    #expect(undisturbed.run("run", "s").status == 0)
    project.spec("s", Self.spec)
    let first = run(until: weights(3), signal: SIGTERM, ["--threads", threads])
    #expect(first.status == 85, "\(first.err)")
    for (signal, generation, other) in [(SIGKILL, 20, "2"), (SIGINT, 40, "1"), (SIGKILL, 60, "3")] {
      let next = run(
        until: weights(generation), signal: signal, ["--threads", other],
        environment: ["HERDBOOK_SIMD": "scalar"])
      #expect(next.status == (signal == SIGKILL ? 128 + SIGKILL : 85), "\(next.err)")
      #expect(
        next.err.contains("s: going on with a run that was cut short\ns: goes on from generation "))
    }
    let last = project.run("run", "s", "--threads", threads)
    #expect(last.status == 0, "\(last.err)")
    #expect(last.err.contains(" of 150\n"))
    expectSame()
  }

  @Test("stopped at every iteration, it ends in the same bytes")
  func everyIteration() {
    let spec = smallSpec(
      iterations: 12, more: "record: {weights: all, individuals: all, checkpoint: 1}")
    undisturbed.spec("s", spec)
    #expect(undisturbed.run("run", "s").status == 0)
    project.spec("s", spec)
    var stops = 0
    for turn in 0..<12 {
      // The first generation that is not there yet.
      guard let next = (0...12).first(where: { !exists(weights($0)) }) else { break }
      let run = project.start(
        ["run", "s", "--threads", "\(1 + turn % 3)"],
        environment: turn % 2 == 0 ? ["HERDBOOK_SIMD": "scalar"] : [:])
      _ = run.wait { exists(weights(next)) }
      run.signal(SIGINT)
      let end = run.wait()
      #expect(end.status == 85 || end.status == 0, "\(end.err)")
      if end.status == 0 { break }
      stops += 1
    }
    #expect(stops > 1)
    let last = project.run("run", "s")
    #expect(last.status == 0, "\(last.err)")
    expectSame()
  }

  @Test("without 'record.checkpoint' a signal keeps the state all the same")
  func clock() {
    let spec = smallSpec(iterations: 150, more: "record: {weights: all}")
    undisturbed.spec("s", spec)
    #expect(undisturbed.run("run", "s").status == 0)
    project.spec("s", spec)
    #expect(run(until: weights(5), signal: SIGINT).status == 85)
    let next = project.run("run", "s")
    #expect(next.status == 0 && next.err.contains("s: goes on from generation "))
    expectSame()
  }

  @Test("how often states are kept is no part of the result, and makes no bundle stale")
  func interval() {
    project.spec("s", smallSpec())
    undisturbed.spec("s", smallSpec(more: "record: {checkpoint: 1}"))
    #expect(project.run("run", "s").status == 0)
    #expect(undisturbed.run("run", "s").status == 0)
    let told = "spec/\\|provenance\\|report\\|cover"
    let mine = project.shell("grep -v '\(told)' Results/s/MANIFEST.sha256").out
    #expect(mine == undisturbed.shell("grep -v '\(told)' Results/s/MANIFEST.sha256").out)
    project.spec("s", smallSpec(more: "record: {checkpoint: 7}"))
    #expect(project.run("run", "s").err.contains("its pages are made again"))
  }

  @Test("of several runs the finished ones are kept, and the others go on; list and plan say so")
  func several() {
    let spec = smallSpec(
      iterations: 60,
      more: """
        record: {weights: all, individuals: all}
        replicates: 3
        variants: [{name: a}, {name: b, set: {mutation.scale: 0.1}}]
        """)
    undisturbed.spec("s", spec)
    #expect(undisturbed.run("run", "s").status == 0)
    project.spec("s", spec)
    let first = run(until: weights(5, of: "a-1"), signal: SIGTERM, ["--threads", "1"])
    #expect(first.status == 85)
    #expect(first.err.contains("s: stopped with 2 of 6 runs finished and 1 begun; "))
    #expect(
      project.run("list").lines.contains { $0.hasPrefix("s") && $0.contains("  interrupted") })
    #expect(project.run("list").err.contains("s is interrupted: with 2 of 6 runs finished and 1"))
    let plan = project.run("plan", "s")
    #expect(
      plan.lines.contains("  state        interrupted; with 2 of 6 runs finished and 1 begun"))
    let states = plan.lines.filter { $0.hasPrefix("  run  ") }.map {
      $0.split(separator: " ").map(String.init)[4]
    }
    #expect(states == ["finished", "finished", "interrupted", "missing", "missing", "missing"])
    #expect(project.run("plan", "s", "--json").out.contains("\"state\": \"interrupted\""))
    let recorded = "runs/a-0/weights/generation-00060.safetensors"
    let file = project.shell("stat -c %i Results/.partial/s/bundle/\(recorded)").out
    let second = run(until: weights(5, of: "b-1"), signal: SIGKILL, ["--threads", "1"])
    #expect(second.status == 128 + SIGKILL)
    let last = project.run("run", "s", "--threads", "3")
    #expect(last.status == 0, "\(last.err)")
    #expect(
      last.err.contains(
        "s: going on with a run that was cut short, with 3 of 6 runs finished"))
    #expect(!file.isEmpty && project.shell("stat -c %i Results/s/\(recorded)").out == file)
    expectSame()
  }

  @Test("a damaged state gives the one before it, and two the beginning")
  func damaged() {
    undisturbed.spec("s", Self.spec)
    #expect(undisturbed.run("run", "s").status == 0)
    project.spec("s", Self.spec)
    #expect(run(until: weights(9), signal: SIGTERM).status == 85)
    let spoil = "printf x | dd of=Results/.partial/s/checkpoints/%s bs=1 seek=500 conv=notrunc"
    project.shell(spoil.replacing("%s", with: "main-0"))
    let second = run(until: weights(25), signal: SIGTERM)
    #expect(second.status == 85)
    #expect(second.err.contains("s: cannot go on from a checkpoint: "))
    #expect(second.err.contains("checkpoints/main-0: is not as it was written\ns: goes on from"))
    project.shell(spoil.replacing("%s", with: "main-0"))
    project.shell(spoil.replacing("%s", with: "main-0.previous"))
    let last = project.run("run", "s")
    #expect(last.status == 0)
    #expect(last.err.contains("\ns: starts from the beginning\n"))
    expectSame()
  }

  @Test(
    "what was forced though it was up to date is told while it runs, and goes on where it was stopped"
  )
  func forced() {
    let spec = smallSpec(iterations: 150, more: "record: {weights: all, checkpoint: 1}")
    project.spec("s", spec)
    #expect(project.run("run", "s").status == 0)
    let before = project.manifest("s")
    let run = project.start(["run", "s", "--force"])
    #expect(run.wait { exists(weights(3)) })
    run.signal(SIGSTOP)
    #expect(project.run("list").lines.contains { $0.hasPrefix("s") && $0.contains("  running") })
    #expect(project.run("plan", "s").out.contains("  state        running; "))
    let second = project.run("run", "s")
    #expect(
      second.status == 75 && second.err.hasPrefix("error: s is being run by"), "\(second.err)")
    run.signal(SIGCONT)
    run.signal(SIGTERM)
    let stopped = run.wait()
    #expect(stopped.status == 85 && stopped.err.hasSuffix("go on with: herdbook run s\n"))
    #expect(
      project.run("list").lines.contains { $0.hasPrefix("s") && $0.contains("  interrupted") })
    let last = project.run("run", "s")
    #expect(last.status == 0 && last.err.contains("s: goes on from generation "), "\(last.err)")
    #expect(project.manifest("s") == before && isWhole)
    #expect(project.shell("ls -A Results/.partial").out == "")
    #expect(project.run("run", "s").err.hasPrefix("s: up to date"))
  }

  @Test("another spec, and --force, start from the beginning; a report meanwhile changes nothing")
  func others() {
    let spec = smallSpec(iterations: 150, more: "record: {weights: all, checkpoint: 1}")
    project.spec("s", smallSpec())
    project.run("run", "s")
    project.spec("s", spec)
    #expect(run(until: weights(5), signal: SIGTERM).status == 85)
    #expect(project.run("report", "s").status == 0)
    let second = run(until: weights(20), signal: SIGTERM)
    #expect(second.err.contains("s: goes on from generation "))
    project.shell("rm -r Results/.partial/s/bundle/runs")
    let forced = run(until: weights(1), signal: SIGTERM, ["--force"])
    #expect(forced.status == 85 && !forced.err.contains("goes on from"))
    #expect(forced.err.hasSuffix("go on with: herdbook run s\n"))
    project.spec("s", smallSpec(seed: 9, iterations: 3))
    let other = project.run("run", "s")
    #expect(other.status == 0)
    #expect(other.err.contains("s: an earlier run was cut short; what it left is removed"))
    undisturbed.spec("s", smallSpec(seed: 9, iterations: 3))
    undisturbed.run("run", "s")
    #expect(project.manifest("s") == undisturbed.manifest("s"))
    #expect(project.shell("ls -A Results/.partial").out == "")
  }
}
