import Testing

@Suite("commands")
struct CommandTests {
  private let project = Project()

  @Test("a newcomer gets from an empty folder to a report in three commands")
  func newcomer() throws {
    let empty = "\(project.home)/study"
    let made = project.run("init", empty)
    #expect(made.status == 0 && made.out.isEmpty)
    #expect(made.err == "\(empty) is a project; begin with: herdbook new NAME -C \(empty)\n")
    let ignored = text("\(empty)/.gitignore")
    for line in ["/Results/.partial/", "/Results/.log/", "/Results/*/runs/*/weights/", "/Data/"] {
      #expect(ignored.contains("\(line)\n"))
    }
    let new = project.run("new", "first", in: empty)
    #expect(new.status == 0 && new.out == "Experiments/first.yaml\n")
    #expect(new.err == "run it with: herdbook run first\n")
    #expect(project.run("check", in: empty).err == "1 experiment, no problems\n")
    #expect(project.run("plan", "first", in: empty).lines.first == "first")
    let spec = "\(empty)/Experiments/first.yaml"
    let small = text(spec).split(separator: "\n").map { line in
      line.contains("  name: digits") ? line + "\n  train: {from: 0, count: 300}" : line
    }.joined(separator: "\n").replacing("iterations: 20", with: "iterations: 2")
      .replacing("weights: [0, 20]", with: "weights: [0, 2]")
    write(Array("\(small)\n".utf8), to: spec)
    let run = project.run("run", "first", in: empty)
    #expect(run.status == 0 && run.out == "Results/first/report.html\n", "\(run.err)")
    #expect(text("\(empty)/Results/first/report.html").hasPrefix("<!doctype html>"))
    #expect(exists("\(empty)/Results/first/runs/main-0/weights/generation-00000.safetensors"))
  }

