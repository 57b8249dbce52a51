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
    project.spec("s", study + "replicates: 2\n")
    #expect(project.run("run", "s").status == 0)
    let few = runs("s")
    #expect(few.contains { $0.contains("runs/scale=0.05,shuffle-labels=true-1/generations.csv") })
    #expect(project.run("run", "s", "--replicates", "3").status == 0)
    let many = runs("s")
    #expect(few.isSubset(of: many))
    #expect(many.count == few.count / 2 * 3)
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
