import Testing

@Suite("renewal")
struct RenewalTests {
  private let project = Project()

  /// The manifest of what a run from nothing makes of a spec.
  private func fresh(_ spec: String) -> String {
    let other = Project()
    other.spec("s", spec)
    #expect(other.run("run", "s").status == 0)
    return other.manifest("s")
  }

  @Test(
    "a new title, description or comment renews spec, provenance and pages without a run",
    arguments: [
      (smallSpec(title: "Two"), "title: One -> Two"),
      (smallSpec(title: "One", more: "description: More words"), "description differs"),
      (smallSpec(title: "One", more: "# a comment"), "spec: its text differs, its values do not"),
      (smallSpec(title: "One", more: "herdbook: 1"), "spec: its text differs, its values do not"),
    ])
  func retelling(spec: String, reason: String) {
    project.spec("s", smallSpec(title: "One"))
    #expect(project.run("run", "s").status == 0)
    project.spec("s", spec)
    let list = project.run("list")
    #expect(list.lines[1].hasPrefix("s     stale") && list.err == "s is stale: \(reason)\n")
    let run = project.run("run", "s")
    #expect(run.status == 0 && run.out == "Results/s/report.html\n")
    #expect(run.err == "s: the result is up to date, its pages are made again: \(reason)\n")
    #expect(project.manifest("s") == fresh(spec))
    #expect(project.run("run", "s").err.hasPrefix("s: up to date"))
    #expect(project.shell("cd Results/s && sha256sum -c MANIFEST.sha256").status == 0)
  }

  @Test("a page that is gone or was edited is made again without a run")
  func pages() {
    project.spec("s", smallSpec())
    project.run("run", "s")
    let manifest = project.manifest("s")
    project.shell("rm Results/s/report.html; echo x >> Results/s/cover.svg")
    let run = project.run("run", "s")
    #expect(
      run.err
        == "s: the result is up to date, its pages are made again: cover.svg has changed;"
        + " report.html is missing\n")
    #expect(project.manifest("s") == manifest)
    #expect(project.shell("cd Results/s && sha256sum -c MANIFEST.sha256").status == 0)
  }

  @Test("another value runs again and says which")
  func stale() {
    project.spec("s", smallSpec())
    project.run("run", "s")
    project.spec("s", smallSpec(iterations: 3))
    #expect(project.run("list").err == "s is stale: spec: iterations 2 -> 3\n")
    #expect(project.run("run", "s").err.hasPrefix("s: running again: spec: iterations 2 -> 3\n"))
    #expect(project.manifest("s") == fresh(smallSpec(iterations: 3)))
  }

  @Test("a byte that flipped in a table is damage: list says so, report refuses, run mends it")
  func damage() {
    project.spec("s", smallSpec())
    project.run("run", "s")
    let manifest = project.manifest("s")
    let path = "\(project.path)/Results/s/runs/main-0/generations.csv"
    var table = bytes(path)
    table[table.count / 2] ^= 1
    write(table, to: path)
    let words = "runs/main-0/generations.csv has changed"
    let list = project.run("list")
    #expect(list.lines[1].hasPrefix("s     damaged") && list.err == "s is damaged: \(words)\n")
    let report = project.run("report", "s")
    #expect(report.status == 1 && report.err.hasSuffix("is damaged: \(words)\n"))
    let run = project.run("run", "s")
    #expect(run.status == 0)
    #expect(run.err.hasPrefix("s: running again, its bundle is damaged: \(words)\n"))
    #expect(project.manifest("s") == manifest)
    #expect(project.shell("cd Results/s && sha256sum -c MANIFEST.sha256").status == 0)
  }

  @Test("recorded weights that have changed are damage, and made again")
  func weightsChanged() {
    project.spec(
      "s",
      smallSpec(
        more:
          "record: {weights: all}\nvariants: [{name: a}, {name: b, set: {mutation.scale: 0.1}}]\nreplicates: 2"
      ))
    project.run("run", "s")
    let manifest = project.manifest("s")
    let path = "runs/b-1/weights/generation-00001.safetensors"
    project.shell("printf x >> Results/s/\(path)")
    #expect(project.run("plan", "s").out.contains("  state        damaged; \(path) has changed\n"))
    let run = project.run("run", "s")
    #expect(
      run.status == 0
        && run.err.hasPrefix("s: running again, its bundle is damaged: \(path) has changed\n"),
      "\(run.err)")
    #expect(run.err.contains("s: 3 of 4 runs taken over\n"))
    #expect(project.manifest("s") == manifest)
    #expect(project.run("verify", "s").status == 0)
  }

  @Test("a bundle without recorded weights, as from git, is up to date, and says what makes them")
  func weightsAbsent() {
    project.spec("s", smallSpec(more: "record: {weights: all}"))
    project.run("run", "s")
    project.shell("rm -r Results/s/runs/main-0/weights Results/.log Results/.partial")
    let run = project.run("run", "s")
    #expect(run.err.hasPrefix("s: up to date"))
    #expect(
      run.err.contains(
        "s: 3 files of recorded weights are not here, as git does not carry them; they are made again"
          + " with: herdbook run s --force\n"))
    #expect(project.run("list").lines[1].hasPrefix("s     fresh"))
    #expect(project.run("report", "s").status == 0)
    #expect(project.run("run", "s", "--force").status == 0)
    #expect(exists("\(project.path)/Results/s/runs/main-0/weights/generation-00001.safetensors"))
  }

  @Test("a file that no run wrote is not removed unasked")
  func foreign() {
    project.spec("s", smallSpec())
    project.run("run", "s")
    project.shell("echo mine > Results/s/notes.md")
    #expect(project.run("run", "s").err.hasPrefix("s: up to date"))
    project.spec("s", smallSpec(seed: 1))
    let run = project.run("run", "s")
    #expect(run.status == 1 && run.err.contains("notes.md; move them elsewhere, or pass --force"))
    #expect(text("\(project.path)/Results/s/notes.md") == "mine\n")
    #expect(project.run("run", "s", "--force").status == 0)
  }
}
