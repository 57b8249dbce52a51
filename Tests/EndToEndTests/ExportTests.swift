import HerdbookBundle
import Testing

@Suite("export")
struct ExportTests {
  private let project = Project()

  /// What recorded everything of every generation, to be lived again without it.
  private static let specs = [
    "population-based": smallSpec(
      iterations: 8,
      more: """
        selection: {replace: worst}
        record: {weights: all, individuals: all}
        """
    ).replacing("training: {", with: "training: {optimizer: momentum, ")
      .replacing("size: 4", with: "size: 6"),
    "genetic": smallSpec(
      iterations: 8,
      more: """
        crossover: {method: neuron}
        mutation: {scale: 0.1, decay: 0.95, adapt: 0.2, rate: 0.7, kernel: {shape: gaussian}}
        record: {weights: all, individuals: all}
        """
    ).replacing("training: {steps: 3, batch: 16}", with: "")
      .replacing("size: 4", with: "size: 6"),
    "heir": smallSpec(
      seed: 5, iterations: 8,
      more: """
        transfer: {from: population-based, take: population, noise: 0.1}
        record: {weights: all, individuals: all}
        """
    ).replacing("size: 4", with: "size: 6"),
  ]

  private func bundle(_ name: String) -> Bundle {
    Bundle(folder: "\(project.path)/Results/\(name)")
  }

  /// The tensors of an individual as the run recorded them.
  private func recorded(
    _ name: String, _ generation: Int, _ place: Int, of count: Int
  ) throws -> [String: [UInt32]] {
    let file = try bundle(name).tensors(
      "runs/main-0/weights/generation-0000\(generation).safetensors")
    var tensors: [String: [UInt32]] = [:]
    for tensor in file.tensors {
      let size = tensor.values.count / count
      tensors[tensor.name] = tensor.values[place * size..<(place + 1) * size].map(\.bitPattern)
    }
    return tensors
  }

  @Test(
    "tables that tell of lives that no run can have are refused",
    arguments: [
      ("generations.csv", "sed -i 2,9d"), ("generations.csv", "sed -i 3,9d"),
      ("generations.csv", "sed -i '$ { p; p }'"), ("phylogeny.csv", "sed -i 2,99d"),
      ("phylogeny.csv", "sed -i -E '3s/,0,(inf|[0-9]+),/,-5,-3,/'"),
      ("phylogeny.csv", "sed -i -E '3s/,0,(inf|[0-9]+),/,0,-9223372036854775808,/'"),
      ("phylogeny.csv", "sed -i -E '3s/,0,(inf|[0-9]+),/,0,9000000000,/'"),
      ("phylogeny.csv", "sed -i -E '3s/,0,(inf|[0-9]+),/,0,0,/'"),
    ])
  func forged(file: String, edit: String) {
    project.run("s", of: smallSpec())
    let path = "Results/s/runs/main-0/\(file)"
    let forged = project.shell(
      """
      set -e; before=$(sha256sum \(path) | cut -c1-64); \(edit) \(path)
      after=$(sha256sum \(path) | cut -c1-64); test $before != $after
      sed -i "s/$before/$after/" Results/s/MANIFEST.sha256
      """)
    #expect(forged.status == 0, "\(forged.err)")
    for individual in ["1", "4"] {
      let export = project.run("export", "s", "--individual", individual)
      #expect(export.status == 1 && export.err.contains("Results/s/runs/main-0/"), "\(export.err)")
    }
  }

