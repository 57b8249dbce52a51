import HerdbookBundle
import HerdbookModel
import Testing

@Suite("diff")
struct DiffTests {
  private let project = Project()

  private static let championFile = "runs/main-0/champion.safetensors"

  /// Runs an experiment of a spec.
  private func run(_ name: String, _ spec: String) {
    project.spec(name, spec)
    let run = project.run("run", name)
    #expect(run.status == 0, "\(run.err)")
  }

  /// A copy of a bundle, in a folder that is no experiment's.
  private func copy(_ name: String, as copy: String) {
    project.shell("mkdir -p copies; cp -r Results/\(name) copies/\(copy)")
  }

  /// Changes a file of a copy as if a run had written it so: its line in the manifest follows.
  private func rewrite(_ path: String, of copy: String, _ change: ([UInt8]) -> [UInt8]) {
    let folder = "\(project.path)/copies/\(copy)"
    let (old, manifest) = (bytes("\(folder)/\(path)"), text("\(folder)/MANIFEST.sha256"))
    let new = change(old)
    #expect(old != new && manifest.contains(sha256(old)))
    write(new, to: "\(folder)/\(path)")
    write(
      Array(manifest.replacing(sha256(old), with: sha256(new)).utf8),
      to: "\(folder)/MANIFEST.sha256")
  }

  private func rewrite(_ path: String, of copy: String, _ old: String, with new: String) {
    rewrite(path, of: copy) {
      Array(String(decoding: $0, as: UTF8.self).replacing(old, with: new).utf8)
    }
  }

  /// The difference as JSON.
  private func json(_ arguments: String...) throws -> JSONValue {
    let process = project.start(["diff"] + arguments + ["--format", "json"])
    let outcome = process.wait()
    #expect(outcome.status <= 1, "\(outcome.err)")
    return try JSONValue(parsing: Array(outcome.out.utf8), file: "diff")
  }

  /// The column of a one-row table.
  private func cell(_ column: String, of path: String) -> Double {
    let table = try? CSVTable(parsing: bytes("\(project.path)/\(path)"), file: path)
    return (try? table?.reals(column))??.last ?? .nan
  }

