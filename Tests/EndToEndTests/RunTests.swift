import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("run")
struct RunTests {
  private let project = Project()

  @Test(
    "a second run finds the bundle up to date and leaves its bytes; --force makes the same ones")
  func again() {
    project.spec("s", smallSpec())
    let first = project.run("run", "s")
    #expect(first.status == 0 && first.out == "Results/s/report.html\n", "\(first.err)")
    #expect(first.err.hasPrefix("s: running for the first time\n"))
    let before = project.listing
    let second = project.run("run", "s")
    #expect(second.status == 0 && second.out == first.out)
    #expect(second.err == "s: up to date (plan, inputs and result version match)\n")
    #expect(project.listing == before)
    let manifest = project.manifest("s")
    #expect(!manifest.isEmpty)
    let forced = project.run("run", "s", "--force")
    #expect(forced.err.hasPrefix("s: running again, as --force asks\n"))
    #expect(project.manifest("s") == manifest)
  }

  @Test("threads and instruction sets change no byte, the report's included")
  func schedule() {
    project.spec(
      "s", smallSpec(iterations: 3, more: "mutation: {scale: 0.05, kernel: {shape: gaussian}}"))
    #expect(project.run("run", "s", "--threads", "1").status == 0)
    let manifest = project.manifest("s")
    #expect(manifest.contains("  report.html\n") && manifest.contains("  cover.svg\n"))
    for threads in ["2", "3", "8"] {
      #expect(project.run("run", "s", "--force", "--threads", threads).status == 0)
      #expect(project.manifest("s") == manifest, "\(threads) threads")
    }
    for set in ["scalar", "neon", "avx2", "avx512"] {
      let run = project.run("run", "s", "--force", environment: ["HERDBOOK_SIMD": set])
      guard run.status == 0 else {
        // A set that this machine lacks is a usage error and nothing else.
        #expect(run.status == 64 && set != "scalar")
        continue
      }
      #expect(project.manifest("s") == manifest, "\(set)")
    }
  }

  /// Results change only on purpose: `Evolution.resultVersion` is raised and the bundles are committed
  /// anew. A change of the pages alone asks for `herdbook report` and a commit of the bundles.
  @Test("the quickstart gives the bytes of the bundle that is committed")
  func shipped() {
    let package = Program.packageFolder
    let committed = text("\(package)/Results/quickstart/MANIFEST.sha256")
    project.spec("quickstart", bytes("\(package)/Experiments/quickstart.yaml"))
    let run = project.run("run", "quickstart")
    #expect(run.status == 0, "\(run.err)")
    let lines = { (manifest: String) in Set(manifest.split(separator: "\n")) }
    let changed = lines(committed).symmetricDifference(lines(project.manifest("quickstart")))
    let names = Set(changed.map { $0.split(separator: " ").last ?? $0 }).sorted()
    #expect(!committed.isEmpty && names.isEmpty, "other bytes in \(names.joined(separator: ", "))")
  }

  @Test("sha256sum accepts the manifest, which lists every file but recorded weights")
  func manifest() {
    project.spec("s", smallSpec(more: "record: {weights: all, individuals: all}"))
    #expect(project.run("run", "s").status == 0)
    let check = project.shell(
      "cd Results/s && sha256sum --strict -c MANIFEST.sha256 WEIGHTS.sha256")
    #expect(check.status == 0, "\(check.err)")
    let listed = project.shell(
      "cd Results/s && cut -c67- MANIFEST.sha256 WEIGHTS.sha256 | LC_ALL=C sort")
    let files = project.shell(
      "cd Results/s && find . -type f ! -name MANIFEST.sha256 | cut -c3- | LC_ALL=C sort")
    #expect(listed.out == files.out)
    #expect(files.lines.count { $0.contains("/weights/generation-") } == 3)
  }

  @Test("nothing in a bundle tells of the machine, the place, the user or the day")
  func anonymous() {
    project.spec("s", smallSpec())
    #expect(project.run("run", "s").status == 0)
    var secrets = [project.path, project.home, "ondine-vantongeren", "herdbook-end-to-end"]
    secrets += project.shell("date +%Y-%m-%d; date -u +%Y-%m-%d").lines
    secrets += project.shell("uname -n; id -un").lines.filter { $0.count > 4 }
    for secret in secrets {
      #expect(project.shell("grep -rlaF -- \(quoted(secret)) Results/s").out == "", "\(secret)")
    }
    #expect(project.shell("grep -c '\"ended\"' Results/.log/s.jsonl").out == "1\n")
  }