  @Test(
    "individuals that are lived again are those that were recorded, to the bit: 17 of each",
    arguments: ["population-based", "genetic", "heir"])
  func replayed(name: String) throws {
    for (name, text) in Self.specs { project.spec(name, text) }
    #expect(project.run("run", name).status == 0)
    // The weights that were recorded are out of the way.
    project.shell("mkdir kept; mv Results/\(name)/runs/main-0/weights kept/")
    let places = (0..<17).map { (generation: $0 * 5 % 9, place: $0 % 6) }
    for (generation, place) in places {
      project.shell("mv kept/weights Results/\(name)/runs/main-0/")
      let path = "runs/main-0/weights/generation-0000\(generation).safetensors"
      let ids = try bundle(name).tensors(path).metadata["individuals"]!.split(separator: ",")
      let expected = try recorded(name, generation, place, of: ids.count)
      project.shell("mv Results/\(name)/runs/main-0/weights kept/")
      let export = project.run(
        "export", name, "--individual", String(ids[place]), "--generation", String(generation),
        "--threads", String(1 + place % 3))
      let file = "\(name)-main-0-individual-\(ids[place])-generation-\(generation).safetensors"
      #expect(export.status == 0 && export.lines == [file], "\(export.err)")
      let found = try Safetensors(parsing: bytes("\(project.path)/\(file)"), file: file)
      let pairs = found.tensors.map { ($0.name, $0.values.map(\.bitPattern)) }
      #expect(Dictionary(uniqueKeysWithValues: pairs) == expected)
      #expect(found.metadata["individuals"] == String(ids[place]))
      #expect(found.metadata["generation"] == String(generation))
    }
  }

