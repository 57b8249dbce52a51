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
      "ls Results/s/runs/*/generations.csv Results/s/runs/*/phylogeny.csv*")
    #expect(tables.out.split(separator: "\n").count == 2 * cells.count)
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
