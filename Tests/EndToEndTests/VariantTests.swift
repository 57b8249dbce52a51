import Testing

@Suite("variants and replicates")
struct VariantTests {
  private let project = Project()

  private let study = """
    iterations: 3
    network: {layers: [784, 6, 10]}
    population: {size: 5}
    dataset: {train: 300, validation: 100, test: 100}
    variants: {matrix: {mutation.scale: [0.05, 0.1], dataset.shuffle-labels: [false, true]}}

    """

  /// The digests of the files of runs, by their path.
  private func runs(_ name: String) -> Set<String> {
    let manifest = project.shell("cat Results/\(name)/MANIFEST.sha256").out
    return Set(manifest.split(separator: "\n").map(String.init).filter { $0.contains("  runs/") })
  }

  @Test("more replicates leave the runs that there are as they were, to the byte")
  func replicates() {
    project.spec("s", study + "replicates: 2\nrecord: {champions: all}\n")
    #expect(project.run("run", "s").status == 0)
    let few = runs("s")
    #expect(few.contains { $0.contains("runs/scale=0.05,shuffle-labels=true-1/generations.csv") })
    #expect(project.run("run", "s", "--replicates", "3").status == 0)
    let many = runs("s")
    #expect(few.isSubset(of: many))
    #expect(many.count == few.count / 2 * 3)
  }