  @Test("the champion that is lived again is its file, byte for byte; so it is unless one is named")
  func champion() throws {
    for (name, text) in Self.specs { project.spec(name, text) }
    #expect(project.run("run", "genetic").status == 0)
    let id = try bundle("genetic").table("summary.csv").integers("champion")[0]!
    #expect(
      project.run("export", "genetic", "--individual", String(id), "-o", "again.safetensors").out
        == "again.safetensors\n")
    #expect(project.run("export", "genetic").out == "genetic-main-0-champion.safetensors\n")
    let file = "Results/genetic/runs/main-0/champion.safetensors"
    #expect(project.shell("cmp again.safetensors \(file)").status == 0)
    #expect(project.shell("cmp genetic-main-0-champion.safetensors \(file)").status == 0)
  }

  @Test("of the champion's line its units are kept as they were recorded, generation by generation")
  func line() throws {
    let name = "population-based"
    project.run(name, of: try #require(Self.specs[name]))
    let bundle = bundle(name)
    let phylogeny = try bundle.table("runs/main-0/phylogeny.csv")
    let parents = try phylogeny.texts("ancestor_list").map { text in
      Int(text.dropFirst().prefix { $0.isNumber })
    }
    let births = try phylogeny.integers("origin_time").map { try #require($0) }
    var line = [try #require(try bundle.table("summary.csv").integers("champion")[0])]
    while let parent = parents[line[0]] { line.insert(parent, at: 0) }
    let kept = try bundle.tensors("runs/main-0/figures/line.safetensors").tensors
    let parting = births[try #require(line.last)] - 1
    let generations = Set(kept.compactMap { Int($0.name.split(separator: ".")[1]) })
    #expect(generations == Set([0, 2, 3, 5, 6] + (parting > 0 ? [parting] : [])))
    var units: [Int: Set<Int>] = [:]
    for tensor in kept {
      let parts = tensor.name.split(separator: ".").compactMap { Int($0) }
      let (generation, unit) = (parts[0], parts[1])
      units[generation, default: []].insert(unit)
      // The founder is kept as it began, before it was trained.
      guard generation > 0 else { continue }
      let path = "runs/main-0/weights/generation-0000\(generation).safetensors"
      let ids = try #require(try bundle.tensors(path).metadata["individuals"])
        .split(separator: ",").compactMap { Int($0) }
      let ancestor = try #require(line.last { births[$0] <= generation })
      let place = try #require(ids.firstIndex(of: ancestor))
      let matrix = try #require(
        try recorded(name, generation, place, of: ids.count)["layers.1.weight"])
      let outputs = matrix.count / tensor.values.count
      for (input, value) in tensor.values.enumerated() {
        let exact = Float(bitPattern: matrix[input * outputs + unit])
        #expect((value - exact).magnitude <= exact.magnitude / 2048 + 1e-7)
      }
    }
    #expect(units[0]?.count == 6 && units[2]?.count == (parting == 2 ? 6 : 2))
    #expect(units.values.allSatisfy { $0.isSubset(of: units[0] ?? []) })
  }

  @Test("a bundle under another name, of inherited specs and overrides, is read from its own files")
  func alias() throws {
    project.spec("base", smallSpec(iterations: 3))
    project.spec(
      "child",
      "extends: base\nseed: 4\nvariants: [{name: x}, {name: y, set: {mutation.scale: 0.2}}]")
    #expect(
      project.run("run", "child", "--as", "other", "--set", "population.size=5").status == 0)
    project.shell("rm Experiments/*.yaml")
    let none = project.run("export", "other", "--individual", "4")
    #expect(none.status == 64)
    #expect(
      none.err.hasPrefix("error: the bundle of 'other' has 2 runs; name one with --run: x-0; y-0"))
    #expect(project.run("export", "other", "--run", "z-0").status == 66)
    let export = project.run(
      "export", "other", "--run", "y-0", "--individual", "4", "--generation", "0")
    #expect(export.status == 0, "\(export.err)")
    #expect(export.out == "other-y-0-individual-4-generation-0.safetensors\n")
  }

  @Test("who never lived, or not then, and what cannot be lived again is refused with the reason")
  func refused() {
    for (name, text) in Self.specs { project.spec(name, text) }
    #expect(project.run("export", "heir").status == 66)
    #expect(project.run("run", "heir").status == 0)
    let unborn = project.run("export", "heir", "--individual", "999")
    #expect(unborn.status == 66)
    #expect(unborn.err.hasPrefix("error: there is no individual 999: ids are from 0 to "))
    let early = project.run("export", "heir", "--individual", "6", "--generation", "0")
    #expect(early.status == 66 && early.err.contains("error: individual 6 does not live in"))
    let late = project.run("export", "heir", "--generation", "9")
    #expect(late.status == 66)
    #expect(late.err == "error: there is no generation 9: the run ended with generation 8\n")
    let picture = project.run("export", "heir", "--generation", "0", "-o", "a.png")
    #expect(picture.status == 64)
    #expect(picture.err.contains("a picture is of one network: name it with --individual ID"))
    #expect(project.run("export", "heir", "-o", "a.npy").status == 64)
    // Another source than the one that was taken.
    project.spec(
      "population-based", Self.specs["population-based"]!.replacing("seed: 0", with: "seed: 8"))
    #expect(project.run("run", "population-based").status == 0)
    let other = project.run("export", "heir", "--individual", "6")
    #expect(other.status == 1)
    #expect(
      other.err.contains("inputs: what is transferred from population-based differs"),
      "\(other.err)")
    project.shell("echo x >> Results/heir/runs/main-0/phylogeny.csv")
    #expect(project.run("export", "heir", "--individual", "6").status == 1)
    #expect(project.shell("ls *.safetensors").status != 0)
  }

  @Test(
    "a whole generation is its recorded file, byte for byte, copied or lived again",
    arguments: ["population-based", "genetic", "heir"])
  func generation(name: String) {
    for (name, text) in Self.specs { project.spec(name, text) }
    #expect(project.run("run", name).status == 0)
    let recorded = "Results/\(name)/runs/main-0/weights/generation-00005.safetensors"
    let file = "\(name)-main-0-generation-5.safetensors"
    let copied = project.run("export", name, "--generation", "5")
    #expect(copied.out == "\(file)\n" && copied.err.isEmpty, "\(copied.err)")
    #expect(project.shell("cmp \(file) \(recorded)").status == 0)
    // Damaged, it is not believed; gone, it is not missed.
    project.shell("mv \(recorded) kept; rm \(file); (cat kept; echo x) > \(recorded)")
    let damaged = project.run("export", name, "--generation", "5")
    #expect(damaged.status == 0 && damaged.err.contains("; generation 5 lives again\n"))
    #expect(project.shell("cmp \(file) kept").status == 0)
    project.shell("rm \(recorded) \(file)")
    let gone = project.run("export", name, "--generation", "5", "--threads", "3")
    #expect(gone.status == 0 && gone.err.isEmpty, "\(gone.err)")
    #expect(project.shell("cmp \(file) kept").status == 0)
  }

  @Test("a generation that the run did not have is refused, though the bundle tells of it")
  func otherGeneration() {
    for (name, text) in Self.specs { project.spec(name, text) }
    #expect(project.run("run", "genetic").status == 0)
    // The digest of generation 5 in place of that of generation 4, with manifests to match.
    project.shell(
      """
      cd Results/genetic && rm -r runs/main-0/weights
      digest=$(awk -F, 'NR == 7 {print $NF}' runs/main-0/generations.csv)
      sed -i "6s/[^,]*$/$digest/" runs/main-0/generations.csv
      new=$(sha256sum runs/main-0/generations.csv | cut -c1-64)
      sed -i "s|^.*  runs/main-0/generations.csv|$new  runs/main-0/generations.csv|" MANIFEST.sha256
      """)
    let other = project.run("export", "genetic", "--generation", "4")
    #expect(other.status == 1)
    #expect(
      other.err
        == "error: a run of the experiment gives another generation 4 than the bundle tells of\n")
    #expect(project.run("export", "genetic", "--generation", "5").status == 0)
  }

  @Test(
    "NumPy reads the bits that are in the safetensors file, of a network and of a generation",
    .enabled(if: hasNumPy, "needs python3 with numpy"))
  func numPy() {
    for (name, text) in Self.specs {
      project.spec(name, text.replacing("[784, 8, 10]}", with: "[784, 8, 10], biases: true}"))
    }
    #expect(project.run("run", "genetic").status == 0)
    for words in [[], ["--individual", "9"], ["--generation", "3"]] {
      let file = project.start(["export", "genetic"] + words, in: "").wait()
      let archive = project.start(["export", "genetic", "--format", "npy"] + words, in: "").wait()
      #expect(file.status == 0 && archive.status == 0, "\(file.err)\(archive.err)")
      #expect(archive.out == file.out.replacing(".safetensors", with: ".npz"))
      let check = RunningShell(
        "python3 \(quoted("\(Program.testsFolder)/compare_npz.py"))"
          + " \(archive.lines[0]) \(file.lines[0])",
        in: project.path, environment: nil
      ).wait()
      #expect(check.status == 0 && check.out == "4 tensors\n", "\(check.err)")
    }
  }

  @Test("a table and a picture are written as the file's name or --format says")
  func tableAndPicture() throws {
    for (name, text) in Self.specs { project.spec(name, text) }
    #expect(project.run("run", "genetic").status == 0)
    #expect(project.run("export", "genetic", "-o", "a.csv").status == 0)
    let lines = text("\(project.path)/a.csv").split(separator: "\n")
    #expect(lines.count == 1 + 784 * 8 + 80 && lines[0] == "layer,input,output,weight")
    let champion = try bundle("genetic").tensors("runs/main-0/champion.safetensors")
    for tensor in champion.tensors {
      let (layer, outputs) = tensor.name == "layers.1.weight" ? (1, 8) : (2, 10)
      let start = layer == 1 ? 1 : 1 + 784 * 8
      for place in [0, 37, tensor.values.count - 1] {
        let weight = Decimal.text(tensor.values[place])
        #expect(
          lines[start + place] == "\(layer),\(place / outputs),\(place % outputs),\(weight)")
      }
    }
    #expect(project.run("export", "genetic", "--generation", "2", "-o", "b.csv").status == 0)
    let several = text("\(project.path)/b.csv").split(separator: "\n")
    #expect(several.count == 1 + 6 * (784 * 8 + 80))
    // Eight tiles of 28 x 28 in rows of five, with ten bars each.
    let picture = project.run("export", "genetic", "--format", "png")
    #expect(picture.out == "genetic-main-0-champion.png\n")
    let png = bytes("\(project.path)/genetic-main-0-champion.png")
    #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
    #expect(png[16..<24] == [0, 0, 0, 172, 0, 0, 0, 63])
    #expect(
      project.run("export", "genetic", "--individual", "0", "--format", "png", "-o", "c").status
        == 0)
    let founder = bytes("\(project.path)/c")
    #expect(founder != png && founder[16..<24] == png[16..<24])
  }
}

private let hasNumPy: Bool =
  RunningShell("python3 -c 'import numpy'", in: "/", environment: nil).wait().status == 0
