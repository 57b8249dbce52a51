import HerdbookBundle
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Many networks, each known at every iteration: recorded, told of, exported, and imported from elsewhere.
@Suite("zoo")
struct ZooTests {
  private let project = Project()

  private static func spec(_ record: String = "zoo: true", iterations: Int = 6) -> String {
    smallSpec(
      seed: 3, iterations: iterations,
      more: """
        selection: {method: none}
        record: {weights: all, individuals: all, \(record)}
        """
    ).replacing("size: 4", with: "size: 24")
      .replacing("batch: 16", with: "batch: {choice: [8, 16]}")
  }

  private func bundle(_ name: String) -> Bundle {
    Bundle(folder: "\(project.path)/Results/\(name)")
  }

  private func tensors(_ name: String, _ file: String) throws -> Safetensors {
    try bundle(name).tensors("runs/main-0/weights/\(file).safetensors")
  }

  @Test("killed in mid-recording and taken up with other threads, it ends in the same digests")
  func killed() throws {
    let undisturbed = Project()
    let spec = Self.spec("zoo: true, type: float16, checkpoint: 1", iterations: 40)
    undisturbed.spec("z", spec)
    #expect(undisturbed.run("run", "z", "--threads", "1").status == 0)
    project.spec("z", spec)
    for (generation, threads) in [("00007", "2"), ("00021", "3"), ("00033", "1")] {
      let run = project.start(["run", "z", "--threads", threads])
      let file =
        "\(project.path)/Results/.partial/z/bundle/runs/main-0/weights/zoo-\(generation).safetensors"
      #expect(run.wait { exists(file) })
      run.signal(SIGKILL)
      #expect(run.wait().status == 128 + SIGKILL)
    }
    let last = project.run("run", "z", "--threads", "3")
    #expect(last.status == 0 && last.err.contains("goes on from generation "), "\(last.err)")
    #expect(project.manifest("z") == undisturbed.manifest("z"))
    let digests = text("\(project.path)/Results/z/WEIGHTS.sha256")
    #expect(digests == text("\(undisturbed.path)/Results/z/WEIGHTS.sha256"))
    #expect(digests.split(separator: "\n").count == 82)
    #expect(project.shell("cd Results/z && sha256sum --quiet -c WEIGHTS.sha256").status == 0)
  }

