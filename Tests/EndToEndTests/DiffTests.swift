import HerdbookBundle
import HerdbookModel
import Testing

@Suite("diff")
struct DiffTests {
  private let project = Project()

  @Test("a bundle is identical to itself, by name and by path")
  func identical() {
    project.run("a", of: smallSpec())
    project.copy("a", as: "b")
    for other in ["a", "Results/a", "copies/b", "./copies/b/"] {
      let diff = project.run("diff", "a", other)
      #expect(diff.status == 0 && diff.out == "a -> \(other): identical\n" && diff.err.isEmpty)
    }
    let outside = project.run(
      "diff", "\(project.path)/copies/b", "../project/Results/a", in: "/tmp")
    #expect(outside.status == 66 && outside.err.contains("there is no folder"))
    let paths = ["copies/b", "Results/a"].map { "\(project.path)/\($0)" }
    #expect(project.run("diff", paths[0], paths[1], in: "/").status == 0)
    // Outside of a project, too, champions are compared on images that are at hand.
    project.run("source", of: smallSpec(seed: 3))
    project.run("heir", of: smallSpec(seed: 1, more: "transfer: {from: source}"))
    let others = ["heir", "a"].map { "\(project.path)/Results/\($0)" }
    for arguments in [others, others.reversed(), others + ["--data", "/nowhere"]] {
      let diff = project.start(["diff"] + arguments, in: "/").wait()
      #expect(diff.out.contains("  champions of main-0 on 100 test images: "), "\(diff.out)")
    }
    #expect(
      project.run("diff", "a", "copies/b", "--stat").lines.dropFirst().allSatisfy {
        $0.hasSuffix(" same")
      })
  }

  @Test("another name, title and page are told, and change no result")
  func retold() throws {
    project.run("a", of: smallSpec(title: "one"))
    project.run("b", of: smallSpec(title: "two"))
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
    let found = try project.differences("a", "b")
    #expect(found["verdict"] == .text("same-result") && found["same"] == .boolean(true))
    #expect(
      project.run("diff", "a", "b", "--metrics").out
        == "a -> b: same outcomes\n")
  }

  @Test("another result version is another cause, whatever comes of it")
  func engine() throws {
    project.run("a", of: smallSpec())
    project.copy("a", as: "b")
    let version = try Bundle(folder: "\(project.path)/Results/a").provenance().resultVersion
    try project.raiseResultVersion(of: "b")
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
    #expect(try project.differences("a", "copies/b")["verdict"] == .text("other-cause"))
    #expect(project.run("diff", "a", "copies/b", "--metrics").status == 0)
  }

  @Test("other images are inputs; champions that never saw the same are not compared on them")
  func dataset() throws {
    project.run("a", of: smallSpec())
    project.run("b", of: smallSpec().replacing("{name: digits,", with: "{name: digits, seed: 5,"))
    project.run("c", of: smallSpec().replacing("test: 100", with: "test: 200"))
    let found = try project.differences("a", "b")
    #expect(found["cause"]?["inputs"]?[0]?["key"] == .text("dataset's digest"))
    #expect(found["cause"]?["settings"]?[0]?["key"] == .text("dataset.seed"))
    #expect(found["effect"]?["champions"]?["omission"] == .text("their test images differ"))
    #expect(found["effect"]?["champions"]?["tests"] == .list([]))
    let counts = try project.differences("a", "c")
    #expect(
      counts["cause"]?["inputs"]?[0]
        == .object([
          "key": .text("test images"), "variant": .null, "first": .integer(100),
          "second": .integer(200),
        ]))
  }

  @Test("what is transferred is an input")
  func transfer() throws {
    project.run("source", of: smallSpec())
    let heir = smallSpec(seed: 5, more: "transfer: {from: source}")
    project.run("a", of: heir)
    project.copy("a", as: "old")
    project.run("source", of: smallSpec(seed: 3))
    project.run("a", of: heir)
    let found = try project.differences("copies/old", "a")
    #expect(found["cause"]?["settings"] == .list([]))
    #expect(found["cause"]?["inputs"]?[0]?["key"] == .text("transferred from source"))
    #expect(found["verdict"] == .text("other"))
    #expect(
      project.run("diff", "copies/old", "a").out.contains(
        "cause: inputs\n  key                      first         second\n"))
  }

  @Test(
    "a damaged file is named before anything is compared",
    arguments: [
      "summary.csv", "plan.json", "MANIFEST.sha256", Project.championFile, "report.html",
    ])
  func damaged(path: String) {
    project.run("a", of: smallSpec())
    project.copy("a", as: "b")
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

  @Test(
    "bundles without a variant in common have no outcomes to compare, and are not the same; their best champions are held against each other"
  )
  func strangers() throws {
    project.run("a", of: smallSpec(more: "variants: [{name: x}]"))
    project.run("b", of: smallSpec(more: "variants: [{name: y}]"))
    let diff = project.run("diff", "a", "b")
    #expect(diff.status == 1 && diff.out.hasPrefix("a -> b: other cause, other effect\n"))
    #expect(diff.out.contains("  variants added: y\n  variants removed: x\n"))
    #expect(
      diff.out.contains("  no run is in both bundles: there are no outcomes to compare\n"))
    // One seed, one network: nothing tells them apart.
    let best = "  best that each keeps: x-0 against y-0"
    #expect(diff.out.contains("\(best) on 100 test images: 0 right in the first alone, 0 in the"))
    #expect(diff.out.contains("\(best): hidden layers 1 are alike by 1, those of two untrained"))
    let test = try project.differences("a", "b")["effect"]?["champions"]?["tests"]?[0]
    #expect(test?["first"] == .text("x-0") && test?["second"] == .text("y-0"))
    #expect(test?["best_of"] == .null)
    let metrics = project.run("diff", "a", "b", "--metrics")
    #expect(metrics.status == 1 && metrics.out.hasPrefix("a -> b: no outcomes to compare\n"))
    let stat = project.run("diff", "a", "b", "--stat").lines
    for aspect in ["outcome", "populations", "lineage", "weights", "distributions"] {
      #expect(stat.contains { $0.contains(aspect) && $0.hasSuffix("  nothing to compare") })
    }
  }

  @Test("--metrics tells outcomes alone: champions are not evaluated")
  func metrics() throws {
    project.run("a", of: smallSpec(seed: 0))
    project.run("b", of: smallSpec(seed: 1))
    let diff = project.run("diff", "a", "b", "--metrics")
    #expect(diff.status == 1 && diff.out.hasPrefix("a -> b: other outcomes\n\neffect: outcome\n"))
    #expect(!diff.out.contains("champions"))
    let found = try project.differences("a", "b", "--metrics")
    guard case .object(let effect)? = found["effect"] else {
      Issue.record("there is an effect")
      return
    }
    #expect(Array(effect.keys) == ["outcome"])
  }

  @Test(
    "a bundle without a manifest is none, one whose manifest is empty is damaged; in compare, too")
  func manifest() {
    project.run("a", of: smallSpec())
    project.run("b", of: smallSpec())
    for (line, status, message) in [
      ("rm Results/b/MANIFEST.sha256", 66, " is no bundle: it has no MANIFEST.sha256\n"),
      (": > Results/b/MANIFEST.sha256", 1, "/MANIFEST.sha256: lists no file\n"),
    ] {
      project.shell(line)
      for arguments in [
        ["diff", "a", "b"], ["diff", "b", "a"], ["compare", "a", "b"], ["diff", "a", "Results/b"],
        ["compare", "Results/b"],
      ] {
        let refused = project.start(arguments).wait()
        let name =
          arguments.last == "Results/b" && (status == 66 || arguments[0] == "diff")
          ? "Results/b" : "b"
        #expect(refused.status == status && refused.out.isEmpty, "\(arguments)")
        #expect(refused.err == "error: \(name)\(message)", "\(arguments)")
      }
    }
  }

  @Test("one of --metrics and --stat; a file that cannot be written is the system's fault")
  func usage() {
    project.run("a", of: smallSpec())
    #expect(project.run("diff", "a", "a", "--metrics", "--stat").status == 64)
    #expect(project.run("diff", "a").status == 64)
    #expect(project.run("diff", "a", "a", "--output", "/nowhere/x").status == 74)
  }
}