  @Test("stdout carries paths, stderr the talk; --quiet says nothing; a name runs once")
  func streams() {
    project.spec("a", smallSpec())
    project.spec("b", smallSpec(seed: 1))
    #expect(project.run("run", "--all", "--quiet").err == "")
    let run = project.run("run", "b", "a", "b", "Experiments/a.yaml", "--force")
    #expect(run.out == "Results/b/report.html\nResults/a/report.html\n")
    #expect(!run.err.contains("\u{1B}"))
    let other = project.run("run", "a", "../home/a.yaml")
    #expect(other.status == 66)
    project.shell("cp Experiments/a.yaml ../home/a.yaml")
    let clash = project.run("run", "a", "../home/a.yaml")
    #expect(clash.status == 64 && clash.err.contains("would write one bundle"))
    let none = Project()
    #expect(none.run("run", "--all").err == "no experiments yet; begin with: herdbook new NAME\n")
  }

  @Test(
    "output that cannot be written is an error",
    .enabled(if: exists("/dev/full"), "this system has no /dev/full"))
  func fullOutput() {
    project.spec("s", smallSpec())
    let list = project.run("list", after: "exec >/dev/full")
    #expect(list.status == 74)
    #expect(list.err.hasPrefix("error: cannot write to the standard output: "))
  }

  @Test(
    "on a terminal errors are red, unless NO_COLOR says otherwise",
    .enabled(if: exists("/usr/bin/script"), "needs script(1) for a terminal"))
  func colors() {
    func complaint(_ environment: String) -> String {
      let command = "\(environment) TERM=xterm \(Program.path) list -C /nonexistent"
      return project.shell("script -qec \(quoted(command)) /dev/null </dev/null").out
    }
    #expect(complaint("X=1").contains("\u{1B}[31;1merror:\u{1B}[0m /nonexistent is no project"))
    #expect(complaint("NO_COLOR=1").contains("error: /nonexistent is no project"))
    #expect(!complaint("NO_COLOR=1").contains("\u{1B}"))
  }

  @Test("an experiment is found from a subfolder, by path, and with --project or -C")
  func places() {
    project.spec("s", smallSpec())
    project.shell("mkdir -p notes/deep")
    let page = "\(project.path)/Results/s/report.html\n"
    #expect(project.run("run", "s", in: "notes/deep").out == page)
    let upToDate = "s: up to date (plan, inputs and result version match)\n"
    #expect(project.run("run", "../../Experiments/s.yaml", in: "notes/deep").err == upToDate)
    #expect(project.run("run", "./Experiments/s.yaml").out == "Results/s/report.html\n")
    #expect(project.run("run", "s", "--project", project.path, in: "/").err == upToDate)
    #expect(project.run("run", "s", "-C", "..", in: "notes").err == upToDate)
    let outside = project.run("list", in: "/")
    #expect(outside.status == 66 && outside.err.contains("make a project with: herdbook init"))
    let wrong = project.run("list", "-C", "notes")
    #expect(wrong.status == 66 && wrong.err.hasPrefix("error: notes is no project"))
  }

  @Test("a title with markup in it is shown as text, a long one is whole")
  func markup() {
    let title = "</title><script>alert('x')</script> & <b>" + String(repeating: "ä", count: 100)
    project.spec(
      "s", smallSpec(title: "\"\(title)\"", more: "description: \"<i>\\\"quoted\\\"</i>\""))
    let run = project.run("run", "s")
    #expect(run.status == 0, "\(run.err)")
    for file in ["report.html", "cover.svg"] {
      let page = text("\(project.path)/Results/s/\(file)")
      #expect(!page.contains("<script") && !page.contains("<i>") && !page.contains("& <"))
    }
    #expect(text("\(project.path)/Results/s/report.html").contains("&lt;/title&gt;&lt;script&gt;"))
    project.spec("_.A-9", smallSpec())
    #expect(project.run("run", "_.A-9").out == "Results/_.A-9/report.html\n")
  }

  @Test("a run that stops early has all of its files of the generation that it ended with")
  func stopsEarly() {
    let project = Project()
    project.spec(
      "s", smallSpec(iterations: 30, more: "stop: {evaluations: 12}\nrecord: {individuals: all}"))
    let run = project.run("run", "s")
    #expect(run.status == 0, "\(run.err)")
    func last(_ path: String) -> String {
      let lines = text("\(project.path)/Results/s/\(path)").split(separator: "\n")
      return lines.last.map { String($0.prefix { $0 != "," }) } ?? ""
    }
    for table in ["generations", "distributions", "distances", "figures/drift"] {
      #expect(last("runs/main-0/\(table).csv") == "2", "\(table)")
    }
    let weights = project.shell("ls Results/s/runs/main-0/weights").out
    #expect(weights == "generation-00002.safetensors\n")
    #expect(project.run("run", "s").err.contains("up to date"))
    #expect(project.run("plan", "s").out.contains("at most 30 iterations"))
  }
}