  @Test("float16 is the nearest of half the size, says so, and takes half the room")
  func halves() throws {
    project.run("whole", of: Self.spec("zoo: true", iterations: 1))
    project.run("half", of: Self.spec("zoo: true, type: float16", iterations: 1))
    let (whole, half) = (
      try tensors("whole", "generation-00001"), try tensors("half", "generation-00001")
    )
    #expect(whole.metadata["rounding"] == nil)
    #expect(half.metadata["rounding"] == "float16, to nearest, ties to even")
    #expect(half.metadata["individuals"] == whole.metadata["individuals"])
    for (a, b) in zip(whole.tensors, half.tensors) {
      #expect(a.name == b.name && a.shape == b.shape && b.element == .float16)
      for (x, y) in zip(a.values, b.values) {
        // Half of the last place, above the subnormal numbers.
        let ulp = max(Float(0x1p-24), x.magnitude.binade * 0x1p-10)
        guard (x - y).magnitude <= ulp / 2 else {
          Issue.record("\(x) became \(y)")
          return
        }
      }
    }
    func size(_ name: String) -> Int {
      bytes("\(project.path)/Results/\(name)/runs/main-0/weights/generation-00001.safetensors")
        .count
    }
    #expect(Double(size("half")) / Double(size("whole")) < 0.51)
    // What was rounded lives again where all of a generation is wanted, and that is what the other run recorded.
    #expect(
      project.run("export", "half", "--generation", "1", "--output", "h.safetensors").status == 0)
    let again = try Safetensors(parsing: bytes("\(project.path)/h.safetensors"), file: "h")
    #expect(
      again.tensors.map { $0.values.map(\.bitPattern) }
        == whole.tensors.map { $0.values.map(\.bitPattern) })
    let plan = project.run("plan", "half").out
    #expect(plan.contains("recorded     595.5 KB of weights"), "\(plan)")
  }

  @Test("every seventh network, lived again, has the recorded bits")
  func livedAgain() throws {
    project.run("z", of: Self.spec())
    for (individual, generation) in [(0, 3), (7, 1), (14, 6), (21, 5)] {
      try expectSame(individual, at: generation)
    }
  }

  /// Holds a network of the experiment `z` that lives again, alone and in memory, against what was recorded of it.
  private func expectSame(_ individual: Int, at generation: Int) throws {
    let run = project.run(
      "export", "z", "--individual", "\(individual)", "--generation", "\(generation)", "--output",
      "n.safetensors")
    #expect(run.status == 0, "\(run.err)")
    let own = try Safetensors(parsing: bytes("\(project.path)/n.safetensors"), file: "n")
    let all = try tensors("z", "generation-0000\(generation)")
    for tensor in own.tensors {
      let of = try #require(all.tensors.first { $0.name == tensor.name })
      let size = tensor.values.count
      #expect(
        tensor.values.map(\.bitPattern)
          == of.values[individual * size..<(individual + 1) * size].map(\.bitPattern))
    }
  }

  @Test("networks that do not fit in memory come to what one of them alone comes to")
  func swapped() throws {
    // 80 networks of 0.97 MB.
    project.spec(
      "z",
      smallSpec(
        seed: 3, iterations: 2,
        more: "selection: {method: none}\nrecord: {weights: [2], individuals: all}"
      ).replacing("size: 4", with: "size: 80").replacing(", 8, 10]", with: ", 300, 10]"))
    func expectSwapped(_ arguments: [String], signal: Int32? = nil) {
      let started = project.start(arguments)
      #if os(Linux)
        #expect(started.wait { text("/proc/\(started.process)/maps").contains("/swap-") })
      #endif
      if let signal { started.signal(signal) }
      let run = started.wait()
      #expect(
        run.status == (signal == nil ? 0 : 85) && !run.err.contains("stay in memory"), "\(run.err)")
    }
    expectSwapped(["run", "z"], signal: SIGTERM)
    // What the plan says of them is what they take.
    let state = bytes("\(project.path)/Results/.partial/z/checkpoints/main-0").count
    let json = project.run("plan", "z", "--json").out
    let found = try #require(json.firstMatch(of: /"scratch_bytes": (\d+)/))
    let scratch = try #require(Int(found.1))
    let swap = 2 * 80 * 4 * (784 * 304 + 300 * 16)
    #expect((0.9...1.1).contains(Double(scratch - swap) / Double(3 * state)))
    let plan = project.run("plan", "z").out
    #expect(plan.contains(" MB, and \(scratch >> 20)."), "\(plan)")
    expectSwapped(["run", "z"])
    #expect(project.shell("ls -A Results/.partial 2>/dev/null").out == "")
    let weights = "Results/z/runs/main-0/weights/generation-00002.safetensors"
    let models = (0..<80).map { "\($0),2,\(weights),\($0),0.\(100 + $0)" }
    write(
      Array(("model,iteration,weights,index,accuracy\n" + models.joined(separator: "\n")).utf8),
      to: "\(project.path)/models.csv")
    expectSwapped(["import", ".", "--as", "again", "--dataset", "digits"])
    for individual in [0, 41, 79] { try expectSame(individual, at: 2) }
  }

  @Test(
    "networks that begin with trained weights, or have a teacher, are held against no others that know nothing"
  )
  func transferred() throws {
    func conditions(_ name: String) throws -> [String] {
      try bundle(name).table("runs/main-0/figures/zoo-recurrence.csv").texts("condition")
    }
    project.run("source", of: smallSpec())
    project.run("new", of: Self.spec())
    project.run("heirs", of: Self.spec() + "transfer: {from: source, take: champion, noise: 0.1}\n")
    project.run("taught", of: Self.spec() + "transfer: {from: source, take: distill}\n")
    #expect(try conditions("new") == ["fit", "held", "untrained", "shuffled", "moved"])
    #expect(try conditions("heirs") == ["fit", "held", "moved"])
    #expect(try conditions("taught") == ["fit", "held", "untrained", "moved"])
  }

  @Test("the table of a zoo has a row a network and generation, with the place of its weights")
  func exported() throws {
    project.run("z", of: Self.spec().replacing("method: none", with: "method: truncation"))
    let run = project.run("export", "z", "--zoo")
    #expect(run.status == 0 && run.out == "z-zoo.csv\n", "\(run.err)")
    let table = try CSVTable(parsing: bytes("\(project.path)/z-zoo.csv"), file: "z-zoo.csv")
    #expect(table.rowCount == 24 * 7)
    for column in ["learning_rate", "batch", "loss", "accuracy", "layers.2.weight.p99"] {
      #expect(try table.reals(column).allSatisfy { $0.isFinite }, "\(column)")
    }
    let generations = try table.integers("generation")
    let (files, places) = (try table.texts("weights_file"), try table.integers("weights_index"))
    let (ids, parents) = (try table.integers("network"), try table.integers("parent"))
    // A child has the id of its parent, who was there before.
    let child = try #require(parents.indices.first { parents[$0] != nil })
    #expect(ids[..<child].contains(parents[child]))
    let row = try #require(generations.indices.last { generations[$0] == 4 })
    let weights = try bundle("z").tensors(files[row])
    let matrix = try #require(weights.tensors.first { $0.name == "layers.2.weight" })
    let place = try #require(places[row])
    #expect(weights.metadata["individuals"]?.split(separator: ",")[place] == "\(ids[row] ?? -1)")
    let own = matrix.values[place * 80..<(place + 1) * 80].map(Double.init)
    let mean = own.reduce(0, +) / 80
    #expect((try table.reals("layers.2.weight.mean")[row] - mean).magnitude < 1e-6)
    // Where git did not carry the files, and where there are none.
    project.shell("rm -r Results/z/runs/main-0/weights")
    let gone = project.run("export", "z", "--zoo")
    #expect(
      gone.status == 66 && gone.err.contains("is not there; git does not carry it"), "\(gone)")
    project.run("plain", of: smallSpec())
    let none = project.run("export", "plain", "--zoo")
    #expect(none.status == 66 && none.err.contains("main-0 of 'plain' is no zoo"), "\(none)")
    #expect(project.run("export", "z", "--zoo", "--individual", "3").status == 64)
  }

  @Test(
    "the shipped zoos run in small",
    arguments: ["thousand-networks", "thousand-evolved", "networks-to-the-end"])
  func shipped(name: String) throws {
    let folder = "\(Program.testsFolder)/../../Experiments"
    project.shell("cp \(quoted(folder))/*.yaml Experiments/")
    let run = project.run(
      "run", name, "--as", "small", "--set", "population.size=24", "--set",
      "network.layers=[784,6,6,10]", "--set",
      "dataset={name: digits, train: {from: 0, count: 300}, validation: 200, test: 100}",
      "--set", "training.steps=4", "--set", "iterations=6")
    #expect(run.status == 0, "\(run.err)")
    let page = text("\(project.path)/Results/small/report.html")
    for id in ["f22", "f23", "f24", "f25", "f26", "f27", "f28", "f29"] {
      #expect(page.contains("<section class=\"figure\" id=\"\(id)\""), "\(id)")
    }
    let recurrence = try bundle("small").table("runs/main-0/figures/zoo-recurrence.csv")
    #expect(
      try recurrence.texts("condition") == ["fit", "held", "untrained", "shuffled", "moved"])
  }

  /// A folder with the networks of a zoo as somebody else would have left them.
  private func foreignFolder(of name: String) throws -> String {
    #expect(project.run("export", name, "--zoo", "--output", "zoo.csv").status == 0)
    let table = try CSVTable(parsing: bytes("\(project.path)/zoo.csv"), file: "zoo.csv")
    let columns = [
      ("model", "network"), ("iteration", "generation"), ("weights", "weights_file"),
      ("index", "weights_index"), ("accuracy", "accuracy"), ("loss", "loss"),
      ("learning_rate", "learning_rate"), ("batch", "batch"),
    ]
    let cells = try columns.map { try table.texts($1) }
    let rows = (0..<table.rowCount).map { row in cells.map { $0[row] }.joined(separator: ",") }
    project.shell("mkdir foreign && cp -r Results/\(name)/runs foreign/")
    write(
      Array(
        (columns.map(\.0).joined(separator: ",") + "\n" + rows.joined(separator: "\n") + "\n").utf8),
      to: "\(project.path)/foreign/models.csv")
    return "foreign"
  }

  @Test("a zoo that is imported from its own files tells the same of its networks")
  func imported() throws {
    project.run("z", of: Self.spec().replacing("seed: 3", with: "seed: 0"))
    let folder = try foreignFolder(of: "z")
    let run = project.run("import", folder, "--as", "again", "--dataset", "digits")
    #expect(run.status == 0 && run.out == "Results/again/report.html\n", "\(run.err)")
    for table in ["course", "ranking", "forecast", "statistics", "map", "distances", "contrasts"] {
      let path = "runs/main-0/figures/zoo-\(table).csv"
      let (mine, theirs) = (try bundle("z").table(path), try bundle("again").table(path))
      #expect(mine.columns == theirs.columns && mine.rowCount == theirs.rowCount)
      for column in mine.columns {
        #expect(try mine.texts(column) == theirs.texts(column), "\(table) \(column)")
      }
    }
    #expect(project.run("verify", "again").out.hasPrefix("again: intact"))
    let proof = project.run("verify", "again", "--rerun")
    #expect(proof.status == 1 && proof.out.contains("was imported"), "\(proof)")
    let lived = project.run("export", "again", "--individual", "0", "--generation", "1")
    #expect(lived.status == 66 && lived.err.contains("were imported"), "\(lived)")
    #expect(project.run("export", "again", "--zoo").status == 0)
    #expect(text("\(project.path)/again-zoo.csv").hasPrefix("run,network,parent,generation,model,"))
    // The same folder gives the same bytes.
    let manifest = project.manifest("again")
    #expect(project.run("import", folder, "--as", "again", "--dataset", "digits").status == 0)
    #expect(project.manifest("again") == manifest)
  }

  @Test(
    "what cannot be imported is told at its place, and nothing is written",
    arguments: [
      ("sed -i 1s/accuracy/acuracy/", "header: has no column 'accuracy'; is it 'acuracy'?"),
      ("sed -i 5d", "has no row of model '3' at iteration 0; all models have the same iterations"),
      (
        "sed -i '3s/,[0-9.]*,[0-9.]*,[^,]*,[^,]*$/,1.5,1,1,8/'",
        "row 2: has the accuracy 1.5; it is a share from 0 to 1"
      ),
      ("sed -i 3s/generation-00000/generation-00009/", "generation-00009.safetensors"),
      ("sed -i '3{p}'", "row 3: has model '1' at iteration 0 again"),
      ("sed -i 30s/,[0-9]*$/,9999/", "has another 'batch' than model"),
      ("sed -i '3s#runs/#../runs/#'", "paths lie within the folder"),
      ("sed -i '3s/safetensors,1,/safetensors,99,/'", "and no place 99"),
    ])
  func notImported(change: String, message: String) throws {
    project.run("z", of: Self.spec(iterations: 2))
    let folder = try foreignFolder(of: "z")
    project.shell("\(change) foreign/models.csv")
    let before = project.listing
    let run = project.run("import", folder, "--as", "again", "--dataset", "digits")
    #expect(run.status != 0 && run.err.contains(message), "\(run.err)")
    #expect(project.listing == before)
    let wrong = project.run("import", folder, "--as", "again", "--dataset", "mnits")
    #expect(wrong.status == 64 && wrong.err.contains("did you mean 'mnist'?"), "\(wrong.err)")
    let taken = project.run("import", folder, "--as", "z", "--dataset", "digits")
    #expect(taken.status == 64 && taken.err.contains("'z' is an experiment"), "\(taken.err)")
  }

  @Test(
    "fifty networks that NumPy trained, in PyTorch's form, are imported and reported on",
    .enabled(if: mnistFolder != nil, "HERDBOOK_DATA names no folder with mnist/ as .gz"),
    .enabled(if: hasPython, "needs python3 with numpy and safetensors"),
    arguments: ["", "npy"])
  func foreign(form: String) throws {
    let folder = try #require(mnistFolder)
    let trained = RunningShell(
      "python3 \(quoted("\(Program.testsFolder)/train_zoo.py")) \(quoted("\(folder)/mnist")) zoo 50 \(form)",
      in: project.path, environment: nil
    ).wait()
    #expect(trained.status == 0, "\(trained.err)")
    let run = project.run("import", "zoo", "--as", "numpy", "--dataset", "mnist", "--data", folder)
    #expect(run.status == 0 && !run.err.contains("warning"), "\(run.err)")
    // What NumPy measured on the test images is what is measured here, but for near ties.
    let summary = try bundle("numpy").table("summary.csv")
    let networks = try bundle("numpy").table("runs/main-0/figures/zoo-networks.csv")
    let (accuracy, test) = (try networks.reals("accuracy"), try networks.reals("test_accuracy"))
    let best = try #require(accuracy.indices.max { (accuracy[$0], $1) < (accuracy[$1], $0) })
    #expect((try summary.reals("test_accuracy")[0] - test[best]).magnitude <= 0.0002)
    #expect(networks.columns.contains("scheme=he") && networks.columns.contains("learning_rate"))
    let wrong = project.run(
      "import", "zoo", "--as", "numpy", "--dataset", "mnist", "--data", folder, "--activation",
      "sigmoid")
    #expect(wrong.status == 0 && wrong.err.contains("warning: the best network"), "\(wrong.err)")
  }
}
