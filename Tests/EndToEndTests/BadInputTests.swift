import Testing

@Suite("bad input")
struct BadInputTests {
  private let project = Project()

  /// A spec that is wrong, and where and how the message begins.
  struct Wrong: Sendable, CustomTestStringConvertible {
    let name: String
    let spec: [UInt8]
    let message: String
    var testDescription: String { name }

    init(_ name: String, _ spec: String, _ message: String) {
      self.init(name, Array(spec.utf8), message)
    }
    init(_ name: String, _ spec: [UInt8], _ message: String) {
      self.name = name
      self.spec = spec
      self.message = message
    }
  }

  @Test(
    "a wrong spec is told with file, line and column, exits 2, and nothing is written",
    arguments: [
      Wrong("unknown key", smallSpec(more: "mutatoin: {scale: 1}"), "8:1: error: unknown key"),
      Wrong("duplicate key", smallSpec(more: "seed: 1"), "8:1: error: "),
      Wrong("wrong type", smallSpec(more: "fitness: {images: many}"), "8:19: error: "),
      Wrong(
        "negative size", smallSpec().replacing("size: 4", with: "size: -4"), "6:20: error: "),
      Wrong(
        "layers that do not fit", smallSpec().replacing("784", with: "785"), "5:20: error: "),
      Wrong("tabs", "iterations: 1\nnetwork:\n\tlayers: [784, 10]\n", "3:1: error: "),
      Wrong("not UTF-8", Array("title: ".utf8) + [0xFF, 0x0A], "1:8: error: "),
      Wrong("empty file", "", "1:1: error: "),
    ])
  func wrongSpec(wrong: Wrong) {
    project.spec("w", wrong.spec)
    project.spec("good", smallSpec())
    let before = project.listing
    for arguments in [["check"], ["run", "w"], ["run", "good", "w"], ["plan", "w"]] {
      let outcome = project.start(arguments).wait()
      #expect(outcome.status == 2 && outcome.out.isEmpty, "\(arguments)")
      #expect(
        outcome.err.hasPrefix("Experiments/w.yaml:\(wrong.message)"), "\(arguments) \(outcome.err)")
      #expect(
        outcome.err.contains("^") && outcome.err.hasSuffix("\n") && !outcome.err.hasSuffix("\n\n"))
    }
    #expect(project.listing == before)
    #expect(project.shell("find ../home -type f").out == "")
  }

  @Test("the problems of all files are told at once")
  func allProblems() {
    project.spec("a", smallSpec(more: "nope: 1"))
    project.spec("b", smallSpec(seed: -1, iterations: -1))
    let check = project.run("check")
    #expect(check.status == 2)
    for place in ["a.yaml:8:1:", "b.yaml:2:7:", "b.yaml:3:13:"] {
      #expect(check.err.contains("Experiments/\(place) error: "), "\(check.err)")
    }
  }

  @Test("an experiment that is not there has a nearest name, or a .yml to rename")
  func noSuchExperiment() {
    project.spec("sweet-spot", smallSpec())
    project.shell("cp Experiments/sweet-spot.yaml Experiments/other.yml")
    let near = project.run("run", "sweat-spot")
    #expect(near.status == 66)
    #expect(
      near.err == "error: there is no experiment 'sweat-spot' (Experiments/sweat-spot.yaml);"
        + " did you mean 'sweet-spot'?\n")
    let other = project.run("run", "other")
    #expect(other.status == 66 && other.err.hasSuffix("rename it to other.yaml\n"))
    #expect(
      project.run("run", "Experiments/none.yaml").err
        == "error: there is no file Experiments/none.yaml\n")
    #expect(project.run("run", "Experiments/").err.contains("is a folder"))
    #expect(project.run("check", "no/such/file.yaml").status == 66)
  }

  @Test("a link out of the project is refused, one inside it is followed")
  func links() {
    project.spec("s", smallSpec())
    project.shell("cp Experiments/s.yaml ../home/s.yaml; ln -s s.yaml Experiments/inside.yaml")
    #expect(project.run("check").status == 0)
    project.shell("ln -s ../../home/s.yaml Experiments/outside.yaml")
    let check = project.run("check")
    #expect(check.status == 2)
    #expect(check.err.hasPrefix("Experiments/outside.yaml:1:1: error: is a symbolic link out of"))
    #expect(project.run("list").err.contains("outside is invalid: "))
  }

  @Test("a dataset that is not at hand says where it was looked for and how to get it")
  func missingDataset() {
    project.spec("m", smallSpec(dataset: "mnist"))
    let run = project.run("run", "m", environment: ["HERDBOOK_DATA": "/nonexistent"])
    #expect(run.status == 66)
    #expect(
      run.err == """
        error: the dataset 'mnist' was not found; looked in
          /nonexistent/mnist
          \(project.path)/Data/mnist
          \(project.home)/data/herdbook/mnist
        get it with: herdbook data fetch mnist

        """)
    #expect(!exists("\(project.path)/Results/m") && !exists("\(project.path)/Results/.partial"))
    #expect(project.run("check").status == 0)
  }

  /// Four files of a dataset, one of them wrong.
  private func own(_ images: String) -> Outcome {
    project.shell(
      "mkdir -p Data/own && cd Data/own && printf '\\0\\0\\10\\1\\0\\0\\0\\1\\3' > train-labels-idx1-ubyte && cp train-labels-idx1-ubyte t10k-labels-idx1-ubyte"
    )
    project.shell(
      "cd Data/own && { printf '\\0\\0\\10\\3\\0\\0\\0\\1\\0\\0\\0\\34\\0\\0\\0\\34'; head -c 784 /dev/zero; } > t10k-images-idx3-ubyte"
    )
    project.shell(images, in: "\(project.path)/Data/own")
    project.spec(
      "own",
      "iterations: 1\ndataset: {name: idx, path: Data/own}\nnetwork: {layers: [784, 10]}\n"
        + "population: {size: 2}\n")
    return project.run("run", "own")
  }

  @Test("a truncated gzip is named, exit 66")
  func truncated() {
    let run = own(
      "head -c 5000 /dev/urandom | gzip > whole && head -c 1000 whole > train-images-idx3-ubyte.gz"
        + " && rm whole")
    #expect(run.status == 66)
    #expect(run.err.contains("Data/own/train-images-idx3-ubyte.gz: "), "\(run.err)")
    #expect(!exists("\(project.path)/Results/own"))
  }

  @Test("a file with another magic number is named, exit 66")
  func wrongMagic() {
    let run = own("printf 'hello, this is no IDX file at all' > train-images-idx3-ubyte")
    #expect(run.status == 66)
    #expect(run.err.contains("Data/own/train-images-idx3-ubyte: "), "\(run.err)")
    #expect(!exists("\(project.path)/Results/own"))
  }

  @Test("Results that cannot be written to are an input/output error, exit 74")
  func unwritable() {
    project.spec("s", smallSpec())
    project.shell("rmdir Results; touch Results")
    let file = project.run("run", "s")
    #expect(file.status == 74 && file.err.contains("a file stands where a folder should be"))
    #expect(project.run("list").lines[1].hasPrefix("s     missing"))
    project.shell("rm Results; ln -s /nonexistent/place Results")
    let link = project.run("run", "s")
    #expect(link.status == 74 && link.err.contains("error: cannot create "), "\(link.err)")
  }
}