  @Test("a bundle is identical to itself, by name and by path")
  func identical() {
    run("a", smallSpec())
    copy("a", as: "b")
    for other in ["a", "Results/a", "copies/b", "./copies/b/"] {
      let diff = project.run("diff", "a", other)
      #expect(diff.status == 0 && diff.out == "a -> \(other): identical\n" && diff.err.isEmpty)
    }
    let outside = project.run(
      "diff", "\(project.path)/copies/b", "../project/Results/a", in: "/tmp")
    #expect(outside.status == 66 && outside.err.contains("there is no folder"))
    let paths = ["copies/b", "Results/a"].map { "\(project.path)/\($0)" }
    #expect(project.run("diff", paths[0], paths[1], in: "/").status == 0)
    #expect(
      project.run("diff", "a", "copies/b", "--stat").lines.dropFirst().allSatisfy {
        $0.hasSuffix(" same")
      })
  }

  @Test("another name, title and page are told, and change no result")
  func retold() throws {
    run("a", smallSpec(title: "one"))
    run("b", smallSpec(title: "two"))
    let diff = project.run("diff", "a", "b")
    #expect(diff.status == 0)
    #expect(
      diff.out == """
        a -> b: same cause, same effect (beside the result)

        effect: files
          cover.svg
          provenance.json
          report.html
          spec/a.yaml
          spec/b.yaml

        """)
    let found = try json("a", "b")
    #expect(found["verdict"] == .text("same-result") && found["same"] == .boolean(true))
    #expect(
      project.run("diff", "a", "b", "--metrics").out
        == "a -> b: same cause, same effect (beside the result)\n")
  }

  @Test("another seed: outcome, populations, matched neurons and McNemar's test, in each format")
  func seed() throws {
    run("a", smallSpec(seed: 0))
    run("b", smallSpec(seed: 1))
    let diff = project.run("diff", "a", "b")
    #expect(diff.status == 1 && diff.err == "a and b differ\n")
    #expect(diff.out.hasPrefix("a -> b: other cause, other effect\n"))
    #expect(diff.out.contains("\ncause: spec\n  key   first  second\n  seed  0      1\n\n"))
    #expect(diff.out.contains("  the populations differ from generation 0 on: main-0\n"))
    #expect(diff.out.contains("McNemar's exact test, of two networks, not of the methods"))
    #expect(diff.out.contains("  main-0: hidden neurons matched, as the lineages differ; "))
    #expect(diff.lines.allSatisfy { $0.count <= 110 })
    let found = try json("a", "b")
    #expect(found["verdict"] == .text("other") && found["same"] == .boolean(false))
    #expect(
      found["cause"]?["settings"]?[0]
        == .object([
          "key": .text("seed"), "variant": .null, "first": .integer(0), "second": .integer(1),
        ]))
    let accuracy = found["effect"]?["outcome"]?[0]
    let values = ["a", "b"].map { cell("test_accuracy", of: "Results/\($0)/summary.csv") }
    #expect(accuracy?["metric"] == .text("test-accuracy") && accuracy?["pairs"] == .integer(0))
    #expect(accuracy?["first"]?.number == values[0] && accuracy?["second"]?.number == values[1])
    #expect(accuracy?["difference"]?.number == values[1] - values[0])
    #expect(accuracy?["way"] == .text(values[1] > values[0] ? "better" : "worse"))
    // Those that one alone gets right account for the difference of accuracies.
    let test = found["effect"]?["champions"]?["tests"]?[0]
    #expect(test?["images"] == .integer(100))
    let alone = (test?["only_second"]?.number ?? .nan) - (test?["only_first"]?.number ?? .nan)
    #expect((alone - 100 * (values[1] - values[0])).magnitude < 1e-9)
    let pair = found["effect"]?["runs"]?[0]
    #expect(pair?["one_lineage"] == .boolean(false))
    #expect(pair?["populations"] == .object(["state": .text("part"), "generation": .integer(0)]))
    let matching = pair?["matching"]
    #expect((matching?["matched_distance"]?.number ?? 9e9) < (matching?["distance"]?.number ?? 0))
    #expect((matching?["matched_cosine"]?.number ?? -1) > (matching?["cosine"]?.number ?? 1))
    let markdown = project.run("diff", "a", "b", "--format", "md", "--output", "diff.md")
    #expect(markdown.status == 1 && markdown.out.isEmpty)
    let table = text("\(project.path)/diff.md")
    #expect(table.hasPrefix("### `a` → `b`: other cause, other effect\n\n**Cause: spec**\n\n"))
    #expect(table.contains("| key | first | second |\n|---|---|---|\n| seed | 0 | 1 |\n"))
    // Every line of a table has as many cells as its header.
    for part in table.split(separator: "\n\n") where part.hasPrefix("|") {
      let bars = part.split(separator: "\n").map {
        $0.replacing("\\|", with: "").count { $0 == "|" }
      }
      #expect(Set(bars).count == 1, "\(part)")
    }
  }

  @Test(
    "another value: the populations part where it first tells; within a lineage nothing is matched")
  func value() throws {
    run("a", smallSpec(iterations: 3))
    run("b", smallSpec(iterations: 3).replacing("steps: 3", with: "steps: 4"))
    let found = try json("a", "b")
    #expect(found["cause"]?["settings"]?[0]?["key"] == .text("training.steps"))
    let pair = found["effect"]?["runs"]?[0]
    #expect(pair?["populations"]?["generation"] == .integer(1))
    #expect(pair?["one_lineage"] == .boolean(true) && pair?["matching"] == .null)
    #expect(pair?["distributions"]?[0]?["generation"] == .integer(3))
    #expect(
      project.run("diff", "a", "b").out.contains(
        "  the populations are the same through generation 0 and part at 1: main-0\n"))
  }

  @Test("more iterations: the same as far as both go")
  func longer() throws {
    run("a", smallSpec(iterations: 2))
    run("b", smallSpec(iterations: 4))
    let diff = project.run("diff", "a", "b")
    #expect(diff.status == 1)
    #expect(
      diff.out.contains(
        "the populations are the same through generation 2, where one of them ends: main-0\n"))
    let found = try json("a", "b")
    #expect(
      found["effect"]?["runs"]?[0]?["populations"]
        == .object(["state": .text("end"), "generation": .integer(2)]))
    let last = found["effect"]?["convergence"]?[0]
    #expect(last?["measure"] == .text("last_generation") && last?["second"]?.number == 4)
    #expect(last?["from_generation"] == .null)
  }

  @Test("another result version is another cause, whatever comes of it")
  func engine() throws {
    run("a", smallSpec())
    copy("a", as: "b")
    let version = try Bundle(folder: "\(project.path)/Results/a").provenance().resultVersion
    rewrite(
      "provenance.json", of: "b", "\"result_version\": \(version)",
      with: "\"result_version\": \(version + 1)")
    let diff = project.run("diff", "a", "copies/b")
    #expect(diff.status == 1)
    #expect(
      diff.out == """
        a -> copies/b: other cause, same effect

        cause: engine
          result version \(version) -> \(version + 1)

        effect: files
          provenance.json

        """)
    #expect(try json("a", "copies/b")["verdict"] == .text("other-cause"))
    #expect(project.run("diff", "a", "copies/b", "--metrics").status == 0)
  }

  @Test("other images are inputs; champions that never saw the same are not compared on them")
  func dataset() throws {
    run("a", smallSpec())
    run("b", smallSpec().replacing("{name: digits,", with: "{name: digits, seed: 5,"))
    run("c", smallSpec().replacing("test: 100", with: "test: 200"))
    let found = try json("a", "b")
    #expect(found["cause"]?["inputs"]?[0]?["key"] == .text("dataset's digest"))
    #expect(found["cause"]?["settings"]?[0]?["key"] == .text("dataset.seed"))
    #expect(found["effect"]?["champions"]?["omission"] == .text("their datasets differ"))
    #expect(found["effect"]?["champions"]?["tests"] == .list([]))
    let counts = try json("a", "c")
    #expect(
      counts["cause"]?["inputs"]?[0]
        == .object([
          "key": .text("test images"), "variant": .null, "first": .integer(100),
          "second": .integer(200),
        ]))
  }

  @Test("one step in one weight: not reproducible, and the same with --ulp 1")
  func oneStep() throws {
    run("a", smallSpec())
    copy("a", as: "b")
    rewrite(Self.championFile, of: "b") { bytes in
      var file = try! Safetensors(parsing: bytes, file: "champion")
      let place = file.tensors[1].values.firstIndex { $0 != 0 }!
      file.tensors[1].values[place] = file.tensors[1].values[place].nextUp
      return file.bytes
    }
    let diff = project.run("diff", "a", "copies/b")
    #expect(diff.status == 1)
    #expect(diff.out.hasPrefix("a -> copies/b: same cause, other effect: not reproducible\n"))
    #expect(!diff.out.contains("effect: populations") && !diff.out.contains("neurons"))
    let tensors = try json("a", "copies/b")["effect"]?["runs"]?[0]?["tensors"]
    #expect(tensors?[0]?["changed"] == .integer(1) && tensors?[0]?["ulps"] == .integer(1))
    #expect(tensors?[1] == nil)
    #expect(tensors?[0]?["distance"] == tensors?[0]?["largest"])
    for allowed in [
      ["--ulp", "1"], ["--abs", "1e-6"], ["--rel", "1e-6"], ["--ulp", "0", "--abs", "1e-6"],
    ] {
      let same = project.start(["diff", "a", "copies/b"] + allowed).wait()
      #expect(same.status == 0, "\(allowed)")
      #expect(same.out == "a -> copies/b: same cause, same effect (within the tolerance)\n")
    }
    for refused in [["--ulp", "0"], ["--abs", "0"], ["--rel", "1e-12"]] {
      #expect(project.start(["diff", "a", "copies/b"] + refused).wait().status == 1, "\(refused)")
    }
    #expect(project.run("diff", "a", "copies/b", "--metrics").status == 0)
    #expect(project.run("diff", "a", "copies/b", "--ulp", "-1").status == 64)
    #expect(project.run("diff", "a", "copies/b", "--abs", "nan").status == 64)
  }

  @Test("other numbers in a table: which measure, from which generation, by how much")
  func table() throws {
    run("a", smallSpec(iterations: 3))
    copy("a", as: "b")
    let path = "runs/main-0/generations.csv"
    let value = cell("diversity", of: "Results/a/\(path)")
    let lines = text("\(project.path)/Results/a/\(path)").split(separator: "\n")
    let row = lines[4].split(separator: ",", omittingEmptySubsequences: false)
    let place = try #require(lines[0].split(separator: ",").firstIndex(of: "diversity"))
    var changed = row.map(String.init)
    changed[place] = "\(value + 0.5)"
    rewrite(path, of: "b", String(lines[4]), with: changed.joined(separator: ","))
    let found = try json("a", "copies/b")
    #expect(found["verdict"] == .text("not-reproducible"))
    let measure = found["effect"]?["diversity"]?[0]
    #expect(measure?["measure"] == .text("diversity") && measure?["from_generation"] == .integer(3))
    #expect(((measure?["difference"]?.number ?? 0) - 0.5).magnitude < 1e-6)
    #expect(((measure?["mean_difference"]?.number ?? 0) - 0.125).magnitude < 1e-6)
    #expect(measure?["way"] == .null)
    #expect(
      found["effect"]?["diversity"]?[1] == nil && found["effect"]?["convergence"] == .list([]))
    #expect(project.run("diff", "a", "copies/b", "--abs", "0.4").status == 1)
    #expect(project.run("diff", "a", "copies/b", "--abs", "0.51").status == 0)
    #expect(
      project.run("diff", "a", "copies/b", "--stat").out == """
        a -> copies/b: same cause, other effect: not reproducible
        cause   spec           same
        cause   inputs         same
        cause   engine         same
        effect  outcome        same
        effect  populations    same
        effect  convergence    same
        effect  lineage        same
        effect  diversity      1 measure
        effect  distributions  same
        effect  weights        same
        effect  files          1 file

        """)
  }

  @Test("more replicates: those that both have are pairs, and the same")
  func replicates() throws {
    let study = { (count: Int, more: String) in
      smallSpec(
        more: """
          replicates: \(count)
          record: {champions: all}
          variants: [{name: x}, {name: y, set: {training.steps: \(more)}}]
          """)
    }
    run("a", study(2, "4"))
    run("b", study(3, "4"))
    run("c", study(6, "4"))
    run("d", study(6, "6"))
    let found = try json("a", "b")
    #expect(
      found["cause"]?["runs"]
        == .object(["added": .list([.text("x-2"), .text("y-2")]), "removed": .list([])]))
    #expect(found["cause"]?["settings"]?[0]?["key"] == .text("replicates"))
    #expect(found["effect"]?["runs"] == .list([]))
    let row = found["effect"]?["outcome"]?[0]
    #expect(row?["pairs"] == .integer(2) && row?["first_runs"] == .integer(2))
    #expect(row?["second_runs"] == .integer(3) && row?["difference"]?.number == 0)
    // Six pairs of the variant that changed have an interval and a p.
    let other = try json("c", "d")
    #expect(other["cause"]?["settings"]?[0]?["variant"] == .text("y"))
    let changed = other["effect"]?["outcome"]?[0]
    #expect(changed?["variant"] == .text("y") && changed?["pairs"] == .integer(6))
    let (low, high) = (changed?["low"]?.number ?? .nan, changed?["high"]?.number ?? .nan)
    let middle = changed?["difference"]?.number ?? .nan
    #expect(low <= middle && middle <= high)
    #expect((changed?["p"]?.number ?? 0) >= 1 / 32.0)
    #expect((changed?["p_holm"]?.number ?? 0) >= (changed?["p"]?.number ?? 1))
    #expect(project.run("diff", "c", "d").out.contains(" of 6 "))
    let removed = try json("b", "a")
    #expect(
      removed["cause"]?["runs"]?["removed"] == .list([.text("x-2"), .text("y-2")]))
  }

  @Test("what is transferred is an input")
  func transfer() throws {
    run("source", smallSpec())
    let heir = smallSpec(seed: 5, more: "transfer: {from: source}")
    run("a", heir)
    copy("a", as: "old")
    run("source", smallSpec(seed: 3))
    run("a", heir)
    let found = try json("copies/old", "a")
    #expect(found["cause"]?["settings"] == .list([]))
    #expect(found["cause"]?["inputs"]?[0]?["key"] == .text("transferred from source"))
    #expect(found["verdict"] == .text("other"))
    #expect(
      project.run("diff", "copies/old", "a").out.contains(
        "cause: inputs\n  key                      first         second\n"))
  }

  @Test("recorded weights: the first generation that differs, and the tensors of the last one")
  func recorded() throws {
    let spec = smallSpec(iterations: 2, more: "record: {weights: all, individuals: all}")
    run("a", spec)
    run("b", spec.replacing("steps: 3", with: "steps: 4"))
    let found = try json("a", "b")["effect"]?["runs"]?[0]
    #expect(
      found?["recorded_weights"]
        == .object([
          "generations": .integer(3), "changed": .integer(2), "from_generation": .integer(1),
          "compared_generation": .integer(2),
        ]))
    project.shell("rm -r Results/b/runs/main-0/weights")
    let absent = try json("a", "b")["effect"]?["runs"]?[0]
    #expect(absent?["recorded_weights"]?["compared_generation"] == .null)
    #expect(
      project.run("diff", "a", "b").out.contains(
        "recorded weights differ in 2 of 3 generations, from 1 on; their files are not in both"))
    copy("a", as: "c")
    rewriteDamagedWeights()
    let damaged = project.run("diff", "copies/c", "copies/d")
    #expect(damaged.status == 1 && damaged.err.contains("generation-00002.safetensors has changed"))
  }

  /// A copy whose manifest of weights has another digest of the last generation than the file.
  private func rewriteDamagedWeights() {
    copy("a", as: "d")
    rewrite("WEIGHTS.sha256", of: "d") { bytes in
      var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
      lines[2] = String(repeating: "0", count: 64) + lines[2].dropFirst(64)
      return Array(lines.map { "\($0)\n" }.joined().utf8)
    }
  }

  @Test("a bundle as it was committed, to the byte; what git does not have is told")
  func revision() throws {
    run("a", smallSpec(seed: 1))
    project.shell(
      """
      git init -q . && git config user.email a@b.c && git config user.name a
      printf '*.csv text eol=crlf export-ignore\\n' > .gitattributes
      git add -A && git commit -qm one && git tag first
      """)
    #expect(project.run("diff", "a@first", "a").out == "a@first -> a: identical\n")
    run("a", smallSpec(seed: 2))
    let diff = project.run("diff", "a@HEAD", "a", "--stat")
    #expect(diff.status == 1 && diff.out.hasPrefix("a@HEAD -> a: other cause, other effect\n"))
    project.shell("git commit -qam two")
    #expect(project.run("diff", "a@HEAD~1", "a@HEAD", in: "Experiments").status == 1)
    #expect(project.run("diff", "a@HEAD", "a").status == 0)
    for (argument, message) in [
      ("a@nonsense", "error: git knows no revision 'nonsense'\n"),
      ("a@", "error: git knows no revision ''\n"), ("a@-x", "error: git knows no revision '-x'\n"),
      ("b@HEAD", "error: there is no bundle of 'b' at HEAD: git has no file in Results/b/\n"),
      ("b", "error: there is no bundle of 'b'; make it with: herdbook run b\n"),
      ("./b", "error: there is no folder ./b\n"),
      ("Experiments/", "error: Experiments/ is no bundle: it has no MANIFEST.sha256\n"),
    ] {
      let refused = project.run("diff", argument, "a")
      #expect(
        refused.status == 66 && refused.err == message && refused.out.isEmpty, "\(refused.err)")
    }
    let path = project.environment()["PATH"]?.split(separator: ":").first ?? ""
    let without = project.run("diff", "a@HEAD", "a", environment: ["PATH": String(path)])
    #expect(
      without.status == 74 && without.err.contains("error: git could not be started; install it"))
    project.shell("rm -rf .git")
    let outside = project.run(
      "diff", "a@HEAD", "a", environment: ["GIT_CEILING_DIRECTORIES": "/"])
    #expect(outside.status == 66 && outside.err.contains("is in no working tree of git"))
  }

  @Test("nothing is left in the folder for what is needed for a moment")
  func scratch() {
    run("a", smallSpec())
    project.shell(
      """
      mkdir scratch; git init -q . && git config user.email a@b.c && git config user.name a
      git add -A && git commit -qm one
      """)
    let environment = ["TMPDIR": "\(project.path)/scratch"]
    #expect(project.run("diff", "a@HEAD", "a", environment: environment).status == 0)
    #expect(project.run("diff", "a@HEAD", "b", environment: environment).status == 66)
    #expect(project.shell("ls scratch").out.isEmpty)
    let nowhere = project.run("diff", "a@HEAD", "a", environment: ["TMPDIR": "/nowhere"])
    #expect(nowhere.status == 74)
    #expect(project.run("diff", "a", "a", environment: ["TMPDIR": "/nowhere"]).status == 0)
  }

  @Test(
    "a damaged file is named before anything is compared",
    arguments: [
      "summary.csv", "plan.json", "MANIFEST.sha256", DiffTests.championFile, "report.html",
    ])
  func damaged(path: String) {
    run("a", smallSpec())
    copy("a", as: "b")
    project.shell("printf x >> copies/b/\(path)")
    for arguments in [["a", "copies/b"], ["copies/b", "a"]] {
      let diff = project.start(["diff"] + arguments).wait()
      #expect(diff.status == 1 && diff.out.isEmpty)
      #expect(diff.err.hasPrefix("error: ") && diff.err.contains(path), "\(diff.err)")
    }
    project.shell("rm copies/b/\(path)")
    let missing = project.run("diff", "a", "copies/b")
    #expect(missing.status == (path == "MANIFEST.sha256" ? 66 : 1) && missing.err.contains(path))
  }

  @Test("bundles without a variant in common have nothing to compare, and are not the same")
  func strangers() throws {
    run("a", smallSpec(more: "variants: [{name: x}]"))
    run("b", smallSpec(more: "variants: [{name: y}]"))
    let diff = project.run("diff", "a", "b")
    #expect(diff.status == 1 && diff.out.hasPrefix("a -> b: other cause, other effect\n"))
    #expect(diff.out.contains("  variants added: y\n  variants removed: x\n"))
    #expect(diff.out.contains("  no run is in both bundles: there is nothing to compare\n"))
    #expect(project.run("diff", "a", "b", "--metrics").status == 1)
  }

  @Test("fitness of another metric is not better or worse")
  func fitness() throws {
    run("a", smallSpec())
    run("b", smallSpec(more: "fitness: {metric: cross-entropy}"))
    guard case .list(let rows)? = try json("a", "b")["effect"]?["outcome"] else {
      Issue.record("there are outcomes")
      return
    }
    let row = rows.first { $0["metric"] == .text("fitness") }
    #expect(row?["better"] == .null && row?["way"] == .null)
    let measures = try json("a", "b")["effect"]?["convergence"]
    #expect(measures?[0]?["measure"] == .text("fitness_min") && measures?[0]?["way"] == .null)
  }

  @Test("one of --metrics and --stat; a file that cannot be written is the system's fault")
  func usage() {
    run("a", smallSpec())
    #expect(project.run("diff", "a", "a", "--metrics", "--stat").status == 64)
    #expect(project.run("diff", "a").status == 64)
    #expect(project.run("diff", "a", "a", "--output", "/nowhere/x").status == 74)
  }
}

extension JSONValue {
  fileprivate subscript(key: String) -> JSONValue? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  fileprivate subscript(place: Int) -> JSONValue? {
    guard case .list(let values) = self, values.indices.contains(place) else { return nil }
    return values[place]
  }

  fileprivate var number: Double? {
    switch self {
    case .real(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
}