  @Test("a word that is no command is told with the one that was meant")
  func misspelled() {
    let verify = project.run("verfy", "s")
    #expect(
      verify.status == 64
        && verify.err == "error: there is no command 'verfy'; did you mean 'verify'?\n")
    #expect(
      project.run("zzzzzzzz").err
        == "error: there is no command 'zzzzzzzz'; see them with: herdbook --help\n")
    #expect(project.run("help", "run").status == 0)
  }

  @Test("init leaves what is there as it is, and says the same again")
  func initAgain() {
    write(Array("*.tmp".utf8), to: "\(project.path)/.gitignore")
    project.spec("s", smallSpec())
    #expect(project.run("init").status == 0)
    let before = project.listing
    #expect(text("\(project.path)/.gitignore").hasPrefix("*.tmp\n/Results/.partial/\n"))
    #expect(project.run("init").status == 0)
    #expect(project.listing == before)
    let onFile = project.run("init", "Experiments/s.yaml")
    #expect(onFile.status == 74 && onFile.err.contains("a file stands where a folder should be"))
  }

  @Test("new refuses a name that is taken or cannot be, and copies with --from")
  func new() {
    project.spec("s", smallSpec(title: "One"))
    let taken = project.run("new", "s")
    #expect(taken.status == 64)
    #expect(taken.err == "error: Experiments/s.yaml is there already; choose another name\n")
    for name in ["a b", "a/b", ".a", "ä", "", String(repeating: "a", count: 65)] {
      let refused = project.run("new", "--", name)
      #expect(refused.status == 64 && refused.err.contains("cannot name an experiment"), "\(name)")
    }
    let copy = project.run("new", "t", "--from", "s")
    #expect(copy.out == "Experiments/t.yaml\n")
    #expect(copy.err.hasPrefix("title and seed are those of s; make them its own\n"))
    #expect(text("\(project.path)/Experiments/t.yaml") == smallSpec(title: "One"))
    #expect(project.run("new", "u", "--from", "x").status == 66)
  }

  @Test("list shows states, headlines and titles; reasons are talk; JSON has them all")
  func list() throws {
    #expect(project.run("list").err == "no experiments yet; begin with: herdbook new NAME\n")
    project.spec("done", smallSpec(title: "Finished"))
    project.spec("wrong", smallSpec(more: "mutatoin: {scale: 1}"))
    project.spec("remote", smallSpec(dataset: "mnist"))
    project.spec("odd name", smallSpec())
    #expect(project.run("run", "done").status == 0)
    project.spec("later", smallSpec())
    let list = project.run("list")
    #expect(list.status == 0)
    let words = list.lines.map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
    #expect(
      words == [
        "name state", "done fresh", "later missing", "odd name", "remote no-data", "wrong invalid",
      ])
    #expect(list.lines[1].hasSuffix(" on 100 images  Finished"))
    #expect(
      list.err.contains(
        "wrong is invalid: Experiments/wrong.yaml:8:1: unknown key 'mutatoin'; did you mean"))
    #expect(
      list.err.contains(
        "odd name is invalid: Experiments/odd name.yaml:1:1: 'odd name' cannot name an experiment"))
    #expect(list.err.contains("remote is no-data: the dataset 'mnist' was not found"))
    #expect(project.isJSON(project.run("list", "--json").out))
    // What a folder holds is the fault of the folder, not of an argument.
    let all = project.run("check")
    #expect(all.status == 2)
    #expect(all.err.hasPrefix("Experiments/odd name.yaml:1:1: error: 'odd name' cannot name"))
  }

  @Test("plan says what would run and why, and writes nothing")
  func plan() {
    project.spec("s", smallSpec(title: "A title"))
    let before = project.listing
    let plan = project.run("plan", "s")
    #expect(plan.status == 0 && plan.err.isEmpty)
    for line in [
      "s: A title", "  state        missing", "  evaluations  12",
      "  run          main-0  seed 0  missing", "  to run       1 of 1 run",
    ] {
      #expect(plan.lines.contains(line))
    }
    #expect(project.isJSON(project.run("plan", "s", "--json").out))
    #expect(project.listing == before)
    project.run("run", "s")
    project.spec("s", smallSpec(seed: 7))
    #expect(project.run("plan", "s").lines[1] == "  state        stale; spec: seed 0 -> 7")
  }

  @Test("report makes the same page again, and says what it cannot do")
  func report() {
    project.spec("s", smallSpec())
    #expect(project.run("report", "--all").err.hasPrefix("no bundles yet"))
    let missing = project.run("report", "s")
    #expect(missing.status == 66)
    #expect(missing.err == "error: there is no bundle of 's'; make it with: herdbook run s\n")
    project.run("run", "s")
    let before = project.manifest("s")
    let report = project.run("report", "--all")
    #expect(
      report.status == 0 && report.out == "Results/s/report.html\nResults/index.html\n",
      "\(report.err)")
    #expect(project.manifest("s") == before)
    #expect(project.run("report").status == 64)
  }

  @Test("list tells the medians of variants from the lowest to the highest")
  func headlines() {
    project.run(
      "s",
      of: smallSpec(
        more: """
          replicates: 2
          variants: [{name: none, set: {training.steps: 1}}, {name: a}, {name: b, set: {training.steps: 2}}]
          """))
    let rows = text("\(project.path)/Results/s/summary.csv").split(separator: "\n").map {
      $0.split(separator: ",").map(String.init)
    }
    let places = ["variant", "test_accuracy"].map { rows[0].firstIndex(of: $0) ?? 0 }
    let medians = ["none", "a", "b"].map { variant in
      let own = rows.filter { $0[places[0]] == variant }.compactMap { Double($0[places[1]]) }
      return own.reduce(0, +) / 2
    }.sorted()
    let told = [medians[0], medians[2]].map { median -> String in
      let digits = String(Int((10_000 * median).rounded()))
      return "0." + String(repeating: "0", count: 4 - digits.count) + digits
    }
    #expect(
      project.run("list").out.contains(
        "medians of 3 variants: test accuracy \(told[0]) to \(told[1]) on 100 images"))
  }

  @Test("report --all makes the page of all bundles, which is none itself and no other command's")
  func gallery() {
    project.spec("s", smallSpec(title: "The first"))
    project.spec("t", smallSpec(title: "The second", seed: 1))
    project.run("run", "s")
    project.run("report", "s")
    #expect(project.shell("ls Results").out == "s\n")
    project.run("report", "--all")
    let page = "\(project.path)/Results/index.html"
    let first = text(page)
    let headline = project.run("list").lines.first { $0.hasPrefix("s ") } ?? ""
    let came = first.firstMatch(of: #/<p class="came">(.*)</p>/#)?.1 ?? "none"
    #expect(headline.contains(came) && came.hasPrefix("test accuracy "), "\(came)")
    #expect(first.contains("The first") && !first.contains("The second"))
    // A run leaves it as it is; the next time all are there.
    #expect(project.run("run", "t").status == 0)
    #expect(text(page) == first)
    project.run("report", "--all")
    #expect(text(page).contains("The first") && text(page).contains("The second"))
    let again = text(page)
    project.run("report", "--all")
    #expect(text(page) == again && project.shell("ls -A Results").out.contains("index.html\n"))
    #expect(!project.shell("ls -A Results").out.contains(".new"))
    #expect(!project.run("list").out.contains("index"))
    #expect(project.run("verify", "s", "t").status == 0)
    #expect(project.run("diff", "s", "t").status == 1)
    #expect(project.run("report", "index.html").status == 66)
    // What somebody else put there stays.
    project.shell("echo mine > Results/index.html")
    let before = project.listing
    let refused = project.run("report", "--all")
    #expect(refused.status == 1 && refused.out.isEmpty)
    #expect(refused.err.hasPrefix("error: Results/index.html is there and was not made by"))
    #expect(project.listing == before)
  }

  @Test("report --figures writes every figure as a file of its own, and over nothing else")
  func figures() {
    project.spec("s", smallSpec())
    project.run("run", "s")
    let report = project.run("report", "s", "--figures", "new/figures")
    #expect(report.status == 0 && report.lines.first == "Results/s/report.html", "\(report.err)")
    #expect(report.lines.contains("new/figures/f1-fitness.svg"))
    let written = project.shell("ls -A new/figures").out
    #expect(written == project.shell("ls -A new/figures/*.svg | sed 's#.*/##'").out)
    #expect(report.lines.count == 1 + written.split(separator: "\n").count)
    // Python's parser is strict about XML.
    let parsed = project.shell(
      "python3 -c 'import sys, xml.dom.minidom as m; [m.parse(f) for f in sys.argv[1:]]' new/figures/*.svg",
      outside: true)
    #expect(parsed.status == 0, "\(parsed.err)")
    let before = project.listing
    #expect(project.run("report", "s", "--figures", "new/figures").status == 0)
    #expect(project.listing == before)
    #expect(project.run("report", "--all", "--figures", "all").status == 0)
    #expect(project.shell("ls -A all/s").out == written)
    project.shell("echo mine > new/figures/f1-fitness.svg; rm new/figures/f5-tree.svg")
    let foreign = project.run("report", "s", "--figures", "new/figures")
    #expect(foreign.status == 1)
    #expect(foreign.err.hasPrefix("error: new/figures/f1-fitness.svg is there and is no figure of"))
    #expect(text("\(project.path)/new/figures/f1-fitness.svg") == "mine\n")
    #expect(!project.shell("ls new/figures").out.contains("f5-tree.svg"))
  }

  @Test("figures go neither into Results nor into a file, and nothing is touched then")
  func figuresElsewhere() {
    project.spec("s", smallSpec())
    project.run("run", "s")
    project.shell("touch taken")
    let before = project.listing
    for folder in ["Results", "Results/s", "Results/figures"] {
      let refused = project.run("report", "s", "--figures", folder)
      #expect(refused.status == 64 && refused.out.isEmpty)
      #expect(refused.err.hasPrefix("error: Results has room for bundles alone"), "\(refused.err)")
    }
    let file = project.run("report", "s", "--figures", "taken")
    #expect(file.status == 74 && file.err.hasPrefix("error: taken is no folder"), "\(file.err)")
    #expect(project.listing == before)
  }

  @Test("data list tells where datasets are, inside a project and outside")
  func dataList() {
    let list = project.run("data", "list")
    #expect(list.status == 0 && list.lines.contains("  here     built in"))
    #expect(list.lines.contains("  here     no; get it with: herdbook data fetch mnist"))
    let json = project.run("data", "list", "--json", in: "/")
    #expect(project.isJSON(json.out) && json.out.contains("\"state\": \"absent\""))
    #expect(project.run("data", "fetch", "digits").err == "digits is built in; nothing to fetch\n")
    let near = project.run("data", "fetch", "mnits")
    #expect(near.status == 66)
    #expect(near.err == "error: no dataset 'mnits' is known; did you mean 'mnist'?\n")
  }

  @Test(
    "a download that fails is told in words, with what to do by hand",
    arguments: [
      ("exit 6", "cannot be reached; is this machine online?"),
      ("exit 22", "the server refused it"), ("exit 99", "curl ended with status 99"),
      ("kill -9 $$", "curl was ended by signal 9"),
      (
        "while [ $1 != --output ]; do shift; done; echo nonsense > \"$2\"",
        "its SHA-256 is 2f9d23efc183016965f402b0ca2bfc1edb5830759a169288d8bc19dd99abe9c5, expected"
      ),
    ])
  func fetchFails(script: String, words: String) {
    project.standIn("curl", script)
    let fetch = project.run("data", "fetch", "mnist")
    #expect(fetch.status == 74 && fetch.out.isEmpty)
    #expect(fetch.err.contains(words), "\(fetch.err)")
    #expect(fetch.err.contains("By hand: on a machine that is online, get the four files"))
    #expect(!project.shell("find Data -type f").out.contains("ubyte"))
  }

  @Test("without curl, fetching says so")
  func fetchWithoutCurl() {
    let fetch = project.run("data", "fetch", "mnist", environment: ["PATH": "/nonexistent"])
    #expect(fetch.status == 74)
    #expect(fetch.err.contains("curl, which downloads, could not be started; install it"))
  }

  @Test("--version names the version, the result version and the instruction set")
  func version() {
    let scalar = project.run("--version", environment: ["HERDBOOK_SIMD": "scalar"])
    #expect(scalar.status == 0)
    #expect(scalar.out.hasPrefix("herdbook ") && scalar.out.contains("(result version "))
    #expect(scalar.out.hasSuffix(", scalar)\n"))
  }

  @Test(
    "each command has help with an example, in lines that fit",
    arguments: [
      "", "init", "new", "check", "plan", "list", "run", "report", "data", "data list",
      "data fetch", "schema", "submit", "status", "cancel", "collect",
    ])
  func help(command: String) {
    let words = command.split(separator: " ").map(String.init) + ["--help"]
    let help = project.start(words).wait()
    #expect(help.status == 0 && help.err.isEmpty)
    #expect(help.out.contains("EXAMPLES:\n  herdbook \(command)"))
    // A line that is broken in the middle of a paragraph comes from a text that was broken by hand.
    #expect(help.lines.allSatisfy { $0.count <= 120 })
  }

  @Test("wrong arguments are usage errors: exit 64, and how it is meant")
  func usage() {
    project.spec("s", smallSpec())
    for arguments in [
      ["run"], ["run", "--all", "s"], ["run", "s", "--threads", "0"],
      ["run", "s", "--threads", "x"], ["plan"], ["report", "s", "--all"], ["run", "s", "--nope"],
      ["data", "fetch"],
    ] {
      let outcome = project.start(arguments).wait()
      #expect(outcome.status == 64 && outcome.out.isEmpty, "\(arguments)")
      #expect(outcome.err.contains("Usage: herdbook"), "\(arguments)")
    }
    let set = project.run("list", environment: ["HERDBOOK_SIMD": "mmx"])
    #expect(set.status == 64 && set.err.hasPrefix("error: HERDBOOK_SIMD is 'mmx', which is no"))
    #expect(!exists("\(project.path)/Results/s"))
  }
}

extension Project {
  /// Whether Herdbook's own JSON is well formed: checked by a strict reader where there is one.
  func isJSON(_ text: String) -> Bool {
    write(Array(text.utf8), to: "\(home)/document.json")
    let check = RunningShell(
      "python3 -c 'import json, sys; json.load(open(sys.argv[1]))' \(quoted("\(home)/document.json"))",
      in: home, environment: nil
    ).wait()
    return check.status == 127 ? text.hasPrefix("[") && text.hasSuffix("]\n") : check.status == 0
  }
}