  @Test("of many runs, champions and pictures are kept of the best of each variant alone")
  func champions() throws {
    project.spec("s", study + "replicates: 3\n")
    #expect(project.run("run", "s").status == 0)
    let rows = project.shell("tail -n +2 Results/s/summary.csv").out.split(separator: "\n")
    let cells = rows.map { row in
      // Names of variants have commas, and stand in quotes.
      let parts = row.split(separator: "\"")
      let rest = parts[parts.count - 1].split(separator: ",", omittingEmptySubsequences: false)
      return (run: String(parts[0]), variant: String(parts[2]), accuracy: Double(rest[7]) ?? .nan)
    }
    var best: [String: (run: String, accuracy: Double)] = [:]
    for cell in cells where cell.accuracy > best[cell.variant]?.accuracy ?? -1 {
      best[cell.variant] = (cell.run, cell.accuracy)
    }
    let kept = Set(
      project.shell("ls -d Results/s/runs/*/champion.safetensors").out
        .split(separator: "\n").map { String($0.split(separator: "/")[3]) })
    #expect(kept == Set(best.values.map(\.run)) && kept.count < cells.count)
    #expect(
      kept
        == Set(
          project.shell("ls -d Results/s/runs/*/figures").out
            .split(separator: "\n").map { String($0.split(separator: "/")[3]) }))
    let tables = project.shell(
      "ls Results/s/runs/*/generations.csv* Results/s/runs/*/phylogeny.csv*")
    let paths = tables.out.split(separator: "\n")
    #expect(paths.count == 2 * cells.count)
    for path in paths {
      let run = String(path.split(separator: "/")[3])
      #expect(path.hasSuffix(".gz") != kept.contains(run), "\(path)")
    }
    #expect(project.shell("gzip --test Results/s/runs/*/*.gz").status == 0)
    #expect(project.shell("cd Results/s && sha256sum --quiet -c MANIFEST.sha256").status == 0)
    #expect(project.run("run", "s").err.hasPrefix("s: up to date"))
    #expect(project.run("report", "s").status == 0)
    // One that was not kept is missed where it is wanted.
    guard let other = cells.first(where: { !kept.contains($0.run) }) else { return }
    let own = study.split(separator: "\n").filter { !$0.hasPrefix("variants") }
    project.spec("t", own.joined(separator: "\n") + "\ntransfer: {from: 's/\(other.run)'}\n")
    let student = project.run("run", "t")
    #expect(
      student.status == 2 && student.err.contains("set 'record: {champions: all}'"),
      "\(student.err)")
  }

  /// The cells of a table whose texts need no quotes, by column.
  private func table(_ path: String) -> [String: [String]] {
    let rows = text("\(project.path)/Results/\(path)").split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    var columns: [String: [String]] = [:]
    for (place, name) in (rows.first ?? []).enumerated() {
      columns[name] = rows.dropFirst().map { $0[place] }
    }
    return columns
  }

  private let pair = """
    iterations: 2
    network: {layers: [784, 6, 10]}
    population: {size: 5}
    dataset: {train: 300, validation: 100, test: 100}
    variants: [{name: still, set: {mutation.scale: 0}}, {name: moved, set: {mutation.scale: 0.2}}]

    """

  @Test("variants.csv holds each variant against the baseline, run by run under the same seed")
  func comparison() throws {
    project.spec("s", pair + "replicates: 6\ncompare: {metrics: {validation-accuracy: {}}}\n")
    #expect(project.run("run", "s").status == 0)
    let (variants, runs) = (table("s/variants.csv"), table("s/summary.csv"))
    #expect(variants["variant"] == ["still", "still", "moved", "moved"])
    #expect(
      variants["metric"]
        == ["test-accuracy", "validation-accuracy", "test-accuracy", "validation-accuracy"])
    #expect(variants["runs"] == ["6", "6", "6", "6"] && variants["pairs"] == ["", "", "6", "6"])
    #expect(variants["baseline"] == ["", "", "still", "still"])
    // Runs alternate between the two variants, replicate by replicate.
    let accuracy = try #require(runs["test_accuracy"]).map { Double($0) ?? .nan }
    let differences = stride(from: 0, to: 12, by: 2).map { accuracy[$0 + 1] - accuracy[$0] }
      .sorted()
    let median = try #require(Double(variants["difference"]?[2] ?? ""))
    #expect((median - (differences[2] + differences[3]) / 2).magnitude < 1e-12)
    #expect(project.manifest("s").contains("  variants.csv\n"))
    #expect(project.shell("cd Results/s && sha256sum --quiet -c MANIFEST.sha256").status == 0)
    #expect(text("\(project.path)/Results/s/report.html").contains("id=\"variants\""))
  }

  @Test("variants.csv counts runs that were taken over like those that were run")
  func comparisonOfTaken() {
    project.spec("s", pair + "replicates: 2\n")
    project.run("run", "s")
    project.spec("s", pair + "replicates: 6\n")
    let run = project.run("run", "s")
    #expect(run.err.contains("s: 4 of 12 runs taken over\n"), "\(run.err)")
    let manifest = project.manifest("s")
    #expect(table("s/variants.csv")["runs"] == ["6", "6"])
    #expect(project.run("run", "s", "--force").status == 0)
    #expect(project.manifest("s") == manifest)
  }

  @Test("another comparison makes variants.csv anew from the runs that there are")
  func otherComparison() {
    project.spec("s", pair + "replicates: 5\n")
    project.run("run", "s")
    let before = runs("s")
    project.spec("s", pair + "replicates: 5\ncompare: {baseline: moved}\n")
    #expect(
      project.run("list").err
        == "s is stale: compare: baseline, metrics or tolerances differ\n")
    let run = project.run("run", "s")
    #expect(run.err.contains("s: 10 of 10 runs taken over\n"), "\(run.err)")
    #expect(table("s/variants.csv")["baseline"] == ["moved", ""] && runs("s") == before)
    #expect(project.run("run", "s").err.hasPrefix("s: up to date"))
  }

  @Test("a bundle of one run has no variants.csv")
  func noComparison() {
    project.spec("s", smallSpec())
    project.run("run", "s")
    #expect(!project.manifest("s").contains("variants.csv"))
  }

  @Test("the number of threads, and of runs that go on at once, makes no difference")
  func threads() {
    project.spec("s", study)
    var manifests: Set<String> = []
    for threads in ["1", "2", "3", "8"] {
      #expect(project.run("run", "s", "--force", "--threads", threads).status == 0)
      manifests.insert(project.shell("cat Results/s/MANIFEST.sha256").out)
    }
    #expect(manifests.count == 1)
  }

  @Test("a variant gives what the same experiment gives alone")
  func alone() {
    project.spec("s", study)
    project.run("run", "s")
    #expect(
      project.run(
        "run", "s", "--set", "~variants", "--set", "mutation.scale=0.1", "--as", "alone"
      ).status == 0)
    for file in ["generations.csv", "phylogeny.csv", "champion.safetensors"] {
      let same = project.shell(
        "cmp Results/alone/runs/main-0/\(file) "
          + "Results/s/runs/scale=0.1,shuffle-labels=false-0/\(file)")
      // A champion's file names its run.
      #expect(same.status == 0 || file == "champion.safetensors")
    }
    #expect(project.shell("cat Results/alone/provenance.json").out.contains("mutation.scale=0.1"))
  }

  @Test("what show prints is a spec that gives the same plan")
  func show() {
    project.spec("base", study + "seed: 4\n")
    project.spec("heir", "extends: base\nvariants: !remove\niterations: 2\n")
    let shown = project.run("show", "heir")
    #expect(shown.status == 0)
    #expect(shown.out.contains("# Experiments/base.yaml:2, inherited; units"))
    project.spec("again", shown.out)
    project.run("run", "heir")
    project.run("run", "again")
    #expect(runs("heir") == runs("again"))
  }

  @Test("a set without a name, and the name of another experiment, are refused")
  func names() {
    project.spec("s", study)
    #expect(project.run("run", "s", "--set", "seed=1").status == 64)
    #expect(project.run("run", "s", "--set", "seed=1", "--as", "s").status == 64)
    #expect(!project.listing.contains("Results/s"))
  }

  @Test("one that fails does not keep the others from running, if asked")
  func keepGoing() {
    project.spec("a", study + "transfer: {from: no.safetensors}\n")
    project.spec("b", study)
    #expect(project.run("run", "a", "b").status == 2)
    #expect(!project.listing.contains("Results/b/"))
    let run = project.run("run", "a", "b", "--keep-going")
    #expect(run.status == 4)
    #expect(run.lines.last?.hasSuffix("Results/b/report.html") == true)
  }
}
